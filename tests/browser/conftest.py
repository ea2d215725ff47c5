"""What every browser test may need: a browser, and patience, since a busy machine draws a page late."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)


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
        # The browser's own deadline of 30 s, for opening a page or a click, is too short for a busy machine.
        for name in ("new_context", "new_page"):
            setattr(opened, name, patient(getattr(opened, name)))
        yield opened
        opened.close()


def patient(make: Callable[..., Any]) -> Callable[..., Any]:
    """The same, with more time for everything that is done with what it makes."""

    def made(**options: Any) -> Any:
        context = make(**options)
        context.set_default_timeout(PATIENCE_MS)
        return context

    return made
