"""What a broker sees on a phone: form, receipts and keys; with scripts, without, and with a key inside."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.brands.sessions import open_session
from app.brands.signatures import demand
from app.brands.tenants import brand_of
from app.house import House
from app.provenance import locations

# ruff: noqa: F811  (a fixture is imported, and asked for by the same name)
from tests.web.conftest import Company, ada, app, cleo, clock, house, password_hash, settings  # noqa: F401
from tests.web.pages.conftest import publish, tea  # noqa: F401

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def site(app: APIFlask, house: House, ada: Company, tea: str) -> Iterator[str]:
    """The app over a real socket; its address. Ada has named two places."""
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        for gln, name, zone in (("9506000134376", "Yame press", "Asia/Tokyo"), ("9506000134383", "Port", None)):
            locations.describe(
                session, brand, identifier=f"/414/{gln}", name=name, city="Yame", zone=zone, now=house.clock()
            )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(60)
    server.server_close()


class Broker:
    """The broker's browser, logged in as Ada's partner."""

    def __init__(self, browser: Browser, site: str, house: House, ada: Company, **options: object) -> None:
        with house.db.begin() as session:
            token = open_session(session, ada.people["partner"], {}, house.clock())
        self.context = browser.new_context(viewport=PHONE, locale="en", **options)  # type: ignore[arg-type]
        self.context.add_cookies([{"name": "wayproof", "value": token, "url": site}])
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.site = site

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def report(self, thing: str = "(01)09506000134352(21)TEA/42") -> None:
        page = self.open("/partner/new")
        page.select_option("#step", "holding")
        page.fill("#thing", thing)
        page.select_option("#place", label="Yame press, Yame")
        page.fill("#at", "2026-03-02T17:00")
        page.fill("#note", "Papers are missing")
        page.click("form#report button.first")


@pytest.fixture(params=[True, False], ids=["scripts", "none"])
def broker(
    request: pytest.FixtureRequest, browser: Browser, site: str, house: House, ada: Company
) -> Iterator[Broker]:
    opened = Broker(browser, site, house, ada, java_script_enabled=request.param)
    yield opened
    opened.context.close()
    assert opened.errors == []


@pytest.fixture
def scripted(browser: Browser, site: str, house: House, ada: Company) -> Iterator[Broker]:
    opened = Broker(browser, site, house, ada)
    yield opened
    opened.context.close()
    assert opened.errors == []


def test_what_a_broker_types_is_on_its_list_and_on_the_passport_as_unsigned(
    broker: Broker,
    house: House,
    ada: Company,
    tea: str,
) -> None:
    broker.report()
    expect(broker.page.get_by_text("Thank you, it is stored.")).to_be_visible()
    expect(broker.page.get_by_text("Typed into the form, not signed.")).to_be_visible()
    expect(broker.page.get_by_text("2 Mar 2026, 17:00")).to_be_visible()
    publish(house, ada.brand_id)
    page = broker.open("/partner/events")
    expect(page.get_by_role("link", name="Download the proof")).to_be_visible()
    passport = broker.open(tea)
    expect(passport.get_by_text("typed in by Farm, not signed")).to_be_visible()
    assert "Papers are missing" not in passport.content()


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(broker: Broker) -> None:
    broker.report(thing="nonsense")
    expect(broker.page.locator("#wrong-thing")).to_contain_text("no number that we know")
    expect(broker.page.locator("#note")).to_have_value("Papers are missing")
    expect(broker.page.locator("#thing")).to_have_value("nonsense")
    broker.open("/partner/events")
    expect(broker.page.get_by_role("heading", name="You have written nothing yet")).to_be_visible()


def test_a_browser_that_holds_the_key_signs_what_is_typed(
    scripted: Broker,
    house: House,
    ada: Company,
    tea: str,
) -> None:
    page = scripted.open("/partner/keys")
    page.get_by_role("button", name="Make a key in this browser").click()
    expect(page.get_by_text("This browser holds your key and signs with it.")).to_be_visible()
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        demand(session, brand, ada.partner_id, required=True, now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    scripted.report()
    expect(page.get_by_text("Signed with your key")).to_be_visible()
    publish(house, ada.brand_id)
    expect(scripted.open(tea).get_by_text("said and signed by Farm")).to_be_visible()
    page = scripted.open("/partner/keys")
    page.get_by_role("button", name="Take the key out of this browser").click()
    expect(page.get_by_text("Bring your key into this browser")).to_be_visible()
    scripted.report()
    expect(page.get_by_text("The signature does not fit")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/partner/new", "/partner/events", "/partner/keys"])
def test_the_pages_fit_their_screen(scripted: Broker, path: str, width: int, language: str) -> None:
    scripted.report()
    expect(scripted.page.get_by_text("Thank you, it is stored.")).to_be_visible()
    scripted.page.set_viewport_size({"width": width, "height": 900})
    page = scripted.open(f"{path}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{path.rpartition('/')[2]}-{language}-{width}.png", full_page=True)
