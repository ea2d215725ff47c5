"""Public holidays by country, and the letter that comes before one instead of on it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.care import notices
from app.care.days_off import holiday
from app.care.follow_up import write_due
from app.db import Db
from app.models.shipments import Notice, Shipment
from tests.support.shop import ship


@pytest.mark.parametrize(
    ("country", "day", "off"),
    [
        ("NL", date(2026, 4, 27), True),  # the king's birthday
        ("DE", date(2026, 4, 27), False),
        ("CN", date(2026, 10, 1), True),
        ("AE", date(2026, 12, 2), True),
        (None, date(2026, 12, 25), False),
        ("XX", date(2026, 12, 25), False),
    ],
)
def test_a_day_is_off_where_the_country_says_so(country: str | None, day: date, off: bool) -> None:
    assert holiday(country)(day) is off


@pytest.mark.parametrize(("origin", "early"), [("CN", 0), ("BR", 1)])  # 21 April is Tiradentes in Brazil
def test_what_was_announced_for_a_holiday_at_either_end_comes_before_it(
    db: Db, brand_id: str, now: datetime, origin: str, early: int
) -> None:
    began = now.replace(month=4, day=19)
    shipment = ship(db, brand_id, began)
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        row.origin_country, row.judge_at = origin, None
        assert notices.delay(session, shipment=row, reason="lost", window=None, now=began)
    assert write_due(db, began + timedelta(days=1)) == early
    assert write_due(db, began + timedelta(days=2)) == 1 - early
    with db() as session:
        assert len(session.scalars(select(Notice)).all()) == 2
