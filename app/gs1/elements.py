"""The primary keys of a Digital Link and what may follow them: lengths, alphabets, order. No URI syntax.

Source: GS1 Barcode Syntax Dictionary, release 2026-01 (attributes `dlpkey`), and GS1 Digital Link URI Syntax 1.4,
section 4. Character set X is CSET 82, Y is CSET 39.
"""

import re
from collections.abc import Callable, Sequence

from app.gs1 import keys

Element = tuple[str, str]

_X = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"
_Y = r"[#\-/0-9A-Z]"


class BadElement(ValueError):
    """A key or qualifier breaks its rule; the text names the application identifier and the rule."""


def _ends_checked(value: str) -> bool:
    return keys.is_checked(value)


def _starts_checked(length: int, skip: int = 0) -> Callable[[str], bool]:
    return lambda value: keys.is_checked(value[skip : skip + length])


def _piece_of_total(value: str) -> bool:
    piece, total = int(value[14:16]), int(value[16:18])
    return keys.is_checked(value[:14]) and 0 < piece <= total


def _model(value: str) -> bool:
    return len(value) > 2 and keys.check_pair(value[:-2]) == value[-2:]


def _always(_: str) -> bool:
    return True


# AI: (syntax, what it is in words, check)
_VALUES: dict[str, tuple[re.Pattern[str], str, Callable[[str], bool]]] = {
    ai: (re.compile(pattern), words, check)
    for ai, pattern, words, check in (
        ("00", r"\d{18}", "18 digits with a check digit", _ends_checked),
        ("01", r"\d{14}", "14 digits with a check digit", _ends_checked),
        (
            "253",
            rf"\d{{13}}{_X}{{0,17}}",
            "13 digits with a check digit, then up to 17 characters",
            _starts_checked(13),
        ),
        ("255", r"\d{13,25}", "13 digits with a check digit, then up to 12 digits", _starts_checked(13)),
        ("401", rf"{_X}{{1,30}}", "1 to 30 characters", _always),
        ("402", r"\d{17}", "17 digits with a check digit", _ends_checked),
        ("414", r"\d{13}", "13 digits with a check digit", _ends_checked),
        ("415", r"\d{13}", "13 digits with a check digit", _ends_checked),
        ("417", r"\d{13}", "13 digits with a check digit", _ends_checked),
        (
            "8003",
            rf"0\d{{13}}{_X}{{0,16}}",
            "0, 13 digits with a check digit, then up to 16 characters",
            _starts_checked(13, 1),
        ),
        ("8004", rf"{_X}{{1,30}}", "1 to 30 characters", _always),
        ("8006", r"\d{18}", "a 14-digit GTIN with its check digit, then piece and total", _piece_of_total),
        ("8010", rf"{_Y}{{1,30}}", "1 to 30 characters of digits, capitals, '#', '-' and '/'", _always),
        ("8013", rf"{_X}{{1,25}}", "up to 25 characters ending in their check pair", _model),
        ("8017", r"\d{18}", "18 digits with a check digit", _ends_checked),
        ("8018", r"\d{18}", "18 digits with a check digit", _ends_checked),
        ("22", rf"{_X}{{1,20}}", "1 to 20 characters", _always),
        ("10", rf"{_X}{{1,20}}", "1 to 20 characters", _always),
        ("21", rf"{_X}{{1,20}}", "1 to 20 characters", _always),
        ("235", rf"{_X}{{1,28}}", "1 to 28 characters", _always),
        ("254", rf"{_X}{{1,20}}", "1 to 20 characters", _always),
        ("7040", rf"\d{_X}{{3}}", "a digit and 3 characters", _always),
        ("8011", r"[1-9]\d{0,11}", "1 to 12 digits without a leading zero", _always),
        ("8019", r"\d{1,10}", "1 to 10 digits", _always),
        ("8020", rf"{_X}{{1,25}}", "1 to 25 characters", _always),
    )
}

# Primary key: the orders in which its qualifiers may follow it; each is optional, except 8020 behind 415.
_ORDERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": (),
    "01": (("22", "10", "21"), ("235",)),
    "253": (),
    "255": (),
    "401": (),
    "402": (),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": (),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": (),
    "8017": (("8019",),),
    "8018": (("8019",),),
}

PRIMARY = frozenset(_ORDERS)
QUALIFIERS = frozenset(_VALUES) - PRIMARY

_NEEDED = {"415": "8020"}


def check(elements: Sequence[Element]) -> None:
    """Pass when the first element is a primary key and the others may follow it in this order.

    Raises BadElement naming the first application identifier that breaks a rule, and the rule.
    """
    primary = elements[0][0]
    if primary not in PRIMARY:
        raise BadElement(f"({primary}) is not a primary key")
    for ai, value in elements:
        check_value(ai, value)
    order = tuple(ai for ai, _ in elements[1:])
    if order and not any(_is_part(order, allowed) for allowed in _ORDERS[primary]):
        raise BadElement(f"({primary}) may not be followed by {' '.join(f'({ai})' for ai in order)}")
    needed = _NEEDED.get(primary)
    if needed and needed not in order:
        raise BadElement(f"({primary}) needs ({needed})")


def check_value(ai: str, value: str) -> None:
    """Pass when `value` fits the application identifier `ai`; else raise BadElement."""
    pattern, words, holds = _VALUES[ai]
    if not pattern.fullmatch(value) or not value.isascii():
        raise BadElement(f"({ai}) must be {words}")
    if not holds(value):
        raise BadElement(f"({ai}) has a wrong check digit, or its parts do not agree: it must be {words}")


def _is_part(order: Sequence[str], allowed: Sequence[str]) -> bool:
    """Whether `order` is a subset of `allowed`, in the same order."""
    rest = iter(allowed)
    return all(ai in rest for ai in order)
