"""Asking for events by the master data of what they name (EPCIS 2.0, section 8.2.7.1: HASATTR, EQATTR). Pure.

`HASATTR_field` lists names of attributes of which one must be there, `EQATTR_field_name` values of which the
attribute must have one; the JSON schema of queries writes EQ_ATTR. A field is one of `FIELDS`, whose values are
elements of a vocabulary, or a field of one's own by its full name. Whom it fits is found in provenance/described.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.epcis.asked import texts
from app.epcis.context import STANDARD_PREFIXES, expand
from app.epcis.elements_named import NAMED_IN

INDEXED = ("readPoint", "bizLocation", "bizStep", "disposition", "epcClass")
FIELDS = (*INDEXED, *NAMED_IN)
_FIELD = "|".join(FIELDS)
_OWN = r"[A-Za-z][\w.+-]*:[^|]{1,300}"
PATTERN = rf"HASATTR_(?:{_FIELD}|{_OWN})|EQ_?ATTR_(?:(?:{_FIELD})_.{{1,300}}|{_OWN}_.{{1,300}})"
_HAS = re.compile(rf"HASATTR_({_FIELD}|{_OWN})")
_EQUALS = re.compile(rf"EQ_?ATTR_({_FIELD})_(.{{1,300}})")
_EQUALS_OF_OWN = re.compile(rf"EQ_?ATTR_({_OWN}_.{{1,300}})")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*(?=:)")


@dataclass(frozen=True, slots=True)
class Described:
    """That what stands in `field` of an event has one of the attributes `names`, with one of `values` if given."""

    field: str
    names: frozenset[str]
    values: frozenset[str] | None = None

    def fits(self, element: Mapping[str, Any]) -> bool:
        """Whether an element of master data, as it was sent, is one of those that are asked for."""
        for attribute in element.get("attributes", ()):
            name = attribute["id"]
            if not self.names.isdisjoint((name, expand(name, STANDARD_PREFIXES))):
                said = set(_texts(attribute.get("attribute")))
                if said and (self.values is None or self.values & said):
                    return True
        return False


def read(name: str, value: Any, declared: dict[str, str]) -> Described | None:
    """What a parameter asks of master data; None when it is another parameter. Raises BadValue."""
    if match := _HAS.fullmatch(name):
        names = frozenset(expand(each, declared) for each in texts(value))
        return Described(expand(match[1], declared), names)
    if match := _EQUALS.fullmatch(name):
        field, attribute = match.groups()
    elif match := _EQUALS_OF_OWN.fullmatch(name):
        field, attribute = _parted(match[1])
    else:
        return None
    return Described(expand(field, declared), frozenset({expand(attribute, declared)}), frozenset(texts(value)))


def _parted(text: str) -> tuple[str, str]:
    """The name of a field of one's own and of the attribute behind it, where either may hold an underscore.

    The attribute begins at the last underscore that a prefix follows, else at the last one.
    """
    places = [at for at, letter in enumerate(text) if letter == "_" and ":" in text[:at] and text[at + 1 :]]
    prefixed = [at for at in places if _PREFIX.match(text, at + 1)]
    at = (prefixed or places)[-1]
    return text[:at], text[at + 1 :]


def _texts(value: Any) -> Iterator[str]:
    """The values of an attribute as texts; an object says its id, nothing says none."""
    for each in value if isinstance(value, list) else [value]:
        inner = each.get("id") if isinstance(each, Mapping) else each
        if inner is not None:
            yield str(inner).lower() if isinstance(inner, bool) else str(inner)
