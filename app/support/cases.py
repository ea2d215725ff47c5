"""Things that a person must look at: opened once per trouble by rules; owned, due, closed. No search here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.shipments import Case, Shipment
from app.record import record

_DAY = timedelta(days=1)


def open_case(
    session: Session,
    *,
    brand_id: str,
    kind: str,
    subject: str,
    shipment_id: str | None,
    priority: int,
    facts: dict[str, Any],
    due_at: datetime,
    now: datetime,
) -> Case:
    """The one open case of this kind about this subject: a new one, or the one that is open already.

    `subject` is `shipment:{id}` or `device:{id}`; a lower `priority` is looked at first; `facts` are plain JSON
    without personal data. The opening is an entry of the brand's log. Safe to call twice, and from two workers.
    """
    key = case_key(kind, subject)
    if already := _open(session, brand_id, key):
        return already
    case = Case(id=new_id(), brand_id=brand_id, key=key, kind=kind, subject=subject, shipment_id=shipment_id)
    case.priority, case.facts, case.opened_at, case.due_at = priority, facts, now, due_at
    try:
        with session.begin_nested():
            case.submission_id = _record(session, case, EntryType.CASE_OPENED, now)
            session.add(case)
    except IntegrityError:  # another worker opened it between our look and our insert
        return _open(session, brand_id, key) or case
    return case


def refresh(case: Case, priority: int, facts: dict[str, Any]) -> None:
    """Bring an open case up to what is known now; its owner, its due time and its entry stay."""
    if (case.priority, case.facts) != (priority, facts):
        case.priority, case.facts = priority, facts


def open_for(
    session: Session, shipment: Shipment, kind: str, priority: int, facts: dict[str, Any], now: datetime
) -> Case:
    """The one open case of this kind about a shipment, due in a day, with what is known now."""
    case = open_case(
        session,
        brand_id=shipment.brand_id,
        kind=kind,
        subject=f"shipment:{shipment.id}",
        shipment_id=shipment.id,
        priority=priority,
        facts=facts,
        due_at=now + _DAY,
        now=now,
    )
    refresh(case, priority, facts)
    return case


def open_about(session: Session, shipment: Shipment, kind: str) -> Case | None:
    """The open case of this kind about a shipment."""
    return _open(session, shipment.brand_id, case_key(kind, f"shipment:{shipment.id}"))


def close_for(session: Session, shipment: Shipment, kind: str, now: datetime) -> None:
    """Close the open case of this kind about a shipment, if there is one."""
    close_case(session, brand_id=shipment.brand_id, kind=kind, subject=f"shipment:{shipment.id}", now=now)


def close_case(session: Session, *, brand_id: str, kind: str, subject: str, now: datetime) -> Case | None:
    """Close the open case of this kind about this subject; None when there is none."""
    case = _open(session, brand_id, case_key(kind, subject))
    return case and _close(session, case, now)


def close(session: Session, *, brand_id: str, case_id: str, person_id: str, now: datetime) -> Case | None:
    """Close a case by hand; None when the brand has no such case. Closing twice changes nothing."""
    case = get(session, brand_id, case_id)
    if case is None or case.closed_at:
        return case
    return _close(session, case, now, person_id)


def take(session: Session, *, brand_id: str, case_id: str, person_id: str) -> Case | None:
    """Make a person the owner of a case; None when the brand has no such case."""
    case = get(session, brand_id, case_id)
    if case:
        case.owner_id = person_id
    return case


def get(session: Session, brand_id: str, case_id: str) -> Case | None:
    """A case of this brand by its id."""
    return session.scalar(select(Case).where(Case.brand_id == brand_id, Case.id == case_id))


def queue(session: Session, brand_id: str, limit: int = 200) -> Sequence[Case]:
    """The open cases of a brand, the most pressing first: by priority, then by due time."""
    waiting = select(Case).where(Case.brand_id == brand_id, Case.closed_at.is_(None))
    return session.scalars(waiting.order_by(Case.priority, Case.due_at, Case.id).limit(limit)).all()


def open_of_kind(session: Session, brand_id: str, kind: str) -> Sequence[Case]:
    """The open cases of one kind."""
    waiting = select(Case).where(Case.brand_id == brand_id, Case.kind == kind, Case.closed_at.is_(None))
    return session.scalars(waiting.order_by(Case.id)).all()


def of_shipment(session: Session, brand_id: str, shipment_id: str) -> Sequence[Case]:
    """Every case of a shipment, open ones first, then the newest."""
    asked = select(Case).where(Case.brand_id == brand_id, Case.shipment_id == shipment_id)
    return session.scalars(asked.order_by(Case.closed_at.is_not(None), Case.opened_at.desc(), Case.id)).all()


def case_key(kind: str, subject: str) -> str:
    """What makes an open case single in its brand."""
    return f"{kind}:{subject}"


def _open(session: Session, brand_id: str, key: str) -> Case | None:
    return session.scalar(select(Case).where(Case.brand_id == brand_id, Case.key == key))


def _close(session: Session, case: Case, now: datetime, person_id: str | None = None) -> Case:
    case.closed_at = now
    case.key = f"{case.key}:{case.id}"  # frees the key for the next trouble of this kind
    _record(session, case, EntryType.CASE_CLOSED, now, person_id)
    return case


def _record(
    session: Session, case: Case, entry_type: EntryType, now: datetime, person_id: str | None = None
) -> int:
    body = {"case": case.id, "kind": case.kind, "subject": case.subject}
    if person_id:
        body["person"] = person_id
    log_id = session.get_one(Brand, case.brand_id).log_id
    return record(session, log_id, entry_type, body, now=now, key=f"{entry_type}:{case.id}").submission_id
