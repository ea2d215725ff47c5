"""The form of an identifier inside the CBV 2.0 event hash: a Digital Link on id.gs1.org. Pure.

It is looser than digital_link on purpose: the hash must agree with that of others, who verify no check digit in a
link. What is no such identifier stays unchanged.
"""

import re
from functools import lru_cache
from urllib.parse import quote

from app.gs1 import epc_urn
from app.gs1.digital_link import CANONICAL_STEM
from app.gs1.elements import Element

_ALIASES = {
    "gtin": "01",
    "itip": "8006",
    "cpid": "8010",
    "gln": "414",
    "party": "417",
    "gsrnp": "8017",
    "gsrn": "8018",
    "gcn": "255",
    "sscc": "00",
    "gdti": "253",
    "ginc": "401",
    "gsin": "402",
    "grai": "8003",
    "giai": "8004",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
}
_PRIMARY = {
    ai: re.compile(pattern)
    for ai, pattern in {
        "00": r"\d{18}",
        "01": r"\d{8}|\d{12,14}",
        "253": r"\d{13}[^/]{0,51}",
        "255": r"\d{13,25}",
        "401": r"[^/]+",
        "402": r"\d{17}",
        "414": r"\d{13}",
        "417": r"\d{13}",
        "8003": r"\d{14}[^/]{0,48}",
        "8004": r"[^/]+",
        "8006": r"\d{18}",
        "8010": r"[^/]+",
        "8017": r"\d{18}",
        "8018": r"\d{18}",
    }.items()
}
_FOLLOWERS = {"01": ("21", "10", "235"), "414": ("254",), "8006": ("21", "10"), "8010": ("8011",)}
_QUALIFIERS = frozenset({"22", "10", "21", "235", "254", "8011"})
_WEB = re.compile(r"https?://[^/?#]+([^?#]*)")
# An item or a lot whose number is written alike in a URN and in a link.
_ITEM = re.compile(r"urn:epc:(id:sgtin|class:lgtin):([0-9]+\.[0-9]+)\.([A-Za-z0-9\-._]{1,20})", re.ASCII).fullmatch
# Percent-encoding that the hash adds to a value from a URN, where these characters stand bare.
_FROM_URN = str.maketrans({character: quote(character, safe="") for character in "!()*+,:"})


@lru_cache(maxsize=8192)
def normal_form(identifier: str) -> str:
    """The identifier as the event hash writes it."""
    if identifier.startswith("urn:epc:"):
        return _of_urn(identifier)
    match = _WEB.match(identifier)
    pairs = _pairs(match.group(1).split("/")) if match else None
    return _written(pairs) or identifier if pairs else identifier


def _of_urn(urn: str) -> str:
    item = _ITEM(urn)
    return _of_product(item[1], item[2]) + item[3] if item else _of_any_urn(urn)


@lru_cache(maxsize=4096)
def _of_product(scheme: str, product: str) -> str:
    """What stands before the number of an item or a lot: a product has many of them."""
    return _of_any_urn(f"urn:epc:{scheme}:{product}.0")[:-1]


def _of_any_urn(urn: str) -> str:
    try:
        elements = epc_urn.elements(urn)
    except epc_urn.NotEpcUrn:
        return urn
    return _written([(ai, _escaped(value)) for ai, value in elements]) or urn


def _escaped(value: str) -> str:
    """The reserved characters of a URN as they would stand in it, and those that only a link must escape."""
    if value.isalnum() and value.isascii():
        return value
    return quote(value, safe="!'()*+,-.:;=_").translate(_FROM_URN)


def _pairs(segments: list[str]) -> list[Element] | None:
    """(AI, value as written) from the last primary key on; None when there is no such tail."""
    for index in range(len(segments) - 2, 0, -2):
        ai = _ALIASES.get(segments[index], segments[index])
        if ai in _PRIMARY:
            tail = segments[index:]
            return [(_ALIASES.get(name, name), value) for name, value in zip(tail[::2], tail[1::2], strict=True)]
        if ai not in _QUALIFIERS:
            return None
    return None


def _written(pairs: list[Element]) -> str | None:
    """The link of the finest level: no variant, and a lot only where no serial follows."""
    ai, value = pairs[0]
    if ai not in _PRIMARY or not _PRIMARY[ai].fullmatch(value):
        return None
    link = f"{CANONICAL_STEM}/{ai}/{value.zfill(14) if ai == '01' else value}"
    kept = {name: text for name, text in pairs[1:] if name != "22"}
    if "21" in kept:
        kept.pop("10", None)
    if not kept:
        return link
    (name, text), *more = kept.items()
    if more or not text or name not in _FOLLOWERS.get(ai, ()):
        return None
    return f"{link}/{name}/{text}"
