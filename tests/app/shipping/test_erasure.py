"""Ben asks to be erased: nothing that is his stays, every proof still verifies, and the log says who did it."""

import json

import pytest
from sqlalchemy import inspect, select, text

from app.brands.erasure import ErasureRefused, Preview, erase_customer, preview
from app.brands.readers import STAFF
from app.brands.tenants import brand_of, keys_of, signer_of
from app.care.browsers import Browser, subscribe
from app.care.contacts import set_channel, set_contacts
from app.db import reading
from app.house import House
from app.models.care import PushSubscription
from app.models.shipments import Customer, Order, Shipment
from app.provenance.events import proof_of
from app.sealed import open_box
from app.shipping.views import shipment_view
from app.support import reveal
from ledger.audit import audit
from ledger.integrator import integrate_due, publish_due
from ledger.verify import verify_bundle
from tests.app.shipping.conftest import NUMBERS, Ship
from tests.app.shipping.test_timeline import take, told

OF_BEN = ("okafor", "ben@example.org", "galway", "depot 17b", NUMBERS["ups"].lower(), "a-1001")


def dump(house: House) -> str:
    """Every row of the database as text, in small letters."""
    with reading(house.db) as session:
        tables = inspect(session.connection()).get_table_names()
        rows = [row for each in tables for row in session.execute(text(f'SELECT * FROM "{each}"'))]
    values = (each for row in rows for each in row)
    written = (bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in values)
    return b"\n".join(written).decode(errors="replace").lower()


def grow(house: House, brand_id: str) -> None:
    with reading(house.db) as session:
        brand = brand_of(session, brand_id)
    while integrate_due(house.db, brand.log_id, owner="test", clock=house.clock):
        pass
    publish_due(house.db, brand.log_id, signer_of(house.keys, brand), house.clock())


def erase(house: House, brand_id: str, shipment: Shipment, reason: str = "asked") -> Preview:
    customer_id = customer_of(house, brand_id, shipment)
    return erase_customer(
        house.db, house.keys, brand_id, customer_id, reason=reason, by="person-1", clock=house.clock
    )


def customer_of(house: House, brand_id: str, shipment: Shipment) -> str:
    with reading(house.db) as session:
        view = shipment_view(session, brand_id, shipment.id)
    assert view is not None
    return view.customer_id


@pytest.fixture
def sent(house: House, brand_id: str, ship: Ship) -> Shipment:
    shipment = ship("ups")
    take(house, shipment, told("ups", (0, "Picked up", "Cork"), (5, "Arrived at depot 17b", "Galway")))
    with house.db.begin() as session:
        view = shipment_view(session, brand_id, shipment.id)
        assert view is not None
        given = {"brand_id": brand_id, "customer_id": view.customer_id, "person_id": "p", "now": house.clock()}
        reveal.reveal(session, reason="other", note="Ben Okafor called about the parcel", **given)
    return shipment


def test_nothing_of_him_stays_in_the_database_and_the_log_is_whole(
    house: House, brand_id: str, sent: Shipment
) -> None:
    assert all(each in dump(house) for each in ("okafor", "ben@example.org", "galway", NUMBERS["ups"].lower()))
    done = erase(house, brand_id, sent)
    assert done.values["carrier:parcel:moved"] == 4
    assert done.orders == done.shipments == done.parcels_on_the_way == 1
    grow(house, brand_id)
    left = dump(house)
    assert [each for each in OF_BEN if each in left] == []
    with reading(house.db) as session:
        brand = brand_of(session, brand_id)
    notes: list[str] = []
    assert audit(house.db, brand.log_id, keys_of(house.keys, brand).dated, notes=notes) == []
    assert notes == [f"{sum(done.values.values())} values erased, commitments intact."]


def test_where_else_he_was_told_is_forgotten_too(house: House, brand_id: str, sent: Shipment) -> None:
    now, box = house.clock(), open_box(house.keys)
    with house.db.begin() as session:
        customer = session.get_one(Customer, customer_of(house, brand_id, sent))
        set_channel(session, box, brand_of(session, brand_id), "sms", "json://127.0.0.1/{to}", now)
        session.flush()
        set_contacts(session, customer, {"sms": "+353871234567"}, now)
        order = session.get_one(Order, session.get_one(Shipment, sent.id).order_id)
        browser = Browser("https://push.example/his", "BA" + "A" * 85, "A" * 22)
        subscribe(session, box, order, browser, "en", now)
    assert "+353871234567" in dump(house)
    erase(house, brand_id, sent)
    assert "+353871234567" not in dump(house)
    with reading(house.db) as session:
        assert session.scalars(select(PushSubscription)).all() == []


def test_erasing_again_changes_nothing(house: House, brand_id: str, sent: Shipment) -> None:
    erase(house, brand_id, sent)
    before = dump(house)
    assert erase(house, brand_id, sent).is_empty
    assert dump(house) == before


def test_what_a_carrier_says_afterwards_is_not_kept(house: House, brand_id: str, sent: Shipment) -> None:
    erase(house, brand_id, sent)
    assert take(house, sent, told("ups", (9, "Delivered", "Galway"))).news == 0
    assert "galway" not in dump(house)
    with reading(house.db) as session:
        assert shipment_view(session, brand_id, sent.id) is not None


def test_the_proof_of_an_erased_entry_verifies_and_says_what_was_erased(
    house: House, brand_id: str, sent: Shipment
) -> None:
    erase(house, brand_id, sent)
    grow(house, brand_id)
    with reading(house.db) as session:
        brand = brand_of(session, brand_id)
        erased = '(SELECT min("index") FROM ledger_erasure)'
        about = text(f'SELECT submission_id FROM ledger_entry WHERE log_id = :log AND "index" = {erased}')
        first = session.execute(about, {"log": brand.log_id}).scalar_one()
        proof = proof_of(session, brand.log_id, first, STAFF)
    proven = verify_bundle(json.dumps(proof).encode(), vkeys=[signer_of(house.keys, brand).vkey])
    assert proven.openings == ()
    assert proven.erased == ("personal:number",)


def test_a_preview_changes_nothing_and_another_brand_finds_nobody(
    house: House, brand_id: str, sent: Shipment
) -> None:
    before = dump(house)
    customer_id = customer_of(house, brand_id, sent)
    with reading(house.db) as session:
        assert not preview(session, brand_of(session, brand_id), customer_id).is_empty
        with pytest.raises(LookupError):
            preview(session, brand_of(session, brand_id), "nobody")
    with pytest.raises(ErasureRefused):
        erase(house, brand_id, sent, reason="because")
    assert dump(house) == before
