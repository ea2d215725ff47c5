"""The public explorer and the watch page on a phone: without scripts, in every language, nothing too wide."""

import re

import pytest
from playwright.sync_api import Browser

from app.brands.tenants import brand_of
from app.house import House
from app.texts import LANGUAGES
from app.web.pages import explorer
from tests.browser.test_pages import PHONE, site  # noqa: F401
from tests.web.conftest import Company, ada, app, cleo, clock, house, password_hash, settings  # noqa: F401
from tests.web.pages.conftest import tea  # noqa: F401

pytestmark = pytest.mark.browser


def test_every_page_fits_a_phone_in_every_language_without_scripts(
    browser: Browser,
    site: str,  # noqa: F811
    tea: str,  # noqa: F811
    house: House,  # noqa: F811
    ada: Company,  # noqa: F811
) -> None:
    explorer._pages.clear()
    with house.db() as session:
        log = f"{site}/log/{brand_of(session, ada.brand_id).log_key}"
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(log)
    newest = re.search(r"/entry/(\d+)", page.content())
    assert newest
    wide = []
    for language in LANGUAGES:
        for path in (
            log,
            f"{log}/entry/{newest[1]}",
            f"{log}/find?q=x",
            f"{site}/watch?key={tea.replace('%', '%25')}",
        ):
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert page.locator("html").get_attribute("lang") == language
            if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
                wide.append((language, path))
    context.close()
    assert wide == []
