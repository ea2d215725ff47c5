"""The block about carbon on the passport, and the page behind the login where it is stated."""

import re

import pytest
from flask.testing import FlaskClient

from app.house import House
from tests.web.conftest import Company
from tests.web.pages.conftest import GTIN, KEY, capture, event, publish


@pytest.fixture
def moved(house: House, tea: str, ada: Company) -> str:
    """The tea after one more leg."""
    places = ("https://id.gs1.org/414/9521234000006", "https://id.gs1.org/414/9521234000013")
    seen = [
        event("arriving", f"2026-03-02T0{hour}:00:00Z", "+00:00", readPoint={"id": place})
        for hour, place in enumerate(places, 7)
    ]
    capture(house, ada.brand_id, *seen)
    publish(house, ada.brand_id)
    return tea


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def post(client: FlaskClient, path: str, page: str, **values: str) -> int:
    hidden = {"csrf_token": field(page, "csrf_token"), "_key": field(page, "_key")}
    return client.post(path, data=hidden | values).status_code


def test_the_passport_is_silent_until_something_is_said_and_then_says_what_is_unknown(
    client: FlaskClient, moved: str, people: dict[str, FlaskClient]
) -> None:
    owner = people["owner"]
    assert "Carbon of its way" not in client.get(KEY).text
    desk = owner.get("/carbon", query_string={"key": KEY}).text
    assert "Nothing is known of it yet." in desk
    assert "how it was carried" in desk
    weighed = {"key": f"/01/{GTIN}", "gross_mass_kg": "0.5", "cn_code": "09024000"}
    assert post(owner, "/carbon/goods", desk, **weighed) == 303
    leg = {name: field(desk, name) for name in ("subject", "origin", "destination")}
    desk = owner.get("/carbon", query_string={"key": KEY}).text
    said = {"mode": "road", "data": "primary", "emissions_kg": "90", "mass_kg": "900", "source": "Fuel"}
    assert post(owner, "/carbon/legs", desk, key=KEY, **leg, **said) == 303
    desk = owner.get("/carbon", query_string={"key": KEY}).text
    assert "measured by who carried it" in desk
    assert "direct_t_per_t" in desk
    page = client.get(KEY, query_string={"lang": "en"}).text
    assert "Carbon of its way" in page
    assert "50 g CO₂e" in page


def test_a_brand_may_show_that_nothing_is_known(
    client: FlaskClient, tea: str, people: dict[str, FlaskClient]
) -> None:
    owner = people["owner"]
    desk = owner.get("/carbon").text
    assert post(owner, "/carbon/shown/always", desk) == 303
    assert "Nothing is known of it yet." in client.get(KEY, query_string={"lang": "en"}).text
    assert post(owner, "/carbon/shown/stated", owner.get("/carbon").text) == 303
    assert post(owner, "/carbon/shown/sometimes", owner.get("/carbon").text) == 404


def test_what_is_wrong_is_named_and_nothing_is_kept(moved: str, people: dict[str, FlaskClient]) -> None:
    owner = people["owner"]
    desk = owner.get("/carbon", query_string={"key": KEY}).text
    leg = {name: field(desk, name) for name in ("subject", "origin", "destination")}
    wrong = {"mode": "road", "data": "primary", "emissions_kg": "1e308", "mass_kg": "9", "source": "Fuel"}
    assert post(owner, "/carbon/legs", desk, key=KEY, **leg, **wrong) == 422
    assert post(owner, "/carbon/legs", owner.get("/carbon").text, key=KEY, subject="", leg="x") == 422
    assert post(owner, "/carbon/goods", owner.get("/carbon").text, key=KEY, cn_code="tea") == 422
    assert post(owner, "/carbon/factors", owner.get("/carbon").text, code="A B") == 422
    own = {"code": "hub", "mode": "hub", "intensity": "1.5", "source": "Meter"}
    assert post(owner, "/carbon/factors", owner.get("/carbon").text, **own) == 303
    assert "Meter" in owner.get("/carbon").text
    assert "Nothing has been recorded" in owner.get("/carbon?key=/01/09521234000013").text
    assert "Nothing is known of it yet." in owner.get("/carbon", query_string={"key": KEY}).text
