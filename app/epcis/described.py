"""Asking for events by the master data of what they name (EPCIS 2.0, section 8.2.7.1: HASATTR, EQATTR). Pure.

`HASATTR_field` lists names of attributes of which one must be there, `EQATTR_field_name` values of which the
attribute must have one; the JSON schema of queries writes EQ_ATTR. Whom it fits is found in provenance/described.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.epcis.asked import texts
from app.epcis.context import STANDARD_PREFIXES, expand

PATTERN = r"(?:(HASATTR)_(readPoint|bizLocation|epcClass)|EQ_?ATTR_(readPoint|bizLocation|epcClass)_(.{1,300}))"


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
    match = re.fullmatch(PATTERN, name)
    if match is None:
        return None
    if match[1]:
        return Described(match[2], frozenset(expand(each, declared) for each in texts(value)))
    return Described(match[3], frozenset({expand(match[4], declared)}), frozenset(texts(value)))


def _texts(value: Any) -> Iterator[str]:
    """The values of an attribute as texts; an object says its id, nothing says none."""
    for each in value if isinstance(value, list) else [value]:
        inner = each.get("id") if isinstance(each, Mapping) else each
        if inner is not None:
            yield str(inner).lower() if isinstance(inner, bool) else str(inner)
