"""What an event says, compared with what is asked (EPCIS 2.0, section 8.2.7.1). Pure.

Where in an event the values stand is in within_event; which parameter compares what is in conditions.
"""

from collections.abc import Callable
from typing import Any

from app.epcis import vocabulary
from app.epcis.asked import MOST_VALUES, BadValue, flag, number, numbers, texts, time
from app.epcis.context import expand, prefixes
from app.epcis.syntax import is_uri, moment
from app.epcis.within_event import Event, Values
from app.gs1 import identifiers

Condition = Callable[[Event, dict[str, str]], bool]
"""Whether an event, whose context declares these prefixes, is one of those that are asked for."""

Spelling = Callable[[Any, dict[str, str]], Any]
"""A value in the one spelling in which it is compared; an event's context declares these prefixes."""

_OWN = prefixes(None)

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "GE": lambda found, asked: bool(found >= asked),
    "GT": lambda found, asked: bool(found > asked),
    "LE": lambda found, asked: bool(found <= asked),
    "LT": lambda found, asked: bool(found < asked),
}


def plain(value: Any, known: dict[str, str]) -> Any:
    """A text in one spelling: CURIEs expanded, GS1 keys as their path."""
    if not isinstance(value, str):
        return value
    full = expand(value, known)
    return identifiers.canonical(full) if is_uri(full) else full


def is_one_of(values: Values, spell: Spelling = plain) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        asked = {spell(each, _OWN) for each in texts(value)}
        return lambda event, known: any(
            spell(each, known) in asked for each in values(event, known) if isinstance(each, str)
        )

    return read_one


def word(words: vocabulary.Vocabulary) -> Spelling:
    return lambda value, known: words.bare(value, known) if isinstance(value, str) else value


def measure(value: Any, known: dict[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    full = expand(value, known)
    return next((full[len(base) :] for base in vocabulary.MEASUREMENT.bases if full.startswith(base)), full)


def exact(value: Any, _: dict[str, str]) -> Any:
    return value


def hexadecimal(value: Any, _: dict[str, str]) -> Any:
    return value.upper() if isinstance(value, str) else value


def at_time(values: Values, operator: str) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        asked, compare = time(value), COMPARE[operator]
        return lambda event, known: any(
            (at := moment(each)) is not None and compare(at, asked)
            for each in values(event, known)
            if isinstance(each, str)
        )

    return read_one


def how_much(values: Values, operator: str) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        if operator == "EQ":
            some = set(numbers(value))
            return lambda event, known: any(
                float(each) in some for each in values(event, known) if _is_number(each)
            )
        asked, compare = number(value), COMPARE[operator]
        return lambda event, known: any(
            compare(float(each), asked) for each in values(event, known) if _is_number(each)
        )

    return read_one


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def true_or_false(values: Values) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        asked = flag(value)
        return lambda event, known: any(each is asked for each in values(event, known))

    return read_one


def exists(name: str) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        return (lambda event, _: bool(event.get(name))) if flag(value) else (lambda event, _: True)

    return read_one


def compared(values: Values, operator: str, value: Any) -> Condition:
    """By what is asked: a number, a moment, or (for EQ alone) a text."""
    if operator == "EQ":
        members = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else [value]
        if not 0 < len(members) <= MOST_VALUES:
            raise BadValue(f"must be 1 to {MOST_VALUES} values")
        asked = {_like(each) for each in members}
        return lambda event, known: any(_like(each) in asked for each in values(event, known) if _is_leaf(each))
    compare = COMPARE[operator]
    try:
        limit = number(value)
    except BadValue:
        at = time(value)
        return lambda event, known: any(
            (found := moment(each)) is not None and compare(found, at)
            for each in values(event, known)
            if isinstance(each, str)
        )
    return lambda event, known: any(
        isinstance(found := _like(each), float) and compare(found, limit)
        for each in values(event, known)
        if _is_leaf(each)
    )


def _is_leaf(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _like(value: Any) -> Any:
    """A value as it is compared: what reads as a number is one, a moment is UTC, anything else text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return number(value)
    except BadValue:
        return moment(value) or str(value)


def rank(event: Event, field: str) -> tuple[int, Any]:
    """Where an event stands in the order of a field of its partner's own: numbers, then moments, then texts.

    An event without the field stands before all others.
    """
    known = prefixes(event.get("@context"))
    for name, value in event.items():
        if ":" in name and expand(name, known) == field:
            first = value[0] if isinstance(value, list) and value else value
            if _is_leaf(first):
                like = _like(first)
                return (1 if isinstance(like, float) else 3 if isinstance(like, str) else 2), like
    return 0, 0
