"""The one canonical text of whatever an event or a scanner can name. Pure.

A GS1 key becomes its finest Digital Link path (`/01/{gtin}/21/{serial}`); anything else keeps its URI.
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

from app.gs1 import digital_link, element_strings, epc_urn, tag_data
from app.gs1.dictionary import ENTRIES
from app.gs1.digital_link import NotDigitalLink, build
from app.gs1.elements import PRIMARY, BadElement, Element

# The content of an RFID tag: whole words, and more digits than any number of a bar code begins with.
_TAG = re.compile(r"(?:[0-9A-Fa-f]{4}){6,64}")

_ITEM = re.compile(r"(?:https?://[A-Za-z0-9.\-]+)?/01/([0-9]{14})/21/([A-Za-z0-9\-._]{1,20})")

_LEVELS = {
    "00": "unit",
    "253": "document",
    "255": "document",
    "401": "consignment",
    "402": "consignment",
    "414": "location",
    "415": "party",
    "417": "party",
    "8003": "asset",
    "8004": "asset",
    "8013": "product",
    "8017": "service",
    "8018": "service",
}


@lru_cache(maxsize=16384)
def canonical(identifier: str) -> str:
    """The key of `identifier`: a Digital Link path, address or EPC URN gives the path, all else stays as it is.

    An item is its GTIN and serial: a lot or variant that stands before the serial is left out, so that one item
    has one key however it was written. What else the text named is in `named`.
    """
    return named(identifier)[0]


@lru_cache(maxsize=16384)
def named(identifier: str) -> tuple[str, ...]:
    """Every key that `identifier` names, the finest first: item, then its lot if written, then the product."""
    item = _ITEM.fullmatch(identifier)  # what most events name, seen at one look; never another answer than below
    if item and _is_gtin(item[1]):
        return f"/01/{item[1]}/21/{item[2]}", f"/01/{item[1]}"
    elements = elements_of(identifier)
    if not elements:
        return (identifier,)
    primary, values = elements[0], dict(elements[1:])
    keys = [build((primary, *_finest(elements)))]
    if primary[0] in ("01", "8006") and "21" in values and "10" in values:
        keys.append(build((primary, ("10", values["10"]))))
    if len(elements) > 1:
        keys.append(build((primary,)))
    if primary[0] == "8006":
        keys.append(build((("01", primary[1][:14]),)))
    return tuple(dict.fromkeys(keys))


def elements_of(identifier: str) -> tuple[Element, ...]:
    """The AIs and decoded values that the text names; empty when it is no GS1 key.

    A Digital Link, its path, an EPC or tag URN, a bracketed element string and the hexadecimal content of an RFID
    tag name one; forms that can be mistaken for something else are read by app/support/pasted only.
    """
    try:
        if identifier.startswith("/"):
            return digital_link.parse(identifier).elements
        if identifier[:4].lower() == "http":
            return digital_link.parse_uri(identifier).elements
        if identifier.startswith("urn:epc:"):
            return epc_urn.elements(_identity(identifier))
        if identifier.startswith("("):
            return digital_link.key_of(element_strings.parse_bracketed(identifier))
        if _TAG.fullmatch(identifier):
            return epc_urn.elements(tag_data.decode(identifier).epc.uri)
    except (NotDigitalLink, BadElement, epc_urn.NotEpcUrn, tag_data.NotTag):
        pass
    return ()


def _identity(urn: str) -> str:
    """The pure identity that a tag URI or a raw URI speaks of."""
    if urn.startswith("urn:epc:tag:"):
        return tag_data.parse_uri(urn).epc.uri
    if urn.startswith("urn:epc:raw:"):
        return tag_data.decode(tag_data.parse_raw(urn)).epc.uri
    return urn


def level(key: str) -> str:
    """What a canonical key stands for: product, lot, item, unit, location, party, asset, ... or `other`."""
    parts = key.split("/")
    if len(parts) < 3 or parts[0] or parts[1] not in PRIMARY:
        return "other"
    qualifiers = parts[3::2]
    if parts[1] in ("01", "8006", "8010"):
        if "21" in qualifiers or "235" in qualifiers or "8011" in qualifiers:
            return "item"
        return "lot" if "10" in qualifiers else "product"
    return _LEVELS[parts[1]]


def parents(key: str) -> tuple[str, ...]:
    """The broader keys that follow from a canonical key alone: the product of an item or a lot."""
    return named(key)[1:]


def values(key: str) -> dict[str, str]:
    """AI to decoded value of a canonical key, `{"01": ..., "21": ...}`; empty for another identifier."""
    parts = key.split("/")
    if len(parts) < 3 or parts[0] or parts[1] not in PRIMARY:
        return {}
    return {ai: unquote(text) if "%" in text else text for ai, text in zip(parts[1::2], parts[2::2], strict=False)}


def gtin(key: str) -> str | None:
    """The 14-digit GTIN that a canonical key belongs to, if it belongs to one."""
    found = values(key)
    return found.get("01") or (found["8006"][:14] if "8006" in found else None)


def lot_of(key: str, lot: str) -> str | None:
    """The key of the lot `lot` of the product that the item `key` belongs to; None when that is no valid lot."""
    number = gtin(key)
    chain = named(f"/01/{number}/10/{quote(lot, safe='')}") if number else ()
    return chain[0] if len(chain) > 1 else None


def to_uri(key: str, stem: str = digital_link.CANONICAL_STEM) -> str:
    """The Digital Link address of a canonical key; another identifier is its own URI."""
    return stem + key if key.startswith("/") else key


@lru_cache(maxsize=4096)  # a product has many items
def _is_gtin(digits: str) -> bool:
    return ENTRIES["01"].complaint(digits) is None


def _finest(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """What remains behind the key: no variant (22), no lot where a serial says more, and no extension 0.

    An EPC writes the extension `0` for a place that has none (TDS 2.0, 7.5), so both are one place.
    """
    if len(elements) == 1:
        return ()
    left_out = ("22", "10") if "21" in [ai for ai, _ in elements] else ("22",)
    return tuple([each for each in elements[1:] if each[0] not in left_out and each != ("254", "0")])
