"""“We write by Wednesday at the latest”: and then we do, until the parcel is there."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.care import notices
from app.care.follow_up import write_due
from app.db import Db
from app.models.shipments import Notice, Outgoing, Shipment
from tests.support.shop import ship


def told(db: Db) -> list[Notice]:
    with db() as session:
        return list(session.scalars(select(Notice).order_by(Notice.created_at)))


def late(db: Db, brand_id: str, now: datetime) -> Shipment:
    shipment = ship(db, brand_id, now)
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        row.judge_at = None  # judged, and nothing new
        assert notices.delay(session, shipment=row, reason="lost", window=None, now=now)
    return shipment


def test_nobody_is_written_to_before_the_time(db: Db, brand_id: str, now: datetime) -> None:
    late(db, brand_id, now)
    assert write_due(db, now + timedelta(days=1)) == 0


def test_at_the_time_we_write_once(db: Db, brand_id: str, now: datetime) -> None:
    late(db, brand_id, now)
    assert write_due(db, now + timedelta(days=2)) == 1
    assert write_due(db, now + timedelta(days=2)) == 0
    first, second = told(db)
    assert "Nothing has changed since we wrote last. The carrier can't find your parcel." in second.body
    assert second.next_at > first.next_at
    with db() as session:
        assert len(session.scalars(select(Outgoing)).all()) == 2


def test_a_jump_of_the_clock_writes_one_letter_and_not_ten(db: Db, brand_id: str, now: datetime) -> None:
    late(db, brand_id, now)
    assert write_due(db, now + timedelta(days=40)) == 1


def test_what_is_still_to_be_judged_may_be_news_which_goes_first(db: Db, brand_id: str, now: datetime) -> None:
    shipment, at = late(db, brand_id, now), now + timedelta(days=2)
    with db.begin() as session:
        session.get_one(Shipment, shipment.id).judge_at = at
    assert write_due(db, at) == 0
    with db.begin() as session:
        session.get_one(Shipment, shipment.id).judge_at = at + timedelta(days=1)
    assert write_due(db, at) == 1


def test_what_has_arrived_is_over(db: Db, brand_id: str, now: datetime) -> None:
    shipment = late(db, brand_id, now)
    with db.begin() as session:
        session.get_one(Shipment, shipment.id).status = "delivered"
    assert write_due(db, now + timedelta(days=9)) == 0


def test_each_letter_leaves_the_next_one_more_time(db: Db, brand_id: str, now: datetime) -> None:
    late(db, brand_id, now)
    at = now
    for _ in range(6):
        at = told(db)[-1].next_at
        assert write_due(db, at) == 1
    pauses = [(each.next_at - each.created_at).days for each in told(db)]
    assert pauses == [2, 4, 8, 16, 30, 30, 30]
