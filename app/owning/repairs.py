"""Repairs by partners whom the brand authorised: recorded, and withdrawn when they were a mistake."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand, Partner
from app.models.owning import Repair
from app.owning import items
from app.owning.errors import ActRefused
from app.owning.facts import repair_body
from app.provenance.errors import Refused
from app.provenance.touch import touch
from app.record import record

KINDS = ("part", "battery", "mended", "adjusted", "cleaned", "inspected")
MOST_PARTS = 20

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"[!-~]{1,200}")
_AHEAD = timedelta(days=1)  # it may be tomorrow already where the workshop is


def record_repair(
    session: Session,
    brand: Brand,
    partner_id: str,
    *,
    key: str,
    kind: str,
    parts: Sequence[str] = (),
    repaired_on: date,
    file_sha256: str | None = None,
    now: datetime,
) -> Repair:
    """Put a repair on the passport of an item. The same repair again is the one that is there.

    `parts` are identifiers without spaces, such as a GTIN. Raises ActRefused, Refused naming the field.
    """
    _may_repair(session, brand, partner_id)
    _check(kind, parts, repaired_on, file_sha256, now)
    item = items.opened(session, brand, key, now)
    if item.state == "retired":
        raise ActRefused("retired")
    said = {"kind": kind, "parts": list(parts), "repaired_on": repaired_on, "file_sha256": file_sha256}
    for known in repairs_of(session, brand.id, key):
        if known.partner_id == partner_id and all(getattr(known, name) == value for name, value in said.items()):
            return known
    items.move(session, item, now, repairs=item.repairs + 1)
    row = Repair(id=new_id(), brand_id=brand.id, key=key, partner_id=partner_id, recorded_at=now, **said)
    row.submission_id = record(
        session, brand.log_id, EntryType.REPAIR_RECORDED, repair_body(row), now=now
    ).submission_id
    session.add(row)
    session.flush()
    touch(session, brand.id, [key], now)
    return row


def withdraw(session: Session, brand: Brand, partner_id: str, repair_id: str, now: datetime) -> bool:
    """Take back a repair that was a mistake; the log keeps both. False when the partner has none such."""
    row = session.get(Repair, repair_id)
    if row is None or (row.brand_id, row.partner_id) != (brand.id, partner_id):
        return False
    mine = update(Repair).where(Repair.id == repair_id, Repair.withdrawn_at.is_(None))
    done = session.execute(mine.values(withdrawn_at=now).execution_options(synchronize_session="fetch"))
    assert isinstance(done, CursorResult)
    if done.rowcount:
        record(session, brand.log_id, EntryType.REPAIR_WITHDRAWN, {"repair": row.id, "item": row.key}, now=now)
        touch(session, brand.id, [row.key], now)
    return True


def repairs_of(session: Session, brand_id: str, key: str) -> Sequence[Repair]:
    """The repairs of an item that stand, the newest first."""
    asked = select(Repair).where(Repair.brand_id == brand_id, Repair.key == key, Repair.withdrawn_at.is_(None))
    return session.scalars(asked.order_by(Repair.repaired_on.desc(), Repair.id.desc())).all()


def repairs_by(session: Session, brand_id: str, partner_id: str, *, limit: int) -> Sequence[Repair]:
    """What a partner recorded, the newest first."""
    asked = select(Repair).where(Repair.brand_id == brand_id, Repair.partner_id == partner_id)
    return session.scalars(asked.order_by(Repair.id.desc()).limit(limit)).all()


def _may_repair(session: Session, brand: Brand, partner_id: str) -> None:
    partner = session.get(Partner, partner_id)
    if partner is None or partner.brand_id != brand.id or not partner.repairs:
        raise ActRefused("not_authorised")


def _check(kind: str, parts: Sequence[str], on: date, file_sha256: str | None, now: datetime) -> None:
    if kind not in KINDS:
        raise Refused("kind", f"must be one of {', '.join(KINDS)}")
    if len(parts) > MOST_PARTS or not all(_PART.fullmatch(each) for each in parts):
        raise Refused("parts", f"must be at most {MOST_PARTS} identifiers of up to 200 letters without spaces")
    if on.year < 2000 or on > (now + _AHEAD).date():
        raise Refused("on", "must be a day that has come, and not before 2000")
    if file_sha256 is not None and not _SHA256.fullmatch(file_sha256):
        raise Refused("file_sha256", "must be 64 hexadecimal digits in lower case")
