"""Transport carbon and CBAM over HTTP: stated by who carried it, asked as JSON and as tables."""

import pytest
from apiflask import APIFlask

from tests.web.access_table import EVENT
from tests.web.conftest import Company

ITEM = "/01/09521234543213/21/A1"
PRESS, PORT = "/414/9521234000006", "/414/9521234000013"
IDS = "https://id.gs1.org"


def event(number: int, place: str) -> dict[str, object]:
    return EVENT | {
        "eventID": f"urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0b{number}",
        "eventTime": f"2026-03-01T0{number - 10}:00:00Z",
        "action": "OBSERVE",
        "bizStep": "arriving",
        "readPoint": {"id": IDS + place},
    }


@pytest.fixture
def moved(app: APIFlask, ada: Company) -> None:
    """An item that went from the press to the port, told by the partner."""
    with app.test_client() as client:
        for number, place in ((11, PRESS), (12, PORT)):
            sent = client.post("/epcis/events", json=event(number, place), headers=ada.partners_bearer)
            assert sent.status_code == 201, sent.text


def test_a_partner_states_its_leg_and_the_sum_says_what_it_rests_on(
    app: APIFlask, ada: Company, moved: None
) -> None:
    leg = {"subject": IDS + ITEM, "origin": PRESS, "destination": PORT, "mode": "road"}
    with app.test_client() as client:
        before = client.get(f"/api/v1/carbon?key={ITEM}", headers=ada.bearer).get_json()
        assert before["total"] == {
            "parts": 1,
            "unknown": 1,
            "complete": False,
            "at_least_kg": None,
            "about_kg": None,
            "at_most_kg": None,
            "by_data": {},
        }
        assert before["parts"][0]["missing"] == ["mass", "mode", "distance"]
        said = {"data": "primary", "emissions_kg": "60", "mass_kg": "3000", "source": "=fuel card"}
        sent = client.post("/api/v1/carbon/legs", json=leg | said, headers=ada.partners_bearer)
        assert sent.status_code == 201, sent.text
        goods = {"key": ITEM, "facts": {"gross_mass_kg": "0.75"}}
        assert client.post("/api/v1/goods", json=goods, headers=ada.bearer).status_code == 201
        after = client.get(f"/api/v1/carbon?key={ITEM}", headers=ada.bearer).get_json()
        assert after["total"]["by_data"] == {"primary": "0.015"}
        assert (after["total"]["complete"], after["total"]["at_most_kg"]) == (True, "0.015")
        assert (after["parts"][0]["told_by"], after["mass_kg"]) == ("Farm", "0.75")
        sheet = client.get(f"/carbon.csv?key={ITEM}", headers={**ada.bearer, "Accept": "text/csv"})
        assert sheet.content_type == "text/csv; charset=utf-8"
        assert ",'=fuel card," in sheet.text
        wrong = client.post("/api/v1/carbon/legs", json=leg | said | {"mass_kg": "1e9"}, headers=ada.bearer)
        assert wrong.status_code == 422
        stranger = client.post(
            "/api/v1/carbon/legs", json=leg | said | {"subject": "/01/09521234543213"}, headers=ada.partners_bearer
        )
        assert stranger.status_code == 403


def test_the_table_names_its_source_and_an_own_intensity_takes_its_place(app: APIFlask, ada: Company) -> None:
    own = {"code": "sea", "mode": "sea", "intensity": "0.01", "per": "sfd", "source": "our carrier"}
    with app.test_client() as client:
        assert client.post("/api/v1/carbon/factors", json=own, headers=ada.bearer).status_code == 201
        found = client.get("/api/v1/carbon/factors", headers=ada.bearer).get_json()
    assert "Open" not in found["table"]
    assert found["licence"].endswith("open-government-licence/version/3/")
    by_code = {row["code"]: row for row in found["factors"]}
    assert (by_code["sea"]["own"], by_code["sea"]["intensity"]) == (True, "0.01")
    assert (by_code["road"]["own"], by_code["road"]["intensity"]) == (False, "0.12715")
    assert {row["code"] for row in found["factors"] if row["source"] == ""} == set()


def test_the_fields_for_the_border_come_as_a_table_that_names_what_is_missing(
    app: APIFlask, ada: Company, moved: None
) -> None:
    goods = {"key": ITEM, "facts": {"cn_code": "15092000", "net_mass_t": "1"}}
    with app.test_client() as client:
        said = client.post("/api/v1/goods", json=goods, headers=ada.bearer).get_json()
        assert "direct_t_per_t" in said["missing"]
        assert client.get(f"/api/v1/goods?key={ITEM}", headers=ada.bearer).get_json() == said
        sheet = client.get("/cbam.csv?period=2026-Q1", headers={**ada.bearer, "Accept": "text/csv"}).text
        assert sheet.splitlines()[1].startswith(f"{ITEM},2026-Q1,15092000,,,1,")
        assert client.get("/cbam.csv?period=2026-Q9", headers=ada.bearer).status_code == 422
