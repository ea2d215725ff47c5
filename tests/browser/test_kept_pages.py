"""What the passport's worker keeps when the net is bad: never half a page, and never an older one over a newer."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.web.pages.files import squeezed
from tests.browser.conftest import PATIENCE_MS

pytestmark = pytest.mark.browser

WORKER = Path(__file__).parents[2] / "app/web/static/passport-worker.js"
PAGE = """<!doctype html><html lang="en">
<p data-offline hidden>Last seen <bdi data-age></bdi></p><h1>state {state}</h1>"""
KEPT = """async ([path, patience]) => {
  const shelf = await caches.open("passports");
  const aMoment = () => new Promise((done) => setTimeout(done, 50));
  for (const until = Date.now() + patience; Date.now() < until; await aMoment())
    if (await shelf.match(path, { ignoreVary: true })) return true;
  return false;
}"""
WATCHED = """async () => {
  await navigator.serviceWorker.register("/passport-worker.js", { scope: "/01/" });
  (await navigator.serviceWorker.ready).active.postMessage([location.href]);
}"""


@dataclass
class Net:
    """A site of which every answer shows another state, over a net that can be slow and break off."""

    state: int = 0
    breaks: bool = False
    asked: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)
    address: str = ""


class Door(BaseHTTPRequestHandler):
    """Answers what was asked when it was asked, and sends it when the net lets it."""

    def __init__(self, *arguments: Any, net: Net) -> None:
        self.net = net
        super().__init__(*arguments)

    def do_GET(self) -> None:
        if self.path == "/passport-worker.js":
            return self._answer("text/javascript", squeezed(WORKER.read_text()))
        self.net.state += 1
        body = PAGE.format(state=self.net.state)
        return self._answer("text/html", body, missing=1000 if self.net.breaks else 0)

    def _answer(self, kind: str, text: str, missing: int = 0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Length", str(len(text) + missing))
        self.end_headers()
        # The head goes ahead: a browser asks nothing twice at a time while it waits for the head of an answer.
        if "x-slow" in self.headers:
            self.net.asked.set()
            self.net.open.wait(PATIENCE_MS / 1000)
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def net() -> Iterator[Net]:
    net = Net()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Door, net=net))
    net.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield net
    net.open.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def kept(phone: BrowserContext, net: Net) -> Page:
    """The page, watched over by the worker from now on, and kept."""
    page = phone.new_page()
    page.goto(f"{net.address}/01/1")
    page.evaluate(WATCHED)
    assert page.evaluate(KEPT, ["/01/1", PATIENCE_MS])
    return page


def test_an_answer_that_breaks_off_leaves_the_last_whole_one(phone: BrowserContext, net: Net) -> None:
    page = kept(phone, net)
    whole = net.state
    net.breaks = True
    page.reload(wait_until="commit")
    net.breaks = False
    other = phone.new_page()
    other.goto(f"{net.address}/01/2")  # kept after what broke off was given up
    assert other.evaluate(KEPT, ["/01/2", PATIENCE_MS])
    phone.set_offline(True)
    page.goto(f"{net.address}/01/1")
    expect(page.locator("h1")).to_have_text(f"state {whole}")
    expect(page.locator("[data-offline]")).to_have_text("Last seen 0 minutes ago")


def test_an_answer_that_comes_late_does_not_hide_a_newer_one(phone: BrowserContext, net: Net) -> None:
    page = kept(phone, net)
    slow = phone.new_page()
    slow.set_extra_http_headers({"X-Slow": "yes"})
    slow.goto("about:blank")
    slow.evaluate("(address) => { setTimeout(() => { location.href = address; }); }", f"{net.address}/01/1")
    assert net.asked.wait(PATIENCE_MS / 1000)
    page.reload()
    newest = page.locator("h1").inner_text()
    net.open.set()
    expect(slow.locator("h1")).not_to_have_text(newest)  # it came, and says what was true when it was asked for
    page.goto(f"{net.address}/01/2")
    assert page.evaluate(KEPT, ["/01/2", PATIENCE_MS])
    phone.set_offline(True)
    page.goto(f"{net.address}/01/1")
    expect(page.locator("h1")).to_have_text(newest)
