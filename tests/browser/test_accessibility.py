"""axe (WCAG 2.2 AA) over every page that a customer may open, in every language, in light and in dark."""

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app.house import House
from app.models.shipments import Order
from app.texts import LANGUAGES
from app.web.pages import explorer

# ruff: noqa: F811  (a fixture is imported, and asked for by the same name)
from tests.browser import shop
from tests.browser.test_pages import PHONE, site  # noqa: F401
from tests.web.conftest import Company, ada, app, cleo, clock, house, password_hash, settings  # noqa: F401
from tests.web.pages.conftest import order, tea  # noqa: F401

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Colours are the same in every language, and measuring them is half of the work: two languages show all of them.
COLOURS_IN = ("en", "ar")
RUN = """async ([levels, colours]) => {
  const rules = {"target-size": {enabled: true}, "color-contrast": {enabled: colours}};
  const found = await axe.run(document, {
    runOnly: levels, rules, resultTypes: ["violations"], iframes: false, preload: false,
  });
  const places = (rule) => rule.nodes.map((node) => node.html.slice(0, 120)).join(" ");
  return found.violations.map((rule) => `${rule.id}: ${places(rule)}`);
}"""


@pytest.fixture
def pages(house: House, ada: Company, tea: str, order: Order) -> list[str]:
    """The addresses of everything that a customer may open."""
    explorer._pages.clear()
    return shop.fill(house, ada, order)


class Judge:
    """A phone that opens pages and asks axe; axe is put into each page beside its own scripts."""

    def __init__(self, browser: Browser, site: str, theme: str, scripts: bool = True) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport=PHONE,  # type: ignore[arg-type]
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        if not scripts:
            self.context.route("**/*.js*", lambda route: route.abort())
        self.context.add_init_script(AXE)
        self.page: Page = self.context.new_page()
        self.site = site

    def violations(self, paths: list[str], language: str) -> dict[str, list[str]]:
        """What axe finds, by address; a page in another language than the one asked for is found, too."""
        found = {}
        for path in paths:
            self.page.goto(f"{self.site}{path}{'&' if '?' in path else '?'}lang={language}")
            told = self.page.evaluate(RUN, [LEVELS, language in COLOURS_IN])
            spoken = self.page.locator("html").get_attribute("lang")
            if spoken != language:
                told.append(f"speaks {spoken}")
            if told:
                found[path] = told
        return found


@pytest.fixture
def judges(browser: Browser, site: str) -> Iterator[dict[str, Judge]]:
    made = {
        "light": Judge(browser, site, "light"),
        "dark": Judge(browser, site, "dark"),
        "no scripts": Judge(browser, site, "light", scripts=False),
    }
    yield made
    for judge in made.values():
        judge.context.close()


def test_axe_finds_nothing_in_any_language(judges: dict[str, Judge], pages: list[str]) -> None:
    found = {language: judges["light"].violations(pages, language) for language in LANGUAGES}
    assert not any(found.values()), found


def test_axe_finds_nothing_in_the_dark(judges: dict[str, Judge], pages: list[str]) -> None:
    assert judges["dark"].violations(pages, "ar") == {}


def test_axe_finds_nothing_where_no_script_of_ours_runs(judges: dict[str, Judge], pages: list[str]) -> None:
    assert judges["no scripts"].violations(pages[:4], "en") == {}


def test_axe_would_find_something(judges: dict[str, Judge], pages: list[str]) -> None:
    judge = judges["light"]
    judge.page.goto(f"{judge.site}/track")
    judge.page.evaluate("document.querySelector('label').remove()")
    assert any(told.startswith("label:") for told in judge.page.evaluate(RUN, [LEVELS, True]))
