"""Sealing windows of readings into the brand's log."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Db, reading
from app.entries import EntryType
from app.models.brands import Brand
from app.record import record
from iot import devices, seal
from iot.seal import Sealed
from ledger.canonical import moment_text

_WINDOWS_AT_ONCE = 50


def seal_due(db: Db, now: datetime) -> int:
    """Seal every window whose lateness allowance is over. Returns the number of new seals. Safe to call twice.

    One transaction for each window; of a device's long backlog it seals a part and leaves the rest due.
    """
    with reading(db) as session:
        due = seal.due(session, now)
    return sum(_seal_device(db, device_id, now) for device_id in due)


def _seal_device(db: Db, device_id: int, now: datetime) -> int:
    count = 0
    for _ in range(_WINDOWS_AT_ONCE):
        with db.begin() as session:
            device = devices.by_id(session, [device_id])[device_id]
            sealed = seal.seal_next(session, device, now)
            for each in sealed:
                _enter(session, each, now)
        if not sealed:
            break
        count += len(sealed)
    return count


def _enter(session: Session, sealed: Sealed, now: datetime) -> None:
    log_id = session.scalars(select(Brand.log_id).where(Brand.id == sealed.device.brand_id)).one()
    receipt = record(session, log_id, EntryType.WINDOW_SEALED, _facts(sealed), now=now)
    seal.note_submission(session, sealed.id, receipt.submission_id)


def _facts(sealed: Sealed) -> dict[str, Any]:
    return {
        "device": sealed.device.name,
        "window_at": moment_text(sealed.window_at),
        "first_at": moment_text(sealed.first_at),
        "last_at": moment_text(sealed.last_at),
        "count": sealed.count,
        "root": sealed.root,
        "values": {
            metric: {"min": low, "max": high, "unit": unit}
            for metric, (low, high, unit) in sealed.extremes.items()
        },
        "gaps": [[moment_text(begin), moment_text(end)] for begin, end in sealed.gaps],
        "previous": sealed.previous_root,
        "supplement_to": sealed.supplement_to,
    }
