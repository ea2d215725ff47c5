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

from app.web.pages.files import squeezed
from ledger import merkle
from ledger.trust import pin_of
from tests.vectors import forge, told, trusted
from tests.vectors.case import verdict
from tests.vectors.cases import FILE
from tests.vectors.mutations import damaged

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
PHONE = "phone.test"  # a name that is not this machine's own: over plain HTTP, a browser gives it no Web Crypto
# What browsers learned lately, and what strict.js does by hand where it is not there.
OLDER = "delete Uint8Array.fromBase64; delete Uint8Array.prototype.toHex; delete String.prototype.isWellFormed;"

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Way</title>
<section data-proofs="/proofs.json" data-keys="{keys}">
<p data-check="verdict" data-ok="all good" data-bad="changed" data-unknown="not checked">waiting</p>
<p data-check="signed" data-ok="signed" data-bad="not signed">waiting</p>
<p data-check="included" data-ok="included" data-bad="not included">waiting</p>
<p data-check="unchanged" data-ok="unchanged" data-bad="not unchanged">waiting</p>
<p data-check="seen" data-bad="forged" data-unknown="seen by {{names}}" data-none="seen by nobody">waiting</p>
<p data-check="said" data-ok="said by {{names}}" data-unknown="partly said by {{names}}" data-none="">waiting</p>
<p data-check="age" data-unknown="from {{first}} to {{last}}" data-none="">waiting</p>
<p data-check="anchored" data-bad="no anchor" data-unknown="block {{block}}, {{chain}}" data-none="none"></p>
<p data-check="pin" data-ok="your key" data-bad="another key" data-unknown="compare">waiting</p>
<form data-pin><input name="pin"><button>Compare</button></form>
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

    def show(self, *shown: forge.Proof, keys: str = "") -> None:
        """Put these entries on the page, each with its proof."""
        leaves = [(proof.index, merkle.leaf_hash(proof.entry).hex()) for proof in shown]
        steps = "".join(f'<li data-entry="{index}" data-leaf="{leaf}">step</li>' for index, leaf in leaves)
        self.page = PAGE.format(keys=keys, steps=steps)
        self.proofs = [proof.value() for proof in shown]

    def address(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


class Door(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def __init__(self, *arguments: Any, site: Site) -> None:
        self.site = site
        super().__init__(*arguments, directory=str(ROOT))

    def do_GET(self) -> None:
        if self.path.startswith("/app/web/static/") and self.path.endswith(".js"):
            self._answer("text/javascript", squeezed((ROOT / self.path[1:]).read_text()))  # as the house serves it
        elif self.path == "/":
            self._answer("text/html", self.site.page)
        elif self.path == "/proofs.json":
            self._answer("application/json", json.dumps({"proofs": self.site.proofs, "anchor": None}))
        else:
            super().do_GET()

    def _answer(self, kind: str, text: str) -> None:
        self.send_response(500 if self.site.broken and kind == "application/json" else 200)
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


@pytest.mark.parametrize(
    ("host", "older"),
    [("127.0.0.1", ""), (PHONE, ""), ("127.0.0.1", OLDER)],
    ids=["web crypto", "plain JavaScript", "a browser of 2022"],
)
def test_a_browser_judges_a_thousand_damaged_proofs_as_python_does(site: Site, page: Page, host: str, older: str):
    files = list(damaged(1000))
    page.add_init_script(older)
    page.goto(site.address("/app/web/static/verify.js", host))
    answer = judged(page, [{"file": forge.b64(file), "trust": trust} for file, trust in files], pure=False)
    assert [_told(each) for each in answer["verdicts"]] == [verdict(file, **trust) for file, trust in files]


def _told(verdict: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in verdict.items() if name != "message"}


@pytest.mark.parametrize("host", ["127.0.0.1", PHONE])
def test_a_page_whose_entries_are_as_recorded_says_so(site: Site, page: Page, host: str):
    site.show(forge.in_tree(2, 5), forge.in_tree(4, 5), keys=forge.ADA.vkey)
    page.goto(site.address(host=host))
    expect(page.locator("[data-check=verdict]")).to_have_text("all good")
    assert page.locator("[data-check].ok").count() == 4
    assert page.locator("li.ok").count() == 2
    expect(page.locator("[data-proofs]")).to_have_attribute("data-size", "5")


def test_without_a_pin_of_the_reader_the_key_is_not_compared(site: Site, page: Page):
    site.show(forge.in_tree(2, 5), keys=forge.ADA.vkey)
    page.goto(site.address())
    expect(page.locator("[data-proofs]")).to_have_attribute("data-state", "ok")
    expect(page.locator("[data-proofs]")).to_have_attribute("data-pinned", "no")
    expect(page.locator("[data-check=pin]")).to_have_text("compare")


@pytest.mark.parametrize("host", ["127.0.0.1", PHONE])
def test_a_pin_from_the_printed_code_is_compared(site: Site, page: Page, host: str):
    site.show(forge.in_tree(2, 5), keys=forge.ADA.vkey)
    letters = pin_of(forge.ADA.vkey)
    page.goto(site.address(f"/#pin={letters}", host=host))
    expect(page.locator("[data-check=pin]")).to_have_text("your key")
    expect(page.locator("[data-proofs]")).to_have_attribute("data-pinned", "yes")
    page.fill("[name=pin]", pin_of(forge.CLEO.vkey))
    page.click("button")
    expect(page.locator("[data-check=pin]")).to_have_text("another key")
    expect(page.locator("[data-check=verdict]")).to_have_text("changed")
    page.fill("[name=pin]", " ".join(letters[at : at + 5] for at in range(0, 20, 5)).upper())
    page.click("button")
    expect(page.locator("[data-check=pin]")).to_have_text("your key")
    page.fill("[name=pin]", letters[:7])
    page.click("button")
    page.evaluate("location.hash = ''")
    expect(page.locator("[data-check=pin]")).to_have_text("compare")


def test_who_else_signed_and_what_is_anchored_is_told_and_never_taken_as_checked(site: Site, page: Page):
    seen = trusted.seen_by(trusted.W1, trusted.W2, policy=trusted.TRIO)
    leaves = [merkle.leaf_hash(forge.envelope(number)) for number in range(5)]
    site.show(replace(seen, anchor=forge.anchor(leaves, 4)), keys=forge.ADA.vkey)
    page.goto(site.address())
    expect(page.locator("[data-check=seen]")).to_have_text("seen by W1, W2")
    expect(page.locator("[data-check=anchored]")).to_have_text("block 7, 31337")
    assert page.locator("[data-check=seen].unknown, [data-check=anchored].unknown").count() == 2
    expect(page.locator("[data-check=age]")).to_contain_text("2026")
    signed, _ = told.samples()
    site.show(signed, keys=forge.ADA.vkey)
    page.reload()
    expect(page.locator("[data-check=said]")).to_have_text("said by Ben Brokers")
    expect(page.locator("[data-check=seen]")).to_have_text("seen by nobody")
    expect(page.locator("[data-check=anchored]")).to_have_text("none")


def test_an_anchor_of_another_tree_turns_the_page_red(site: Site, page: Page):
    leaves = [merkle.leaf_hash(forge.envelope(number + 1)) for number in range(5)]
    site.show(replace(forge.in_tree(2, 5), anchor=forge.anchor(leaves, 4)), keys=forge.ADA.vkey)
    page.goto(site.address())
    expect(page.locator("[data-check=anchored]")).to_have_text("no anchor")
    expect(page.locator("[data-check=verdict]")).to_have_text("changed")


def test_a_row_changed_by_hand_turns_the_open_page_red_within_15_seconds(site: Site, page: Page):
    good = forge.in_tree(2, 5)
    site.show(good, forge.in_tree(3, 5), keys=forge.ADA.vkey)
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
    site.show(forge.in_tree(2, 5), keys=forge.CLEO.vkey)
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
