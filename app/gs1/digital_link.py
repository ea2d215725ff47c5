"""GS1 Digital Link addresses taken apart and put together (URI Syntax 1.4). Pure: no database, no web framework.

What a key means (its level, its parents) is in identifiers; what a value may be is in elements.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote_to_bytes

from app.gs1.ai_table import ALIASES
from app.gs1.dictionary import ENTRIES, LENGTHS, PREDEFINED, SEQUENCES, fitting
from app.gs1.elements import PRIMARY, QUALIFIERS, BadElement, Element, check, check_together, check_value

CANONICAL_STEM = "https://id.gs1.org"

_RFC_3986 = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_WEB = re.compile(r"(?:https?|HTTPS?)://([^/?#]+)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_HOST = re.compile(r"[^_~?#@!$&'()*+,;=%]+")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~]*").fullmatch
_UNKNOWN = re.compile(r"[0-9]{2,4}")
_UNKNOWN_VALUE = ENTRIES["99"].pattern


class NotDigitalLink(ValueError):
    """The text is no Digital Link; `rule` says in a sentence what it breaks."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Options:
    """What an address may have beyond the standard; everything is off unless a caller asks for it by name."""

    convenience_alphas: bool = False
    """The alphabetic names of earlier versions may stand for an identifier in the path: `/gtin/`, `/ser/`."""
    zero_suppressed_gtin: bool = False
    """A GTIN may have 8, 12 or 13 digits; it is filled up to 14."""
    unknown_ais: bool = False
    """An identifier may be one that GS1 has not given out."""
    unknown_ais_as_attributes: bool = False
    """Such an identifier may stand in the query, if it may stand at all."""


STRICT = Options()


@dataclass(frozen=True, slots=True)
class Link:
    """A Digital Link: the key and its qualifiers as (AI, value), values decoded; the query as it was written.

    `stem` is what stood before the key: scheme, host and leading path; empty when only a path was parsed.
    `attributes` are the elements of the query; empty where the query was not judged.
    """

    elements: tuple[Element, ...]
    query: str = ""
    stem: str = ""
    attributes: tuple[Element, ...] = ()

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
    if not _RFC_3986.fullmatch(raw_path):
        raise NotDigitalLink("the path has a character that RFC 3986 does not allow")
    elements, stem = _walk(raw_path, STRICT)
    if stem:
        raise NotDigitalLink(f"the path must begin with a GS1 key, not with {stem}")
    return Link(elements, query)


def parse_uri(uri: str) -> Link:
    """Read a whole http or https address; any stem may stand before the key. Raises NotDigitalLink.

    The query is kept and not judged: an event names the thing by the path alone.
    """
    return _of_uri(uri, STRICT)


def decode(uri: str, options: Options = STRICT) -> Link:
    """Read an address and judge all of it, the elements of its query too. Raises NotDigitalLink."""
    return judged(_of_uri(uri, options), options)


def judged(link: Link, options: Options = STRICT) -> Link:
    """The link with the elements of its query, which must fit those of its path. Raises NotDigitalLink."""
    if not link.query:
        return link
    attributes = _attributes(link, options)
    if not attributes:
        return link
    try:
        check_together(ai for ai, _ in (*link.elements, *attributes))
    except BadElement as error:
        raise NotDigitalLink(str(error)) from error
    return replace(link, attributes=attributes)


def build(elements: Iterable[Element]) -> str:
    """The canonical path of checked elements: all but `A-Z a-z 0-9 - . _ ~` as upper-case %XX."""
    return "".join([f"/{ai}/{value if _PLAIN(value) else quote(value, safe='')}" for ai, value in elements])


def encode(elements: Iterable[Element], stem: str | None = None, options: Options = STRICT) -> str:
    """The address of these elements: the first primary key among them leads, what the path cannot take is query.

    An element that is given twice with the same value is written once. Raises NotDigitalLink.
    """
    given = list(dict.fromkeys((ai, _padded(ai, value, options)) for ai, value in elements))
    values = _each_once(given)
    primary = _primary(values)
    try:
        for ai, value in given:
            _check_one(ai, value, options)
        check_together(values)
    except BadElement as error:
        raise NotDigitalLink(str(error)) from error
    row = _longest(primary, values)
    attributes = [(ai, value) for ai, value in given if ai not in row]
    for ai, _ in attributes:
        _may_be_attribute(ai, row, options)
    attributes.sort(key=lambda element: not is_predefined(element[0]))
    query = "&".join(f"{ai}={quote_plus(value)}" for ai, value in attributes)
    path = build((ai, values[ai]) for ai in row)
    return f"{(stem or CANONICAL_STEM).removesuffix('/')}{path}{'?' if query else ''}{query}"


def key_of(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The key among these elements with the qualifiers that may follow it; the others are left out.

    Raises NotDigitalLink when there is no primary key, or a value breaks its rule.
    """
    given = list(dict.fromkeys(elements))  # in order: the first key leads
    values = _each_once(given)
    primary = _primary(values)
    found = tuple((ai, values[ai]) for ai in _longest(primary, values))
    try:
        check(found)
    except BadElement as error:
        raise NotDigitalLink(str(error)) from error
    return found


def _each_once(given: Collection[Element]) -> dict[str, str]:
    values = dict(given)
    if len(values) < len(given):
        raise NotDigitalLink("an application identifier is given twice with different values")
    return values


def _primary(values: Iterable[str]) -> str:
    primary = next((ai for ai in values if ai in PRIMARY), None)
    if primary is None:
        raise NotDigitalLink("no primary key, such as (01) with 14 digits, is given")
    return primary


def is_predefined(ai: str) -> bool:
    """Whether the length of the value follows from the identifier, so that no separator need stand behind it."""
    return ai[:2] in PREDEFINED


def unescaped(text: str, *, query: bool = False) -> str:
    """Undo percent-encoding; a broken escape stays as it is. In a query `+` is a space."""
    if query:
        text = text.replace("+", " ")
    return unquote_to_bytes(text).decode("latin-1") if "%" in text else text


def escaped(text: str, *, query: bool = False) -> str:
    """All but `A-Z a-z 0-9 - . _ ~` as upper-case %XX; a space of a query as `+`."""
    return quote_plus(text, safe="") if query else quote(text, safe="")


def _of_uri(uri: str, options: Options) -> Link:
    match = _WEB.fullmatch(uri)
    if not match or not _RFC_3986.fullmatch(uri):
        raise NotDigitalLink("a Digital Link is an http or https address with a path, of RFC 3986 characters")
    host, path, query = match.groups()
    if not _HOST.fullmatch(host):
        raise NotDigitalLink(f"{host} is not a host name")
    elements, stem = _walk(path, options)
    return Link(elements, query or "", uri[: match.start(2)] + stem)


def _walk(path: str, options: Options) -> tuple[tuple[Element, ...], str]:
    """The elements, and what stands before: from the end in pairs to the first primary key.

    As the GS1 syntax engine does it.
    """
    segments = path.split("/")
    if options.convenience_alphas:
        segments[-2::-2] = [ALIASES.get(name, name) for name in segments[-2::-2]]
    start = _start(segments)
    elements = tuple(
        [
            (segments[at], _padded(segments[at], _value(segments[at + 1]), options))
            for at in range(start, len(segments), 2)
        ]
    )
    try:
        check(elements)
    except BadElement as error:
        raise NotDigitalLink(str(error)) from error
    return elements, "/".join(segments[:start])


def _start(segments: list[str]) -> int:
    for index in range(len(segments) - 2, 0, -2):
        if segments[index] in PRIMARY:
            return index
        if segments[index] not in QUALIFIERS:
            break
    raise NotDigitalLink("the path holds no GS1 key, such as /01/ and 14 digits")


def _value(text: str, *, query: bool = False) -> str:
    value = unescaped(text, query=query) if query or "%" in text else text
    if not value or "\0" in value or "^" in value:
        raise NotDigitalLink("a value is empty or holds a character that no GS1 key may have")
    return value


def _padded(ai: str, value: str, options: Options) -> str:
    if options.zero_suppressed_gtin and ai == "01" and len(value) in (8, 12, 13):
        return value.zfill(14)
    return value


def _attributes(link: Link, options: Options) -> tuple[Element, ...]:
    """The elements of a query. Names that are no numbers belong to others and are passed over."""
    found: dict[str, str] = {}
    row = tuple([ai for ai, _ in link.elements])
    for part in link.query.split("&"):
        ai, equals, text = part.partition("=")
        if not equals or not (ai.isascii() and ai.isdigit()):
            continue
        if ai in found:
            raise NotDigitalLink(f"({ai}) stands twice in the query")
        _may_be_attribute(ai, row, options)
        found[ai] = _padded(ai, _value(text, query=True), options)
        try:
            _check_one(ai, found[ai], options)
        except BadElement as error:
            raise NotDigitalLink(str(error)) from error
    return tuple(found.items())


def _may_be_attribute(ai: str, row: tuple[str, ...], options: Options) -> None:
    entry = ENTRIES.get(ai)
    if entry is None:
        if not (options.unknown_ais and options.unknown_ais_as_attributes):
            raise NotDigitalLink(f"({ai}) is no application identifier of GS1")
    elif ai in fitting(row):
        raise NotDigitalLink(f"({ai}) belongs into the path behind ({row[0]}), not into the query")
    elif not entry.in_query:
        raise NotDigitalLink(f"({ai}) may not stand in a query")


def _check_one(ai: str, value: str, options: Options) -> None:
    if ai in ENTRIES:
        check_value(ai, value)
        return
    if not options.unknown_ais:
        raise BadElement(f"({ai}) is no application identifier of GS1")
    if not _UNKNOWN.fullmatch(ai) or LENGTHS.get(ai[:2], len(ai)) != len(ai):
        raise BadElement(f"({ai}) has not the digits of an application identifier")
    if not _UNKNOWN_VALUE.fullmatch(value) or len(value) != PREDEFINED.get(ai[:2], len(value)):
        raise BadElement(f"({ai}) must be 1 to 90 characters, or as many as its first digits say")


def _longest(primary: str, values: dict[str, str]) -> tuple[str, ...]:
    """The row of the path: the key with as many of its qualifiers as are given."""
    rows = [row for row in SEQUENCES if row[0] == primary and values.keys() >= set(row)]
    return max(rows, key=lambda row: (len(row), row))
