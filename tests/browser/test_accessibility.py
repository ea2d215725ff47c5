"""axe (WCAG 2.2 AA) over every page that a customer may open, in every state and language, in light and in dark.

The pages are the server's own. They are put one after the other into a page that has the stylesheets and keeps axe
warm, with whatever a script would reveal revealed; some are opened as a phone does it, their scripts running.
"""

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from app.house import House
from app.models.shipments import Order
from app.texts import LANGUAGES
from tests.browser.test_pages import PHONE, site  # noqa: F401

# ruff: noqa: F811  (a fixture is imported, and asked for by the same name)
from tests.browser.window import looking, opening
from tests.browser.window.counter import Shown
from tests.web.conftest import Company, ada, app, cleo, clock, house, password_hash, settings  # noqa: F401
from tests.web.pages.conftest import KEY, order, tea  # noqa: F401

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Colours are the same in every language, and measuring them is most of the work: one language for each theme.
COLOURS = ["color-contrast"]
RUN = """async ([levels, colours]) => {
  const rules = {"target-size": {enabled: true}, "color-contrast": {enabled: colours}};
  const found = await axe.run(document, {
    runOnly: levels, ...(levels[0] === "color-contrast" ? {} : {rules}), resultTypes: ["violations"],
    iframes: false, preload: false,
  });
  const places = (rule) => rule.nodes.map((node) => node.html.slice(0, 120)).join(" ");
  return found.violations.map((rule) => `${rule.id}: ${places(rule)}`);
}"""
PUT = """(html) => {
  const next = new DOMParser().parseFromString(html, "text/html");
  for (const each of next.querySelectorAll("[hidden]")) each.removeAttribute("hidden");
  for (const each of next.querySelectorAll("[data-check]"))
    each.textContent = [each.dataset.ok, each.dataset.bad, each.dataset.unknown, each.dataset.none].join(" ");
  for (const name of ["lang", "dir"]) document.documentElement.setAttribute(name, next.documentElement[name]);
  document.title = next.title;
  document.body.replaceWith(document.adoptNode(next.body));
}"""
WIDE = """() => {
  const seen = document.documentElement.scrollWidth - innerWidth;
  return seen > 0 ? [`scrolls sideways by ${seen} px`] : [];
}"""
JUDGE = f"""async ([pages, levels, colours]) => {{
  const put = {PUT}, run = {RUN}, wide = {WIDE}, found = {{}};
  for (const [name, html] of pages) {{
    put(html);
    const told = [...wide(), ...(await run([levels, colours]))];
    if (told.length) found[name] = told;
  }}
  return found;
}}"""


class Shop:
    """The pages of the open shop, and a phone that shows them to axe."""

    def __init__(self, app: APIFlask, shown: list[Shown], page: Page, site: str) -> None:
        self.app, self.shown, self.page = app, shown, page
        page.goto(site + KEY)
        page.evaluate(AXE)

    def pages(self, language: str) -> list[tuple[str, str]]:
        """Every page by its number and address; one of another status than it must have is no page."""
        found = []
        for number, each in enumerate(self.shown):
            status, html = looking.ask(self.app, each, language)
            assert status == each.status, (each, html[:3000])
            found.append((f"{number} {each.path}", html))
        return [*found, *((name, looking.trouble(self.app, name, language)) for name in looking.PROBLEMS)]

    def violations(self, language: str, levels: list[str] = LEVELS) -> dict[str, list[str]]:
        pages = self.pages(language)
        for name, html in pages:
            assert f'<html lang="{language}"' in html, name
        told: dict[str, list[str]] = self.page.evaluate(JUDGE, [pages, levels, language == "en"])
        return told


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


@pytest.fixture
def shop(
    app: APIFlask, house: House, ada: Company, cleo: Company, tea: str, order: Order, phone: Page, site: str
) -> Shop:
    return Shop(app, opening.fill(app, house, ada, cleo, order), phone, site)


def test_axe_finds_nothing_on_any_page_in_any_state_and_language(shop: Shop) -> None:
    found = {language: shop.violations(language) for language in LANGUAGES}
    shop.page.emulate_media(color_scheme="dark")
    found["in the dark"] = shop.violations("ar", COLOURS)
    assert not any(found.values()), found


def test_axe_finds_nothing_while_scripts_run(phone: Page, site: str, tea: str, order: Order) -> None:
    """What a script makes of a page is looked at where it runs: the phone's own check, the reader's clock."""
    for path in (tea, f"/o/{order.token}"):
        phone.goto(f"{site}{path}?lang=ar")
        if path == tea:
            expect(phone.locator("[data-proofs]")).to_have_attribute("data-state", "ok")
        phone.evaluate(AXE)
        assert phone.evaluate(RUN, [LEVELS, True]) == [], path


def test_axe_would_find_something(app: APIFlask, phone: Page, site: str) -> None:
    phone.goto(site)
    phone.evaluate(AXE)
    html = looking.trouble(app, "stale-form", "en")
    for whole, spoilt, rule in (
        ("</main>", "<input></main>", "label:"),
        ("<h1>", "<h4>", "page-has-heading-one:"),
    ):
        assert whole in html
        told = phone.evaluate(JUDGE, [[("page", html.replace(whole, spoilt))], LEVELS, True])
        assert any(each.startswith(rule) for each in told["page"]), rule
