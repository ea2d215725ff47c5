"""The state of every device of a brand, for the warehouse page. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Value:
    """The newest value of one metric; `value` a decimal, `symbol` what a person reads (°C)."""

    metric: str
    value: str
    unit: str
    symbol: str
    at: datetime


@dataclass(frozen=True)
class OpenAlarm:
    """An alarm that is open now; `kind` is above, below, band or silence."""

    id: int
    kind: str
    metric: str
    started_at: datetime
    peak: str | None
    limit: str
    unit: str


@dataclass(frozen=True)
class DeviceState:
    """One device. `status`: waiting (never heard), ok, alarm, silent, retired. `unit_key`: what it watches now."""

    device_id: int
    name: str
    status: str
    expected_interval_s: int
    values: list[Value]
    alarms: list[OpenAlarm]
    unit_key: str | None
    placed_at: datetime | None
    last_at: datetime | None
    low: str | None
    high: str | None


def live(session: Session, brand_id: str, now: datetime) -> list[DeviceState]:
    """Every device of the brand by name, in a fixed number of queries."""
    raise NotImplementedError
