"""By which ways a customer hears: the calendar of an order, this browser, and a chat that the brand opened."""

import base64
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.care.contacts import set_channel
from app.house import House
from app.models.care import Contact, PushSubscription
from app.models.shipments import Order, Shipment
from app.sealed import open_box
from app.shipping.promises import state_promise
from tests.web.conftest import Company

BROWSER = {
    "endpoint": "https://push.example/abc",
    "keys": {
        "p256dh": base64.urlsafe_b64encode(b"\x04" + bytes(64)).decode(),
        "auth": base64.urlsafe_b64encode(bytes(16)).decode(),
    },
    "language": "de",
}


@pytest.fixture
def path(tea: str, order: Order) -> str:
    return f"/o/{order.token}"


def test_the_day_in_the_calendar_moves_when_the_promise_does(
    client: FlaskClient, house: House, path: str, now: datetime
) -> None:
    first = client.get(f"{path}/calendar.ics")
    assert first.content_type == "text/calendar; charset=utf-8"
    assert "DTSTART;VALUE=DATE:20260303" in first.text
    assert "SUMMARY:Paket von Ada" in first.text
    again = client.get(f"{path}/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    with house.db.begin() as session:
        shipment = session.scalars(select(Shipment)).one()
        state_promise(session, shipment, (date(2026, 3, 9), date(2026, 3, 10)), source="ups", now=now)
    moved = client.get(f"{path}/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert "DTSTART;VALUE=DATE:20260309" in moved.text
    assert _line(moved.text, "UID:") == _line(first.text, "UID:")
    assert int(_line(moved.text, "SEQUENCE:")) > int(_line(first.text, "SEQUENCE:"))


def _line(file: str, name: str) -> str:
    return next(line.removeprefix(name) for line in file.split("\r\n") if line.startswith(name))


def test_nobody_finds_a_calendar_by_guessing(client: FlaskClient, path: str) -> None:
    assert client.get("/o/00000000000000000000000000000000/calendar.ics").status_code == 404


def test_the_page_names_both_ways(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert "webcal://" in page
    assert 'id="push"' in page
    assert "data-key=" in page


def test_a_browser_begins_and_ends(client: FlaskClient, house: House, path: str) -> None:
    for _ in range(2):
        assert client.post(f"{path}/push", json=BROWSER).status_code == 204
    with house.db() as session:
        row = session.scalars(select(PushSubscription)).one()
    assert b"push.example" not in row.sealed
    assert client.post(f"{path}/push/stop", json={"endpoint": BROWSER["endpoint"]}).status_code == 204
    with house.db() as session:
        assert session.scalars(select(PushSubscription)).all() == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"endpoint": "http://169.254.169.254/"}, "/endpoint"), ({"keys": {"p256dh": "x", "auth": "y"}}, "/p256dh")],
)
def test_what_is_no_browser_is_refused(
    client: FlaskClient, path: str, wrong: dict[str, object], pointer: str
) -> None:
    answer = client.post(f"{path}/push", json=BROWSER | wrong)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert client.post("/o/none/push", json=BROWSER).status_code == 404


def test_an_order_names_where_else_its_customer_is(
    client: FlaskClient, house: House, ada: Company, now: datetime
) -> None:
    order = {
        "order": {"number": "A-7", "customer": {"email": "ben@example.org", "contacts": {"sms": "+31655501420"}}}
    }
    refused = client.post("/api/v1/shipments", json=order, headers=ada.bearer)
    assert refused.status_code == 422
    assert "there is no channel sms" in refused.get_json()["errors"][0]["detail"]
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        set_channel(session, open_box(house.keys), brand, "sms", "json://127.0.0.1/{to}", now)
    assert client.post("/api/v1/shipments", json=order, headers=ada.bearer).status_code == 201
    with house.db() as session:
        assert session.scalars(select(Contact.address)).all() == ["+31655501420"]


def test_what_is_due_at_the_door_stands_on_the_page(client: FlaskClient, ada: Company) -> None:
    order = {"order": {"number": "A-8"}, "due_at_door": {"minor": 1250, "currency": "EUR"}}
    made = client.post("/api/v1/shipments", json=order, headers=ada.bearer).get_json()
    page = client.get("/o/" + made["order_url"].rpartition("/o/")[2]).text
    assert "What you pay at the door" in page
    assert "€12.50" in page
