"""What people paste when they mean a thing: addresses, URNs, element strings, bare numbers. Pure."""

import re
from urllib.parse import quote

from app.gs1 import identifiers
from app.gs1 import keys as digits
from app.gs1.elements import PRIMARY, QUALIFIERS, BadElement, check

_SYMBOLOGY = re.compile(r"\](?:C1|e0|d2|Q3|J1)")
_BRACKETED = re.compile(r"\((\d{2,4})\)([^(]+)")
_SEPARATOR = "\x1d"
# Application identifiers of fixed length that open a raw string (GS1 General Specifications, table 7.8.5-2).
_FIXED = {"00": 18, "01": 14, "11": 6, "13": 6, "15": 6, "17": 6, "402": 17, "414": 13, "415": 13, "417": 13}
_FREE = ("10", "21", "22", "235", "254", "8003", "8004", "8006", "8010", "8013", "8017", "8018")


def keys(text: str) -> list[str]:
    """The canonical keys that a pasted text may mean, the likeliest first; empty when it names no GS1 key."""
    text = text.strip()
    if text.startswith(("http://", "https://", "HTTP://", "HTTPS://", "urn:", "/")):
        key = identifiers.canonical(text)
        return [key] if identifiers.values(key) or text[:4].lower() == "urn:" else []
    found = _bracketed(text) or _raw(_SYMBOLOGY.sub("", text, count=1)) or _bare(text)
    return [key for key in found if identifiers.values(key)]


def _bracketed(text: str) -> list[str]:
    """`(01)09506000134352(21)A-1`, as it is printed below a bar code."""
    elements = [(ai, value.strip()) for ai, value in _BRACKETED.findall(text)]
    return _key(elements)


def _raw(text: str) -> list[str]:
    """`0109506000134352` + `21A-1`, as a scanner sends it, with or without separators."""
    elements: list[tuple[str, str]] = []
    rest = text.lstrip(_SEPARATOR)
    while rest:
        ai = next((ai for ai in (*_FIXED, *_FREE) if rest.startswith(ai)), None)
        if ai is None:
            return []
        rest = rest[len(ai) :]
        value, _, behind = rest.partition(_SEPARATOR)
        if ai in _FIXED:
            value, behind = rest[: _FIXED[ai]], rest[_FIXED[ai] :].lstrip(_SEPARATOR)
        elements.append((ai, value))
        rest = behind
    return _key(elements)


def _key(elements: list[tuple[str, str]]) -> list[str]:
    known = [(ai, value) for ai, value in elements if ai in PRIMARY or ai in QUALIFIERS]
    known.sort(key=lambda element: element[0] not in PRIMARY)
    try:
        if known:
            check(known)
            path = "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in known)
            return [identifiers.canonical(path)]
    except (BadElement, KeyError):
        pass
    return []


def _bare(text: str) -> list[str]:
    """A number alone: SSCC of 18 digits (or 20 with its 00), GTIN of 8, 12, 13 or 14."""
    number = re.sub(r"[\s\-.]", "", text)
    if not number.isascii() or not number.isdigit():
        return []
    if len(number) == 20 and number.startswith("00"):
        number = number[2:]
    if len(number) == 18 and digits.is_checked(number):
        return [f"/00/{number}"]
    if len(number) in (8, 12, 13, 14) and digits.is_checked(number):
        return [f"/01/{number.zfill(14)}"]
    return []
