"""The rules: 72 hours of silence, trouble, a promise that has passed; and the window that is stated then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import reading
from app.house import House
from app.models.shipments import Case, Notice, Shipment
from app.shipping.delays import judge_due
from app.shipping.windows import shifted
from tests.app.shipping.conftest import Ship, TestClock
from tests.app.shipping.test_timeline import BEGIN, take, told


def cases(house: House) -> dict[str, Case]:
    with reading(house.db) as session:
        return {case.kind: case for case in session.scalars(select(Case).where(Case.closed_at.is_(None)))}


def notices(house: House) -> list[Notice]:
    with reading(house.db) as session:
        return list(session.scalars(select(Notice).order_by(Notice.created_at, Notice.id)))


def at(clock: TestClock, house: House, moment: datetime) -> int:
    clock.at = moment
    return judge_due(house.db, moment)


@pytest.mark.parametrize(("hours", "fires"), [(71.9, False), (72.0, True), (100.0, True)])
def test_a_case_opens_72_hours_after_the_last_scan(
    house: House, ship: Ship, clock: TestClock, hours: float, fires: bool
) -> None:
    shipment = ship("ups", window=None)
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin")))
    at(clock, house, BEGIN + timedelta(hours=20 + hours))
    assert ("no_movement" in cases(house)) is fires
    if fires:
        assert cases(house)["no_movement"].facts["class"] == "stuck"


def test_the_case_closes_when_the_parcel_moves(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=None)
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin")))
    at(clock, house, BEGIN + timedelta(hours=93))
    assert "no_movement" in cases(house)
    take(house, shipment, told("ups", (92.5, "Departed hub", "Dublin")))
    assert not cases(house)


def test_judging_twice_opens_one_case_and_rests(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=None)
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin")))
    late = BEGIN + timedelta(hours=93)
    assert at(clock, house, late) == 1
    assert at(clock, house, late + timedelta(minutes=1)) == 0
    assert len(cases(house)) == 1


def test_a_sea_leg_is_an_expected_gap_of_low_priority(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=None)
    take(house, shipment, told("ups", (20, "Vessel departed", "Cork")))
    at(clock, house, BEGIN + timedelta(days=9))
    case = cases(house)["no_movement"]
    assert (case.facts["class"], case.priority) == ("expected_gap", 5)


def test_a_promise_that_passes_is_told_once_without_inventing_a_date(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=(date(2026, 3, 3), date(2026, 3, 4)))
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin")))
    at(clock, house, datetime(2026, 3, 4, 23, 59, tzinfo=UTC))
    assert not notices(house)
    at(clock, house, datetime(2026, 3, 5, 0, 1, tzinfo=UTC))
    at(clock, house, datetime(2026, 3, 6, 0, 1, tzinfo=UTC))
    told_to_ben = notices(house)
    assert [(each.reason, each.window_from) for each in told_to_ben] == [("promise_passed", None)]
    assert "promise_passed" in cases(house)


def test_the_day_ends_in_the_zone_of_the_recipient(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=(date(2026, 3, 3), date(2026, 3, 4)))
    with house.db.begin() as session:
        session.get_one(Shipment, shipment.id).destination_zone = "America/Los_Angeles"
    take(house, shipment, told("ups", (24, "Arrived at hub", "Dublin")))
    at(clock, house, datetime(2026, 3, 5, 7, 59, tzinfo=UTC))
    assert not notices(house)
    at(clock, house, datetime(2026, 3, 5, 8, 1, tzinfo=UTC))
    assert notices(house)


def test_an_exception_names_the_cause_that_the_carrier_names(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (20, "Parcel damaged at our hub", "Dublin")))
    assert [each.reason for each in notices(house)] == ["damaged"]
    assert cases(house)["exception"].facts["reason"] == "damaged"


def test_customs_at_work_is_no_trouble_and_a_hold_is(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (20, "Presented to customs", "Dublin")))
    assert not cases(house)
    assert not notices(house)
    take(house, shipment, told("ups", (21, "Held by customs for inspection", "Dublin")))
    assert set(cases(house)) == {"customs"}
    assert [each.reason for each in notices(house)] == ["customs_inspection"]
    take(house, shipment, told("ups", (22, "Released by customs", "Dublin")))
    assert not cases(house)


def test_a_delivery_closes_everything(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=(date(2026, 3, 3), date(2026, 3, 4)))
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin")))
    at(clock, house, BEGIN + timedelta(days=6))
    assert set(cases(house)) == {"no_movement", "promise_passed"}
    take(house, shipment, told("ups", (24 * 5.5, "Delivered", "Galway")))
    assert not cases(house)
    assert at(clock, house, BEGIN + timedelta(days=30)) == 0


def test_a_parcel_that_waits_to_be_collected_is_not_late(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups", window=(date(2026, 3, 3), date(2026, 3, 4)))
    take(house, shipment, told("ups", (20, "Ready for collection at the post office", "Galway")))
    at(clock, house, BEGIN + timedelta(days=8))
    assert not notices(house)
    assert not cases(house)


def test_the_lane_gives_a_window_only_while_it_lies_ahead() -> None:
    promised, late = date(2026, 3, 4), [1, 2, 2, 3, 3, 4, 6, 9]
    assert shifted(promised, late, date(2026, 3, 5)) == (date(2026, 3, 7), date(2026, 3, 10))
    assert shifted(promised, late, date(2026, 3, 9)) == (date(2026, 3, 9), date(2026, 3, 10))
    assert shifted(promised, late, date(2026, 3, 20)) is None
