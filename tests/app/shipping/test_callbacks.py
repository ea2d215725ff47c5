"""Carriers call Ada: signed bodies are taken in as evidence, tokens only make us ask, forgeries change nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.db import reading
from app.house import House
from app.models.brands import CarrierHook
from app.models.shipments import Notice, Shipment
from app.sealed import open_box
from app.shipping.callbacks import Taken, take_callback
from app.shipping.carrier_hooks import put_hook
from app.shipping.polling import poll_due
from app.shipping.shipments import ParcelOrder
from carriers.hooks import Forged
from carriers.tables import PollState, StoredEvent
from tests.app.shipping.conftest import NUMBERS, Ship, TestClock
from tests.carriers.test_hooks import SECRET, signed

BEGIN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
NUMBER = "RB123456785GB"


def hook(house: House, brand_id: str, carrier: str) -> str:
    with house.db.begin() as session:
        made, _ = put_hook(
            session, open_box(house.keys), brand_id=brand_id, carrier=carrier, secret=SECRET, now=house.clock()
        )
        return made.id


def pushed(*lines: tuple[float, str, str], number: str = NUMBER) -> bytes:
    """What EasyPost sends: (hours after BEGIN, status, words) of each line."""
    details = [
        {
            "status": status,
            "message": words,
            "datetime": (BEGIN + timedelta(hours=hours)).isoformat(),
            "tracking_location": {"city": "Galway", "country": "IE"},
        }
        for hours, status, words in lines
    ]
    event: dict[str, Any] = {"object": "Event", "description": "tracker.updated"}
    event["result"] = {"object": "Tracker", "tracking_code": number, "tracking_details": details}
    return json.dumps(event).encode()


def call(house: House, hook_id: str, body: bytes, vendor: str = "easypost") -> Taken | None:
    return take_callback(house, hook_id, signed(vendor, body), body)


def scanned_by_usps(number: str) -> bytes:
    """What USPS sends: an envelope whose payload is the answer of its tracking API, as text."""
    scan = {
        "eventType": "Arrived at USPS Regional Facility",
        "eventCode": "10",
        "eventTimestamp": "2026-03-02T07:00:00",
        "GMTTimestamp": "2026-03-02T12:00:00Z",
        "eventCity": "NEW YORK",
        "eventCountry": "US",
    }
    payload = json.dumps({"trackingNumber": number, "trackingEvents": [scan]})
    return json.dumps(
        {"subscriptionType": "TRACKING", "timestamp": "2026-03-02T12:01:00Z", "payload": payload}
    ).encode()


def fresh(house: House, shipment: Shipment) -> Shipment:
    with reading(house.db) as session:
        return session.get_one(Shipment, shipment.id)


def stored(house: House) -> list[StoredEvent]:
    with reading(house.db) as session:
        return list(session.scalars(select(StoredEvent)))


def test_what_usps_signs_is_evidence_and_another_form_of_it_makes_us_ask(
    house: House, ship: Ship, brand_id: str
) -> None:
    number = "9400100000000000000000"
    ship(parcels=[ParcelOrder(number, "usps")])
    mine = hook(house, brand_id, "usps")
    other = json.dumps({"timestamp": "2026-03-02T13:00:00Z", "payload": json.dumps({"scan": {"pic": number}})})
    assert call(house, mine, other.encode(), "usps") == Taken(hinted=1)
    assert call(house, mine, scanned_by_usps(number), "usps") == Taken(told=1)
    assert [row.evidence for row in stored(house)] == ["signed_callback"]
    with pytest.raises(Forged):
        take_callback(house, mine, signed("usps", other.encode()), scanned_by_usps(number))


def test_a_signed_call_is_taken_in_as_evidence_and_spares_a_question(
    house: House, ship: Ship, brand_id: str
) -> None:
    shipment = ship(parcels=[ParcelOrder(NUMBER, "easypost")])
    mine = hook(house, brand_id, "easypost")
    assert call(house, mine, pushed((1, "in_transit", "Arrived at hub"))) == Taken(told=1)
    assert fresh(house, shipment).status == "in_transit"
    assert [row.evidence for row in stored(house)] == ["signed_callback"]
    with reading(house.db) as session:
        row = session.scalars(select(PollState)).one()
        assert session.get_one(CarrierHook, mine).called_at == house.clock()
    assert row.last_answer_at == house.clock()
    assert row.next_at
    assert row.next_at > house.clock() + timedelta(hours=1)


def test_the_same_call_twice_changes_nothing(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship(parcels=[ParcelOrder(NUMBER, "easypost")])
    mine, body = hook(house, brand_id, "easypost"), pushed((1, "in_transit", "Arrived at hub"))
    call(house, mine, body)
    version = fresh(house, shipment).version
    call(house, mine, body)
    assert fresh(house, shipment).version == version
    with reading(house.db) as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 0


@pytest.mark.parametrize("vendor", ["easypost", "ups"])
def test_a_forged_call_changes_nothing_and_its_reason_is_kept(
    house: House, ship: Ship, brand_id: str, vendor: str
) -> None:
    ship(parcels=[ParcelOrder(NUMBER, vendor)])
    mine, body = hook(house, brand_id, vendor), pushed((1, "delivered", "Delivered"))
    with pytest.raises(Forged):
        take_callback(house, mine, signed(vendor, body, secret="guess") | {"x-hmac-signature": "no"}, body)
    assert stored(house) == []
    with reading(house.db) as session:
        row = session.get_one(CarrierHook, mine)
        assert (row.called_at, row.refused_at) == (None, house.clock())
        assert row.refusal
        assert session.scalars(select(PollState.hinted_at)).one() is None


@pytest.mark.usefixtures("accounts")
def test_a_token_only_makes_us_ask_and_what_is_said_in_the_body_counts_for_nothing(
    house: House, ship: Ship, brand_id: str, clock: TestClock
) -> None:
    shipment = ship("dhl_universal")
    poll_due(house, owner="worker-1")
    before = fresh(house, shipment).status
    clock.forward(hours=1)
    body = json.dumps({"id": NUMBERS["dhl_universal"], "status": {"statusCode": "delivered"}}).encode()
    mine = hook(house, brand_id, "dhl_universal")
    assert call(house, mine, body, "dhl_universal") == Taken(hinted=1)
    assert fresh(house, shipment).status == before
    clock.forward(hours=6)
    assert poll_due(house, owner="worker-1") == 1
    assert {row.evidence for row in stored(house)} == {"polled", "polled_on_hint"}
    with reading(house.db) as session:
        assert session.scalars(select(PollState.hinted_at)).one() is None


@pytest.mark.usefixtures("accounts")
def test_nobody_makes_us_ask_again_and_again(house: House, ship: Ship, brand_id: str, clock: TestClock) -> None:
    ship("ups")
    poll_due(house, owner="worker-1")
    mine, body = hook(house, brand_id, "ups"), json.dumps({"n": NUMBERS["ups"]}).encode()
    for _ in range(5):
        clock.forward(minutes=1)
        assert call(house, mine, body, "ups") == Taken()


@pytest.mark.parametrize(
    "body", [b"{}", b"<html>", b"[" * 100_000, pushed((1, "in_transit", "x" * 5_000)), pushed(number="other")]
)
def test_a_signed_body_of_any_kind_is_survived(house: House, ship: Ship, brand_id: str, body: bytes) -> None:
    ship(parcels=[ParcelOrder(NUMBER, "easypost")])
    assert call(house, hook(house, brand_id, "easypost"), body) is not None


def test_another_brands_parcel_is_not_reached(house: House, ship: Ship, brand_id: str) -> None:
    from app.brands.tenants import create_brand

    ship(parcels=[ParcelOrder(NUMBER, "easypost")])
    cleo = create_brand(house.db, house.keys, name="Cleo", slug="cleo", now=house.clock())
    assert call(house, hook(house, cleo, "easypost"), pushed((1, "delivered", "Delivered"))) == Taken()
    assert stored(house) == []
    assert take_callback(house, "no hook", {}, b"") is None


def test_a_vendor_that_signs_must_give_its_secret_and_the_others_get_a_token(house: House, brand_id: str) -> None:
    box = open_box(house.keys)
    with house.db.begin() as session:
        made = {"brand_id": brand_id, "now": house.clock()}
        with pytest.raises(ValueError, match="signs its calls"):
            put_hook(session, box, carrier="easypost", secret="", **made)  # type: ignore[arg-type]  # two types
        first, token = put_hook(session, box, carrier="ups", secret="", **made)  # type: ignore[arg-type]
        second, other = put_hook(session, box, carrier="ups", secret="", **made)  # type: ignore[arg-type]
        assert first.id == second.id
    assert len(token) > 20
    assert token != other
