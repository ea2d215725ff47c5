"""What a customer's phone gets: the passport of what was scanned, and a clear word where there is none."""

import gzip
import re
from hashlib import sha256
from html import unescape
from time import monotonic
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.house import House
from app.models.products import EpcisEvent
from app.web.pages import customer, shared
from ledger.trust import pin_of
from tests.web.conftest import Company
from tests.web.pages.conftest import GTIN, KEY, capture, event, publish


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    customer._pages.clear()
    customer._standings.clear()
    shared.forget()


def scan(client: FlaskClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html", **headers})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_a_scan_opens_the_passport_with_its_way_newest_first(client: FlaskClient, tea: str) -> None:
    page = scan(client, tea)
    assert "This record is genuine and unchanged." in page
    titles = re.findall(r"<h3>([^<]+?)</?(?:h3|span)", page[page.index('id="way"') :])
    assert [title.strip() for title in titles[:3]] == ["Received", "Shipped", "Made and given its identity"]
    assert "20 Feb 2026, 09:00" in page  # the time at the place
    assert "(UTC+08:00)" in page


def test_genuine_is_said_of_what_is_proven_alone(
    client: FlaskClient, tea: str, house: House, ada: Company
) -> None:
    capture(house, ada.brand_id, event("inspecting", "2026-03-02T08:00:00+01:00", "+01:00"))
    page = scan(client, tea)
    assert "This record is genuine and unchanged." not in page
    assert "What the log holds of this record so far is genuine." in page
    assert "The newest entries get their place in the log in a moment." in page
    assert "ما قُيِّد من هذا السجل حتى الآن أصلي." in scan(client, f"{tea}?lang=ar")


def test_a_record_of_which_nothing_is_in_the_log_is_not_called_genuine(
    client: FlaskClient, house: House, ada: Company
) -> None:
    capture(house, ada.brand_id, event("commissioning", "2026-02-20T09:00:00+08:00", action="ADD"))
    page = scan(client, KEY)
    assert "This record is on its way into the log." in page
    assert "genuine" not in page.partition("data-check")[0]


def test_the_phone_gets_what_its_own_check_needs(client: FlaskClient, tea: str) -> None:
    page = scan(client, tea)
    steps = re.findall(r'data-entry="(\d+)" data-leaf="([0-9a-f]{64})"', page)
    assert len(steps) == 3
    proofs = re.search(r'data-proofs="([^"]+)" data-keys="(wayproof/[^"]+)"', page)
    assert proofs
    answer = client.get(proofs[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert len(answer.get_json()["proofs"]) >= 3


def test_the_pin_of_the_key_stands_on_the_page_and_below_the_printed_code(client: FlaskClient, tea: str) -> None:
    page = scan(client, tea)
    vkey = re.search(r'data-keys="([^"]+)"', page)
    assert vkey
    letters = pin_of(unescape(vkey[1]))
    shown = " ".join(letters[at : at + 5] for at in range(0, 20, 5))
    assert shown in page
    assert f">{shown}</text>" in client.get("/qr.svg", query_string={"key": tea}).text


def test_the_page_offers_the_verifier_that_stands_alone_with_its_hash(client: FlaskClient, tea: str) -> None:
    page = scan(client, tea)
    link = re.search(r'href="(/static/wayproof_verify.py[^"]*)"', page)
    assert link
    assert sha256(client.get(link[1]).data).hexdigest() in page


def test_a_row_changed_by_hand_turns_the_page_red(house: House, client: FlaskClient, tea: str) -> None:
    with house.db.begin() as session:
        session.execute(update(EpcisEvent).where(EpcisEvent.biz_step == "shipping").values(biz_step="destroying"))
    page = scan(client, tea)
    assert "Do not trust this record." in page
    assert "changed after it was written" in page
    assert "somebody changed it afterwards" in page


def test_the_undecoded_path_counts(client: FlaskClient, tea: str) -> None:
    assert "%2F" in tea
    assert "TEA/42" in scan(client, tea)
    answer = client.get(tea.replace("%2F", "/"), headers={"Accept": "text/html"})
    assert answer.status_code == 400


def test_one_slash_at_the_end_is_let_pass(client: FlaskClient, tea: str) -> None:
    for path in (tea, tea.partition("/21/")[0]):
        assert scan(client, path + "/") == scan(client, path)
    for wrong in (tea + "//", tea.partition("/21/")[0] + "/21/"):
        assert client.get(wrong, headers={"Accept": "text/html"}).status_code == 400


@pytest.mark.parametrize("path", [KEY, f"/01/{GTIN}/21/unknown", f"/01/{GTIN}/99/x"])
def test_scripts_of_other_sites_may_ask_for_a_code(client: FlaskClient, tea: str, path: str) -> None:
    asked = {method: client.open(path, method=method) for method in ("GET", "HEAD", "OPTIONS")}
    assert {answer.headers["Access-Control-Allow-Origin"] for answer in asked.values()} == {"*"}
    assert asked["HEAD"].status_code == asked["GET"].status_code
    assert asked["HEAD"].data == b""
    assert asked["OPTIONS"].status_code == 204
    assert asked["OPTIONS"].headers["Allow"] == "GET, HEAD, OPTIONS"
    assert asked["OPTIONS"].headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_pages_that_are_no_code_stay_with_our_own_site(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/login").headers
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/01/{GTIN}/21/unknown", 404),
        ("/01/09506000134353", 400),
        ("/01/123", 400),
        (f"/01/{GTIN}/99/x", 400),
        ("/00/395060001343520001", 404),
        ("/00/395060001343520002", 400),
        ("/414/9506000134352", 404),
        ("/8010/9521A%23B", 404),
        ("/01/", 404),
        ("/99/1", 404),
        ("/id", 400),
        ("/id?uri=" + "x" * 500, 400),
        ("/id?uri=urn:example:1", 404),
    ],
)
def test_what_is_no_code_or_unknown_is_said(client: FlaskClient, tea: str, path: str, status: int) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text
    assert "text/html" in answer.content_type


def test_an_unknown_serial_of_a_known_product_is_a_warning(client: FlaskClient, tea: str) -> None:
    page = client.get(f"/01/{GTIN}/21/COPY", headers={"Accept": "text/html"}).text
    assert "We know this product, but no item with this serial number." in page


def test_a_thing_without_a_gs1_key_has_a_passport_too(house: House, ada: Company, client: FlaskClient) -> None:
    named = {"epcList": ["urn:uuid:2c9f3a6e-0d7e-4f2b-9f4d-0a1b2c3d4e5f"]}
    capture(house, ada.brand_id, event("storing", "2026-02-20T09:00:00+08:00", **named))
    publish(house, ada.brand_id)
    page = scan(client, "/id?uri=urn:uuid:2c9f3a6e-0d7e-4f2b-9f4d-0a1b2c3d4e5f")
    assert "Put into storage" in page


@pytest.mark.parametrize(
    ("query", "header", "language", "direction"),
    [
        ("?lang=ar", "de", "ar", "rtl"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de", "ltr"),
        ("", "fr,zh-CN;q=0.7,en;q=0.3", "zh", "ltr"),
        ("", "fr", "en", "ltr"),
        ("?lang=xx", "pt-BR", "pt", "ltr"),
    ],
)
def test_the_language_is_chosen_in_five_steps(
    client: FlaskClient, tea: str, query: str, header: str, language: str, direction: str
) -> None:
    page = scan(client, tea + query, **{"Accept-Language": header})
    assert f'<html lang="{language}" dir="{direction}">' in page


def test_an_order_page_speaks_the_customers_language(client: FlaskClient, order: object) -> None:
    page = scan(client, f"/o/{order.token}", **{"Accept-Language": "zh"})  # type: ignore[attr-defined]
    assert '<html lang="de"' in page
    assert "Ihre Bestellung A-1001" in page
    for secret in ("Ben", "ben@", "Prinsengracht", "0142", "1Z999AA10123456784"):
        assert secret not in page


def test_a_second_scan_costs_no_body(client: FlaskClient, tea: str) -> None:
    first = client.get(tea, headers={"Accept-Encoding": "gzip"})
    again = client.get(tea, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"
    assert gzip.decompress(first.data) == client.get(tea).data


def test_a_new_event_shows_within_a_moment_in_spite_of_the_cache(
    house: House, ada: Company, client: FlaskClient, tea: str
) -> None:
    assert "Sold in a shop" not in scan(client, tea)
    capture(house, ada.brand_id, event("retail_selling", "2026-03-02T09:00:00+01:00", "+01:00"))
    deadline = monotonic() + 60
    while "Sold in a shop" not in scan(client, tea):
        assert monotonic() < deadline


def test_no_page_sets_a_cookie_or_names_another_server(client: FlaskClient, tea: str) -> None:
    answer = client.get(tea)
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "style=" not in answer.text
    assert "<script>" not in answer.text


def test_what_was_typed_leads_to_its_page(client: FlaskClient, tea: str) -> None:
    answer = client.get("/open", query_string={"code": f"(01){GTIN}(21)TEA/42"})
    assert (answer.status_code, answer.headers["Location"]) == (303, KEY)


def test_a_theme_takes_a_colour_and_nothing_else(client: FlaskClient) -> None:
    assert client.get("/theme/ffcc00.css").mimetype == "text/css"
    assert client.get("/theme/zzzzzz.css").status_code == 404
    assert client.get("/theme/red}a{.css").status_code == 404


def test_an_event_has_a_page_with_its_document_and_proof(house: House, client: FlaskClient, tea: str) -> None:
    with house.db() as session:
        event_id = session.scalars(select(EpcisEvent.event_id).where(EpcisEvent.biz_step == "shipping")).one()
    page = scan(client, f"/event/{quote(event_id, safe='')}")
    assert "Shipped" in page
    assert "&#34;bizStep&#34;: &#34;shipping&#34;" in page
    proofs = re.search(r'data-proofs="([^"]+)"', page)
    assert proofs
    assert len(client.get(proofs[1].replace("&amp;", "&")).get_json()["proofs"]) == 1
    assert client.get("/event/nothing").status_code == 404
