"""Notices that wait for a person, because a switch is off: released, withdrawn, or out of date by themselves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.care.gate import out_of_date, withdraw
from app.care.posting import post
from app.db import Db, reading
from app.entries import EntryType
from app.models.brands import Brand
from app.models.shipments import Customer, Notice, Order, Outgoing, Shipment
from app.record import record


def held(session: Session, brand_id: str, limit: int = 200) -> Sequence[Notice]:
    """The notices of a brand that wait for a person, the oldest first."""
    waiting = select(Notice).where(Notice.brand_id == brand_id, Notice.state == "held")
    return session.scalars(waiting.order_by(Notice.created_at, Notice.id).limit(limit)).all()


def count(session: Session, brand_id: str) -> int:
    """How many wait."""
    waiting = select(func.count()).select_from(Notice).where(Notice.brand_id == brand_id, Notice.state == "held")
    return session.scalar(waiting) or 0


def release(session: Session, brand_id: str, notice_id: str, person_id: str, now: datetime) -> Notice | None:
    """Let a held notice go, though the switch is off; None when it does not wait. Twice is once.

    One that is out of date is withdrawn instead.
    """
    notice = _waiting(session, brand_id, notice_id)
    if notice is None:
        return None
    if why := out_of_date(session, notice):
        _take_back(session, notice, why, None, now)
        return notice
    notice.state, notice.why, notice.settled_by = "told", None, person_id
    log_id = session.get_one(Brand, brand_id).log_id
    body = {"notice": notice.id, "person": person_id}
    record(session, log_id, EntryType.NOTICE_RELEASED, body, now=now, key=f"released:{notice.id}")
    again = update(Outgoing).where(Outgoing.subject_id == notice.id, Outgoing.state == "held")
    session.execute(again.values(state="waiting", due_at=now, error=None))
    order = session.get_one(Order, session.get_one(Shipment, notice.shipment_id).order_id)
    post(session, notice, session.get_one(Customer, notice.customer_id), order, now)
    return notice


def drop(session: Session, brand_id: str, notice_id: str, person_id: str, now: datetime) -> Notice | None:
    """Withdraw a held notice by hand; None when it does not wait."""
    notice = _waiting(session, brand_id, notice_id)
    if notice is not None:
        _take_back(session, notice, "person", person_id, now)
    return notice


def withdraw_stale(db: Db, now: datetime) -> int:
    """Withdraw the held notices that are not true any more; how many. Safe to run twice and from two workers."""
    with reading(db) as session:
        waiting = session.scalars(select(Notice).where(Notice.state == "held")).all()
        stale = [(each.brand_id, each.id) for each in waiting if out_of_date(session, each)]
    return sum(_withdraw_one(db, *each, now) for each in stale)


def _withdraw_one(db: Db, brand_id: str, notice_id: str, now: datetime) -> int:
    with db.begin() as session:
        notice = _waiting(session, brand_id, notice_id)
        why = out_of_date(session, notice) if notice else ""
        if notice and why:
            _take_back(session, notice, why, None, now)
        return int(bool(why))


def _take_back(session: Session, notice: Notice, why: str, person_id: str | None, now: datetime) -> None:
    withdraw(session, notice, why, person_id, now)
    rows = update(Outgoing).where(Outgoing.subject_id == notice.id, Outgoing.state.in_(("held", "waiting")))
    session.execute(rows.values(state="withdrawn", error=why))


def _waiting(session: Session, brand_id: str, notice_id: str) -> Notice | None:
    mine = select(Notice).where(Notice.id == notice_id, Notice.brand_id == brand_id, Notice.state == "held")
    return session.scalar(mine.with_for_update())
