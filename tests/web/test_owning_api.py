"""After the sale, for the brand and its partners: codes, terms, repairs, take-backs and the desk's reset."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.brands.sessions import open_session
from app.house import House
from app.models.brands import Partner
from app.models.owning import OwnedItem
from app.owning import authority, codes, takeback
from tests.support.owned import GTIN, LAMP, OTHER, Shop
from tests.web.conftest import Company
from tests.web.pages.test_owning import shop

__all__ = ["shop"]

CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")
MENDED = {"key": LAMP, "kind": "mended", "parts": ["B-7"], "on": "2026-03-01"}


def entered(house: House, client: FlaskClient, person_id: str) -> dict[str, str]:
    """A browser in which this person is logged in; the headers of its forms."""
    with house.db.begin() as session:
        client.set_cookie("wayproof", open_session(session, person_id, {"csrf": "token"}, house.clock()))
    return {"X-CSRF-Token": "token"}


def authorised(shop: Shop, ada: Company) -> None:
    shop.does(authority.authorise, ada.partner_id, repairs=True, collects=True)


def take_back_code(shop: Shop) -> str:
    mine = shop.claim(shop.claim_code())
    code: str = shop.owner(takeback.hand_in, mine, "post")
    return code


def test_codes_are_made_once_however_often_they_are_asked_for(
    client: FlaskClient, ada: Company, shop: Shop
) -> None:
    headers = {**ada.bearer, "Idempotency-Key": "codes-1"}
    body = {"keys": [OTHER, LAMP], "sold_on": "2026-03-01"}
    first, second = (client.post("/api/v1/claim-codes", json=body, headers=headers) for _ in range(2))
    assert first.status_code == 201
    assert first.get_json() == second.get_json()
    told = first.get_json()["codes"]
    assert [each["key"] for each in told] == [LAMP, OTHER]
    shop.claim(told[0]["code"])
    stands = client.get(f"/api/v1/ownership?key={LAMP}", headers=ada.bearer).get_json()
    assert (stands["state"], stands["since"]) == ("claimed", "2026-03")
    again = client.post("/api/v1/claim-codes", json=body, headers=ada.bearer)
    assert again.status_code == 409
    assert client.get("/api/v1/ownership?key=/01/09521234543213/21/none", headers=ada.bearer).status_code == 404


def test_terms_and_advice_are_said_and_read_back(client: FlaskClient, ada: Company, shop: Shop) -> None:
    terms = {"gtin": GTIN, "country": "DE", "months": 24, "starts": "purchase", "repair_months": 6}
    assert client.post("/api/v1/warranties", json=terms, headers=ada.bearer).status_code == 201
    (line,) = client.get(f"/api/v1/warranties?gtin={GTIN}", headers=ada.bearer).get_json()["warranties"]
    assert line == {**terms, "href": None}
    advice = {"gtin": GTIN, "topic": "recycling", "text": {"de": "Wertstoffhof"}, "href": "https://ada.example/r"}
    assert client.post("/api/v1/guidance", json=advice, headers=ada.bearer).status_code == 201
    (said,) = client.get(f"/api/v1/guidance?gtin={GTIN}", headers=ada.bearer).get_json()["guidance"]
    assert said == {**advice, "country": ""}
    wrong = client.post("/api/v1/warranties", json={**terms, "gtin": "09521234000013"}, headers=ada.bearer)
    assert wrong.get_json()["errors"][0]["pointer"] == "/gtin"


def test_only_an_authorised_partner_repairs(client: FlaskClient, ada: Company, shop: Shop) -> None:
    assert client.post("/api/v1/repairs", json=MENDED, headers=ada.partners_bearer).status_code == 403
    authorised(shop, ada)
    made = client.post("/api/v1/repairs", json=MENDED, headers=ada.partners_bearer)
    assert made.status_code == 201
    client.post(f"/api/v1/repairs/{made.get_json()['id']}/withdraw", headers=ada.partners_bearer)
    (listed,) = client.get("/api/v1/repairs", headers=ada.partners_bearer).get_json()["repairs"]
    assert listed["withdrawn"]


@pytest.mark.parametrize("door", ["api", "form"])
def test_a_collector_takes_an_item_back(
    client: FlaskClient, house: House, ada: Company, shop: Shop, door: str
) -> None:
    authorised(shop, ada)
    body = {"key": LAMP, "code": codes.grouped(take_back_code(shop)), "fate": "recycled"}
    if door == "api":
        taken = client.post("/api/v1/take-backs", json=body, headers=ada.partners_bearer)
        assert taken.get_json()["state"] == "retired"
    else:
        headers = entered(house, client, ada.people["partner"])
        wrong = client.post("/partner/repairs/take-back", data={**body, "code": codes.new()}, headers=headers)
        assert wrong.status_code == 422
        assert client.post("/partner/repairs/take-back", data=body, headers=headers).status_code == 303
    with house.db() as session:
        row = session.get_one(OwnedItem, (ada.brand_id, LAMP))
    assert (row.state, row.fate) == ("retired", "recycled")


def test_codes_of_a_take_back_are_not_guessed_over_http(client: FlaskClient, ada: Company, shop: Shop) -> None:
    authorised(shop, ada)
    take_back_code(shop)
    body = {"key": LAMP, "fate": "reused"}
    statuses = [
        client.post(
            "/api/v1/take-backs", json={**body, "code": codes.new()}, headers=ada.partners_bearer
        ).status_code
        for _ in range(7)
    ]
    assert statuses == [409] * 5 + [429] * 2


@pytest.mark.parametrize("form", ["page", "csv", "labels"])
def test_the_owner_prints_codes_for_the_boxes(
    client: FlaskClient, house: House, ada: Company, shop: Shop, form: str
) -> None:
    headers = entered(house, client, ada.people["warehouse"])
    answer = client.post("/ownership/codes", data={"items": f"{LAMP}\n\n{OTHER}\n", "as": form}, headers=headers)
    assert answer.status_code == 200
    found = CODE.findall(answer.text)
    assert len(set(found)) == 2
    shop.claim(found[0])
    wrong = client.post("/ownership/codes", data={"items": "nonsense", "as": form}, headers=headers)
    assert wrong.status_code == 422


def test_the_owner_says_terms_and_who_may_repair(
    client: FlaskClient, house: House, ada: Company, shop: Shop
) -> None:
    headers = entered(house, client, ada.people["owner"])
    post: dict[str, Any] = {"headers": headers}
    assert client.post(f"/ownership/partners/{ada.partner_id}", data={"repairs": "1"}, **post).status_code == 303
    with house.db() as session:
        partner = session.get_one(Partner, ada.partner_id)
    assert (partner.repairs, partner.collects) == (True, False)
    terms = {"country": "DE", "months": "24", "starts": "claim", "repair_months": "6"}
    assert client.post(f"/ownership/{GTIN}/warranty", data=terms, **post).status_code == 303
    advice = {"topic": "care", "text_en": "Dust it.", "text_ar": "امسح الغبار"}
    assert client.post(f"/ownership/{GTIN}/guidance", data=advice, **post).status_code == 303
    page = unescape(client.get(f"/ownership/{GTIN}").text)
    assert "24 months, counted from the first claim." in page
    assert "Dust it." in page
    for wrong in ({**terms, "months": "x"}, {**terms, "country": "XX"}, {**terms, "href": "javascript:1"}):
        assert client.post(f"/ownership/{GTIN}/warranty", data=wrong, **post).status_code == 422
    assert client.post("/ownership/00000000000000/warranty", data=terms, **post).status_code == 404


def test_the_desk_resets_against_proof_of_purchase(
    client: FlaskClient, house: House, ada: Company, shop: Shop
) -> None:
    mine = shop.claim(shop.claim_code())
    headers = entered(house, client, ada.people["support"])
    assert "Reset the lost secret" in client.get(f"/desk/ownership?key={LAMP}").text
    body = {"key": LAMP, "reason": "receipt"}
    answer = client.post("/desk/ownership/reset", data=body, headers=headers)
    code = CODE.findall(answer.text)
    assert not shop.opens(mine)
    assert shop.opens(shop.claim(code[0]))
    refused = client.post("/desk/ownership/reset", data={**body, "reason": "because"}, headers=headers)
    assert refused.status_code == 422
    (entry,) = shop.entries("ownership:item:reset")
    assert entry["body"]["person"] == ada.people["support"]


def test_a_partner_records_a_repair_on_a_phone(
    client: FlaskClient, house: House, ada: Company, shop: Shop
) -> None:
    headers = entered(house, client, ada.people["partner"])
    assert "has not authorised you yet" in unescape(client.get("/partner/repairs").text)
    authorised(shop, ada)
    form = {**MENDED, "parts": "B-7 B-8"}
    assert client.post("/partner/repairs", data=form, headers=headers).status_code == 303
    assert LAMP in client.get("/partner/repairs").text
    for wrong in ({"kind": "magic"}, {"on": "soon"}, {"key": "nonsense"}, {"file_sha256": "x"}, {"key": "\x00"}):
        answer = client.post("/partner/repairs", data={**form, **wrong}, headers=headers)
        assert answer.status_code == 422
