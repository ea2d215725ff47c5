"""Keeping the last sentence of a notice: when the time that it named has come and nobody wrote since, we write.

Nothing here decides that something is late; it repeats what is known, until the shipment has come to its end.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.care.notices import follow_up
from app.db import Db, reading
from app.models.shipments import Notice, Shipment
from carriers.vocabulary import SETTLED


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
        select(Notice.id)
        .join(Shipment, Shipment.id == Notice.shipment_id)
        .where(Notice.next_at <= now, Notice.kind != "recall", ~later.exists())
        .where(Shipment.delivered_at.is_(None), Shipment.status.is_(None) | Shipment.status.not_in(SETTLED))
        .order_by(Notice.next_at, Notice.id)
    )
    return session.scalars(asked.limit(limit)).all()


def _write(db: Db, notice_id: str, now: datetime) -> bool:
    with db.begin() as session:
        earlier = session.get_one(Notice, notice_id)
        shipment = session.get_one(Shipment, earlier.shipment_id)
        return follow_up(session, shipment=shipment, earlier=earlier, now=now) is not None
