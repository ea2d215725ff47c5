"""Registering a device, placing it, setting its limits; each is an entry of the brand's log."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_token
from app.models.brands import Brand
from app.provenance.touch import give_page
from app.record import record
from iot import devices, limits, placements, readings
from iot.devices import DeviceRefused, Registered
from iot.limits import RuleRefused
from iot.placements import PlacementRefused
from iot.reading import micros
from ledger.canonical import moment_text


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
    password = new_token()
    device = devices.register(
        session,
        brand_id=brand.id,
        brand_slug=brand.slug,
        name=name,
        metrics=metrics,
        expected_interval_s=expected_interval_s,
        password=password,
        now=now,
    )
    limits.put_silence(
        session, brand_id=brand.id, device_id=device.id, expected_interval_s=expected_interval_s, now=now
    )
    facts = {"device": name, "metrics": dict(metrics), "expected_interval_s": expected_interval_s}
    record(session, brand.log_id, EntryType.DEVICE_REGISTERED, facts, now=now)
    return device, password


def renew_password(session: Session, brand: Brand, name: str, *, now: datetime) -> str:
    """A new password for a device; the old one stops working within seconds. Raises DeviceRefused."""
    password = new_token()
    devices.change_password(session, brand.id, name, password, now)
    return password


def place_device(
    session: Session, brand: Brand, name: str, unit_key: str, *, from_at: datetime, now: datetime
) -> int:
    """Say that the device watches this unit from `from_at` on; ends the placement before it. Returns its id.

    `unit_key` is a passport key. Raises DeviceRefused, also when a later placement is already written.
    """
    device = devices.named(session, brand.id, name)
    try:
        watch = placements.place(
            session, brand_id=brand.id, device_id=device.id, unit_key=unit_key, from_at=from_at
        )
    except PlacementRefused as error:
        raise DeviceRefused(str(error)) from error
    give_page(session, brand.id, [unit_key], now)
    facts = {"device": name, "unit": unit_key, "from": moment_text(from_at)}
    receipt = record(session, brand.log_id, EntryType.DEVICE_PLACED, facts, now=now)
    placements.note_submission(session, watch, receipt.submission_id)
    return watch.id


def end_placement(session: Session, brand: Brand, name: str, *, to_at: datetime, now: datetime) -> None:
    """Say that the device watches nothing from `to_at` on; nothing to say when it watches nothing already."""
    device = devices.named(session, brand.id, name)
    try:
        watch = placements.end(session, device.id, to_at)
    except PlacementRefused as error:
        raise DeviceRefused(str(error)) from error
    if watch is not None:
        facts = {"device": name, "unit": watch.unit_key, "to": moment_text(to_at)}
        record(session, brand.log_id, EntryType.DEVICE_PLACED, facts, now=now)


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
    """The limits of a metric, judged from `from_at` (default `now`) on. Returns the rule's id.

    `low`, `high` and `clear_margin` are decimal text in `unit` (default: the device's). Replaces the rule that
    this metric had; readings since `from_at` are judged again. Raises DeviceRefused.
    """
    device = devices.named(session, brand.id, name)
    if (sent := device.metrics.get(metric)) is None:
        raise DeviceRefused(f"{name} does not measure {metric}")
    since = from_at or now
    try:
        checked = limits.checked(
            low=low, high=high, clear_margin=clear_margin, delay_s=delay_s, unit=unit or sent, sent=sent
        )
        rule_id = limits.put(
            session, brand_id=brand.id, device_id=device.id, metric=metric, limits=checked, from_at=since, now=now
        )
    except RuleRefused as error:
        raise DeviceRefused(str(error)) from error
    readings.widen(session, device.id, micros(since), micros(now), sealing=False)
    facts = {
        "device": name,
        "metric": metric,
        "kind": checked.kind,
        "low": low,
        "high": high,
        "unit": checked.unit,
        "clear_margin": clear_margin,
        "delay_s": delay_s,
        "from": moment_text(since),
    }
    receipt = record(session, brand.log_id, EntryType.RULE_SET, facts, now=now)
    limits.note_submission(session, rule_id, receipt.submission_id)
    return rule_id
