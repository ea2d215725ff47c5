"""The state of every device of a brand, for the warehouse page. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from iot import alarms, devices, limits, placements, readings
from iot.alarms import AlarmFacts
from iot.devices import Registered
from iot.placements import Watch
from iot.reading import SILENT_AFTER, moment
from iot.units import symbol


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
    """One device. `status`: waiting (never heard), ok, alarm, silent, retired. `unit_key`: what it watches now.

    `low` and `high` are the limits of its first metric by name that has a rule; `band_metric` names it, and
    `band_symbol` is what a person reads for that rule's unit.
    """

    device_id: int
    name: str
    status: str
    expected_interval_s: int
    values: list[Value]
    alarms: list[OpenAlarm]
    unit_key: str | None
    placed_at: datetime | None
    last_at: datetime | None
    low: str | None = None
    high: str | None = None
    band_symbol: str = ""
    band_metric: str = ""


@dataclass(frozen=True)
class _Band:
    low: str | None
    high: str | None
    symbol: str
    metric: str


def live(session: Session, brand_id: str, now: datetime) -> list[DeviceState]:
    """Every device of the brand by name, in five queries."""
    known = devices.of_brand(session, brand_id)
    ids = [device.id for device in known]
    watches = placements.open_now(session, brand_id)
    bands: dict[int, _Band] = {}
    for device, metric, low, high, unit in sorted(limits.in_force(session, ids), key=lambda one: one[:2]):
        bands.setdefault(device, _Band(low, high, symbol(unit), metric))
    values: dict[int, list[Value]] = defaultdict(list)
    for row in readings.latest(session, ids):
        values[row.device_id].append(Value(row.metric, row.value_text, row.unit, symbol(row.unit), moment(row.ts)))
    ringing: dict[int, list[AlarmFacts]] = defaultdict(list)
    for alarm in alarms.open_of_brand(session, brand_id):
        ringing[alarm.device_id].append(alarm)
    return [_state(d, values[d.id], ringing[d.id], watches.get(d.id), bands.get(d.id), now) for d in known]


def _state(
    device: Registered,
    values: list[Value],
    ringing: list[AlarmFacts],
    watch: Watch | None,
    band: _Band | None,
    now: datetime,
) -> DeviceState:
    last_at = max((value.at for value in values), default=None)
    return DeviceState(
        device.id,
        device.name,
        _status(device, last_at, ringing, now),
        device.expected_interval_s,
        values,
        [OpenAlarm(a.id, a.kind, a.metric, a.started_at, a.peak, a.limit, a.unit) for a in ringing],
        watch.unit_key if watch else None,
        watch.from_at if watch else None,
        last_at,
        *((band.low, band.high, band.symbol, band.metric) if band else ()),
    )


def _status(device: Registered, last_at: datetime | None, ringing: Iterable[AlarmFacts], now: datetime) -> str:
    if device.status != "active":
        return device.status
    if last_at is None:
        return "waiting"
    if now - last_at > timedelta(seconds=SILENT_AFTER * device.expected_interval_s):
        return "silent"
    return "alarm" if any(alarm.kind != "silence" for alarm in ringing) else "ok"
