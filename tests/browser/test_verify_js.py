"""The page's own check in a real browser: the vectors with and without Web Crypto, and a page that turns red."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ledger import merkle
from tests.vectors import forge
from tests.vectors.cases import FILE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
PHONE = "phone.test"  # a name that is not this machine's own: over plain HTTP, a browser gives it no Web Crypto

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Way</title>
<section data-proofs="/proofs.json" data-pin="{pin}">
<p data-check="verdict" data-ok="all good" data-bad="changed" data-unknown="not checked">waiting</p>
<p data-check="signed" data-ok="signed" data-bad="not signed">waiting</p>
<p data-check="included" data-ok="included" data-bad="not included">waiting</p>
<p data-check="unchanged" data-ok="unchanged" data-bad="not unchanged">waiting</p>
<p data-check="detail"></p></section>
<ol>{steps}</ol>
<script type="module" src="/app/web/static/check.js"></script>"""


@dataclass
class Site:
    """A small site: our static files as they are, one page, and the proofs it shows."""

    page: str = ""
    proofs: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    broken: bool = False

    def show(self, *shown: forge.Proof, pin: str = "") -> None:
        """Put these entries on the page, each with its proof."""
        leaves = [(proof.index, merkle.leaf_hash(proof.entry).hex()) for proof in shown]
        steps = "".join(f'<li data-entry="{index}" data-leaf="{leaf}">step</li>' for index, leaf in leaves)
        self.page = PAGE.format(pin=pin, steps=steps)
        self.proofs = [proof.value() for proof in shown]

    def address(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


class Door(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def __init__(self, *arguments: Any, site: Site) -> None:
        self.site = site
        super().__init__(*arguments, directory=str(ROOT))

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer("text/html", self.site.page)
        elif self.path == "/proofs.json":
            self._answer("application/json", json.dumps({"proofs": self.site.proofs, "anchor": None}))
        else:
            super().do_GET()

    def _answer(self, kind: str, text: str) -> None:
        self.send_response(500 if self.site.broken and kind != "text/html" else 200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Door, site=site))
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules=MAP {PHONE} 127.0.0.1"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def judged(page: Page, cases: list[dict[str, Any]], pure: bool) -> dict[str, Any]:
    """What verify.js says of these cases in this page."""
    asked = """async ([cases, pure]) => {
        const verify = await import("/app/web/static/verify.js");
        const keys = await import("/app/web/static/keys.js");
        const { judge } = await import("/tests/vectors/judge.mjs");
        return judge(verify, keys, cases, pure);
    }"""
    answer: dict[str, Any] = page.evaluate(asked, [cases, pure])
    return answer


@pytest.mark.parametrize(
    ("host", "pure", "engine"),
    [("127.0.0.1", False, "webcrypto"), ("127.0.0.1", True, "pure"), (PHONE, False, "pure")],
    ids=["web crypto", "plain JavaScript by wish", "plain HTTP on a phone"],
)
def test_a_browser_judges_every_vector_as_recorded(site: Site, page: Page, host: str, pure: bool, engine: str):
    cases = json.loads(FILE.read_text())
    page.goto(site.address("/app/web/static/verify.js", host))
    answer = judged(page, cases, pure)
    assert answer["engine"] == engine
    recorded = [(case["name"], case["verdict"]) for case in cases]
    assert [
        (name, _told(verdict)) for (name, _), verdict in zip(recorded, answer["verdicts"], strict=True)
    ] == recorded


def _told(verdict: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in verdict.items() if name != "message"}


@pytest.mark.parametrize("host", ["127.0.0.1", PHONE])
def test_a_page_whose_entries_are_as_recorded_says_so(site: Site, page: Page, host: str):
    site.show(forge.in_tree(2, 5), forge.in_tree(4, 5), pin=forge.ADA.vkey)
    page.goto(site.address(host=host))
    expect(page.locator("[data-check=verdict]")).to_have_text("all good")
    assert page.locator("[data-check].ok").count() == 4
    assert page.locator("li.ok").count() == 2
    expect(page.locator("[data-proofs]")).to_have_attribute("data-pinned", "yes")
    expect(page.locator("[data-proofs]")).to_have_attribute("data-size", "5")


def test_without_a_pin_the_page_is_told(site: Site, page: Page):
    site.show(forge.in_tree(2, 5))
    page.goto(site.address())
    expect(page.locator("[data-proofs]")).to_have_attribute("data-state", "ok")
    expect(page.locator("[data-proofs]")).to_have_attribute("data-pinned", "no")


def test_a_row_changed_by_hand_turns_the_open_page_red_within_15_seconds(site: Site, page: Page):
    good = forge.in_tree(2, 5)
    site.show(good, forge.in_tree(3, 5), pin=forge.ADA.vkey)
    page.goto(site.address())
    expect(page.locator("[data-check=verdict]")).to_have_text("all good")
    site.proofs[0] = replace(good, entry=good.entry.replace(b"event-2", b"event-X")).value()
    expect(page.locator("[data-check=verdict]")).to_have_text("changed")
    expect(page.locator("[data-check=signed]")).to_have_text("signed")
    expect(page.locator("[data-check=included]")).to_have_text("not included")
    expect(page.locator("[data-check=unchanged]")).to_have_text("not unchanged")
    assert page.locator("li.bad").get_attribute("data-entry") == "2"
    assert page.locator("li.ok").get_attribute("data-entry") == "3"


def test_a_deleted_row_turns_the_page_red(site: Site, page: Page):
    site.show(forge.in_tree(2, 5), forge.in_tree(3, 5))
    site.proofs.pop()
    page.goto(site.address())
    expect(page.locator("[data-check=unchanged]")).to_have_text("not unchanged")
    expect(page.locator("[data-check=included]")).to_have_text("included")


def test_an_entry_too_new_for_a_proof_is_neither_good_nor_bad(site: Site, page: Page):
    site.show(forge.in_tree(2, 5), forge.in_tree(6, 7))
    site.proofs.pop()
    page.goto(site.address())
    expect(page.locator("[data-check=verdict]")).to_have_text("all good")
    assert page.locator("li.unknown").get_attribute("data-entry") == "6"


def test_a_page_without_any_proof_leaves_the_check_open(site: Site, page: Page):
    site.show(forge.in_tree(2, 5))
    site.proofs.clear()
    page.goto(site.address())
    expect(page.locator("[data-check=verdict]")).to_have_text("not checked")


def test_proofs_that_vanish_turn_the_open_page_red(site: Site, page: Page):
    site.show(forge.in_tree(2, 5))
    page.goto(site.address())
    expect(page.locator("[data-check=verdict]")).to_have_text("all good")
    site.proofs.clear()
    expect(page.locator("[data-check=verdict]")).to_have_text("changed")


def test_a_page_that_shows_other_facts_than_the_entry_is_red(site: Site, page: Page):
    site.show(forge.in_tree(2, 5))
    site.proofs = [forge.in_tree(3, 5).value()]
    page.goto(site.address())
    expect(page.locator("[data-check=unchanged]")).to_have_text("not unchanged")


def test_another_logs_key_does_not_pass_for_the_pinned_one(site: Site, page: Page):
    site.show(forge.in_tree(2, 5), pin=forge.CLEO.vkey)
    page.goto(site.address())
    expect(page.locator("[data-check=signed]")).to_have_text("not signed")
    assert page.locator("[data-check].bad").count() == 4
    expect(page.locator("[data-check=detail]")).to_contain_text("step 8")


def test_a_server_that_does_not_answer_leaves_the_check_open(site: Site, page: Page):
    site.show(forge.in_tree(2, 5))
    site.broken = True
    page.goto(site.address())
    expect(page.locator("[data-check=verdict]")).to_have_text("not checked")
    expect(page.locator("[data-proofs]")).to_have_attribute("data-state", "unknown")
