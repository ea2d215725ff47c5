"""Reading a carrier's JSON with care: it may be anything. XML comes to the same shape (markup). Knows no carrier.

Numbers come back as the text they were written in, so that no tracking number ever passes through a float.
"""

import json
from collections.abc import Iterator
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


def _value(answer: bytes, content_type: str | None) -> Any:
    if content_type and "json" not in content_type.lower():
        raise CarrierError(f"the carrier answered {content_type[:60]} instead of JSON")
    if len(answer) > LARGEST:
        raise CarrierError("the carrier's answer is too large")
    try:
        orjson.loads(answer)  # has a limit of depth of its own, whatever a library made of Python's
        document = json.loads(answer, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        what = "a page of HTML" if answer.lstrip()[:1] == b"<" else "no JSON"
        raise CarrierError(f"the carrier answered {what}") from None
    if _too_deep(document):
        raise CarrierError("the carrier's answer is nested too deeply")
    return document


def _too_deep(document: Any) -> bool:
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
    if isinstance(value, dict):  # an XML element with attributes
        value = value.get("#text")
    if not isinstance(value, str):
        return ""
    return "".join(char if char.isprintable() else " " for char in value[: 2 * TEXT]).strip()[:TEXT]


def place(city: str, region: str, postal_code: str, country: str) -> Place | None:
    """A place of texts, None when all are empty."""
    found = Place(city or None, region or None, postal_code or None, country.upper() or None)
    return found if str(found) else None


def names(document: Any, keys: frozenset[str]) -> frozenset[str]:
    """The words of people's names: what stands under one of these keys, anywhere in the document."""
    return frozenset(
        word
        for value in _under(document, keys)
        for word in str(value).split()
        if isinstance(value, str) and len(word) > 1 and not word.isdigit()
    )


def _under(value: Any, keys: frozenset[str]) -> Iterator[Any]:
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            for key, inner in current.items():
                if key in keys:
                    yield inner
            stack.extend(reversed(current.values()))
        elif isinstance(current, list):
            stack.extend(reversed(current))


def cut(value: Any, keys: frozenset[str], words: frozenset[str]) -> Any:
    """A copy without what stands under these keys, and with these words left out of every text."""
    if isinstance(value, dict):
        return {key: cut(inner, keys, words) for key, inner in value.items() if key not in keys}
    if isinstance(value, list):
        return [cut(inner, keys, words) for inner in value[:LINES]]
    return nameless(value, words) if isinstance(value, str) else value
