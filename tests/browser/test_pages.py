"""The customer's pages as a phone shows them: with scripts and without, light, narrow, readable, and alone."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from app.brands.tenants import brand_of
from app.contrast import Rgb, ratio
from app.house import House
from app.models.products import EpcisEvent
from app.provenance import products
from app.provenance.recall import open_recall
from app.texts import LANGUAGES
from app.web.pages import customer
from app.web.pages.theme import sheet
from tests.web.conftest import Company, ada, app, cleo, clock, house, password_hash, settings  # noqa: F401
from tests.web.pages.conftest import GTIN, order, tea  # noqa: F401

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
STYLES = Path(customer.__file__).parents[1] / "static" / "wayproof.css"


@pytest.fixture
def site(app: APIFlask) -> Iterator[str]:  # noqa: F811
    """The app over a real socket; its address."""
    customer._pages.clear()
    customer._standings.clear()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(60)
    server.server_close()


class Watched:
    """A page, and every request that it made."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context = browser.new_context(viewport=PHONE, **options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.asked: list[Request] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda told: self.errors.append(told.text) if told.type == "error" else None)

    def octets(self) -> int:
        """What came over the line, headers and packed bodies."""
        sizes = [request.sizes() for request in self.asked if request.response()]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Watched]:
    watched = Watched(browser)
    yield watched
    watched.context.close()


def test_the_phone_checks_the_record_itself(phone: Watched, site: str, tea: str) -> None:  # noqa: F811
    phone.page.goto(site + tea)
    verdict = phone.page.locator('[data-check="verdict"]')
    expect(verdict).to_have_text("This device has checked every entry itself: all of them are genuine.")
    assert phone.errors == []


def test_a_row_changed_by_hand_turns_it_red(
    phone: Watched,
    site: str,
    tea: str,  # noqa: F811
    house: House,  # noqa: F811
) -> None:
    phone.page.goto(site + tea)
    section = phone.page.locator("[data-proofs]")
    expect(section).to_have_attribute("data-state", "ok")
    with house.db.begin() as session:
        session.execute(update(EpcisEvent).where(EpcisEvent.biz_step == "shipping").values(biz_step="storing"))
    customer._pages.clear()
    phone.page.reload()
    expect(phone.page.locator(".said.bad")).to_be_visible()


def test_all_is_there_without_scripts(browser: Browser, site: str, tea: str) -> None:  # noqa: F811
    watched = Watched(browser, java_script_enabled=False)
    watched.page.goto(site + tea)
    text = watched.page.locator("main").inner_text()
    for shown in (
        "This record is genuine and unchanged.",
        "The way so far",
        "Unchanged",
        "Signed",
        "needs scripts",
    ):
        assert shown in text
    watched.context.close()


def test_a_first_view_is_under_50_kb_and_asks_nobody_else(phone: Watched, site: str, tea: str) -> None:  # noqa: F811
    phone.page.goto(site + tea, wait_until="load")
    expect(phone.page.locator("[data-proofs]")).to_have_attribute("data-state", "ok")
    assert phone.octets() < 50_000
    assert {request.url.startswith((site, "data:")) for request in phone.asked} == {True}
    assert phone.context.cookies() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_scrolls_sideways_in_any_language(
    phone: Watched,
    site: str,
    tea: str,  # noqa: F811
    order: Any,  # noqa: F811
    language: str,
) -> None:
    for path in (tea, f"/o/{order.token}", "/", "/login", "/01/09506000134352/21/none"):
        phone.page.goto(f"{site}{path}?lang={language}")
        wide, seen = phone.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= seen, path
        root = phone.page.locator("html")
        assert root.get_attribute("lang") == language
        assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


ACCESSIBLE = """() => {
  const wrong = [];
  const seen = (e) => e.getClientRects().length > 0;
  const name = (e) => (e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent || "").trim();
  for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, textarea")) {
    if (!seen(e) || e.classList.contains("skip")) continue;
    if (!name(e)) wrong.push("no name: " + e.outerHTML.slice(0, 80));
    const box = e.getBoundingClientRect();
    const inText = e.tagName === "A" && ["P", "DD", "SPAN", "LI", "H2", "H3"].includes(e.parentElement.tagName);
    if (!inText && (box.width < 24 || box.height < 24)) wrong.push("small: " + e.outerHTML.slice(0, 80));
  }
  for (const e of document.querySelectorAll("svg, img"))
    if (!e.getAttribute("aria-label") && !e.alt && !e.closest("[aria-hidden=true]"))
      wrong.push("picture without words: " + e.outerHTML.slice(0, 80));
  let level = 0;
  for (const e of document.querySelectorAll("h1, h2, h3, h4")) {
    const next = Number(e.tagName[1]);
    if (next > level + 1) wrong.push("heading jumps: " + e.textContent);
    level = next;
  }
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id stands twice");
  for (const e of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(e.getAttribute("aria-labelledby"))) wrong.push("label is missing: " + e.id);
  if (!document.querySelector("main")) wrong.push("no main");
  if (!document.title) wrong.push("no title");
  return wrong;
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_can_be_used_by_everybody(
    phone: Watched,
    site: str,
    tea: str,  # noqa: F811
    order: Any,  # noqa: F811
    language: str,
) -> None:
    for path in (tea, f"/o/{order.token}", "/", "/login", "/01/09506000134352/21/none", "/nothing"):
        phone.page.goto(f"{site}{path}?lang={language}")
        assert phone.page.evaluate(ACCESSIBLE) == [], path


def test_the_keyboard_reaches_the_content_first(phone: Watched, site: str, tea: str) -> None:  # noqa: F811
    phone.page.goto(site + tea)
    phone.page.keyboard.press("Tab")
    assert phone.page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def colours(theme: str) -> dict[str, Rgb]:
    """The palette of one theme, with a brand's own colours laid over it."""
    light, dark = STYLES.read_text().split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark)
    return {name: Rgb.parse(value) for name, value in found.items()}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_of_the_palette_can_be_read(theme: str) -> None:
    palette = colours(theme)
    for ground in ("ground", "card", "sunk"):
        for ink in ("ink", "soft", "good", "warn", "bad", "open", "brand-text"):
            assert ratio(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    for state in ("good", "warn", "bad", "open"):
        assert ratio(palette[state], palette[f"{state}-ground"]) >= 4.5, state
        assert ratio(palette["ink"], palette[f"{state}-ground"]) >= 4.5, state
    assert ratio(palette["brand-ink"], palette["brand"]) >= 4.5


@pytest.mark.parametrize(
    "colour", ["0b5d4f", "ffcc00", "ffffff", "000000", "ff0000", "7f7f7f", "00ffff", "123456"]
)
def test_every_brand_colour_becomes_readable(colour: str) -> None:
    light, dark = sheet(colour).split("@media")
    (on_light,) = re.findall(r"--brand-text:(#[0-9a-f]{6})", light)
    (on_dark,) = re.findall(r"--brand-text:(#[0-9a-f]{6})", dark)
    assert ratio(Rgb.parse(on_light), Rgb(255, 255, 255)) >= 4.5
    assert ratio(Rgb.parse(on_dark), Rgb(22, 30, 27)) >= 4.5


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_word_longer_than_the_phone_is_wide_is_broken(
    phone: Watched,
    site: str,
    tea: str,  # noqa: F811
    house: House,  # noqa: F811
    ada: Company,  # noqa: F811
    language: str,
) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau" * 2
    texts = {"en": word, "ar": f"شاي {word}"}
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        told = {"name": texts, "description": texts, "care": texts}
        products.describe(session, brand, gtin=GTIN, **told, category="tea", origin_place=word, now=house.clock())
        open_recall(session, brand, key=f"/01/{GTIN}", reason=texts, advice=texts, now=house.clock())
    phone.page.goto(f"{site}{tea}?lang={language}")
    outside = phone.page.evaluate("""() => [...document.querySelectorAll("main *")]
        .filter((each) => each.checkVisibility() && !each.closest("svg"))
        .filter((each) => each.getBoundingClientRect().right > innerWidth || each.getBoundingClientRect().left < 0)
        .map((each) => each.outerHTML.slice(0, 80))""")
    assert outside == []
    assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
