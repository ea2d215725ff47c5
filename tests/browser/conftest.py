"""What every browser test may need: a browser, and patience, since a busy machine draws a page late."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

expect.set_options(timeout=60_000)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser sees does not depend on the database."""
    return sqlite_url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()
