"""Products, shipments, devices, the log and its proofs over HTTP, as somebody else's program uses them."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.brands.tenants import brand_of, signer_of
from app.db import reading
from app.house import House
from app.models.shipments import Customer
from ledger.integrator import integrate_due, publish_due
from ledger.verify import verify_bundle
from tests.web.access_table import BODIES, EVENT
from tests.web.conftest import Company

OIL = {"gtin": "9521234543213", "name": {"en": "Olive oil", "es": "Aceite"}, "temperature_high": "25.0"}


def publish(house: House, company: Company) -> str:
    """Let the log take its place and be signed; gives its verifier key."""
    with reading(house.db) as session:
        brand = brand_of(session, company.brand_id)
    signer = signer_of(house.keys, brand)
    integrate_due(house.db, brand.log_id, owner="test", clock=house.clock)
    publish_due(house.db, brand.log_id, signer, house.clock())
    return signer.vkey


def test_a_product_is_described_and_read_back(client: FlaskClient, ada: Company, cleo: Company) -> None:
    made = client.post("/api/v1/products", json=OIL, headers=ada.bearer)
    assert made.status_code == 201
    read = client.get(made.headers["Location"], headers=ada.bearer)
    assert read.json == made.json
    assert made.json["gtin"] == "09521234543213"  # type: ignore[index]
    assert client.get("/api/v1/products", headers=cleo.bearer).json == {"products": []}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"gtin": "9521234543214"}, "/gtin"),
        ({"name": {}}, "/name"),
        ({"name": {"English": "Oil"}}, "/name/English/[key]"),
        ({"origin_country": "Spain"}, "/origin_country"),
        ({"temperature_high": 25}, "/temperature_high"),
        ({"temperature_low": "30", "temperature_high": "20"}, "/temperature_low"),
    ],
)
def test_a_wrong_product_is_refused_by_field(
    client: FlaskClient, ada: Company, change: dict[str, Any], pointer: str
) -> None:
    answer = client.post("/api/v1/products", json={**OIL, **change}, headers=ada.bearer)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]  # type: ignore[index]
    assert client.get("/api/v1/products", headers=ada.bearer).json == {"products": []}


def test_lists_come_in_pages_that_a_link_leads_through(client: FlaskClient, ada: Company) -> None:
    for number in range(5):
        place = {"key": f"https://ada.example/place/{number}", "name": f"Place {number}"}
        assert client.post("/api/v1/locations", json=place, headers=ada.bearer).status_code == 201
    target: str | None = "/api/v1/locations?limit=2"
    sizes, names = [], []
    while target:
        answer = client.get(target, headers=ada.bearer)
        rows = answer.json["locations"]  # type: ignore[index]
        sizes.append(len(rows))
        names += [row["name"] for row in rows]
        link = answer.headers.get("Link")
        target = link[1 : link.index(">")] if link else None
    assert sizes == [2, 2, 1]
    assert names == [f"Place {number}" for number in range(5)]


def test_a_recall_is_opened_once_and_closed(client: FlaskClient, ada: Company) -> None:
    client.post("/api/v1/products", json=OIL, headers=ada.bearer)
    first, again = (
        client.post("/api/v1/recalls", json=BODIES["/api/v1/recalls"], headers=ada.bearer) for _ in range(2)
    )
    assert first.json == again.json
    closed = client.post(f"/api/v1/recalls/{first.json['id']}/close", headers=ada.bearer)  # type: ignore[index]
    assert closed.json["closed_at"] == "2026-03-02T09:30:00Z"  # type: ignore[index]


SHIPMENT = {
    "order": {"number": "A-1001", "customer": {"name": "Ben", "email": "Ben@example.com", "language": "es"}},
    "parcels": [{"tracking_number": "1Z2Y5V710312345670", "carrier": "ups"}],
    "items": ["https://id.gs1.org/01/09521234543213/21/A1"],
    "promise": {"from": "2026-03-05", "to": "2026-03-07"},
    "destination_country": "ES",
    "destination_zone": "Europe/Madrid",
}


def test_a_shipment_is_announced_and_shows_nothing_of_the_customer(client: FlaskClient, ada: Company) -> None:
    made = client.post("/api/v1/shipments", json=SHIPMENT, headers=ada.bearer)
    assert made.status_code == 201
    shipment = client.get(made.headers["Location"], headers=ada.bearer)
    assert shipment.json == made.json
    assert shipment.json["items"] == ["/01/09521234543213/21/A1"]  # type: ignore[index]
    assert shipment.json["promises"][0]["from"] == "2026-03-05"  # type: ignore[index]
    assert shipment.json["parcels"][0]["tracking_number"] == "1Z2Y5V710312345670"  # type: ignore[index]
    assert "Ben" not in shipment.text
    page = client.get(shipment.json["order_url"].removeprefix("http://127.0.0.1:8080"))  # type: ignore[index]
    assert page.status_code == 200


def test_a_promise_is_added_and_none_is_changed(client: FlaskClient, ada: Company) -> None:
    made = client.post("/api/v1/shipments", json=SHIPMENT, headers=ada.bearer)
    later = {"from": "2026-03-09", "to": "2026-03-10"}
    answer = client.post(f"{made.headers['Location']}/promises", json=later, headers=ada.bearer)
    assert [promise["from"] for promise in answer.json["promises"]] == ["2026-03-05", "2026-03-09"]  # type: ignore[index]


@pytest.mark.parametrize(
    "change",
    [
        {"promise": {"from": "2026-03-08", "to": "2026-03-07"}},
        {"promise": {"from": 20260305, "to": "2026-03-07"}},
        {"items": ["not an identifier"]},
        {"destination_zone": "Europe/Atlantis"},
        {"parcels": [{"tracking_number": "1Z2Y5V710312345670", "carrier": "UPS!"}]},
        {"order": {"number": "A-1001", "customer": {"email": "nowhere"}}},
        {"status": "delivered"},
    ],
)
def test_a_wrong_shipment_is_refused_whole(
    client: FlaskClient, house: House, ada: Company, change: dict[str, Any]
) -> None:
    answer = client.post("/api/v1/shipments", json={**SHIPMENT, **change}, headers=ada.bearer)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"]  # type: ignore[index]
    with reading(house.db) as session:
        assert session.query(Customer).count() == 0


def test_a_number_of_no_carrier_is_named_by_its_place(client: FlaskClient, ada: Company) -> None:
    parcels = [{"tracking_number": "1Z2Y5V710312345670"}, {"tracking_number": "ABC"}]
    answer = client.post("/api/v1/shipments", json={**SHIPMENT, "parcels": parcels}, headers=ada.bearer)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/parcels/1/carrier"  # type: ignore[index]


def test_a_device_gets_its_credentials_once_and_is_placed(client: FlaskClient, ada: Company) -> None:
    made = client.post(
        "/api/v1/devices", json={"name": "d1", "metrics": {"temperature": "CEL"}}, headers=ada.bearer
    )
    assert made.status_code == 201
    assert made.json["topic"] == "wayproof/ada/d1/readings"  # type: ignore[index]
    assert made.json["receipt_topic"] == "wayproof/ada/d1/receipt"  # type: ignore[index]
    again = client.post(
        "/api/v1/devices", json={"name": "d1", "metrics": {"temperature": "CEL"}}, headers=ada.bearer
    )
    assert again.status_code == 422
    placed = client.post(
        "/api/v1/devices/d1/placements", json={"key": "/01/09521234543213/21/A1"}, headers=ada.bearer
    )
    assert placed.status_code == 201
    state = client.get("/api/v1/devices/d1", headers=ada.bearer)
    assert (state.json["status"], state.json["key"]) == ("waiting", "/01/09521234543213/21/A1")  # type: ignore[index]
    assert made.json["password"] not in state.text  # type: ignore[index]


def test_the_proof_of_an_entry_verifies_without_us(
    client: FlaskClient, house: House, ada: Company, cleo: Company
) -> None:
    product = client.post("/api/v1/products", json=OIL, headers=ada.bearer)
    certificate = {"key": "/01/09521234543213", "name": "Organic", "issuer": "Control body"}
    submission = client.post("/api/v1/certificates", json=certificate, headers=ada.bearer).json["submission"]  # type: ignore[index]
    assert product.status_code == 201
    early = client.get(f"/api/v1/entries/{submission}/proof", headers=ada.bearer)
    assert (early.status_code, early.headers["Retry-After"]) == (409, "5")
    vkey = publish(house, ada)
    proof = client.get(f"/api/v1/entries/{submission}/proof", headers=ada.bearer)
    assert proof.headers["Content-Disposition"] == f'attachment; filename="{submission}.wayproof.json"'
    assert verify_bundle(proof.data, vkeys=[vkey]).pinned
    assert client.get(f"/api/v1/entries/{submission}/proof", headers=cleo.bearer).status_code == 404


def test_the_proofs_behind_a_passport_are_open_to_all_and_each_verifies(
    client: FlaskClient, house: House, ada: Company
) -> None:
    client.post("/api/v1/products", json=OIL, headers=ada.bearer)
    client.post("/epcis/events", json=EVENT, headers=ada.bearer)
    vkey = publish(house, ada)
    answer = client.get("/proofs?key=/01/09521234543213/21/A1")
    assert answer.status_code == 200
    assert answer.json["anchor"] is None  # type: ignore[index]
    proofs = answer.json["proofs"]  # type: ignore[index]
    assert len(proofs) >= 2
    for proof in proofs:
        verify_bundle(json.dumps(proof).encode(), vkeys=[vkey])
    assert client.get("/proofs?key=/01/09521234543213/21/A2").status_code == 404
    assert client.get("/proofs?key=A1").status_code == 422


def test_me_says_whose_key_it_is(client: FlaskClient, ada: Company) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {ada.keys['ledger:read']}"})
    me = {"brand": "ada", "brand_name": "Ada", "role": None, "scopes": ["ledger:read"], "partner_id": None}
    assert answer.json == me
