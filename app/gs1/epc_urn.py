"""EPC URNs to the key of ours that they stand for. Pure; the grammar of the schemes is in epc.

Identifiers, classes and patterns that end in `*` have a key; other schemes (gid, adi, bic ...) keep their URN.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

from app.gs1 import epc
from app.gs1.elements import BadElement, Element, check, check_value

_PATTERN = re.compile(r"urn:epc:idpat:(sgtin|itip|grai|gdti|sgcn|cpi):([^*]+)\.\*")
_ITEM = re.compile(rf"urn:epc:(id:sgtin|class:lgtin):([0-9]+\.[0-9]+)\.({epc.TEXT}+)")
# How long the class is that remains of the first element when its serial is left out; None: all of it.
_CLASS = {"sgtin": None, "itip": None, "cpi": None, "grai": 14, "gdti": 13, "sgcn": 13}


class NotEpcUrn(ValueError):
    """The text is no EPC URN that stands for a GS1 key."""


@lru_cache(maxsize=8192)  # the key and the event hash both ask
def elements(urn: str) -> tuple[Element, ...]:
    """`urn:epc:id:sgtin:C.Iref.serial` to (01, gtin), (21, serial), and so for every scheme with a GS1 key.

    Raises NotEpcUrn for another scheme, a wrong number of digits or a character that the key may not have.
    """
    try:
        if item := _ITEM.fullmatch(urn):
            return _of_product(item[1], item[2], item[3])
        pattern = _PATTERN.fullmatch(urn)
        found = _class(pattern[1], pattern[2]) if pattern else epc.parse(urn).elements()
        # An extension `0` says that there is none (TDS 2.0, 7.5).
        found = found[:1] if found[0][0] == "414" and found[1] == ("254", "0") else found
        check(found)
    except (epc.NotEpc, BadElement) as error:
        raise NotEpcUrn(f"{urn} is no EPC URN with a GS1 key: {error}") from error
    return found


def _of_product(scheme: str, product: str, number: str) -> tuple[Element, ...]:
    """An item or a lot, by the product that it has in common with many others."""
    primary, (ai, _) = _product(scheme, product)
    value = unquote(number, encoding="latin-1") if "%" in number else number
    check_value(ai, value)
    return primary, (ai, value)


@lru_cache(maxsize=4096)
def _product(scheme: str, product: str) -> tuple[Element, ...]:
    found = epc.parse(f"urn:epc:{scheme}:{product}.0").elements()
    check(found)
    return found


def _class(scheme: str, body: str) -> tuple[Element, ...]:
    """A pattern over all serials stands for the class: the key without one."""
    ai, value = epc.parse(f"urn:epc:id:{scheme}:{body}.0").elements()[0]
    return ((ai, value[: _CLASS[scheme]]),)
