"""The leg behind a hand-over: found in a carrier's words, corrected, remembered; what such words may never do."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import reading
from app.house import House
from app.models.shipments import Case, Parcel, Shipment
from app.shipping.carrier_choice import correct
from app.shipping.delays import judge_due
from app.shipping.shipments import ParcelOrder
from app.shipping.timeline import apply
from app.shipping.views import shipment_view
from carriers import neutral
from carriers.adapters import aftership
from carriers.answer import Answer, TrackedShipment
from carriers.handoff import Handoff, named_in
from carriers.tables import PollState
from carriers.vocabulary import Evidence
from tests.app.shipping.conftest import Ship, TestClock
from tests.app.shipping.test_timeline import BEGIN, fresh, take, told

NUMBER = "RB123456785GB"
SAYS = f"Handed over to Royal Mail, tracking number {NUMBER}"


def legs(house: House, shipment: Shipment) -> list[tuple[int, str, str]]:
    with reading(house.db) as session:
        rows = session.scalars(select(Parcel).where(Parcel.shipment_id == shipment.id).order_by(Parcel.leg)).all()
        return [(row.leg, row.carrier, row.tracking_number) for row in rows]


def second(carrier: str, *lines: tuple[float, str, str, str], number: str = NUMBER) -> Answer:
    """What the second carrier says: (hours after BEGIN, words, town, country) of each line."""
    records = [
        {
            "carrier": carrier,
            "tracking_number": number,
            "occurred": (BEGIN + timedelta(hours=hours)).isoformat(),
            "description": words,
            "location": {"city": town, "country": country},
        }
        for hours, words, town, country in lines
    ]
    return Answer((TrackedShipment(carrier, number, tuple(neutral.read(records))),), raw=b"{}")


def test_the_leg_that_a_carrier_names_is_followed_at_once_and_only_once(
    house: House, ship: Ship, brand_id: str
) -> None:
    shipment = ship("ups")
    first = legs(house, shipment)
    take(house, shipment, told("ups", (4, "Arrived at hub", "Dublin"), (5, SAYS, "Dublin")))
    take(house, shipment, told("ups", (6, "Given to our partner DPD, number 09981122334455", "Dublin")))
    assert legs(house, shipment) == [*first, (2, "royalmail", NUMBER)]
    with reading(house.db) as session:
        followed = session.scalars(select(PollState).where(PollState.carrier == "royalmail")).one()
        view = shipment_view(session, brand_id, shipment.id)
    assert followed.next_at == house.clock()
    assert view
    assert [parcel.found for parcel in view.parcels] == [False, True]


def test_a_quiet_first_carrier_is_not_stuck_while_the_second_moves(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (4, "Arrived at hub", "Dublin"), (5, SAYS, "Dublin")))
    clock.at = BEGIN + timedelta(hours=100)
    take(house, shipment, second("royalmail", (90, "Item received at depot", "Galway", "IE")), "royalmail")
    judge_due(house.db, house.clock())
    with reading(house.db) as session:
        assert "no_movement" not in session.scalars(select(Case.kind)).all()
    clock.at = BEGIN + timedelta(hours=90 + 73)
    judge_due(house.db, house.clock())
    with reading(house.db) as session:
        assert "no_movement" in session.scalars(select(Case.kind)).all()  # now neither moves


def test_a_correction_is_remembered_for_the_lane(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (5, SAYS, "Dublin")))
    with house.db.begin() as session:
        row = session.scalars(select(Parcel).where(Parcel.leg == 2)).one()
        correct(
            session,
            brand_id=brand_id,
            parcel_id=row.id,
            carrier="seventeentrack",
            person_id="ada",
            now=house.clock(),
        )
    other = ship(number="A-2", parcels=[ParcelOrder("1Z2Y5V710312345671", "ups")])
    says = "Transferred to local carrier, number RB123456799GB"
    answer = second("ups", (5, says, "Dublin", "IE"), number="1Z2Y5V710312345671")
    take(house, other, answer)
    assert legs(house, other)[1:] == [(2, "seventeentrack", "RB123456799GB")]


@pytest.mark.parametrize(
    "words",
    [
        "Handed over to Royal Mail, tracking number 1Z2Y5V710312345671",  # Cleo's customer waits for that one
        "Handed over to somebody, number 12345678901",  # anything of eleven digits, no carrier, no check digit
        "Handed over to Royal Mail, tracking number ' OR 1=1 --",
        "<script>handed over to x, number RB123456785GX</script>",
        "Handed over to Royal Mail, tracking number RB12",
        "Will not be handed over: Royal Mail RB123456785GB",
        "Delivered to neighbour, number 12345678",
    ],
)
def test_words_that_may_be_anybodys_make_no_leg(house: House, ship: Ship, words: str) -> None:
    ship(number="A-9", parcels=[ParcelOrder("1Z2Y5V710312345671", "royalmail")])
    shipment = ship("ups")
    take(house, shipment, told("ups", (5, words, "Dublin")))
    assert len(legs(house, shipment)) == 1


def test_what_a_person_typed_makes_no_leg(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    with house.db.begin() as session:
        row = session.scalars(select(Parcel).where(Parcel.shipment_id == shipment.id)).one()
        apply(session, row, told("ups", (5, SAYS, "Dublin")), house.clock(), evidence=Evidence.MANUAL)
    assert len(legs(house, shipment)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        [(-24 * 30, "Delivered", "Galway", "IE")],  # of a parcel that had the number a month ago
        [(8, "Arrived at hub", "Leeds", "GB"), (9, "Delivered", "Leeds", "GB")],  # never came to our country
    ],
)
def test_another_parcels_history_on_the_named_number_changes_nothing(
    house: House, ship: Ship, lines: list[tuple[float, str, str, str]]
) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (5, SAYS, "Dublin")))
    before = fresh(house, shipment)
    assert take(house, shipment, second("royalmail", *lines), "royalmail").news == 0
    after = fresh(house, shipment)
    assert (after.status, after.delivered_at, after.version) == (
        before.status,
        before.delivered_at,
        before.version,
    )


@given(st.text(max_size=500))
def test_any_words_can_be_read(words: str) -> None:
    (event,) = told("ups", (1, "Arrived at hub", "Dublin")).shipments[0].events
    found = named_in(replace(event, description=words))
    assert found is None or found.number.isalnum()


def test_words_made_to_be_slow_are_read_at_once() -> None:
    (event,) = told("ups", (1, "Arrived at hub", "Dublin")).shipments[0].events
    for words in ("handed over to " * 33, "handed to " + "a " * 240, "handed over to x number " + "A " * 230):
        assert named_in(replace(event, description=words[:500])) is None


def test_a_field_of_an_answer_names_the_leg_too() -> None:
    tracking = {
        "tracking_number": "YT2000000000000001",
        "slug": "yunexpress",
        "next_couriers": [{"slug": "royal-mail", "tracking_number": "RB 123 456 785 GB", "source": "carrier"}],
        "checkpoints": [{"message": "Departed", "checkpoint_time": "2026-03-01T08:00:00+00:00"}],
    }
    answer = json.dumps({"meta": {"code": 200}, "data": {"tracking": tracking}}).encode()
    assert aftership.parse(answer).shipments[0].next_leg == Handoff(NUMBER, "royalmail")
