"""JSON read strictly: one meaning or none. What EPCIS says about the content lives in model."""

import json
from typing import Any

import orjson

from app.epcis.errors import Invalid, Problem, TooLarge, invalid

DEEPEST = 64
LARGEST = 10_000_000

_WRITES = 254  # the levels that orjson writes
_DIGITS_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")
_LONG = b"0" * 19


def read(data: bytes, *, largest: int = LARGEST) -> Any:
    """The value of a JSON text in UTF-8.

    Refused, as Invalid: broken JSON, a name that stands twice in one object, NaN and infinite numbers, lone
    surrogates, more than 64 levels. TooLarge: more than `largest` bytes.
    """
    if len(data) > largest:
        raise TooLarge(Problem("", f"the document has more than {largest} bytes"))
    try:
        value = orjson.loads(data)  # is strict about UTF-8, surrogates, NaN and depth, and quick
        return value if _is_whole(value, data) else _read_slowly(data)
    except (orjson.JSONDecodeError, json.JSONDecodeError) as error:
        if "depth limit" in str(error):
            raise _too_deep() from error
        raise invalid("", f"this is not JSON: {error}") from error
    except RecursionError as error:
        raise _too_deep() from error


def _is_whole(value: Any, data: bytes) -> bool:
    """Whether orjson surely gave all that the text says; False where only a slower look can tell.

    It keeps the last of two equal names, so then a colon of the text is missing in what it writes; without escapes
    no colon can hide. Whole numbers of 19 digits may be more than it holds. It writes 254 levels: with
    190 around the value, that is only possible for a value of at most 64. So few brackets need no such look.
    """
    if b"\\" in data or _LONG in data.translate(_DIGITS_AS_ZERO):
        return False
    within = value
    if data.count(b"{") + data.count(b"[") > DEEPEST:
        for _ in range(_WRITES - DEEPEST):
            within = [within]
    try:
        return orjson.dumps(within).count(b":") == data.count(b":")
    except TypeError:
        return False


def _read_slowly(data: bytes) -> Any:
    value = _DECODER.decode(data.decode())
    _deny_deep(value)
    return value


def write(value: Any) -> bytes:
    """The JSON bytes of a value that `read` gave, names in their order, no blanks."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a whole number beyond 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise invalid("", f"the name {twice!r} stands twice in one object")
    return found


def _whole(text: str) -> int:
    if len(text) > 400:
        raise invalid("", "a number has more than 400 digits")
    return int(text)


def _deny_deep(value: Any) -> None:
    level = [value] if isinstance(value, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _too_deep()
        level = [
            child
            for container in level
            for child in (container.values() if type(container) is dict else container)
            if type(child) is dict or type(child) is list
        ]


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_whole)


def _too_deep() -> Invalid:
    return invalid("", f"the document is nested more than {DEEPEST} deep")
