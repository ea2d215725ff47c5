"""RFC 8785 (JSON Canonicalization Scheme) for foreign JSON, decimals included: one value, one text.

Entries themselves are written by `ledger.canonical`, whose profile knows no decimals. Standard library only, so
that a verifier can carry a copy.
"""

import math
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

from ledger.canonical import MAX_DEPTH, MAX_INTEGER, RULES
from ledger.errors import NotCanonical

_WORDS = {None: "null", True: "true", False: "false"}


def encode(value: Any) -> bytes:
    """The UTF-8 bytes of RFC 8785 of a value that `json.loads` gave: names sorted, numbers as in ECMAScript.

    Raises NotCanonical for what has no such form: NaN, a whole number that no double holds, half a surrogate pair,
    a key that is no text, more than 64 levels, or a value that is not of JSON.
    """
    try:
        return _text(value, 0).encode()
    except UnicodeEncodeError:
        raise _refusal("surrogate") from None


def _text(value: Any, depth: int) -> str:
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise _refusal("type")
    return writer(value, depth)


def _list(value: list[Any], depth: int) -> str:
    inner = _deeper(depth)
    return f"[{','.join([_text(each, inner) for each in value])}]"


def _object(value: dict[Any, Any], depth: int) -> str:
    inner = _deeper(depth)
    if not all(type(name) is str for name in value):
        raise _refusal("key")
    # section 3.2.3: by UTF-16 code units, which for names beyond U+FFFF is not the order of code points
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return f"{{{','.join([f'{encode_basestring(name)}:{_text(value[name], inner)}' for name in names])}}}"


def _deeper(depth: int) -> int:
    if depth >= MAX_DEPTH:
        raise _refusal("depth")
    return depth + 1


def _whole(value: int, _: int) -> str:
    if -MAX_INTEGER <= value <= MAX_INTEGER:
        return str(value)
    try:
        near = float(value)
    except OverflowError:
        raise _refusal("integer") from None
    text = _decimal(near, 0)
    if near != value and text != str(value):  # another number would have the same text
        raise _refusal("integer")
    return text


def _decimal(value: float, _: int) -> str:
    """Number::toString of ECMAScript (section 3.2.2.3); Python finds the same shortest digits."""
    if not math.isfinite(value):
        raise _refusal("float", "NaN and infinite numbers are not JSON")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _e, exponent = repr(abs(value)).partition("e")
    whole, _dot, fraction = mantissa.partition(".")
    written = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(written))
    return sign + _placed(written.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    """The digits with the decimal point behind the `point`th of them, as ECMAScript would write it."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def _refusal(rule: str, sentence: str = "") -> NotCanonical:
    return NotCanonical(rule, "", sentence or RULES[rule])


def _word(value: bool | None, _: int) -> str:
    return _WORDS[value]


_WRITERS: dict[type, Callable[[Any, int], str]] = {
    str: lambda value, _: encode_basestring(value),
    int: _whole,
    float: _decimal,
    bool: _word,
    type(None): _word,
    list: _list,
    dict: _object,
}
