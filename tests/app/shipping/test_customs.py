"""Customs as a stage: who must act, since when, until the next scan; and what a person knows better."""

import pytest
from sqlalchemy import select

from app.db import reading
from app.house import House
from app.models.desk import CustomsHold
from app.models.shipments import Shipment
from app.shipping.customs import DutyLinkRefused, open_hold, settle, who_must_act
from app.shipping.views import parcel_for_passport, shipment_view
from tests.app.shipping.conftest import Ship, TestClock
from tests.app.shipping.test_timeline import take, told


@pytest.mark.parametrize(
    ("reason", "words", "actor"),
    [
        ("customs_documents", "Held: invoice missing", "customer"),
        ("customs_documents", "Waiting for the shipper to send the invoice", "sender"),
        ("customs_duties", "Duties and taxes due", "customer"),
        ("customs_inspection", "Broker informed, under inspection", "customs"),
        ("customs_documents", "With the customs BROKER", "broker"),
        ("customs_prohibited", "Import refused", "sender"),
        ("security_hold", "", "customs"),
    ],
)
def test_who_must_act_is_whom_the_carrier_names_else_who_can(reason: str, words: str, actor: str) -> None:
    assert who_must_act(reason, words) == actor


def test_a_hold_is_one_stage_from_its_first_word_to_its_release(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (20, "Held by customs: documents missing", "Dublin")))
    take(house, shipment, told("ups", (20.5, "Held by customs: documents missing", "Dublin")))
    with reading(house.db) as session:
        hold = session.scalars(select(CustomsHold)).one()
    assert (hold.reason, hold.actor, hold.released_at) == ("customs_documents", "customer", None)
    take(house, shipment, told("ups", (24, "Released by customs", "Dublin")))
    with reading(house.db) as session:
        assert session.scalars(select(CustomsHold)).one().released_at
        assert open_hold(session, shipment.id) is None
    take(house, shipment, told("ups", (24.4, "Held by customs: documents missing", "Dublin")))
    with reading(house.db) as session:
        assert len(session.scalars(select(CustomsHold)).all()) == 2


@pytest.mark.parametrize(
    ("actor", "url"),
    [
        ("king", ""),
        ("customer", "http://pay.example.com"),
        ("customer", "javascript:alert(1)"),
        ("customer", "https://user:pass@pay.example.com"),
        ("customer", "https://pay.example.com/ x"),
        ("customer", "https://localhost/pay"),
    ],
)
def test_a_link_that_nobody_should_follow_is_refused(
    house: House, ship: Ship, clock: TestClock, actor: str, url: str
) -> None:
    shipment = held(house, ship)
    with house.db.begin() as session:
        hold = open_hold(session, shipment.id)
        assert hold
        with pytest.raises(DutyLinkRefused):
            settle(session, hold, actor=actor, duty_url=url, person_id="p", now=clock())


def test_a_person_says_who_must_act_and_where_to_pay(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = held(house, ship)
    with house.db.begin() as session:
        hold = open_hold(session, shipment.id)
        assert hold
        settle(session, hold, actor="broker", duty_url="https://pay.example.com/d/1", person_id="p", now=clock())
    with reading(house.db) as session:
        kept = session.scalars(select(CustomsHold)).one()
    assert (kept.actor, kept.duty_url) == ("broker", "https://pay.example.com/d/1")


def test_the_passport_tells_the_stage_without_where_the_customer_pays(
    house: House, ship: Ship, brand_id: str, clock: TestClock
) -> None:
    shipment = ship("ups", keys=("/00/095298710000000021",))
    take(house, shipment, told("ups", (20, "Held by customs: duties to be paid", "Dublin")))
    with house.db.begin() as session:
        hold = open_hold(session, shipment.id)
        assert hold
        settle(session, hold, actor="customer", duty_url="https://pay.example.com/d/1", person_id="p", now=clock())
    with reading(house.db) as session:
        seen = parcel_for_passport(session, brand_id, ["/00/095298710000000021"])
        mine = shipment_view(session, brand_id, shipment.id)
    assert seen
    assert mine
    assert seen.customs
    assert mine.public.customs
    assert (seen.customs.actor, seen.customs.duty_url) == ("customer", None)
    assert mine.public.customs.duty_url == "https://pay.example.com/d/1"


def held(house: House, ship: Ship) -> Shipment:
    shipment = ship("ups")
    take(house, shipment, told("ups", (20, "Held by customs: duties to be paid", "Dublin")))
    return shipment
