"""The holder of an item, without account, script or name: claims it, passes it on, misses it, hands it in."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.brands.tenants import brand_of, signer_of
from app.epcis.document import parse_event
from app.house import House
from app.owning import codes, guidance, keeping, repairs, takeback, warranty
from app.provenance import passports, products
from app.provenance.capture import capture_event
from app.sealed import open_box
from app.web.pages import customer, shared
from ledger.integrator import integrate_due
from ledger.publisher import publish_due
from tests.support.owned import GTIN, LAMP, OTHER, Shop, commission
from tests.web.conftest import Clock, Company


@pytest.fixture
def shop(house: House, ada: Company) -> Shop:
    shop = Shop(house.db, open_box(house.keys), ada.brand_id, house.clock())
    shop.does(products.describe, gtin=GTIN, name={"en": "Lamp"}, care={"en": "Dust it."})
    shop.does(capture_event, parse_event(commission(LAMP, OTHER)), partner_id=None)
    return shop


def page(client: FlaskClient, path: str, status: int = 200, **headers: str) -> str:
    """The page as it is now, not as it was kept for some seconds."""
    for shelf in (customer._standings, customer._pages):
        shelf.clear()
    shared.forget()
    answer = client.get(path, headers=headers)
    assert answer.status_code == status, answer.text[:2000]
    return unescape(answer.text)


def sent(client: FlaskClient, path: str, status: int = 200, **form: str) -> str:
    answer = client.post(path, data=form)
    assert answer.status_code == status, answer.text[:2000]
    return unescape(answer.text)


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


def claimed(client: FlaskClient, code: str, key: str = LAMP) -> str:
    """The secret of an item that was claimed on its page."""
    form = hidden(sent(client, "/own/code", key=key, code=codes.grouped(code)))
    html = sent(client, "/own/claim", **form)
    found = re.search(r"/own/([0-9A-Z]{32})", html)
    assert found
    return found[1]


def test_an_item_is_claimed_on_its_page_and_the_page_says_since_when(client: FlaskClient, shop: Shop) -> None:
    code = shop.claim_code()
    html = page(client, LAMP)
    assert 'action="/own/code"' in html
    mine = claimed(client, code)
    assert "Claimed by its owner since March 2026." in page(client, LAMP)
    own = page(client, f"/own/{mine}")
    assert "Unknown: the brand has stated no terms" in own
    assert page(client, f"/own/{mine.lower()}")


def test_a_claim_that_was_sent_twice_answers_the_same(client: FlaskClient, shop: Shop) -> None:
    form = hidden(sent(client, "/own/code", key=LAMP, code=shop.claim_code()))
    first, second = (sent(client, "/own/claim", **form) for _ in range(2))
    assert first == second
    other = {**form, "secret": codes.new(codes.SECRET)}
    assert "It may have been used" in sent(client, "/own/claim", 422, **other)


def test_the_secret_is_found_by_link_and_by_recovery_code(client: FlaskClient, shop: Shop) -> None:
    mine = claimed(client, shop.claim_code())
    for typed in (codes.grouped(mine).lower(), f"http://127.0.0.1:8080/own/{mine}?lang=de"):
        answer = client.post("/own/open", data={"code": typed})
        assert answer.headers["Location"] == f"/own/{mine}"
    assert "cannot be right" in sent(client, "/own/open", 422, code="nonsense")
    kept = client.get(f"/own/{mine}/file")
    assert kept.get_json()["recovery_code"] == codes.grouped(mine)
    assert kept.headers["Cache-Control"] == "private, no-store"


def test_the_owner_passes_it_on_and_the_old_link_ends(client: FlaskClient, shop: Shop) -> None:
    mine = claimed(client, shop.claim_code())
    html = sent(client, f"/own/{mine}/pass")
    found = re.search(r'<bdi class="code">((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</bdi>', html)
    assert found
    assert found[1] not in page(client, f"/own/{mine}")
    theirs = claimed(client, found[1])
    assert "This link opens no item" in page(client, f"/own/{mine}", 404)
    assert "It has had 2 owners." in page(client, f"/own/{theirs}")
    assert sent(client, f"/own/{mine}/pass", 404)


def test_a_missing_item_says_so_first(client: FlaskClient, shop: Shop) -> None:
    mine = claimed(client, shop.claim_code())
    sent(client, f"/own/{mine}/missing", 303)
    assert "Its owner reports this item missing." in page(client, LAMP)
    assert "must first say that it is found" in sent(client, f"/own/{mine}/pass", 409)
    sent(client, f"/own/{mine}/found", 303)
    assert "missing" not in page(client, LAMP).partition("</main>")[0]


def test_the_warranty_is_told_to_the_owner_and_its_terms_to_everybody(client: FlaskClient, shop: Shop) -> None:
    shop.does(warranty.set_warranty, gtin=GTIN, months=12, starts="purchase")
    shop.does(warranty.set_warranty, gtin=GTIN, country="DE", months=24, href="https://ada.example/w")
    mine = claimed(client, shop.claim_code())
    assert "which is not recorded. Keep your receipt." in page(client, f"/own/{mine}")
    assert "Until 2 March 2028." in page(client, f"/own/{mine}?country=DE")
    assert "24 months, counted from the first claim." in page(client, LAMP, **{"Accept-Language": "en-DE"})
    assert "12 months, counted from the day of purchase." in page(client, f"{LAMP}?country=FR")
    assert "2028" not in page(client, f"{LAMP}?country=DE")


def test_advice_is_that_of_the_readers_country_with_fallback_and_no_empty_block(
    client: FlaskClient, shop: Shop
) -> None:
    assert "Care, repair and recycling" not in page(client, OTHER)
    shop.does(guidance.set_guidance, gtin=GTIN, topic="recycling", text={"en": "To the town's depot"})
    shop.does(guidance.set_guidance, gtin=GTIN, topic="recycling", country="FR", text={"en": "Yellow bin"})
    shop.does(guidance.set_guidance, gtin=GTIN, topic="recycling", country="PT", text={})
    shop.does(guidance.set_guidance, gtin=GTIN, topic="care", text={"en": "Dust it.", "ar": "امسح الغبار"})
    everywhere, french = page(client, LAMP), page(client, LAMP, **{"Accept-Language": "de, fr-FR"})
    assert "To the town's depot" in everywhere
    assert "Yellow bin" in french
    assert "Recycling and disposal" not in page(client, f"{LAMP}?country=PT")
    assert "امسح الغبار" in page(client, f"{LAMP}?country=FR&lang=ar")
    for hostile in ("', '", "fr", "ZZ", "%00", "F" * 5000):
        assert "To the town's depot" in page(client, f"{LAMP}?country={hostile}")


def test_an_authorised_repair_stands_on_the_page_and_lengthens_the_warranty(
    client: FlaskClient, shop: Shop, clock: Clock
) -> None:
    shop.does(warranty.set_warranty, gtin=GTIN, months=1, repair_months=12)
    mine = claimed(client, shop.claim_code())
    on = clock.at.date()
    shop.does(repairs.record_repair, shop.partner(), key=LAMP, kind="battery", parts=["B-7"], repaired_on=on)
    html = page(client, LAMP)
    assert "Repaired by an authorised repairer, 2 March 2026" in html
    assert "Lamp doctor: the battery was replaced" in html
    assert "Until 2 March 2027, longer because of an authorised repair." in page(client, f"/own/{mine}")


def test_what_is_handed_in_is_out_of_use(client: FlaskClient, shop: Shop) -> None:
    mine = claimed(client, shop.claim_code())
    assert "Hand it in" not in page(client, f"/own/{mine}")
    shop.does(guidance.set_guidance, gtin=GTIN, topic="post", country="DE", text={"en": "Free label"})
    assert "Hand it in" not in page(client, f"/own/{mine}?country=FR")
    assert "Free label" in page(client, f"/own/{mine}?country=DE")
    html = sent(client, f"/own/{mine}/handin?country=DE", option="post")
    found = re.search(r'<bdi class="code">((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</bdi>', html)
    assert found
    assert client.post(f"/own/{mine}/handin", data={"option": "burn"}).status_code == 422
    shop.sealed(takeback.receive, LAMP, typed=found[1], fate="recycled")
    html = page(client, LAMP)
    assert "This item is no longer in use." in html
    assert "it is recycled" in html
    assert 'action="/own/code"' not in html
    assert page(client, f"/own/{mine}", 404)


def test_who_guesses_is_slowed_and_then_shut_out_for_a_while(
    client: FlaskClient, shop: Shop, clock: Clock
) -> None:
    code = shop.claim_code()
    form = hidden(sent(client, "/own/code", key=LAMP, code=code))
    for _ in range(5):
        sent(client, "/own/claim", 422, **{**form, "code": codes.new()})
    answer = client.post("/own/claim", data=form)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    clock.passes(seconds=2)
    sent(client, "/own/claim", **form)


def test_a_slip_of_the_pen_is_no_guess(client: FlaskClient, shop: Shop) -> None:
    code = shop.claim_code()
    for _ in range(30):
        assert "cannot be right" in sent(client, "/own/claim", 422, key=LAMP, code="0000", secret="x")
    claimed(client, code)


@pytest.mark.parametrize("key", ["", "/01/09521234543213/21/none", "x" * 5000, "\x00", "/01/09521234543213'--"])
def test_an_item_that_nobody_knows_is_not_found(client: FlaskClient, shop: Shop, key: str) -> None:
    code = shop.claim_code()
    for path in ("/own/code", "/own/claim"):
        assert client.post(path, data={"key": key, "code": code, "secret": codes.new(32)}).status_code == 404


@pytest.mark.parametrize("token", ["none", "%00", "' OR 1=1", "A" * 32, "0" * 32, "9" * 4000])
def test_a_link_that_is_none_opens_nothing(client: FlaskClient, shop: Shop, token: str) -> None:
    shop.claim_code()
    assert client.get(f"/own/{token}").status_code == 404
    assert client.get(f"/own/{token}/file").status_code == 404


def test_another_brand_resets_and_codes_nothing_here(client: FlaskClient, shop: Shop, cleo: Company) -> None:
    mine = claimed(client, shop.claim_code())
    theirs = Shop(shop.db, shop.box, cleo.brand_id, shop.now)
    with pytest.raises(Exception, match="unknown_item"):
        theirs.claim_code()
    with pytest.raises(Exception, match="unknown_item"):
        theirs.sealed(keeping.reset, LAMP, reason="order", person_id="x")
    assert page(client, f"/own/{mine}")


def test_a_row_that_was_changed_by_hand_breaks_the_check(client: FlaskClient, shop: Shop, house: House) -> None:
    claimed(client, shop.claim_code())
    shop.does(guidance.set_guidance, gtin=GTIN, topic="care", text={"en": "Dust it."})
    with house.db() as session:
        brand = brand_of(session, shop.brand_id)
    integrate_due(house.db, brand.log_id, owner="test", clock=house.clock)
    publish_due(house.db, brand.log_id, signer_of(house.keys, brand), house.clock())

    def intact() -> bool:
        with house.db() as session:
            found = passports.assemble(session, brand.id, LAMP, now=house.clock(), language="en")
        assert found is not None
        return found.intact

    assert intact()
    for change, back in (
        ("UPDATE owned_item SET owners = 7", "UPDATE owned_item SET owners = 1"),
        ("UPDATE guidance SET href = 'https://x.example'", "UPDATE guidance SET href = NULL"),
    ):
        for statement, fine in ((change, False), (back, True)):
            with house.db.begin() as session:
                session.execute(text(statement))
            assert intact() == fine, statement
