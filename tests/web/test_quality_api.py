"""Quality over HTTP: what is refused names the field, and a packing names the lot, the check and the remedy."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.access_table import EVENT
from tests.web.conftest import Company

LOT = "/01/09521234543213/10/L1"
INSPECTION: dict[str, Any] = {
    "key": LOT,
    "stage": "final",
    "name": "acidity",
    "inspector": "Mill laboratory",
    "inspected_at": "2026-03-01T10:00:00Z",
    "measures": [{"name": "free acidity", "unit": "%", "values": ["0.3", "0.4"], "sample": 5, "high": "0.8"}],
}
CHECK = {"kind": "inspection", "stage": "final", "name": "acidity", "gtin": "09521234543213"}


def test_a_packing_is_refused_by_lot_check_and_remedy_and_passes_after_the_inspection(
    client: FlaskClient, ada: Company
) -> None:
    def post(path: str, body: dict[str, Any], status: int) -> Any:
        answer = client.post(path, json=body, headers=ada.bearer)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def standing() -> dict[str, Any]:
        answer = client.get(f"/api/v1/checks/standing?key={LOT}", headers=ada.bearer)
        told: dict[str, Any] = answer.get_json()
        return told

    check = post("/api/v1/checks", CHECK, 201)
    shipment = {
        "order": {"number": "A-1", "customer": {"name": "Ben", "email": "ben@example.com"}},
        "items": [LOT],
        "parcels": [{"tracking_number": "1Z999AA10123456784", "carrier": "ups"}],
    }
    problem = post("/api/v1/shipments", shipment, 409)
    assert problem["type"] == "/problems/check-not-passed"
    assert problem["errors"] == [{"field": LOT, "detail": "final acidity: missing"}]
    assert "record the check with its result first" in problem["detail"]
    assert standing()["may_be_packed"] is False
    made = post("/api/v1/inspections", INSPECTION, 201)
    assert (made["result"], made["measures"][0]["sample"]) == ("pass", 5)
    assert standing()["checks"][0]["by"] == made["id"]
    post("/api/v1/shipments", shipment, 201)
    failed = post("/api/v1/inspections", INSPECTION | {"supersedes": made["id"], "result": "pass",
                  "measures": [INSPECTION["measures"][0] | {"values": ["0.9"]}]}, 422)  # fmt: skip
    assert "free acidity is outside its limits" in failed["errors"][0]["detail"]
    post(f"/api/v1/checks/{check['id']}/end", {}, 200)
    assert standing() == {"key": LOT, "may_be_packed": True, "checks": []}


def test_the_same_key_records_one_inspection_and_a_correction_is_made_once(
    client: FlaskClient, ada: Company
) -> None:
    headers = ada.bearer | {"Idempotency-Key": "i-1"}
    first, again = (client.post("/api/v1/inspections", json=INSPECTION, headers=headers) for _ in range(2))
    assert first.get_json() == again.get_json()
    correction = INSPECTION | {"supersedes": first.get_json()["id"]}
    statuses = [
        client.post("/api/v1/inspections", json=correction, headers=ada.bearer).status_code for _ in range(2)
    ]
    assert statuses == [201, 409]
    rows = client.get("/api/v1/inspections", headers=ada.bearer).get_json()["inspections"]
    assert [bool(row["superseded_by"]) for row in rows] == [True, False]


@pytest.mark.parametrize(
    "body",
    [
        {"partner": "0" * 26},
        {"partner": "../../etc"},
        {"signed": {"key": "abcdef01", "nonce": "x", "signature": "y"}},
        {"signed": {"key": "abcdef01", "nonce": "A" * 44, "signature": "y"}},
        {"number": "a\r\nb"},
        {"kind": ""},
    ],
)
def test_a_wrong_certificate_is_refused(client: FlaskClient, ada: Company, body: dict[str, Any]) -> None:
    whole = {"key": LOT, "name": "Organic", "issuer": "Body"} | body
    answer = client.post("/api/v1/certificates", json=whole, headers=ada.bearer)
    assert answer.status_code in (403, 422) or body == {"partner": "0" * 26}, answer.text


def test_another_brand_cannot_require_audit_or_show_a_partner_of_ada(
    client: FlaskClient, ada: Company, cleo: Company
) -> None:
    audit = {
        "partner": ada.partner_id,
        "scheme": "SMETA",
        "audited_on": "2026-01-10",
        "result": "pass",
        "auditor": "SGS",
    }
    assert client.post("/api/v1/audits", json=audit, headers=cleo.bearer).status_code == 422
    check = {"kind": "audit", "name": "SMETA", "category": "tea", "partner": ada.partner_id}
    assert client.post("/api/v1/checks", json=check, headers=cleo.bearer).status_code == 422
    path = f"/api/v1/suppliers/{ada.partner_id}"
    assert client.post(path, json={"named": True}, headers=cleo.bearer).status_code == 404
    assert client.post("/api/v1/audits", json=audit, headers=ada.bearer).status_code == 201
    assert client.post(path, json={"named": True}, headers=ada.bearer).get_json()["named"] is True


PARCEL = {"tracking_number": "1Z999AA10123456784", "carrier": "ups"}


def test_a_shipment_that_waited_for_its_parcel_does_not_slip_through(client: FlaskClient, ada: Company) -> None:
    def post(path: str, body: dict[str, Any], status: int) -> None:
        answer = client.post(path, json=body, headers=ada.bearer)
        assert answer.status_code == status, answer.text

    order = {"order": {"number": "A-9", "customer": {"name": "Ben", "email": "ben@example.com"}}}
    post("/api/v1/checks", CHECK, 201)
    post("/api/v1/shipments", order | {"items": [LOT], "hand_over_by": "2026-03-09T12:00:00Z"}, 201)
    post("/api/v1/shipments", order | {"parcels": [PARCEL]}, 409)
    post("/api/v1/inspections", INSPECTION, 201)
    post("/api/v1/shipments", order | {"parcels": [PARCEL]}, 201)


def test_an_order_that_is_told_with_a_parcel_is_asked_for_its_checks_once(
    client: FlaskClient, ada: Company
) -> None:
    body = {
        "number": "A-10",
        "lines": [{"ref": "1", "name": "Oil", "key": LOT}],
        "shipments": [{"ref": "s", "parcels": [PARCEL], "lines": {"1": 1}}],
    }
    assert client.post("/api/v1/checks", json=CHECK, headers=ada.bearer).status_code == 201
    refused = client.post("/api/v1/orders", json=body, headers=ada.bearer)
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/check-not-passed")
    made = client.post("/api/v1/inspections", json=INSPECTION, headers=ada.bearer)
    assert made.status_code == 201
    assert client.post("/api/v1/orders", json=body, headers=ada.bearer).status_code == 201
    worse = INSPECTION | {"measures": [], "result": "fail", "supersedes": made.get_json()["id"]}
    assert client.post("/api/v1/inspections", json=worse, headers=ada.bearer).status_code == 201
    assert client.post("/api/v1/orders", json=body, headers=ada.bearer).status_code == 200  # it is on its way


@pytest.mark.parametrize("step", ["staging_outbound", "departing"])
def test_the_parts_of_shipping_are_shipping(client: FlaskClient, ada: Company, step: str) -> None:
    assert client.post("/api/v1/checks", json=CHECK, headers=ada.bearer).status_code == 201
    event = {**EVENT, "eventID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0a99", "action": "OBSERVE",
             "bizStep": step, "epcList": [],
             "quantityList": [{"epcClass": f"https://id.gs1.org{LOT}"}]}  # fmt: skip
    assert client.post("/epcis/events", json=event, headers=ada.bearer).status_code == 409
