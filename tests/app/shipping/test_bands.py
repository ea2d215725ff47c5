"""A delivery rate that leaves its band opens one case with all its shipments; a small count says nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.models.shipments import Case, Shipment
from app.shipping import bands
from app.shipping.band import Count, at_most, leaves_band
from app.shipping.orders import place_order
from app.shipping.shipments import ParcelOrder, create_shipment
from tests.app.shipping.conftest import BEN, TestClock


@pytest.mark.parametrize(
    ("before", "now", "leaves"),
    [
        ((200, 190), (20, 10), True),
        ((200, 190), (20, 18), False),
        ((200, 190), (14, 0), False),
        ((49, 49), (30, 0), False),
        ((200, 100), (40, 19), False),
        ((200, 200), (20, 20), False),
        ((200, 200), (20, 15), True),
        ((200, 0), (20, 0), False),
    ],
)
def test_only_what_chance_does_not_explain_leaves_the_band(
    before: tuple[int, int], now: tuple[int, int], leaves: bool
) -> None:
    assert leaves_band(Count(*before), Count(*now)) is leaves


@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_a_probability_is_one_at_most_and_grows(due: int, share: float) -> None:
    chances = [at_most(kept, due, share) for kept in range(due + 1)]
    assert chances == sorted(chances)
    assert chances[-1] == pytest.approx(1)


def sent(
    house: House, brand_id: str, clock: TestClock, count: int, ago: int, kept: int, country: str = "IE"
) -> None:
    """So many parcels whose first promise ended so many days ago, and how many of them kept it."""
    last = clock().date() - timedelta(days=ago)
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        for n in range(count):
            number = f"{country}-{ago}-{n}"
            order = place_order(session, brand, number=number, buyer=BEN, placed_at=clock(), now=clock())
            shipment = create_shipment(
                session,
                brand,
                order,
                parcels=[ParcelOrder(number, "ups")],
                window=(last, last),
                destination_country=country,
                now=clock(),
            )
            shipment.judge_at = None
            if n < kept:
                shipment.status = "delivered"
                shipment.delivered_at = clock() - timedelta(days=ago + 1)


def open_cases(house: House) -> list[Case]:
    with reading(house.db) as session:
        wanted = select(Case).where(Case.closed_at.is_(None), Case.kind == "band")
        return list(session.scalars(wanted.order_by(Case.subject)))


def test_a_carrier_that_fails_opens_one_case_with_its_shipments_and_closes_it(
    house: House, brand_id: str, clock: TestClock
) -> None:
    sent(house, brand_id, clock, 60, 30, 58)
    sent(house, brand_id, clock, 20, 3, 6)
    for _ in range(2):
        bands.judge_due(house.db, clock())
    (case,) = open_cases(house)
    assert case.subject == "rate:carrier:ups"
    assert (case.facts["kept_now"], case.facts["due_now"], case.facts["kept_before"]) == (6, 20, 58)
    with reading(house.db) as session:
        late = set(session.scalars(select(Shipment.id).where(Shipment.delivered_at.is_(None))))
    assert set(case.facts["shipments"]) == late
    assert len(late) == 16
    clock.forward(days=8)
    bands.judge_due(house.db, clock())
    assert not open_cases(house)


def test_a_country_that_fails_is_told_from_a_carrier_that_works(
    house: House, brand_id: str, clock: TestClock
) -> None:
    sent(house, brand_id, clock, 60, 30, 59)
    sent(house, brand_id, clock, 120, 29, 118, "FR")
    sent(house, brand_id, clock, 20, 3, 8)
    sent(house, brand_id, clock, 160, 4, 160, "FR")
    bands.judge_due(house.db, clock())
    assert [case.subject for case in open_cases(house)] == ["rate:country:IE"]
