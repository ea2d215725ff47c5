"""Keeping the last sentence of a notice: when the time that it named has come and nobody wrote since, we write.

Nothing here decides that something is late; it repeats what is known, until the shipment has come to its end.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.care.days_off import holiday
from app.care.notices import follow_up
from app.care.rules import last_working_day
from app.db import Db, reading
from app.models.shipments import Notice, Shipment
from app.texts import Texts
from carriers.vocabulary import SETTLED

_LAST_WORDS = ("recall", "amends", "marketing")  # nothing is left to be repeated after these
AHEAD = timedelta(days=7)
"""How far before a holiday the letter may come that was named for it."""


def write_due(db: Db, now: datetime, limit: int = 200) -> int:
    """Write again to every customer whose last notice named a time that has come; how many notices that were.

    Each in its own transaction. From two workers it is still one notice: its key names the earlier one.
    """
    with reading(db) as session:
        due = _due(session, now, limit)
    return sum(_write(db, notice_id, now) for notice_id in due)


def _due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    newer = aliased(Notice)
    later = select(newer.id).where(newer.shipment_id == Notice.shipment_id, newer.created_at > Notice.created_at)
    asked = (
        select(Notice, Shipment)
        .join(Shipment, Shipment.id == Notice.shipment_id)
        .where(
            Notice.next_at <= now + AHEAD, Notice.kind.not_in(_LAST_WORDS), Notice.state == "told", ~later.exists()
        )
        .where(Shipment.delivered_at.is_(None), Shipment.status.is_(None) | Shipment.status.not_in(SETTLED))
        # What is to be judged now may be news, which goes first and makes a repetition needless.
        .where(Shipment.judge_at.is_(None) | (Shipment.judge_at > now))
        .order_by(Notice.next_at, Notice.id)
    )
    rows = session.execute(asked.limit(limit))
    return [notice.id for notice, shipment in rows if moment_of(notice, shipment) <= now]


def moment_of(notice: Notice, shipment: Shipment) -> datetime:
    """When we write: at the time that was named, or before it where that day is a public holiday at either end."""
    zone = Texts.zone(shipment.destination_zone)
    named, begun = notice.next_at.astimezone(zone), notice.created_at.astimezone(zone)
    ends = [holiday(shipment.origin_country), holiday(shipment.destination_country)]
    earliest = max(begun.date() + timedelta(days=1), named.date() - AHEAD)
    day = last_working_day(named.date(), ends, min(earliest, named.date()))
    return notice.next_at - (named.date() - day)


def _write(db: Db, notice_id: str, now: datetime) -> bool:
    with db.begin() as session:
        earlier = session.get_one(Notice, notice_id)
        shipment = session.get_one(Shipment, earlier.shipment_id)
        return follow_up(session, shipment=shipment, earlier=earlier, now=now) is not None
