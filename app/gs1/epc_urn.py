"""EPC URNs (TDS 2.0, section 6) to the application identifiers they stand for. Pure.

Identifiers, classes and patterns that end in `*` have a key; other schemes (gid, adi, bic ...) keep their URN.
There is no way back: a link does not say how long its company prefix is.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from app.gs1.elements import BadElement, Element, check
from app.gs1.keys import check_digit

_Reader = Callable[..., tuple[Element, ...]]

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):([^\s]+)")
_PREFIX = re.compile(r"\d{6,12}")


class NotEpcUrn(ValueError):
    """The text is no EPC URN that stands for a GS1 key."""


def elements(urn: str) -> tuple[Element, ...]:
    """`urn:epc:id:sgtin:C.Iref.serial` to (01, gtin), (21, serial), and so for every scheme with a GS1 key.

    Raises NotEpcUrn for another scheme, a wrong number of digits or a character that the key may not have.
    """
    match = _URN.fullmatch(urn)
    scheme = _SCHEMES.get(match.group(1, 2)) if match else None
    if not match or not scheme:
        raise NotEpcUrn(f"{urn} has no GS1 key")
    count, read = scheme
    parts = match.group(3).split(".", count - 1)  # the last part, a serial, may hold a dot itself
    if len(parts) != count:
        raise NotEpcUrn(f"{urn} must have {count} parts between dots")
    try:
        found = read(*parts)
        check(found)
    except BadElement as error:
        raise NotEpcUrn(f"{urn} is no valid EPC URN: {error}") from error
    return found


def _number(prefix: str, reference: str, digits: int) -> str:
    """Company prefix and reference, which together must have `digits` digits, with their check digit."""
    if not _PREFIX.fullmatch(prefix) or len(prefix + reference) != digits or not (prefix + reference).isdigit():
        raise BadElement(f"prefix and reference must have {digits} digits")
    return prefix + reference + check_digit(prefix + reference)


def _led(prefix: str, reference: str, digits: int) -> str:
    """As `_number`, with the first digit of the reference (indicator, extension) moved to the front."""
    body = reference[:1] + prefix + reference[1:]
    _number(prefix, reference, digits)
    return body + check_digit(body)


def _text(value: str) -> str:
    return unquote(value, encoding="latin-1") if "%" in value else value


def _sgtin(prefix: str, item: str, serial: str) -> tuple[Element, ...]:
    return ("01", _led(prefix, item, 13)), ("21", _text(serial))


def _lgtin(prefix: str, item: str, lot: str) -> tuple[Element, ...]:
    return ("01", _led(prefix, item, 13)), ("10", _text(lot))


def _upui(prefix: str, item: str, tpx: str) -> tuple[Element, ...]:
    return ("01", _led(prefix, item, 13)), ("235", _text(tpx))


def _itip(prefix: str, item: str, piece: str, total: str, serial: str) -> tuple[Element, ...]:
    return ("8006", _led(prefix, item, 13) + piece + total), ("21", _text(serial))


def _sscc(prefix: str, reference: str) -> tuple[Element, ...]:
    return (("00", _led(prefix, reference, 17)),)


def _sgln(prefix: str, reference: str, extension: str) -> tuple[Element, ...]:
    place = ("414", _number(prefix, reference, 12))
    return (place,) if extension == "0" else (place, ("254", _text(extension)))


def _numbered(ai: str, digits: int) -> _Reader:
    return lambda prefix, reference: ((ai, _number(prefix, reference, digits)),)


def _numbered_serial(ai: str, lead: str = "") -> _Reader:
    return lambda prefix, kind, serial: ((ai, lead + _number(prefix, kind, 12) + _text(serial)),)


def _joined(ai: str) -> _Reader:
    def read(prefix: str, reference: str) -> tuple[Element, ...]:
        if not _PREFIX.fullmatch(prefix) or not reference:
            raise BadElement(f"({ai}) needs a company prefix and a reference")
        return ((ai, prefix + _text(reference)),)

    return read


def _cpi(prefix: str, part: str, serial: str) -> tuple[Element, ...]:
    return (*_joined("8010")(prefix, part), ("8011", serial))


def _any_serial(read: _Reader) -> _Reader:
    """A pattern whose last part is `*` stands for the class: the same key without its serial."""

    def of_class(*parts: str) -> tuple[Element, ...]:
        if parts[-1] != "*" or "*" in parts[:-1]:
            raise BadElement("only a pattern that ends in * has a key")
        return read(*parts[:-1])

    return of_class


def _class_of(ai: str, lead: str = "") -> _Reader:
    return lambda prefix, kind: ((ai, lead + _number(prefix, kind, 12)),)


def _product(prefix: str, item: str) -> tuple[Element, ...]:
    return (("01", _led(prefix, item, 13)),)


def _pieces(prefix: str, item: str, piece: str, total: str) -> tuple[Element, ...]:
    return (("8006", _led(prefix, item, 13) + piece + total),)


# Scheme: (parts between dots, how to read them)
_SCHEMES: dict[tuple[str | Any, ...], tuple[int, _Reader]] = {
    ("id", "sgtin"): (3, _sgtin),
    ("class", "lgtin"): (3, _lgtin),
    ("id", "upui"): (3, _upui),
    ("id", "itip"): (5, _itip),
    ("id", "sscc"): (2, _sscc),
    ("id", "sgln"): (3, _sgln),
    ("id", "pgln"): (2, _numbered("417", 12)),
    ("id", "grai"): (3, _numbered_serial("8003", "0")),
    ("id", "giai"): (2, _joined("8004")),
    ("id", "gsrn"): (2, _numbered("8018", 17)),
    ("id", "gsrnp"): (2, _numbered("8017", 17)),
    ("id", "gdti"): (3, _numbered_serial("253")),
    ("id", "sgcn"): (3, _numbered_serial("255")),
    ("id", "cpi"): (3, _cpi),
    ("id", "ginc"): (2, _joined("401")),
    ("id", "gsin"): (2, _numbered("402", 16)),
    ("idpat", "sgtin"): (3, _any_serial(_product)),
    ("idpat", "itip"): (5, _any_serial(_pieces)),
    ("idpat", "grai"): (3, _any_serial(_class_of("8003", "0"))),
    ("idpat", "gdti"): (3, _any_serial(_class_of("253"))),
    ("idpat", "sgcn"): (3, _any_serial(_class_of("255"))),
    ("idpat", "cpi"): (3, _any_serial(_joined("8010"))),
}
