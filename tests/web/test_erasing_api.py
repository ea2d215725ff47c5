"""Erasing over HTTP: a look first, once with one key, nothing left to show, and no number in a log line."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import reading
from app.house import House
from app.models.shipments import Customer, Order
from tests.web.conftest import Company
from tests.web.pages.conftest import publish


@pytest.fixture
def order(client: FlaskClient, house: House, ada: Company) -> str:
    body = {"order": {"number": "A-77", "customer": {"name": "Ben Beta", "email": "ben@example.com"}}}
    assert client.post("/api/v1/shipments", json=body, headers=ada.bearer).status_code == 201
    publish(house, ada.brand_id)
    return "A-77"


def test_a_customer_is_looked_at_and_then_erased_once_by_one_key(
    client: FlaskClient, house: House, ada: Company, order: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"order": order}
    seen = client.post("/api/v1/erasures/preview", json=asked, headers=ada.bearer).get_json()
    assert seen["values"]
    assert (seen["orders"], seen["erased_at"]) == (1, None)
    with reading(house.db) as session:
        assert session.scalars(select(Customer.name)).one() == "Ben Beta"
    headers = ada.bearer | {"Idempotency-Key": "erase-1"}
    done = client.post("/api/v1/erasures", json=asked | {"reason": "asked"}, headers=headers)
    again = client.post("/api/v1/erasures", json=asked | {"reason": "asked"}, headers=headers)
    assert (done.status_code, again.status_code) == (200, 200)
    assert done.get_json() == again.get_json()
    assert done.get_json()["values"] == seen["values"]
    assert again.headers["Idempotent-Replayed"] == "true"
    with reading(house.db) as session:
        row = session.scalars(select(Customer)).one()
        assert (row.name, row.email) == (None, None)
        assert session.scalars(select(Order.number)).one() != order
    gone = client.post("/api/v1/erasures/preview", json=asked, headers=ada.bearer)
    assert gone.status_code == 404
    publish(house, ada.brand_id)  # of the entries that tell it
    by_id = {"customer": done.get_json()["customer"], "reason": "asked"}
    empty = client.post("/api/v1/erasures", json=by_id, headers=ada.bearer).get_json()
    assert empty["values"] == {}
    assert empty["erased_at"] == done.get_json()["erased_at"]
    said = capsys.readouterr()
    assert "A-77" not in said.out + said.err
    assert "Ben Beta" not in said.out + said.err


def test_what_waits_for_its_place_gets_it_before_it_is_erased(
    client: FlaskClient, house: House, ada: Company, order: str
) -> None:
    body = {"order": {"number": order, "customer": {"name": "Ben Beta", "email": "ben@example.com"}}}
    assert client.post("/api/v1/shipments", json=body, headers=ada.bearer).status_code == 201
    answer = client.post("/api/v1/erasures", json={"order": order, "reason": "asked"}, headers=ada.bearer)
    assert answer.status_code == 200, answer.text
    with reading(house.db) as session:
        assert session.scalars(select(Customer.name)).one() is None


def test_only_a_key_for_it_erases_and_only_its_own_brands_people(
    client: FlaskClient, house: House, ada: Company, cleo: Company, order: str
) -> None:
    asked = {"order": order, "reason": "asked"}

    def status(key: str, **body: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return client.post("/api/v1/erasures", json=asked | body, headers=headers).status_code

    assert status(ada.keys["products:write"]) == 403
    assert status(ada.partner_keys["personal:erase"]) == 404
    assert status(cleo.key) == 404
    assert status(ada.key, reason="bored") == 422
    nobody = client.post("/api/v1/erasures", json={"reason": "asked"}, headers=ada.bearer)
    assert nobody.get_json()["detail"] == "name one of order, customer and event"
    assert status(ada.key, event="urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0a11") == 422
    with reading(house.db) as session:
        customer = session.scalars(select(Customer)).one()
        assert customer.name == "Ben Beta"
    body = {"customer": customer.id, "reason": "asked"}
    answer = client.post("/api/v1/erasures", json=body, headers=cleo.bearer)
    assert answer.status_code == 404


def test_the_name_of_an_inspector_is_erased_as_what_is_personal_in_an_event(
    client: FlaskClient, house: House, ada: Company
) -> None:
    body = {"key": "/01/09521234543213/10/L1", "stage": "final", "name": "acidity", "inspector": "Mill laboratory",
            "inspector_name": "Mika", "inspected_at": house.clock().isoformat(), "result": "pass"}  # fmt: skip
    made = client.post("/api/v1/inspections", json=body, headers=ada.bearer).get_json()
    asked = {"event": f"inspection:{made['id']}"}
    for path, expected in (("/preview", 1), ("", 1), ("/preview", 0)):
        given = asked if path else asked | {"reason": "asked"}
        told = client.post(f"/api/v1/erasures{path}", json=given, headers=ada.bearer).get_json()
        assert sum(told["values"].values()) == expected, (path, told)
        assert told["customer"] is None
