"""Registering a device, placing it, setting its limits; each is an entry of the brand's log."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.models.brands import Brand
from iot.devices import Registered


def register_device(
    session: Session,
    brand: Brand,
    name: str,
    *,
    metrics: Mapping[str, str],
    expected_interval_s: int,
    now: datetime,
) -> tuple[Registered, str]:
    """A new device with its own MQTT credentials, and its password, which is kept nowhere and shown once.

    `metrics` maps metric to UN/CEFACT unit, {"temperature": "CEL"}. A silence rule comes with it. The credentials
    work at the broker a second or two after the commit. Raises iot.devices.DeviceRefused.
    """
    raise NotImplementedError


def renew_password(session: Session, brand: Brand, name: str, *, now: datetime) -> str:
    """A new password for a device; the old one stops working within seconds. Raises DeviceRefused."""
    raise NotImplementedError


def place_device(
    session: Session, brand: Brand, name: str, unit_key: str, *, from_at: datetime, now: datetime
) -> int:
    """Say that the device watches this unit from `from_at` on; ends the placement before it. Returns its id."""
    raise NotImplementedError


def end_placement(session: Session, brand: Brand, name: str, *, to_at: datetime, now: datetime) -> None:
    """Say that the device watches nothing from `to_at` on."""
    raise NotImplementedError


def set_rule(
    session: Session,
    brand: Brand,
    name: str,
    metric: str,
    *,
    low: str | None = None,
    high: str | None = None,
    clear_margin: str = "0",
    delay_s: int = 0,
    unit: str | None = None,
    from_at: datetime | None = None,
    now: datetime,
) -> int:
    """The limits of a metric (decimal text in `unit`, default the device's), judged from `from_at` (default `now`) on.

    Replaces the rule that this metric had. Returns the rule's id. Raises DeviceRefused.
    """
    raise NotImplementedError
