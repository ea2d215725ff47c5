"""A shop that is open: Ada's tea with its way, its certificate, and Ben's parcel, ready to be looked at."""

import json
from datetime import date, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.brands.tenants import brand_of, signer_of
from app.epcis.document import parse_event
from app.house import House
from app.models.shipments import Order
from app.provenance.store import capture_event
from app.shipping.orders import Buyer, place_order
from app.shipping.shipments import ParcelOrder, create_shipment
from ledger.integrator import integrate_due, publish_due
from tests.web.conftest import PASSWORD, Company

GTIN = "09506000134352"
KEY = f"/01/{GTIN}/21/TEA%2F42"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def event(step: str, at: str, zone: str = "+08:00", **more: object) -> dict[str, object]:
    """An ObjectEvent about the tea."""
    return {
        "@context": [CONTEXT],
        "type": "ObjectEvent",
        "eventTime": at,
        "eventTimeZoneOffset": zone,
        "action": "OBSERVE",
        "bizStep": step,
        "epcList": [f"https://id.gs1.org{KEY}"],
        **more,
    }


def capture(house: House, brand_id: str, *events: dict[str, object]) -> None:
    """Store events as a partner's call would."""
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        for each in events:
            capture_event(
                session, brand, parse_event(json.dumps(each).encode()), partner_id=None, now=house.clock()
            )


def publish(house: House, brand_id: str) -> None:
    """What `work` does every moment: give entries their index and sign the log's head."""
    with house.db() as session:
        brand = brand_of(session, brand_id)
    integrate_due(house.db, brand.log_id, owner="test", clock=house.clock)
    publish_due(house.db, brand.log_id, signer_of(house.keys, brand), house.clock())


@pytest.fixture
def tea(house: House, ada: Company) -> str:
    """The key of Ada's tea: made, shipped, received, and published."""
    capture(
        house,
        ada.brand_id,
        event("commissioning", "2026-02-20T09:00:00+08:00", action="ADD"),
        event("shipping", "2026-02-22T11:24:00+08:00", disposition="in_transit"),
        event("receiving", "2026-03-01T09:12:00+01:00", "+01:00"),
    )
    publish(house, ada.brand_id)
    return KEY


@pytest.fixture
def order(house: House, ada: Company, now: datetime) -> Order:
    """Ben's order: one shipment with the tea, promised for the third to the fifth of March."""
    buyer = Buyer(
        name="Ben Carrow",
        email="ben@example.org",
        phone="+31205550142",
        address={"street": "Prinsengracht 1", "city": "Amsterdam"},
        language="de",
        country="NL",
    )
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        order = place_order(session, brand, number="A-1001", buyer=buyer, placed_at=now, now=now)
        create_shipment(
            session,
            brand,
            order,
            parcels=[ParcelOrder("1Z999AA10123456784", "ups")],
            keys=[KEY],
            window=(date(2026, 3, 3), date(2026, 3, 5)),
            destination_country="NL",
            now=now,
        )
    return order


@pytest.fixture
def people(app: APIFlask, ada: Company, cleo: Company) -> dict[str, FlaskClient]:
    """A logged-in browser for each of Ada's roles, and for Cleo's owner."""
    browsers = {}
    logins = {role: f"{role}@ada.example" for role in ("owner", "support", "warehouse", "auditor")}
    for name, login in {**logins, "cleo": "owner@cleo.example"}.items():
        browsers[name] = app.test_client()
        answer = browsers[name].post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
    return browsers
