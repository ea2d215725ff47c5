"""What one element must be, and which may stand together: the judgement over application identifiers. Pure.

An element is an identifier and its value. The rules are data, in dictionary; no syntax of address or bar code.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.gs1.dictionary import ENTRIES, PRIMARY, QUALIFIERS, SEQUENCES

__all__ = ["PRIMARY", "QUALIFIERS", "BadElement", "Element", "check", "check_together", "check_value"]

Element = tuple[str, str]


class BadElement(ValueError):
    """An element breaks its rule; the text names the application identifier and the rule."""


def check(elements: Sequence[Element]) -> None:
    """Pass when the first element is a primary key and the others may follow it in this order.

    Raises BadElement naming the first application identifier that breaks a rule, and the rule.
    """
    for ai, value in elements:
        if found := (_of_key(ai, value) if ai in PRIMARY else ENTRIES[ai].complaint(value)):
            raise BadElement(f"({ai}) {found}")
    row = tuple([ai for ai, _ in elements])
    if row not in SEQUENCES:
        _refuse(row)
    if row == ("415",):
        raise BadElement("(415) needs (8020)")


@lru_cache(maxsize=4096)  # a product has many items, and each begins with it
def _of_key(ai: str, value: str) -> str | None:
    return ENTRIES[ai].complaint(value)


def _refuse(row: tuple[str, ...]) -> None:
    if row[0] not in PRIMARY:
        raise BadElement(f"({row[0]}) is not a primary key")
    raise BadElement(f"({row[0]}) may not be followed by {' '.join(f'({ai})' for ai in row[1:])}")


def check_value(ai: str, value: str) -> None:
    """Pass when `value` fits the identifier `ai`, which GS1 must know; else raise BadElement."""
    if found := ENTRIES[ai].complaint(value):
        raise BadElement(f"({ai}) {found}")


def check_together(ais: Iterable[str]) -> None:
    """Pass when each identifier has the companions that it needs and none that it forbids; else raise BadElement.

    Those that GS1 does not know have no such rules.
    """
    present = set(ais)
    for ai in present & ENTRIES.keys():
        entry = ENTRIES[ai]
        for need in entry.needs:
            if not need.is_met(present):
                choices = [*sorted(need.one_of), *("+".join(sorted(group)) for group in need.together)]
                raise BadElement(f"({ai}) needs one of {', '.join(choices)}")
        if not entry.forbids.isdisjoint(present):
            raise BadElement(f"({ai}) may not stand with {', '.join(sorted(entry.forbids & present))}")
