"""Reading a carrier's JSON with care: it may be anything. XML comes to the same shape (markup). Knows no carrier.

A number is read as the text it was written in, so that no tracking number ever passes through a float.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

import orjson

from carriers import markup
from carriers.answer import CarrierError
from carriers.event import Place
from carriers.privacy import nameless

LARGEST = 4_000_000  # bytes
DEEPEST = 64  # objects and lists inside one another
LINES = 2_000  # events of one shipment that are read
TEXT = 500  # characters of one text that are kept

Node = dict[str, Any]


def load(answer: bytes, content_type: str | None = None) -> Node:
    """The JSON object of an answer. Raises CarrierError for everything else, saying what came instead."""
    document = _value(answer, content_type)
    if not isinstance(document, dict):
        raise CarrierError("the carrier answered JSON, but no object")
    return document


def load_many(answer: bytes, content_type: str | None = None) -> list[Node]:
    """The JSON objects of an answer that is one object, or a list of some. Raises CarrierError."""
    document = _value(answer, content_type)
    many = document if isinstance(document, list) else [document]
    if not many or not all(isinstance(each, dict) for each in many[:LINES]):
        raise CarrierError("the carrier answered JSON, but no object")
    return many[:LINES]


def load_either(answer: bytes, content_type: str | None = None) -> Node:
    """The object of an answer in JSON or in XML: some carriers answer in one and refuse in the other."""
    reads = markup.load if answer.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else load
    return reads(answer, content_type)


# A member too long for an integer of 64 bits; shorter ones keep their text as integers, and no fraction is read.
_LONG_NUMBER = re.compile(rb":\s*-?\d{18}")
_IN_WORDS = json.JSONDecoder(parse_int=str, parse_float=str)


def _value(answer: bytes, content_type: str | None) -> Any:
    if content_type and "json" not in content_type.lower():
        raise CarrierError(f"the carrier answered {content_type[:60]} instead of JSON")
    if len(answer) > LARGEST:
        raise CarrierError("the carrier's answer is too large")
    try:
        document = orjson.loads(answer)  # with a limit of depth of its own
        if _LONG_NUMBER.search(answer):
            document = _IN_WORDS.decode(answer.decode())
    except (ValueError, RecursionError):
        what = "a page of HTML" if answer.lstrip()[:1] == b"<" else "no JSON"
        raise CarrierError(f"the carrier answered {what}") from None
    if _too_deep(answer, document):
        raise CarrierError("the carrier's answer is nested too deeply")
    return document


def _too_deep(answer: bytes, document: Any) -> bool:
    """Brackets are peeled off in pairs, level by level; only what is left then needs a look at the document."""
    brackets = answer.translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return _nested(document)


_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def _nested(document: Any) -> bool:
    level: list[Any] = [document] if isinstance(document, dict | list) else []
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def node(value: Any, *path: str) -> Node:
    """The object at a path of keys; an empty one when there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def nodes(value: Any, *path: str) -> list[Node]:
    """The objects of the list at a path; what is no object is left out. A lone object counts as a list of one."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, dict):
        return [value]
    return [each for each in value[:LINES] if isinstance(each, dict)] if isinstance(value, list) else []


def found(value: Any, *names: str) -> list[Node]:
    """The objects under one of these keys, wherever they stand: envelopes and wrappers differ by version."""
    wanted = frozenset(names)
    return [each for under in _under(value, wanted) for each in nodes({"it": under}, "it")][:LINES]


def text(value: Any, *path: str) -> str:
    """The text at a path without control characters, at most 500 characters; empty when there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        return ""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):  # an XML element with attributes
        inside = value.get("#text")
        return _clean(inside) if isinstance(inside, str) else ""
    return str(value) if type(value) is int else ""


def texts(value: Node, *names: str) -> list[str]:
    """The texts under these keys of one object, as `text` reads each: for the lines of a history."""
    return [
        each.strip() if type(each) is str and len(each) <= TEXT and each.isprintable() else text(each)
        for each in map(value.get, names)
    ]


def _clean(value: str) -> str:
    if not value.isprintable():
        value = "".join(char if char.isprintable() else " " for char in value[: 2 * TEXT])
    return value.strip()[:TEXT]


@lru_cache(4096)  # parcels pass through the same few hundred sites
def place(city: str, region: str, postal_code: str, country: str) -> Place | None:
    """A place of texts, None when all are empty."""
    if not (city or region or postal_code or country):
        return None
    return Place(city or None, region or None, postal_code or None, country.upper() or None)


def names(document: Any, keys: frozenset[str], answer: bytes = b"") -> frozenset[str]:
    """The words of people's names: what stands under one of these keys, anywhere in the document.

    With the `answer` that it was read from, one in which no key stands is not walked through.
    """
    if answer and b"\\u" not in answer and not _any_of(keys).search(answer):
        return frozenset()
    return frozenset(
        word
        for value in _under(document, keys)
        for word in str(value).split()
        if isinstance(value, str) and len(word) > 1 and not word.isdigit()
    )


@lru_cache(64)
def _any_of(keys: frozenset[str]) -> re.Pattern[bytes]:
    return re.compile(b'"(?:' + b"|".join(re.escape(key.encode()) for key in sorted(keys)) + b')"')


def _under(value: Any, keys: frozenset[str]) -> Iterator[Any]:
    stack: list[Any] = [value] if isinstance(value, dict | list) else []
    while stack:
        current = stack.pop()
        if type(current) is dict:
            if not keys.isdisjoint(current):
                yield from (inner for key, inner in current.items() if key in keys)
            current = list(current.values())
        stack += [inner for inner in reversed(current) if type(inner) is dict or type(inner) is list]


def cutting(value: Any, keys: frozenset[str], words: frozenset[str]) -> Callable[[], Any]:
    """`cut`, done when somebody keeps the answer; most are only read."""
    return partial(cut, value, keys, words)


def cut(value: Any, keys: frozenset[str], words: frozenset[str]) -> Any:
    """A copy without what stands under these keys, and with these words left out of every text."""
    if isinstance(value, dict):
        return {key: cut(inner, keys, words) for key, inner in value.items() if key not in keys}
    if isinstance(value, list):
        return [cut(inner, keys, words) for inner in value[:LINES]]
    return nameless(value, words) if isinstance(value, str) else value
