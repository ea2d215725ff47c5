"""How the shop's pages are asked for, as by a browser; and which sentences of the templates stand on them."""

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

from apiflask import APIFlask
from babel.messages.extract import extract_from_file

from app.web import problems
from app.web.problems import Problem
from tests.browser.window.counter import Shown

PROBLEMS = ("too-many-attempts", "unavailable", "storage-full", "internal", "too-large", "stale-form", "conflict")
HTML = {"Accept": "text/html"}
OTHERS = ("staff/", "partner/", "planning/", "demo.html", "mailbox.html", "docs.html", "parts/live.html")
"""Templates of pages that no customer opens."""
NOT_DRAWN = frozenset(
    {
        ("landing.html", "Demo"),  # the demo's alone
        ("login.html", "This login and password do not go together."),  # seven tries too many would be throttled
        ("parts/order_lines.html", "No parcel is known yet."),  # staff's alone
        ("parts/quality.html", "Its signature could not be checked here"),  # an old key that is kept no more
    }
)
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
_TRIM = {"trim_blocks": "true", "lstrip_blocks": "true"}


def ask(app: APIFlask, shown: Shown, language: str) -> tuple[int, str]:
    """Status and text of a page in a language. A form is sent anew each time, so that no answer is a kept one."""
    address = f"{shown.path}{'&' if '?' in shown.path else '?'}lang={language}"
    with app.test_client() as client:
        if shown.form is None:
            answer = client.get(address, headers=HTML)
        else:
            answer = client.post(address, data={**shown.form, "_key": uuid4().hex}, headers=HTML)
    return answer.status_code, answer.text


def trouble(app: APIFlask, name: str, language: str) -> str:
    """The page of a refusal that no address brings about by itself, such as a full disk."""
    with app.test_request_context(f"/?lang={language}", headers=HTML):
        return problems.answer(Problem(name)).get_data(as_text=True)


def plain(html: str) -> str:
    """Markup with its characters as people read them."""
    return unescape(html)


def undrawn(root: Path, pages: str) -> list[tuple[str, str]]:
    """Sentences of the customer's templates, with their file, that stand on none of the pages."""
    found = []
    for file in sorted(root.rglob("*.html")):
        name = str(file.relative_to(root))
        if name.startswith(OTHERS):
            continue
        for _, message, _, _ in extract_from_file(
            "jinja2.ext:babel_extract", file, keywords=_KEYWORDS, options=_TRIM
        ):
            forms = [message] if isinstance(message, str) else list(message)
            if not any(stands(each, pages) for each in forms):
                found.append((name, forms[0]))
    return found


def stands(sentence: str, text: str) -> bool:
    """Whether a sentence stands in a text, whatever fills its places."""
    parts = re.split(r"%\(\w+\)s", sentence)
    if not all(part in text for part in parts):
        return False
    longest = max(parts, key=len)
    around = sum(map(len, parts)) + 200 * len(parts)
    pattern = re.compile(".{0,200}?".join(map(re.escape, parts)), re.DOTALL)
    return any(
        pattern.search(text, max(0, at.start() - around), at.end() + around)
        for at in re.finditer(re.escape(longest), text)
    )


class Outline(HTMLParser):
    """What of a page can be judged without a browser: its headings, ids, and the names of its regions."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.named_by: list[str] = []
        self.regions: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag says."""
        said = {name: value or "" for name, value in attrs}
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if "id" in said:
            self.ids.append(said["id"])
        if "aria-labelledby" in said:
            self.named_by.append(said["aria-labelledby"])
        name = said.get("aria-label") or said.get("aria-labelledby")
        if name and (tag == "section" or said.get("role") == "region"):
            self.regions.append(name)

    def faults(self) -> list[str]:
        """Headings that jump, and names that stand twice or lead nowhere."""
        before = [0, *self.levels]
        return [
            *(f"h{level} follows h{last}" for last, level in pairwise(before) if level > last + 1),
            *(["not one h1"] if self.levels.count(1) != 1 else []),
            *(f"id {each} stands twice" for each in {*self.ids} if self.ids.count(each) > 1),
            *(f"no id {each}" for each in self.named_by if each not in self.ids),
            *(f"two regions are named {each}" for each in {*self.regions} if self.regions.count(each) > 1),
        ]
