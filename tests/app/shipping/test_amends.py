"""A broken promise is told and compensated in one notice, and never for a guess."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.care import compensation, proposals
from app.care.compensation import RuleTerms
from app.care.follow_up import write_due
from app.db import reading
from app.house import House
from app.models.amends import Compensation, Proposal
from app.models.shipments import Notice, Shipment
from app.shipping.delays import judge_due
from carriers.tables import PollState
from tests.app.shipping.conftest import Ship, TestClock
from tests.app.shipping.test_timeline import take, told

WINDOW = (date(2026, 3, 3), date(2026, 3, 4))


@pytest.fixture(autouse=True)
def rule(house: House, brand_id: str, clock: TestClock) -> None:
    with house.db.begin() as session:
        terms = RuleTerms("code", 500, "EUR", 1, 90, 50_000)
        compensation.set_rule(session, brand_of(session, brand_id), terms, person_id="owner", now=clock())


def at(house: House, clock: TestClock, day: int, hour: int) -> None:
    clock.at = datetime(2026, 3, day, hour, tzinfo=UTC)
    judge_due(house.db, clock())


def given(house: House) -> list[Compensation]:
    with reading(house.db) as session:
        return list(session.scalars(select(Compensation)))


def letters(house: House) -> list[tuple[str, str]]:
    with reading(house.db) as session:
        return [(each.kind, each.reason) for each in session.scalars(select(Notice).order_by(Notice.id))]


def test_a_passed_window_waits_for_the_carriers_word_and_is_told_once(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=WINDOW)
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin")))
    at(house, clock, 5, 1)
    assert not given(house)
    assert not letters(house)
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin")))  # asked again: still no delivery
    at(house, clock, 5, 20)
    at(house, clock, 6, 20)
    (one,) = given(house)
    assert letters(house) == [("compensation", "promise_passed")]
    with reading(house.db) as session:
        assert one.code in session.scalars(select(Notice)).one().body


def test_without_the_carriers_word_the_delay_is_told_and_nothing_is_given(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=WINDOW)
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin")))
    at(house, clock, 5, 1)
    at(house, clock, 5, 13)
    assert letters(house) == [("delay", "promise_passed")]
    assert not given(house)


def test_after_a_standstill_the_carrier_is_asked_before_the_customer_is_told(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=WINDOW)
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin")))
    at(house, clock, 9, 12)  # nobody has worked for four days
    assert not letters(house)
    with reading(house.db) as session:
        assert session.scalars(select(PollState.next_at)).one() == clock.at
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin")))
    at(house, clock, 10, 12)
    assert letters(house) == [("compensation", "promise_passed")]


def test_a_parcel_that_waits_to_be_collected_is_not_asked_about_for_ever(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=WINDOW)
    take(house, shipment, told("ups", (24, "Ready for collection at the post office", "Galway")))
    with house.db.begin() as session:
        session.scalars(select(PollState)).one().next_at = later = clock.at + timedelta(days=20)
    at(house, clock, 9, 12)
    with reading(house.db) as session:
        assert session.scalars(select(PollState.next_at)).one() == later
    assert not given(house)


def test_a_late_delivery_is_compensated_and_told_though_the_parcel_has_come(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=WINDOW)
    clock.at = datetime(2026, 3, 6, 12, tzinfo=UTC)
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin"), (100, "Delivered", "Galway")))
    (one,) = given(house)
    assert one.days_late == 1
    assert letters(house) == [("compensation", "delivered_late")]
    with reading(house.db) as session:
        body = session.scalars(select(Notice)).one().body
    assert "5 March 2026" in body
    assert "We do not know a new date" not in body


def test_a_moved_estimate_is_told_and_gives_nothing(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=WINDOW)
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin"), estimate=date(2026, 3, 9)))
    assert letters(house) == [("delay", "unknown")]
    assert not given(house)


def test_a_later_promise_never_hides_the_first(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=WINDOW)
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin"), estimate=date(2026, 3, 9)))
    clock.at = datetime(2026, 3, 6, 12, tzinfo=UTC)
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin"), estimate=date(2026, 3, 9)))
    assert [each.days_late for each in given(house)] == [2]
    assert letters(house) == [("delay", "unknown"), ("compensation", "promise_passed")]


def test_somebody_at_the_door_in_time_kept_the_promise(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=WINDOW)
    clock.at = datetime(2026, 3, 6, 12, tzinfo=UTC)
    lines = (75, "Delivery attempted, recipient not at home", "Galway"), (100, "Delivered", "Galway")
    take(house, shipment, told("ups", *lines))
    assert not given(house)


def test_a_lost_parcel_opens_a_proposal_and_a_refund_is_the_last_word(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=WINDOW)
    take(house, shipment, told("ups", (24, "Parcel lost, cannot be located", "Dublin")))
    with house.db.begin() as session:
        proposal = session.scalars(select(Proposal)).one()
        assert proposal.cause == "loss"
        assert proposals.decide(session, proposal, "refund", person_id="p", now=clock())
    at(house, clock, 6, 12)
    take(house, shipment, told("ups", (24, "Parcel lost, cannot be located", "Dublin")))
    assert letters(house) == [("delay", "lost"), ("amends", "lost")]
    assert not given(house)
    with reading(house.db) as session:
        assert session.get_one(Shipment, shipment.id).judge_at is None


def test_a_replacement_is_told_once_with_its_own_window(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=WINDOW)
    take(house, shipment, told("ups", (24, "Parcel lost, cannot be located", "Dublin")))
    for _ in range(2):
        with house.db.begin() as session:
            proposal = session.scalars(select(Proposal)).one()
            proposals.decide(session, proposal, "resend", person_id="p", now=clock())
    assert letters(house) == [("delay", "lost"), ("amends", "lost")]
    with reading(house.db) as session:
        last = session.scalars(select(Notice).where(Notice.kind == "amends")).one()
    assert (last.window_from, last.window_to) == ((clock.at + timedelta(days=3)).date(), date(2026, 3, 12))


def test_a_cause_that_has_ended_is_not_told_again(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=(date(2026, 3, 20), date(2026, 3, 22)))
    held = (24, "Held by customs: documents missing", "Dublin")
    take(house, shipment, told("ups", held))
    take(house, shipment, told("ups", held, (26, "Released by customs", "Dublin")))
    clock.forward(days=3)
    assert write_due(house.db, clock()) == 1
    with reading(house.db) as session:
        last = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert last
    assert "What we wrote about last time is over. Where it stands: On its way." in last.body
    assert "documents are missing" not in last.body
