"""What owners and customers see of notices on a phone: switches, held ones, editor, mails, the push button."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app.brands.sessions import open_session
from app.brands.switches import turn
from app.brands.tenants import brand_of
from app.care import letters, notices
from app.channels import email
from app.house import House
from app.models.shipments import Shipment
from app.texts import LANGUAGES, translator
from tests.browser.test_pages import ACCESSIBLE, PHONE

# ruff: noqa: F811  (a fixture is imported, and asked for by the same name)
from tests.web.conftest import Company, ada, app, cleo, clock, house, password_hash, settings  # noqa: F401
from tests.web.pages.conftest import order, tea  # noqa: F401

pytestmark = pytest.mark.browser

SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
LATE = letters.Late(
    reason="customs_duties",
    action="pay_duties",
    window=(date(2026, 12, 1), date(2026, 12, 7)),
    promised=date(2026, 11, 26),
    outlook=letters.Outlook(date(2026, 12, 4)),
    parts=letters.Parts(12, 11),
    due=letters.Money(1250, "EUR"),
    compensation=letters.Compensation(letters.Money(500, "EUR"), "THANKS-7K2M"),
)


@pytest.fixture
def site(app: APIFlask) -> Iterator[str]:
    """The app over a real socket; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(60)
    server.server_close()


@pytest.fixture
def held(house: House, ada: Company, tea: str, order: Any) -> None:
    """A notice to Ben that waits, because Ada's notices are stopped."""
    now = house.clock()
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        who = ada.people["owner"]
        turn(session, brand, "notices", on=False, reason="wrong_texts", person_id=who, now=now)
        turn(session, brand, "compensation", "late-eu", on=False, reason="budget", person_id=who, now=now)
        shipment = session.scalars(select(Shipment)).one()
        assert notices.delay(session, shipment=shipment, reason="lost", window=None, now=now)


@pytest.mark.parametrize("language", ["en", "ar", "de"])
def test_the_owners_pages_fit_a_phone_and_everybody(
    browser: Browser, site: str, house: House, ada: Company, held: None, language: str
) -> None:
    with house.db.begin() as session:
        token = open_session(session, ada.people["owner"], {}, house.clock())
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    context.add_cookies([{"name": "wayproof", "value": token, "url": site}])
    page = context.new_page()
    for path in ("/switches", "/desk/held", "/desk", "/texts", "/texts/delay/ar", "/texts/page/en"):
        page.goto(f"{site}{path}?lang={language}")
        assert page.evaluate(SIDEWAYS) <= 0, path
        assert page.evaluate(ACCESSIBLE) == [], path
    context.close()


@pytest.mark.parametrize("width", [390, 600])
def test_a_mail_reads_well_in_every_language(browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for language in LANGUAGES:
        page.set_content(mail(language))
        assert page.evaluate(SIDEWAYS) <= 0, language
        root = page.locator("html")
        assert root.get_attribute("lang") == language
        assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert page.evaluate(ACCESSIBLE) == ["no main"], language  # a letter is an article
        expect(page.get_by_role("article")).to_have_count(1)
        assert page.locator("img").count() == 0
    page.close()


def mail(language: str) -> str:
    t = translator(language)
    letter = letters.compensated(t, "A-1001", LATE)
    given = email.Mail(
        "<1@a.example>",
        "Ada Tea",
        "notices@a.example",
        "",
        "ben@example.org",
        "Ben Carrow-Featherstonehaugh",
        language,
        letter.subject,
        letter.body(t, date(2026, 11, 28)),
        "https://a.example/o/t",
        "https://a.example/u/t",
        datetime(2026, 11, 26, tzinfo=UTC),
    )
    html = email.render(given).get_body(("html",))
    assert html
    return str(html.get_content())


def test_the_push_button_is_there_with_scripts_and_says_when_it_fails(
    browser: Browser, site: str, order: Any
) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/o/{order.token}?lang=en")
    page.get_by_role("button", name="Tell me in this browser").click()  # nobody has allowed it
    expect(page.locator("#push [role=status]")).to_contain_text("That did not work")
    context.close()


def test_without_scripts_the_page_offers_the_calendar_alone(browser: Browser, site: str, order: Any) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/o/{order.token}?lang=en")
    expect(page.get_by_role("link", name="Follow it in my calendar")).to_be_visible()
    expect(page.get_by_role("button", name="Tell me in this browser")).to_have_count(0)
    context.close()
