"""The resolver: a browser gets the page, who asks for a link gets that link or nothing, and a tap its verdict."""

import json

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.house import House
from tests.support.taps import tap
from tests.web.conftest import Company
from tests.web.pages.conftest import GTIN, KEY

VOC = "https://ref.gs1.org/voc/"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PRODUCT = f"/01/{GTIN}"
MASTER = "ab" * 16


@pytest.fixture
def linked(client: FlaskClient, ada: Company, tea: str) -> str:
    """Ada's tea with a manual in two languages and two forms."""
    manuals = [
        ("https://ada.example/en?a=1#top", "How to brew", "en", "text/html"),
        ("https://ada.example/es", "Cómo prepararlo", "es", "text/html"),
        ("https://ada.example/es.pdf", "Cómo prepararlo", "es", "application/pdf"),
    ]
    for href, title, language, media_type in manuals:
        body = {"key": PRODUCT, "link_type": "gs1:instructions", "href": href, "title": title}
        answer = client.post(
            "/api/v1/links", json={**body, "language": language, "media_type": media_type}, headers=ada.bearer
        )
        assert answer.status_code == 201, answer.text
    return tea


def ask(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=given)


def test_a_browser_always_gets_the_page(client: FlaskClient, linked: str) -> None:
    for query in ("", "?utm_source=x", "?linkType=default", "?linkType=gs1:defaultLink", "?17=271231"):
        answer = client.get(linked.partition("/21/")[0] + query, headers=BROWSER)
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == "text/html"
    assert client.get(linked).mimetype == "text/html"  # also who accepts anything


def test_a_link_type_leads_on_in_the_readers_language(client: FlaskClient, linked: str) -> None:
    for path in (linked, PRODUCT):  # what the product has its items have
        answer = ask(
            client, f"{path}?linkType=gs1:instructions&batch=7", Accept_Language="es, en;q=0.5", Accept="text/html"
        )
        assert answer.status_code == 307
        assert answer.headers["Location"] == "https://ada.example/es?linkType=gs1:instructions&batch=7"
    answer = ask(client, f"{PRODUCT}?LINKTYPE={VOC}instructions", Accept_Language="en-GB")
    assert answer.headers["Location"] == f"https://ada.example/en?a=1&LINKTYPE={VOC}instructions#top"
    answer = ask(client, f"{PRODUCT}?linkType=instructions", Accept_Language="es", Accept="application/pdf")
    assert answer.headers["Location"].startswith("https://ada.example/es.pdf?")


def test_links_that_fit_equally_well_are_all_offered(client: FlaskClient, linked: str) -> None:
    answer = ask(client, f"{PRODUCT}?linkType=gs1:instructions", Accept_Language="es")
    assert answer.status_code == 300
    targets = answer.get_json(force=True)["linkset"][0][f"{VOC}instructions"]
    assert {target["href"] for target in targets} == {"https://ada.example/es", "https://ada.example/es.pdf"}
    page = ask(
        client, f"{PRODUCT}?linkType=gs1:instructions", Accept="text/html,application/xml", Accept_Language="zh"
    )
    assert page.status_code == 300
    assert "https://ada.example/es" in page.text


@pytest.mark.parametrize("asked", ["gs1:recipeInfo", "gs1:nothing", "x", "https://evil.example/pip"])
def test_a_link_type_that_is_missing_is_not_found_and_the_page_does_not_stand_in(
    client: FlaskClient, linked: str, asked: str
) -> None:
    for accept in ("*/*", BROWSER["Accept"]):
        assert client.get(f"{PRODUCT}?linkType={asked}", headers={"Accept": accept}).status_code == 404


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("?linkType=linkset", "*/*"),
        ("?linkType=linkset", BROWSER["Accept"]),
        ("?linkType=all", "*/*"),
        ("", "application/linkset+json"),
        ("", "application/json"),
    ],
)
def test_the_linkset_has_every_level(client: FlaskClient, linked: str, query: str, accept: str) -> None:
    answer = client.get(linked + query, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/linkset+json"
    contexts = json.loads(answer.data)["linkset"]
    anchors = [each["anchor"] for each in contexts]
    assert [anchor.partition("/01/")[2] for anchor in anchors] == [linked[4:], GTIN]
    for context in contexts:
        assert set(context[f"{VOC}defaultLink"][0]) == {"href", "title"}
        described = [name for name in context if name.startswith(VOC) and not name.endswith("defaultLink")]
        hrefs = [target["href"] for name in described for target in context[name]]
        assert context[f"{VOC}defaultLink"][0]["href"] in hrefs
        for name in described:
            assert all(target["href"] and target["title"] and target["type"] for target in context[name])
    assert [t["hreflang"] for t in contexts[1][f"{VOC}instructions"]] == [["en"], ["es"], ["es"]]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/linkset+json, text/html;q=0.5", "application/linkset+json"),
        ("application/json;q=0.9, text/html;q=0.8, */*;q=0.1", "application/linkset+json"),
        ("application/json, text/plain, */*", "application/linkset+json"),
        ("text/html;q=0, application/json", "application/linkset+json"),
        ("application/linkset+json;q=0.4, text/html;q=0.5", "text/html"),
        ("application/json, text/html", "text/html"),
        ("application/linkset+json;q=0, */*", "text/html"),
    ],
)
def test_who_would_rather_have_a_linkset_gets_it(client: FlaskClient, linked: str, accept: str, kind: str) -> None:
    assert ask(client, linked, Accept=accept).mimetype == kind


def test_a_linkset_that_has_not_changed_is_not_sent_again(client: FlaskClient, linked: str) -> None:
    for path in (f"{linked}?linkType=linkset", "/.well-known/gs1resolver", "/voc/linkset-context.jsonld"):
        first = client.get(path)
        again = ask(client, path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_our_own_page_is_a_link_too(client: FlaskClient, linked: str, house: House) -> None:
    answer = client.get(f"{linked}?linkType=gs1:pip&x=1")
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"{house.settings.base_url}{linked}?x=1"


def test_every_answer_says_where_the_linkset_is_and_may_be_read_by_all(client: FlaskClient, linked: str) -> None:
    for method in ("GET", "HEAD"):
        for query in ("", "?linkType=linkset", "?linkType=gs1:pip"):
            answer = client.open(linked + query, method=method)
            assert f'<{linked}?linkType=linkset>; rel="linkset"' in answer.headers["Link"]
            assert (
                'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"' in answer.headers["Link"]
            )
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
            assert answer.headers["Vary"] == "Accept, Accept-Encoding, Accept-Language"
            assert method == "GET" or answer.data == b""
    for query in ("?linkType=linkset", "?linkType=gs1:pip"):
        assert client.get(linked + query).headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PRODUCT}?10=A", 400),
        (f"{PRODUCT}?17=271399", 400),
        (f"{PRODUCT}?89=x", 400),
        (f"{PRODUCT}?99=a&99=b", 400),
        (f"/01/{GTIN[:-1]}3?linkType=linkset", 400),
        ("/01/09521234000013?linkType=linkset", 404),
        ("/01/09521234000013?linkType=gs1:pip", 404),
        (f"{PRODUCT}/21/unknown?linkType=gs1:instructions", 307),
        (f"{PRODUCT}/21/unknown", 404),
        ("/8004/95212340TOOL", 404),
    ],
)
def test_what_cannot_be_read_is_400_and_what_is_not_known_404(
    client: FlaskClient, linked: str, path: str, status: int
) -> None:
    assert ask(client, path, Accept_Language="en").status_code == status


def test_the_resolver_describes_itself(client: FlaskClient, house: House) -> None:
    about = client.get("/.well-known/gs1resolver")
    assert about.get_json()["resolverRoot"] == house.settings.base_url
    assert len(about.get_json()["supportedPrimaryKeys"]) == 16
    assert about.headers["Access-Control-Allow-Origin"] == "*"
    context = client.get("/voc/linkset-context.jsonld")
    assert context.mimetype == "application/ld+json"
    assert json.loads(context.data)["@context"]["anchor"] == "@id"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("href", "http://ada.example/"),
        ("href", "https://user@ada.example/"),
        ("href", "javascript:alert(1)"),
        ("href", "https:///x"),
        ("href", "https://ada.example:99999/"),
        ("href", "https://ada.example\\@evil.example/"),
        ("href", "https://ada.example/ a"),
        ("link_type", "gs1:defaultLink"),
        ("link_type", "nonsense"),
        ("language", "Spanish"),
        ("media_type", "text"),
        ("key", "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0a11"),
        ("title", ""),
    ],
)
def test_a_wrong_link_is_refused_by_its_field(client: FlaskClient, ada: Company, field: str, value: str) -> None:
    body = {
        "key": PRODUCT,
        "link_type": "faqs",
        "href": "https://ada.example/",
        "title": "Questions",
        field: value,
    }
    answer = client.post("/api/v1/links", json=body, headers=ada.bearer)
    assert answer.status_code == 422, answer.text
    assert field in answer.get_json()["errors"][0]["pointer"]


def test_a_link_is_added_once_and_taken_away_once(
    client: FlaskClient, ada: Company, cleo: Company, tea: str
) -> None:
    body = {"key": PRODUCT, "link_type": "faqs", "href": "https://ada.example/faq", "title": "Questions"}
    ids = {client.post("/api/v1/links", json=body, headers=ada.bearer).get_json()["id"] for _ in range(2)}
    assert len(ids) == 1
    address = f"/api/v1/links/{ids.pop()}"
    assert client.delete(address, headers=cleo.bearer).status_code == 404
    assert client.delete(address, headers=ada.bearer).status_code == 204
    assert client.delete(address, headers=ada.bearer).status_code == 404
    assert client.get(f"{tea}?linkType=gs1:faqs").status_code == 404


def test_the_owner_keeps_links_on_a_page(people: dict[str, FlaskClient], tea: str) -> None:
    owner = people["owner"]
    assert "No link yet" in owner.get("/links", headers=BROWSER).text
    form = {"key": f"(01){GTIN}", "link_type": "faqs", "title": "Questions", "media_type": "text/html"}
    with owner.session_transaction() as session:
        session["csrf"] = "token"
    wrong = owner.post("/links", data={**form, "href": "http://ada.example", "csrf_token": "token"})
    assert wrong.status_code == 422
    assert "must begin with https://" in wrong.text
    right = owner.post("/links", data={**form, "href": "https://ada.example/faq", "csrf_token": "token"})
    assert right.status_code == 303
    assert "https://ada.example/faq" in owner.get("/links", headers=BROWSER).text
    assert '<form method="post" action="/links' not in people["auditor"].get("/links", headers=BROWSER).text


@pytest.fixture
def keyed(client: FlaskClient, ada: Company, tea: str) -> str:
    """The tea's tags have keys."""
    body = {"gtin": GTIN, "scheme": "shared", "meta_key": MASTER}
    answer = client.post("/api/v1/nfc/profiles", json=body, headers=ada.bearer)
    assert answer.status_code == 201
    assert MASTER not in answer.text
    return tea


def tapped(counter: int) -> str:
    key = bytes.fromhex(MASTER)
    return tap(key, key, bytes.fromhex("04DE5F1EACC040"), counter)


def test_a_tap_opens_the_passport_with_its_verdict_and_is_kept_by_no_cache(
    client: FlaskClient, keyed: str
) -> None:
    address = f"{keyed}?{tapped(1)}"
    client.head(address)  # who only looks takes nothing away
    first, again = client.get(address, headers=BROWSER), client.get(address, headers=BROWSER)
    assert "This tag is genuine." in first.text
    assert "This record is genuine and unchanged." in first.text
    assert "This link was opened before." in again.text
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers
        assert "cmac" not in answer.text  # the links to other languages do not repeat it
    assert "genuine.</p>" not in client.get(keyed, headers=BROWSER).text.replace("unchanged", "")


def test_a_forged_tap_is_told_in_the_readers_language(client: FlaskClient, keyed: str) -> None:
    forged = f"{keyed}?picc_data={'00' * 16}&cmac={'00' * 8}&lang=de"
    assert "Dieses Etikett ist nicht echt." in client.get(forged, headers=BROWSER).text
    broken = f"{keyed}?cmac=%00"
    assert "This tag is not genuine." in client.get(broken, headers=BROWSER).text


@pytest.mark.parametrize("cut", ["cmac", "picc_data"])
def test_a_tap_that_lacks_a_part_is_no_tap_of_a_tag(client: FlaskClient, keyed: str, cut: str) -> None:
    left = "&".join(part for part in tapped(1).split("&") if not part.startswith(cut))
    assert "This tag is not genuine." in client.get(f"{keyed}?{left}", headers=BROWSER).text
    assert "This tag is genuine." in client.get(f"{keyed}?{tapped(1)}", headers=BROWSER).text  # it used up nothing
    assert "This tag" not in client.get(f"{keyed}?uid=7&utm_source=x", headers=BROWSER).text


def test_a_tag_of_a_product_without_keys_is_not_judged(client: FlaskClient, tea: str) -> None:
    assert "We can&#39;t check this tag." in client.get(f"{tea}?{tapped(1)}", headers=BROWSER).text


def test_a_tag_with_the_address_of_the_product_opens_its_item(
    client: FlaskClient, ada: Company, keyed: str
) -> None:
    body = {"uid": "04de5f1eacc040", "key": KEY}
    assert client.post("/api/v1/nfc/tags", json=body, headers=ada.bearer).status_code == 201
    page = client.get(f"{PRODUCT}?{tapped(7)}", headers=BROWSER).text
    assert "This tag is genuine." in page
    assert "TEA/42" in page
    tags = client.get("/api/v1/nfc/tags", headers=ada.bearer).get_json()["tags"]
    assert [(tag["counter"], tag["taps"], tag["key"]) for tag in tags] == [(7, 1, KEY)]


def test_a_tap_on_what_is_not_known_is_the_page_of_the_unknown(client: FlaskClient, keyed: str) -> None:
    assert client.get(f"/01/09521234000013?{tapped(1)}", headers=BROWSER).status_code == 404
    assert "This tag is genuine." in client.get(f"{PRODUCT}/21/new?{tapped(1)}", headers=BROWSER).text
