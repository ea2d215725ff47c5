"""EPC URNs to the key of ours that they stand for. Pure; the grammar of the schemes is in epc.

Identifiers, classes and patterns that end in `*` have a key; other schemes (gid, adi, bic ...) keep their URN.
"""

import re

from app.gs1 import epc
from app.gs1.elements import BadElement, Element, check

_PATTERN = re.compile(r"urn:epc:idpat:(sgtin|itip|grai|gdti|sgcn|cpi):([^*]+)\.\*")
# How long the class is that remains of the first element when its serial is left out; None: all of it.
_CLASS = {"sgtin": None, "itip": None, "cpi": None, "grai": 14, "gdti": 13, "sgcn": 13}


class NotEpcUrn(ValueError):
    """The text is no EPC URN that stands for a GS1 key."""


def elements(urn: str) -> tuple[Element, ...]:
    """`urn:epc:id:sgtin:C.Iref.serial` to (01, gtin), (21, serial), and so for every scheme with a GS1 key.

    Raises NotEpcUrn for another scheme, a wrong number of digits or a character that the key may not have.
    """
    try:
        pattern = _PATTERN.fullmatch(urn)
        found = _class(pattern[1], pattern[2]) if pattern else epc.parse(urn).elements()
        # An extension `0` says that there is none (TDS 2.0, 7.5).
        found = found[:1] if found[0][0] == "414" and found[1] == ("254", "0") else found
        check(found)
    except (epc.NotEpc, BadElement) as error:
        raise NotEpcUrn(f"{urn} is no EPC URN with a GS1 key: {error}") from error
    return found


def _class(scheme: str, body: str) -> tuple[Element, ...]:
    """A pattern over all serials stands for the class: the key without one."""
    ai, value = epc.parse(f"urn:epc:id:{scheme}:{body}.0").elements()[0]
    return ((ai, value[: _CLASS[scheme]]),)
