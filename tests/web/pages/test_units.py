"""The page of a logistic unit that no event names yet: its shipment or its device is enough to open it."""

import pytest
from flask.testing import FlaskClient

from app.brands.tenants import brand_of
from app.house import House
from app.telemetry.register import place_device, register_device
from tests.web.conftest import Company
from tests.web.pages.conftest import publish

PALLET = "/00/095060001343520000"
OTHER = "/00/095060001343520017"
ITEM = "/01/09506000134352/21/NEVER-SEEN"


def ship(client: FlaskClient, company: Company, number: str, *keys: str) -> None:
    body = {
        "order": {"number": number, "placed_at": "2026-03-01T09:00:00Z", "customer": {"country": "NL"}},
        "items": list(keys),
        "parcels": [{"tracking_number": "1Z999AA10123456784", "carrier": "ups"}],
        "promise": {"from": "2026-03-03", "to": "2026-03-05"},
        "destination_country": "NL",
    }
    answer = client.post("/api/v1/shipments", json=body, headers=company.bearer)
    assert answer.status_code == 201, answer.text


def test_a_unit_that_is_shipped_has_a_page_with_its_parcel(
    client: FlaskClient, house: House, ada: Company
) -> None:
    assert client.get(PALLET).status_code == 404
    ship(client, ada, "A-7", f"https://id.gs1.org{PALLET}", ITEM)
    for _ in range(2):  # before its entries are in the signed log, and behind
        answer = client.get(PALLET)
        assert answer.status_code == 200
        assert "…6784" in answer.text
        assert "Nothing of its way has been recorded yet" in answer.text
        publish(house, ada.brand_id)
    assert client.get(f"{PALLET}?linkType=linkset").status_code == 200
    assert client.get(f"/qr.svg?key={PALLET}").status_code == 200
    assert client.get(OTHER).status_code == 404
    assert client.get(ITEM).status_code == 404  # a serial that was never made may be a copy: it needs its event


def test_a_unit_that_a_device_watches_has_a_page(client: FlaskClient, house: House, ada: Company) -> None:
    with house.db.begin() as session:
        brand, now = brand_of(session, ada.brand_id), house.clock()
        register_device(
            session, brand, "probe-1", metrics={"temperature": "CEL"}, expected_interval_s=600, now=now
        )
        place_device(session, brand, "probe-1", PALLET, from_at=now, now=now)
    assert client.get(PALLET).status_code == 200
    assert client.get(OTHER).status_code == 404


@pytest.mark.parametrize("key", [PALLET, "/8003/09506000134352"])
def test_what_carries_goods_keeps_its_page_to_its_brand(
    client: FlaskClient, ada: Company, cleo: Company, key: str
) -> None:
    ship(client, ada, "A-8", key)
    before = client.get(key).text
    ship(client, cleo, "C-8", key)
    assert client.get(key).text == before
