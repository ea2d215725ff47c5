"""The JSON profile of the ledger and its one byte form (RFC 8785 inside the profile).

It refuses what is outside the profile and never repairs; no knowledge of entries or logs lives here.

Profile: null, booleans, text without lone surrogates, integers within ±(2^53-1), lists, and objects whose
keys are ASCII and occur once; at most 64 levels deep; no floats. Inside it, sorting keys by code point is the
order of RFC 8785 section 3.2.3, so orjson's sorted output is the canonical form.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from ledger.errors import NotCanonical

__all__ = ["MAX_DEPTH", "MAX_INTEGER", "RULES", "NotCanonical", "decode", "encode", "moment_text", "read"]

MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1

RULES = {
    "type": "only null, booleans, integers, text, lists and objects are allowed",
    "float": "a number with a fraction or exponent is not allowed; write it as decimal text",
    "integer": "an integer must lie within ±(2^53-1); write a larger one as text",
    "key": "a key must be ASCII text",
    "surrogate": "the text holds half of a surrogate pair",
    "depth": f"nested deeper than {MAX_DEPTH} levels",
    "syntax": "this is not JSON in UTF-8",
    "duplicate": "a key occurs twice in one object",
    "bytes": "these are not the canonical bytes of the value (order of keys, blanks or escapes)",
}

_Path = tuple[str | int, ...]


def encode(value: Any, at: _Path = ()) -> bytes:
    """The canonical UTF-8 bytes of a value, which may have its place `at` within a larger one.

    Raises NotCanonical with the rule that is broken and the path of the value that breaks it.
    """
    _check(value, at)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def decode(data: bytes) -> Any:
    """The value whose canonical bytes are exactly these.

    Raises NotCanonical for anything else, such as a repeated key, a blank or another order of keys.
    """
    value = _loads(data)
    if encode(value) != data:
        read(data)  # a repeated key deserves its own name
        raise _refusal("bytes", ())
    return value


def read(data: bytes) -> Any:
    """The value of JSON in any layout, its values inside the profile, no key repeated.

    Raises NotCanonical. Not for what is hashed: that is `decode`.
    """
    value = _loads(data)
    _check(value)  # before the slower parser, which has no limit of depth of its own
    json.loads(data, object_pairs_hook=_once)
    return value


@lru_cache(maxsize=256)  # the entries of a batch are of one moment
def moment_text(at: datetime) -> str:
    """A moment as text in UTC with six decimals, such as 2026-03-02T09:30:00.000000Z.

    Raises ValueError for a time without zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone; every time here is aware")
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _loads(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _refusal("depth" if "depth" in str(error) else "syntax", ()) from error


def _check(value: Any, at: _Path = ()) -> None:
    """Walk the value without recursion, so that depth costs no stack; orjson checks none of this itself."""
    todo: list[tuple[Any, _Path]] = []
    _check_one(value, at, todo)
    while todo:
        container, path = todo.pop()
        if len(path) >= MAX_DEPTH:
            raise _refusal("depth", path)
        items: Iterable[tuple[str | int, Any]]
        if type(container) is dict:
            _check_keys(container, path)
            items = container.items()
        else:
            items = enumerate(container)
        for step, inner in items:
            kind = type(inner)
            if (
                (kind is str and inner.isascii())
                or inner is None
                or (kind is int and -MAX_INTEGER <= inner <= MAX_INTEGER)
            ):
                continue  # the common cases, kept out of the call
            _check_one(inner, (*path, step), todo)


def _check_one(value: Any, path: _Path, todo: list[tuple[Any, _Path]]) -> None:
    kind = type(value)
    if kind is dict or kind is list:
        todo.append((value, path))
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise _refusal("integer", path)
    elif isinstance(value, str):  # an enumeration's member is the text it stands for
        _check_text(value, path)
    elif value is not None and kind is not bool:
        raise _refusal("float" if isinstance(value, float) else "type", path)


def _check_text(value: str, path: _Path) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _refusal("surrogate", path) from error


def _check_keys(members: dict[Any, Any], path: _Path) -> None:
    for key in members:
        if type(key) is not str or not key.isascii():
            raise _refusal("key", (*path, repr(key)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise _refusal("duplicate", (key,))
        members[key] = value
    return members


def _refusal(rule: str, path: _Path) -> NotCanonical:
    return NotCanonical(rule, _path_text(path), RULES[rule])


def _path_text(path: _Path) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:80]}" for step in path)
    return text.removeprefix(".")
