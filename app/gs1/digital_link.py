"""GS1 Digital Link addresses taken apart and put together (URI Syntax 1.4). Pure: no database, no web framework.

What a key means (its level, its parents) is in identifiers; what a value may be is in elements.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from app.gs1.elements import PRIMARY, QUALIFIERS, BadElement, Element, check

CANONICAL_STEM = "https://id.gs1.org"

_RFC_3986 = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_WEB = re.compile(r"(?:https?|HTTPS?)://([^/?#]+)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_HOST = re.compile(r"[^_~?#@!$&'()*+,;=%]+")


class NotDigitalLink(ValueError):
    """The text is no Digital Link; `rule` says in a sentence what it breaks."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Link:
    """A Digital Link: the key and its qualifiers as (AI, value), values decoded; the query as it was written.

    `stem` is what stood before the key: scheme, host and leading path; empty when only a path was parsed.
    """

    elements: tuple[Element, ...]
    query: str = ""
    stem: str = ""

    @property
    def path(self) -> str:
        """The path from the key on, in canonical percent-encoding."""
        return build(self.elements)


@lru_cache(maxsize=1024)
def parse(raw_path: str, query: str = "") -> Link:
    """Read the undecoded path of a request, `/01/{gtin}/21/{serial}`; the query is kept and not judged.

    Percent-encoding is undone per segment, after splitting, so that `%2F` may stand in a serial.
    Raises NotDigitalLink.
    """
    link = _walk(raw_path, query)
    if link.stem:
        raise NotDigitalLink(f"the path must begin with a GS1 key, not with {link.stem}")
    return link


def parse_uri(uri: str) -> Link:
    """Read a whole http or https address; any stem may stand before the key. Raises NotDigitalLink."""
    match = _WEB.fullmatch(uri)
    if not match:
        raise NotDigitalLink("a Digital Link is an http or https address with a path")
    host, path, query = match.groups()
    if not _HOST.fullmatch(host):
        raise NotDigitalLink(f"{host} is not a host name")
    link = _walk(path, query or "")
    return Link(link.elements, link.query, uri[: match.start(2)] + link.stem)


def build(elements: tuple[Element, ...]) -> str:
    """The canonical path of checked elements: all but `A-Z a-z 0-9 - . _ ~` as upper-case %XX."""
    return "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in elements)


def _walk(path: str, query: str) -> Link:
    """From the end in pairs to the first primary key, as the GS1 syntax engine does."""
    if not _RFC_3986.fullmatch(path):
        raise NotDigitalLink("the path has a character that RFC 3986 does not allow")
    segments = path.split("/")
    start = _start(segments)
    pairs = zip(segments[start::2], segments[start + 1 :: 2], strict=True)
    elements = tuple((ai, _decode(value)) for ai, value in pairs)
    try:
        check(elements)
    except BadElement as error:
        raise NotDigitalLink(str(error)) from error
    return Link(elements, query, "/".join(segments[:start]))


def _start(segments: list[str]) -> int:
    for index in range(len(segments) - 2, 0, -2):
        if segments[index] in PRIMARY:
            return index
        if segments[index] not in QUALIFIERS:
            break
    raise NotDigitalLink("the path holds no GS1 key, such as /01/ and 14 digits")


def _decode(segment: str) -> str:
    """Undo percent-encoding; a broken escape stays as it is (syntax engine, dl.c)."""
    value = unquote_to_bytes(segment)
    if not value or b"\x00" in value or b"^" in value:
        raise NotDigitalLink("a value is empty or holds a character that no GS1 key may have")
    return value.decode("latin-1")
