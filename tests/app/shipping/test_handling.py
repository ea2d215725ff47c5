"""Promises begin with the order: what is late before a carrier has it, with its own reason and told once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.models.shipments import Case, Notice, Parcel, Promise, Shipment
from app.shipping.delays import judge_due
from app.shipping.handling import Handling, own_reason, working_day
from app.shipping.orders import place_order
from app.shipping.shipments import ParcelOrder, create_shipment
from app.shipping.stock import stock_back, stock_missing
from carriers import store
from carriers.tables import PollState
from carriers.vocabulary import Status
from tests.app.shipping.conftest import BEN, NUMBERS, TestClock
from tests.app.shipping.test_timeline import take, told

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DUE = MONDAY + timedelta(days=2)


def handling(**told: object) -> Handling:
    usual: dict[str, object] = {"status": None, "scanned": False, "parcels": 0, "label_at": None, "asked_at": None}
    return Handling(**{**usual, "hand_over_by": DUE, "no_stock": False, **told})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "hours", "reason"),
    [
        ({}, -1, None),
        ({}, 0, "not_handed_over"),
        ({"no_stock": True}, -40, "no_stock"),
        ({"parcels": 1, "label_at": MONDAY, "asked_at": DUE}, 1, "label_only"),
        ({"parcels": 1, "label_at": MONDAY, "asked_at": None}, 50, None),
        ({"parcels": 1, "label_at": MONDAY, "asked_at": DUE - timedelta(hours=1)}, 50, None),
        ({"parcels": 1, "label_at": MONDAY, "asked_at": DUE, "scanned": True}, 50, None),
        ({"parcels": 1, "asked_at": DUE, "status": Status.IN_TRANSIT, "no_stock": True}, 50, None),
        ({"parcels": 1, "asked_at": DUE, "status": Status.REGISTERED}, 1, "label_only"),
        ({"hand_over_by": None}, 500, None),
        (
            {"hand_over_by": None, "parcels": 1, "label_at": MONDAY, "asked_at": MONDAY + timedelta(hours=73)},
            26,
            "label_only",
        ),
    ],
)
def test_our_own_part_is_late_for_a_reason_that_is_known(
    told: dict[str, object], hours: float, reason: str | None
) -> None:
    assert own_reason(handling(**told), DUE + timedelta(hours=hours)) == reason


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [(2, 0, 2), (2, 2, 4), (6, 1, 9), (7, 0, 9), (7, 1, 9), (8, 5, 13)],
)
def test_working_days_leave_the_weekend_out(day: int, count: int, then: int) -> None:
    assert working_day(date(2026, 3, day), count) == date(2026, 3, then)


@pytest.fixture
def promised(house: House, brand_id: str) -> Shipment:
    """Ben has ordered from a brand that promises two working days and then a window."""
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        brand.settings = {**brand.settings, "promise": {"handling_days": 2, "first_day": 4, "last_day": 6}}
    order(house, brand_id)
    with reading(house.db) as session:
        return session.scalars(select(Shipment)).one()


def order(house: House, brand_id: str) -> None:
    with house.db.begin() as session:
        place_order(
            session, brand_of(session, brand_id), number="A-1", buyer=BEN, placed_at=MONDAY, now=house.clock()
        )


def pack(house: House, brand_id: str) -> Shipment:
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        placed = place_order(session, brand, number="A-1", buyer=BEN, placed_at=MONDAY, now=house.clock())
        parcels = [ParcelOrder(NUMBERS["ups"], "ups")]
        return create_shipment(
            session,
            brand,
            placed,
            parcels=parcels,
            origin_country="DE",
            destination_country="IE",
            now=house.clock(),
        )


def later(house: House, clock: TestClock, **span: float) -> None:
    clock.forward(**span)
    judge_due(house.db, clock())


def told_to_ben(house: House) -> list[str]:
    with reading(house.db) as session:
        return [each.reason for each in session.scalars(select(Notice).order_by(Notice.created_at, Notice.id))]


def open_cases(house: House) -> set[str]:
    with reading(house.db) as session:
        return {case.kind for case in session.scalars(select(Case).where(Case.closed_at.is_(None)))}


def test_an_order_begins_its_promise_before_there_is_a_parcel(house: House, promised: Shipment) -> None:
    assert promised.hand_over_by == datetime(2026, 3, 5, tzinfo=UTC)
    with reading(house.db) as session:
        promise = session.scalars(select(Promise)).one()
    assert (promise.window_from, promise.window_to, promise.source) == (
        date(2026, 3, 6),
        date(2026, 3, 8),
        "brand",
    )


def test_what_is_not_handed_over_in_time_is_told_once_and_ends_with_the_first_scan(
    house: House, promised: Shipment, brand_id: str, clock: TestClock
) -> None:
    later(house, clock, hours=48)
    assert not told_to_ben(house)
    later(house, clock, hours=24)
    later(house, clock, hours=1)
    assert told_to_ben(house) == ["not_handed_over"]
    assert open_cases(house) == {"not_handed_over"}
    shipment = pack(house, brand_id)
    assert shipment.id == promised.id
    take(house, shipment, told("ups", (72.8, "Picked up", "Cork")))
    assert not open_cases(house)
    assert told_to_ben(house) == ["not_handed_over"]


def test_a_label_alone_is_late_once_its_carrier_was_asked(
    house: House, promised: Shipment, brand_id: str, clock: TestClock
) -> None:
    shipment = pack(house, brand_id)
    later(house, clock, hours=80)
    assert not told_to_ben(house)  # nobody has asked the carrier: it may have it
    with house.db.begin() as session:
        (asked,) = store.history(session, [parcel_id(house, shipment)])[0].values()
        assert asked.checked_at is None
    heard(house, shipment, clock)
    later(house, clock, hours=7)
    assert told_to_ben(house) == ["label_only"]
    assert open_cases(house) == {"label_only"}


def parcel_id(house: House, shipment: Shipment) -> str:
    with reading(house.db) as session:
        return session.scalars(select(Parcel.id).where(Parcel.shipment_id == shipment.id)).one()


def heard(house: House, shipment: Shipment, clock: TestClock) -> None:
    """The carrier answers that there is nothing but a label."""
    take(house, shipment, told("ups", (30, "Label created", "")))
    with house.db.begin() as session:
        session.execute(update(PollState).values(last_answer_at=clock()))


def test_missing_stock_is_late_at_once_and_a_new_promise_never_hides_the_first(
    house: House, promised: Shipment, clock: TestClock
) -> None:
    for _ in range(2):
        with house.db.begin() as session:
            stock_missing(session, session.get_one(Shipment, promised.id), date(2026, 3, 20), clock())
        later(house, clock, hours=1)
    assert told_to_ben(house) == ["no_stock"]
    assert open_cases(house) == {"no_stock"}
    with house.db.begin() as session:
        stock_back(session, session.get_one(Shipment, promised.id), clock())
    later(house, clock, minutes=1)
    assert not open_cases(house)
    with reading(house.db) as session:
        assert session.scalars(select(Promise.ordinal)).all() == [1]


def test_a_second_parcel_of_the_order_is_a_shipment_of_its_own(
    house: House, promised: Shipment, brand_id: str
) -> None:
    assert pack(house, brand_id).id == promised.id
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        placed = place_order(session, brand, number="A-1", buyer=BEN, placed_at=MONDAY, now=house.clock())
        parcels = [ParcelOrder(NUMBERS["fedex"], "fedex")]
        assert create_shipment(session, brand, placed, parcels=parcels, now=house.clock()).id != promised.id
