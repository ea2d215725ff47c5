"""A passport where there is no net: its last state with its age, plainly; and never while the site answers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.house import House

# ruff: noqa: F811  (a fixture is imported, and asked for by the same name)
from app.web.pages import customer
from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_pages import PHONE, site  # noqa: F401
from tests.web.conftest import Company, ada, app, cleo, clock, house, password_hash, settings  # noqa: F401
from tests.web.pages.conftest import capture, event, order, publish, tea  # noqa: F401

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const keys = await (await caches.open("passports")).keys();
  return keys.map((each) => new URL(each.url).pathname);
}"""
SETTLED = f"""async () => {{
  const files = [...document.querySelectorAll("link[rel=stylesheet], script[src], img[src*='/qr.svg']")];
  const shown = files.map((each) => new URL(each.href ?? each.src).pathname);
  const kept = await ({KEPT})();
  return [location.pathname, ...shown].every((path) => kept.includes(path));
}}"""
# Playwright's wait_for_function takes the promise of an asynchronous function for its truth: it would not wait.
WAITED = """async (patience) => {
  const aMoment = () => new Promise((done) => setTimeout(done, 50));
  for (const until = Date.now() + patience; Date.now() < until; await aMoment())
    if (await SETTLED()) return true;
  return false;
}""".replace("SETTLED", f"({SETTLED})")
OLDER = """async (hours) => {
  const shelf = await caches.open("passports");
  for (const key of await shelf.keys()) {
    const answer = await shelf.match(key);
    const headers = new Headers(answer.headers);
    headers.set("X-Seen", Date.now() - hours * 3600e3);
    await shelf.put(key, new Response(await answer.blob(), { headers }));
  }
}"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, timezone_id="America/Lima")  # type: ignore[arg-type]
    yield context
    context.close()


def opened(phone: BrowserContext, address: str) -> Page:
    """The passport, opened once, and kept by its worker with all that it shows."""
    page = phone.new_page()
    page.goto(address)
    assert page.evaluate(WAITED, PATIENCE_MS), "the worker did not keep the page"
    return page


def test_the_last_state_is_there_without_net_and_says_its_age(
    phone: BrowserContext, site: str, tea: str, house: House, ada: Company
) -> None:
    page = opened(phone, f"{site}{tea}?lang=en")
    banner = page.locator("[data-offline]")
    expect(banner).to_be_hidden()
    page.evaluate(OLDER, 3)
    phone.set_offline(True)
    page.reload()
    expect(banner).to_contain_text("This site cannot be reached now.")
    expect(banner).to_contain_text("3 hours ago")
    expect(page.locator("#way")).to_be_visible()
    assert page.locator(".share img").evaluate("(image) => image.decode().then(() => image.naturalWidth)")
    assert page.locator(".card").first.evaluate("(card) => getComputedStyle(card).borderRadius") == "14px"
    page.goto(f"{site}{tea}?lang=de")  # a language that was never opened
    expect(banner).to_contain_text("3 hours ago")

    phone.set_offline(False)
    capture(house, ada.brand_id, event("inspecting", "2026-03-02T08:00:00+01:00", "+01:00"))
    publish(house, ada.brand_id)
    customer._pages.clear()
    customer._standings.clear()
    page.goto(f"{site}{tea}?lang=en")
    expect(banner).to_be_hidden()
    expect(page.locator(".way li.now h3").first).to_contain_text("Inspected")


def test_only_passports_are_kept(phone: BrowserContext, site: str, tea: str, order: object) -> None:
    page = opened(phone, site + tea)
    for path in (f"/o/{order.token}", "/track", "/login"):  # type: ignore[attr-defined]
        page.goto(site + path)
    paths = [path for path in page.evaluate(KEPT) if not path.startswith(("/static/", "/theme/", "/qr.svg"))]
    assert paths == [tea]
    page.goto(site + tea + "?cmac=00&picc_data=00")  # a tap's verdict is for once
    assert not [path for path in page.evaluate(KEPT) if "cmac" in path]


def test_a_moment_stands_in_the_readers_time_too(phone: BrowserContext, site: str, tea: str) -> None:
    page = opened(phone, f"{site}{tea}?lang=en")
    when = page.locator(".way li").first.locator(".when")
    expect(when).to_contain_text("1 Mar 2026, 09:12")
    expect(when).to_contain_text(re.compile("by your clock: 1 Mar 2026.* 0?3:12"))


def test_on_paper_the_code_can_be_scanned_and_no_button_stands(
    phone: BrowserContext, site: str, tea: str, tmp_path: Path
) -> None:
    page = opened(phone, f"{site}{tea}?lang=en")
    page.emulate_media(media="print")
    assert page.locator("button:visible, .foot:visible, .own:visible").count() == 0
    expect(page.locator("#share + .stack a")).to_contain_text(tea)
    page.pdf(path=tmp_path / "paper.pdf", format="A4")
    sheets = pypdfium2.PdfDocument(tmp_path / "paper.pdf")
    read = [code.text for sheet in sheets for code in zxingcpp.read_barcodes(sheet.render(scale=3).to_pil())]
    assert [text.partition("/01/")[2] for text in read] == [tea.partition("/01/")[2]]
