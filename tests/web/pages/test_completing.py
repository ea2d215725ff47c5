"""How complete a passport is, told to its owner and not to customers; the badge in a shop; the brand's colour."""

import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from app.brands.tenants import brand_of
from app.contrast import Rgb, ratio
from app.house import House
from app.models.products import Product, Recall
from app.provenance import certificates, products
from app.provenance.errors import Refused
from app.provenance.lawful import TEMPLATES, WRITTEN, template_of
from app.provenance.recall import close_recall, open_recall
from app.texts import LANGUAGES
from app.web.pages import badge, customer
from app.words import fields
from tests.web.conftest import Company
from tests.web.pages.conftest import GTIN, publish

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def oil(house: House, ada: Company) -> str:
    """Ada's oil: described, and nothing told that the law wants besides. Its GTIN."""
    customer._pages.clear()
    customer._standings.clear()
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        products.describe(session, brand, gtin=GTIN, name={"en": "Oil & more"}, category="Food", now=house.clock())
    publish(house, ada.brand_id)
    return GTIN


def tell(house: House, ada: Company, **told: str) -> Product | None:
    with house.db.begin() as session:
        given = {"gtin": GTIN, "language": "en", **told}
        return products.detail(session, brand_of(session, ada.brand_id), **given, now=house.clock())  # type: ignore[arg-type]


def missing(client: FlaskClient, ada: Company, gtin: str) -> dict[str, object]:
    answer = client.get(f"/api/v1/products/{gtin}/completeness", headers=ada.bearer)
    assert answer.status_code == 200
    return dict(answer.get_json())


def test_every_field_has_a_law_a_supplier_and_words() -> None:
    for fields_of in TEMPLATES.values():
        assert len({each.name for each in fields_of}) == len(fields_of)
        for field in fields_of:
            assert field.source.startswith(("Regulation (E", "Directive 20"))
            assert field.suppliers
            assert set(field.suppliers) <= set(fields.SUPPLIER)
            assert field.name in fields.LABEL
    assert set(TEMPLATES) == set(fields.TEMPLATE)


@pytest.mark.parametrize(
    ("category", "template"),
    [("Tea", "food"), (" Clothing ", "textile"), ("battery", "battery"), ("toys", "general"), (None, "general")],
)
def test_the_brands_own_word_finds_the_template(category: str | None, template: str) -> None:
    assert template_of(category) == template


def test_what_nobody_stated_is_missing(client: FlaskClient, house: House, ada: Company, oil: str) -> None:
    before = missing(client, ada, oil)
    assert (before["template"], before["known"], before["wanted"]) == ("food", 1, 12)
    assert {"field": "allergens", "label": "Allergens"}.items() <= before["missing"][1].items()  # type: ignore[index]
    assert tell(house, ada, name="allergens", text="none")
    after = missing(client, ada, oil)
    assert after["known"] == 2
    tell(house, ada, name="allergens", text=" ")
    assert missing(client, ada, oil)["known"] == 1


def test_a_certificate_of_a_lot_counts_for_its_product(
    client: FlaskClient, house: House, ada: Company, oil: str
) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        facts = {"name": {"en": "Radio"}, "category": "electronics"}
        products.describe(session, brand, gtin=oil, **facts, now=house.clock())  # type: ignore[arg-type]
    assert "compliance" in str(missing(client, ada, oil)["missing"])
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        lot = f"/01/{oil}/10/L1"
        certificates.add(session, brand, identifier=lot, name="CE", issuer="Lab", now=house.clock())
    assert "compliance" not in str(missing(client, ada, oil)["missing"])


def test_a_detail_stands_on_the_passport_and_is_part_of_the_record(
    client: FlaskClient, house: House, ada: Company, oil: str
) -> None:
    tell(house, ada, name="ingredients", text="Olives <b>")
    publish(house, ada.brand_id)
    customer._pages.clear()
    customer._standings.clear()
    page = client.get(f"/01/{oil}?lang=en").text
    assert "<dt>Ingredients</dt>" in page
    assert "Olives &lt;b&gt;" in page
    assert "genuine and unchanged" in page
    assert "told" not in re.sub(r"<[^>]+>", "", page).split("Check of the record")[0]  # no count for customers
    with house.db.begin() as session:
        session.query(Product).filter_by(gtin=oil).update({"details": {"ingredients": {"en": "Gold"}}})
    customer._pages.clear()
    assert "Do not trust this record" in client.get(f"/01/{oil}?lang=en").text


def test_describing_anew_keeps_the_details(house: House, ada: Company, oil: str) -> None:
    tell(house, ada, name="ingredients", text="Olives")
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        row = products.describe(session, brand, gtin=oil, name={"en": "Oil"}, now=house.clock())
        assert row.details == {"ingredients": {"en": "Olives"}}


@pytest.mark.parametrize(("name", "text"), [("name", "x"), ("gold", "x"), ("ingredients", "x" * 4001)])
def test_a_detail_that_no_law_knows_is_refused(house: House, ada: Company, oil: str, name: str, text: str) -> None:
    assert name not in WRITTEN or len(text) > 4000
    with pytest.raises(Refused):
        tell(house, ada, name=name, text=text)


def test_the_owner_tells_what_is_missing(people: dict[str, FlaskClient], oil: str) -> None:
    owner = people["owner"]
    assert "1 of 12 told" in owner.get("/products").text
    page = owner.get(f"/products/{oil}").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    told = {"name": "ingredients", "language": "en", "text": "Olives"}
    assert owner.post(f"/products/{oil}/details", data={**hidden, **told}).status_code == 303
    assert "2 of 12 told" in owner.get(f"/products/{oil}").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)) | {"_key": "second"}
    refused = owner.post(f"/products/{oil}/details", data={**hidden, **told, "name": "gold"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert "Tell what is missing" not in people["auditor"].get(f"/products/{oil}").text


def test_the_snippet_is_a_link_and_a_picture(people: dict[str, FlaskClient], oil: str) -> None:
    page = people["owner"].get(f"/products/{oil}?badge=de&size=large").text
    snippet = page.split('id="snippet"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert "&lt;img src=&#34;" in snippet or "&lt;img src=&quot;" in snippet
    assert f"/badge/{oil}.svg?lang=de&amp;amp;size=large" in snippet
    assert "Produktpass: Oil &amp;amp; more" in snippet
    assert "script" not in snippet


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_badge_is_a_safe_picture_in_every_language(client: FlaskClient, oil: str, language: str) -> None:
    answer = client.get(f"/badge/{oil}.svg?lang={language}&theme=dark")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script" not in policy
    root = ElementTree.fromstring(answer.text)
    assert root.find(f"{SVG}title").text  # type: ignore[union-attr]
    assert not list(root.iter(f"{SVG}script"))
    text = root.find(f"{SVG}text")
    assert text is not None
    assert text.get("direction") == ("rtl" if language == "ar" else None)


def test_a_badge_says_a_recall_and_its_end(client: FlaskClient, house: House, ada: Company, oil: str) -> None:
    def said() -> str:
        return client.get(f"/badge/{oil}.svg?lang=en").text

    assert "Product passport<" in said()
    texts = {"reason": {"en": "Glass"}, "advice": {"en": "Bring it back"}}
    with house.db.begin() as session:
        open_recall(session, brand_of(session, ada.brand_id), key=f"/01/{oil}/10/L1", **texts, now=house.clock())
    assert "some lots recalled" in said()
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        whole = open_recall(session, brand, key=f"/01/{oil}", **texts, now=house.clock())
        recall_id = whole.id  # of the whole product
    assert "Recalled: see the passport" in said()
    with house.db.begin() as session:
        close_recall(session, brand_of(session, ada.brand_id), session.get_one(Recall, recall_id), house.clock())
    assert "some lots recalled" in said()


@pytest.mark.parametrize(
    ("path", "status"),
    [("09506000134376.svg", 404), ("x.svg", 404), ("09506000134352.png", 404), (f"{GTIN}.svg?size=huge", 400)],
)
def test_a_badge_of_nothing_says_so(client: FlaskClient, oil: str, path: str, status: int) -> None:
    assert client.get(f"/badge/{path}").status_code == status
    if path == "09506000134376.svg":
        assert "No product passport" in client.get(f"/badge/{path}?lang=en").text


def test_a_badges_words_fit_and_can_be_read() -> None:
    for theme, ground, inks in (
        ("light", "#ffffff", badge._LIGHT),
        ("dark", "#161e1b", badge._DARK),
    ):
        for ink in re.findall(r"(?:text|good|warn|bad|open)\{fill:(#[0-9a-f]+)", inks):
            assert ratio(Rgb.parse(ink), Rgb.parse(ground)) >= 4.5, (theme, ink)
    assert badge.draw("护照护照", "passport", rtl=False).width > badge.draw("pass", "passport", rtl=False).width


def test_a_colour_is_tried_judged_and_taken(people: dict[str, FlaskClient]) -> None:
    owner = people["owner"]
    pale = owner.get("/brand/look?colour=ffcc00").text
    assert "contrast of only 1.5 to 1" in pale
    assert "/theme/ffcc00.css" in pale
    dark = owner.get("/brand/look?colour=%23123456").text
    assert "contrast of only" not in dark
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', dark))
    assert owner.post("/brand/look", data=hidden).status_code == 303
    assert 'value="#123456"' in owner.get("/brand/look").text
    wrong = owner.get("/brand/look?colour=red")
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text
