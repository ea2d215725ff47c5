"""What follows from readings: alarms, cases, notices, in one transaction for each device's stretch."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import notices
from app.db import Db, reading
from app.entries import EntryType
from app.models.brands import Brand
from app.models.shipments import Shipment
from app.record import record
from app.support.cases import close_case, open_case
from app.telemetry.touched import shipments_touched
from iot import alarms, devices, judging, placements
from iot.alarms import AlarmChange, AlarmFacts
from iot.devices import Registered
from iot.judging import Silent
from ledger.canonical import moment_text

EXCURSION_DUE = timedelta(hours=4)
SILENCE_DUE = timedelta(hours=8)
_EXCURSION_PRIORITY = 1
_SILENCE_PRIORITY = 3


def judge_due(db: Db, now: datetime) -> int:
    """Judge what came since the last run, and silences. Returns how many devices it judged. Safe to call twice.

    One transaction for each device, so that one device's trouble holds up no other's.
    """
    with reading(db) as session:
        due = judging.due(session)
        silent = judging.silent(session, now)
    for device_id in due:
        with db.begin() as session:
            _judge(session, device_id, now)
    for silence in silent:
        with db.begin() as session:
            _judge_silence(session, silence, now)
    return len(due) + len(silent)


def _judge(session: Session, device_id: int, now: datetime) -> None:
    work = judging.claim(session, device_id)
    if work is None:
        return
    device = devices.by_id(session, [device_id])[device_id]
    for change in judging.advance(session, device, work, now):
        _say(session, device, change, now)


def _judge_silence(session: Session, silence: Silent, now: datetime) -> None:
    device = devices.by_id(session, [silence.device_id])[silence.device_id]
    for change in judging.notice_silence(session, silence, now):
        _say(session, device, change, now)


def _say(session: Session, device: Registered, change: AlarmChange, now: datetime) -> None:
    """Put a change of an alarm into the log and tell those concerned; who was told is told once."""
    alarm = change.alarm
    brand = session.scalars(select(Brand).where(Brand.id == device.brand_id)).one()
    if change.change == "opened":
        _enter(session, brand, EntryType.ALARM_OPENED, device, alarm, now)
        _tell(session, device, alarm, now)
    if alarm.ended is not None:
        _enter(session, brand, EntryType.ALARM_CLOSED, device, alarm, now)
    if alarm.kind == "silence" and alarm.ended is not None:
        close_case(session, brand_id=brand.id, kind="silence", subject=f"device:{device.id}", now=now)


def _enter(
    session: Session, brand: Brand, kind: EntryType, device: Registered, alarm: AlarmFacts, now: datetime
) -> None:
    """An entry for each word about an alarm; late readings may close it again, with a higher revision."""
    receipt = record(session, brand.log_id, kind, _facts(session, device, alarm), now=now)
    alarms.note_submission(session, alarm.id, receipt.submission_id)


def _facts(session: Session, device: Registered, alarm: AlarmFacts) -> dict[str, Any]:
    return {
        "alarm": alarm.id,
        "device": device.name,
        "kind": alarm.kind,
        "metric": alarm.metric,
        "unit": alarm.unit,
        "limit": alarm.limit,
        "started_at": moment_text(alarm.started_at),
        "ended_at": alarm.ended_at and moment_text(alarm.ended_at),
        "ended": alarm.ended,
        "peak": alarm.peak,
        "peak_at": alarm.peak_at and moment_text(alarm.peak_at),
        "revision": alarm.revision,
        "units": [watch.unit_key for watch in _watches(session, device, alarm)],
    }


def _watches(session: Session, device: Registered, alarm: AlarmFacts) -> list[placements.Watch]:
    until = alarm.ended_at or max(alarm.started_at, alarm.peak_at or alarm.started_at)
    return placements.of_device(session, device.id, alarm.started_at, until)


def _tell(session: Session, device: Registered, alarm: AlarmFacts, now: datetime) -> None:
    if alarm.kind == "silence":
        _open_case(session, device, alarm, None, now)
        return
    touched = _shipments(session, device, alarm, now)
    for shipment in touched:
        notices.excursion(
            session,
            shipment=shipment,
            device_name=device.name,
            started_at=alarm.started_at,
            peak=alarm.peak or alarm.limit,
            unit=alarm.unit,
            limit=alarm.limit,
            alarm_id=str(alarm.id),
            now=now,
        )
        _open_case(session, device, alarm, shipment, now)
    if not touched:
        _open_case(session, device, alarm, None, now)


def _shipments(session: Session, device: Registered, alarm: AlarmFacts, now: datetime) -> list[Shipment]:
    """Shipments that what the device watched during the excursion belongs to; each once."""
    found: dict[str, Shipment] = {}
    for watch in _watches(session, device, alarm):
        from_at = max(watch.from_at, alarm.started_at)
        until = min(watch.to_at or now, alarm.ended_at or now)
        for shipment in shipments_touched(session, device.brand_id, watch.unit_key, from_at, until):
            found[shipment.id] = shipment
    return list(found.values())


def _open_case(
    session: Session, device: Registered, alarm: AlarmFacts, shipment: Shipment | None, now: datetime
) -> None:
    silence = alarm.kind == "silence"
    open_case(
        session,
        brand_id=device.brand_id,
        kind="silence" if silence else "excursion",
        subject=f"shipment:{shipment.id}" if shipment else f"device:{device.id}",
        shipment_id=shipment.id if shipment else None,
        priority=_SILENCE_PRIORITY if silence else _EXCURSION_PRIORITY,
        facts={
            "alarm": alarm.id,
            "device": device.name,
            "metric": alarm.metric,
            "peak": alarm.peak,
            "limit": alarm.limit,
            "unit": alarm.unit,
            "started_at": moment_text(alarm.started_at),
        },
        due_at=now + (SILENCE_DUE if silence else EXCURSION_DUE),
        now=now,
    )
