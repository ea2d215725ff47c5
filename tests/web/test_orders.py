"""Orders over HTTP and on their pages: every line and parcel, the worst piece as the headline, found at once."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import reading
from app.house import House
from app.intake import files
from app.models.intake import OrderFile
from app.models.shipments import Order, Parcel, Shipment
from app.shipping.timeline import apply
from carriers.answer import Answer, TrackedShipment
from carriers.clock import read
from carriers.event import TrackingEvent
from carriers.vocabulary import Status
from tests.web.conftest import Company
from tests.web.test_access import person

UPS_1, UPS_2, UPS_3 = "1Z999AA10123456784", "1Z5338FF0107231059", "1Z12345E0291980793"


def order(**more: Any) -> dict[str, Any]:
    return {
        "number": "B-1",
        "customer": {"name": "Ben Carrow", "email": "ben@example.org", "country": "NL"},
        "lines": [
            {"ref": "1", "name": "Green tea", "sku": "TEA", "quantity": 2},
            {"ref": "2", "name": "Pot", "quantity": 1},
            {"ref": "3", "name": "Cup", "quantity": 4, "returned": 1},
        ],
        "shipments": [
            {"ref": "a", "parcels": [{"tracking_number": UPS_1, "carrier": "ups"}], "lines": {"1": 2}},
            {
                "ref": "b",
                "parcels": [
                    {"tracking_number": UPS_2, "carrier": "ups"},
                    {"tracking_number": UPS_3, "carrier": "ups"},
                ],
                "lines": {"2": 1, "3": 1},
            },
        ],
        **more,
    }


@pytest.fixture
def made(client: FlaskClient, ada: Company) -> dict[str, Any]:
    answer = client.post("/api/v1/orders", json=order(), headers=ada.bearer)
    assert answer.status_code == 201, answer.get_json()
    body: dict[str, Any] = answer.get_json()
    return body


def moves(house: House, number: str, status: Status) -> None:
    """What the carrier says of one parcel."""
    with house.db.begin() as session:
        parcel = session.scalars(select(Parcel).where(Parcel.tracking_number == number)).one()
        event = TrackingEvent(
            carrier="ups",
            tracking_number=number,
            status=status,
            description=status.value,
            code=status.value,
            clock=read("2026-03-02T08:00:00+00:00"),
        )
        told = TrackedShipment("ups", number, events=(event,), source={})
        apply(session, parcel, Answer(shipments=(told,), raw=b"{}"), house.clock())


def test_an_order_shows_its_lines_and_shipments(made: dict[str, Any]) -> None:
    assert [(line["ref"], line["quantity"], line["packed"], line["returned"]) for line in made["lines"]] == [
        ("1", 2, 2, 0),
        ("2", 1, 1, 0),
        ("3", 4, 1, 1),
    ]
    assert [each["parcels"] for each in made["shipments"]] == [1, 2]
    assert "Ben" not in str(made)


def test_the_same_order_again_is_brought_up_to_date(
    client: FlaskClient, ada: Company, made: dict[str, Any]
) -> None:
    changed = order(cancelled_at="2026-03-02T09:00:00Z")
    changed["lines"].pop()
    again = client.post("/api/v1/orders", json=changed, headers=ada.bearer)
    assert again.status_code == 200
    assert again.get_json()["id"] == made["id"]
    assert again.get_json()["cancelled_at"]
    assert len(again.get_json()["shipments"]) == 2


def test_an_earlier_version_changes_nothing(client: FlaskClient, ada: Company, made: dict[str, Any]) -> None:
    old = order(changed_at="2020-01-01T00:00:00Z", lines=[])
    assert len(client.post("/api/v1/orders", json=old, headers=ada.bearer).get_json()["lines"]) == 3


def test_two_brands_may_tell_the_same_order(
    client: FlaskClient, house: House, ada: Company, cleo: Company
) -> None:
    for company in (ada, cleo):
        made = client.post("/api/v1/orders", json=order(), headers=company.bearer).get_json()
        assert [each["parcels"] for each in made["shipments"]] == [1, 2]
        other = cleo if company is ada else ada
        assert client.get(f"/api/v1/orders/{made['id']}", headers=other.bearer).status_code == 404


def test_two_lines_with_one_name_are_refused_with_their_field(client: FlaskClient, ada: Company) -> None:
    twice = {"number": "X", "lines": [{"ref": "1", "name": "a"}, {"ref": "1", "name": "b"}]}
    answer = client.post("/api/v1/orders", json=twice, headers=ada.bearer)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/lines")


def test_the_customers_page_tells_which_parcel_has_what_and_the_worst_first(
    client: FlaskClient, house: House, made: dict[str, Any]
) -> None:
    moves(house, UPS_1, Status.DELIVERED)
    moves(house, UPS_2, Status.EXCEPTION)
    page = client.get("/o/" + made["url"].rpartition("/")[2]).text
    assert "Something went wrong" in page
    assert "1 of 3 parcels delivered" in page
    assert "2 × Green tea" in page
    assert "1 of 4 returned" in page
    assert "In these parcels together" in page
    for secret in ("Ben", "ben@example.org", UPS_1, UPS_2, "TEA"):
        assert secret not in page


def test_staff_find_the_whole_order_by_its_number(
    client: FlaskClient, house: House, ada: Company, made: dict[str, Any]
) -> None:
    support = person(house, client, ada.people["support"])
    found = client.post("/desk/search", data={"q": "B-1"}, headers=support.headers)
    assert found.headers["Location"] == f"/desk/orders/{made['id']}"
    page = client.get(found.headers["Location"], headers=support.headers).text
    for number in (UPS_1, UPS_2, UPS_3):
        assert number in page
    assert "Ben" not in page


def test_a_cancelled_order_says_so_to_its_customer(client: FlaskClient, ada: Company) -> None:
    gone = {"number": "B-9", "cancelled_at": "2026-03-02T09:00:00Z", "lines": [{"ref": "1", "name": "Tea"}]}
    url = client.post("/api/v1/orders", json=gone, headers=ada.bearer).get_json()["url"]
    page = client.get("/o/" + url.rpartition("/")[2]).text
    assert "This order was cancelled." in page
    assert "It has not been handed to a carrier yet." not in page


def test_a_file_is_checked_and_then_brought_in_by_the_pages(
    client: FlaskClient, house: House, ada: Company
) -> None:
    warehouse = person(house, client, ada.people["warehouse"])
    file = {"file": (io.BytesIO(b"order,item,quantity\nF-1,Tea,2\nF-2,Pot,many\n"), "orders.csv")}
    sent = client.post("/orders/import", data=file, headers=warehouse.headers)
    assert sent.status_code == 303
    path = sent.headers["Location"]
    assert "The file is being checked." in client.get(path, headers=warehouse.headers).text
    files.work_due(house)
    judged = client.get(path, headers=warehouse.headers).text
    assert "1 order can come in." in judged
    assert "give a whole number" in judged
    client.post(f"{path}/go", headers=warehouse.headers)
    files.work_due(house)
    assert "1 order is new." in client.get(path, headers=warehouse.headers).text
    with reading(house.db) as session:
        assert session.scalars(select(Order.number)).all() == ["F-1"]
        assert session.scalars(select(OrderFile.sealed)).all() == [None]
        assert session.scalars(select(Shipment)).all() == []


def test_no_file_is_said_on_the_form(client: FlaskClient, house: House, ada: Company) -> None:
    support = person(house, client, ada.people["support"])
    answer = client.post("/orders/import", data={}, headers=support.headers)
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text
