"""The partner's pages and the owner's switch, on both databases."""

import re

import pytest
from flask.testing import FlaskClient

from app.brands.sessions import open_session
from app.db import reading
from app.house import House
from app.models.brands import Partner
from tests.web.conftest import Company
from tests.web.pages.conftest import publish

FORM = {
    "thing": "(01)09506000134352(21)TEA/42",
    "step": "holding",
    "zone": "Asia/Tokyo",
    "at": "2026-03-02T17:00",
    "note": "Papers are missing",
}


def enter(client: FlaskClient, house: House, person_id: str) -> FlaskClient:
    with house.db.begin() as session:
        client.set_cookie("wayproof", open_session(session, person_id, {"csrf": "token"}, house.clock()))
    return client


@pytest.fixture
def partner(client: FlaskClient, house: House, ada: Company) -> FlaskClient:
    return enter(client, house, ada.people["partner"])


def post(client: FlaskClient, **changes: str) -> str:
    answer = client.post("/partner/new", data={**FORM, "csrf_token": "token", **changes})
    return answer.headers.get("Location", "") or f"{answer.status_code} {answer.get_data(as_text=True)}"


def test_a_form_sent_twice_is_one_event(partner: FlaskClient) -> None:
    assert post(partner, _key="0123456789") == post(partner, _key="0123456789")
    page = partner.get("/partner/events").get_data(as_text=True)
    assert page.count('<li class="card stack') == 1
    assert "Typed into the form, not signed." in page


def test_the_list_goes_on_where_a_page_ends(partner: FlaskClient) -> None:
    for minute in range(21):
        assert post(partner, at=f"2026-03-02T17:{minute:02}").startswith("/partner/events?sent=")
    page = partner.get("/partner/events").get_data(as_text=True)
    older = re.search(r'href="(/partner/events\?before=\d+)"', page)
    assert older is not None
    assert page.count('<li class="card stack') == 20
    rest = partner.get(older[1]).get_data(as_text=True)
    assert rest.count('<li class="card stack') == 1
    assert "Back to the newest" in rest
    assert "There is nothing older" in partner.get("/partner/events?before=1").get_data(as_text=True)


def test_the_note_is_the_brands_and_the_partners_and_on_no_public_page(
    partner: FlaskClient, house: House, ada: Company, tea: str
) -> None:
    where = post(partner)
    publish(house, ada.brand_id)
    event = re.search(r'href="(/event/[^"]+)"', partner.get(where).get_data(as_text=True))
    assert event is not None
    public = partner.get(event[1]).get_data(as_text=True)
    assert "typed in by Farm, not signed" in public
    assert "Papers" not in public
    row = where.rpartition("=")[2]
    proof = partner.get(f"/api/v1/partner/receipts/{row}/proof")
    assert proof.status_code == 200
    assert any(each["path"] == "commercial:document" for each in proof.get_json()["openings"])


def test_the_owner_takes_only_signed_events_and_then_the_form_says_so(
    client: FlaskClient, house: House, ada: Company
) -> None:
    path = f"/brand/partners/{ada.partner_id}/signature"
    owner = enter(client, house, ada.people["owner"])
    assert "Farm" in owner.get("/brand").get_data(as_text=True)
    owner.post(path, data={"csrf_token": "token", "required": "1"})
    with reading(house.db) as session:
        assert session.get_one(Partner, ada.partner_id).must_sign
    assert "Only signed events are taken." in owner.get("/brand").get_data(as_text=True)
    partner = enter(client, house, ada.people["partner"])
    assert "This brand takes only what you sign." in partner.get("/partner/new").get_data(as_text=True)
    assert post(partner).startswith("422")
    owner = enter(client, house, ada.people["owner"])
    owner.post(path, data={"csrf_token": "token", "required": "0"})
    assert post(enter(client, house, ada.people["partner"])).startswith("/partner/events?sent=")


@pytest.mark.parametrize(
    "forged",
    [
        {"document": "x"},
        {"document": "[]", "signed_key": "x", "signed_nonce": "x", "signed_signature": "x"},
        {"document": '{"@context":7}', "signed_key": "x", "signed_nonce": "x", "signed_signature": "x"},
        {"document": '{"@context":[]}', "signed_key": "x", "signed_nonce": "AAAA", "signed_signature": "x"},
    ],
)
def test_a_forged_signed_form_is_refused(partner: FlaskClient, forged: dict[str, str]) -> None:
    assert post(partner, **forged).startswith("400")
    assert "You have written nothing yet" in partner.get("/partner/events").get_data(as_text=True)
