"""Conditions on an event's own JSON, for what no index of ours holds (EPCIS 2.0, section 8.2.7.1). Pure.

Quantities, sensors, transactions, parties, dispositions that persist, declared errors, and fields of one's own.
A condition on a field that the event does not have, or that its reader may not see, does not hold.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.epcis import vocabulary
from app.epcis.asked import MOST_VALUES, BadValue, flag, number, numbers, texts, time
from app.epcis.context import expand, prefixes
from app.epcis.syntax import is_uri, moment
from app.epcis.within_event import (
    Event,
    Found,
    Values,
    declared_error,
    measured,
    metadata_of,
    objects,
    of_event,
    persisting,
    quantities,
    reports_of,
    sensed,
)
from app.gs1 import identifiers

Condition = Callable[[Event, dict[str, str]], bool]
"""Whether an event, whose context declares these prefixes, is one of those that are asked for."""


def holds(conditions: tuple[Condition, ...], event: Event) -> bool:
    """Whether the event, with its own @context, fulfils all of them."""
    declared = prefixes(event.get("@context"))
    return all(condition(event, declared) for condition in conditions)


def read(name: str, value: Any, declared: dict[str, str]) -> Condition | None:
    """The condition that a parameter states; None when there is no such parameter. Raises BadValue.

    `declared` gives the prefixes that the question itself may use in names of fields.
    """
    reader = _FIXED.get(name)
    if reader:
        return reader(value)
    for pattern, reading in _FAMILIES:
        match = pattern.fullmatch(name)
        if match:
            return reading(match, value, declared)
    return None


# ---- comparisons

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "GE": lambda found, asked: bool(found >= asked),
    "GT": lambda found, asked: bool(found > asked),
    "LE": lambda found, asked: bool(found <= asked),
    "LT": lambda found, asked: bool(found < asked),
}


def _plain(value: Any, known: dict[str, str]) -> Any:
    """A text in one spelling: CURIEs expanded, GS1 keys as their path."""
    if not isinstance(value, str):
        return value
    full = expand(value, known)
    return identifiers.canonical(full) if is_uri(full) else full


def _is_one_of(values: Values, spell: Callable[[Any, dict[str, str]], Any] = _plain) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        asked = {spell(each, _OWN) for each in texts(value)}
        return lambda event, known: any(
            spell(each, known) in asked for each in values(event, known) if isinstance(each, str)
        )

    return read_one


def _word(words: vocabulary.Vocabulary) -> Callable[[Any, dict[str, str]], Any]:
    return lambda value, known: words.bare(value, known) if isinstance(value, str) else value


def _measure(value: Any, known: dict[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    full = expand(value, known)
    return next((full[len(base) :] for base in vocabulary.MEASUREMENT.bases if full.startswith(base)), full)


def _exact(value: Any, _: dict[str, str]) -> Any:
    return value


def _hex(value: Any, _: dict[str, str]) -> Any:
    return value.upper() if isinstance(value, str) else value


def _at(values: Values, operator: str) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        asked, compare = time(value), _COMPARE[operator]
        return lambda event, known: any(
            (at := moment(each)) is not None and compare(at, asked)
            for each in values(event, known)
            if isinstance(each, str)
        )

    return read_one


def _much(values: Values, operator: str) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        if operator == "EQ":
            some = set(numbers(value))
            return lambda event, known: any(
                float(each) in some for each in values(event, known) if _is_number(each)
            )
        asked, compare = number(value), _COMPARE[operator]
        return lambda event, known: any(
            compare(float(each), asked) for each in values(event, known) if _is_number(each)
        )

    return read_one


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _true_or_false(values: Values) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        asked = flag(value)
        return lambda event, known: any(each is asked for each in values(event, known))

    return read_one


def _exists(name: str) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        return (lambda event, _: bool(event.get(name))) if flag(value) else (lambda event, _: True)

    return read_one


_OWN = prefixes(None)

_FIXED: dict[str, Callable[[Any], Condition]] = {
    "EQ_persistentDisposition_set": _is_one_of(persisting("set"), _word(vocabulary.DISPOSITION)),
    "EQ_persistentDisposition_unset": _is_one_of(persisting("unset"), _word(vocabulary.DISPOSITION)),
    "EQ_transformationID": _is_one_of(of_event("transformationID")),
    **{f"{each}_quantity": _much(quantities(None), each) for each in ("EQ", *_COMPARE)},
    "GE_errorDeclarationTime": _at(declared_error("declarationTime"), "GE"),
    "LT_errorDeclarationTime": _at(declared_error("declarationTime"), "LT"),
    "GE_errorDeclaration_Time": _at(declared_error("declarationTime"), "GE"),  # so the JSON schema of queries
    "LT_errorDeclaration_Time": _at(declared_error("declarationTime"), "LT"),
    "EQ_errorReason": _is_one_of(declared_error("reason"), _word(vocabulary.ERROR_REASON)),
    "EQ_correctiveEventID": _is_one_of(declared_error("correctiveEventIDs"), _exact),
    **{
        f"{each}_{name}": _at(sensed(name, metadata=True, report=name == "time"), each)
        for name in ("startTime", "endTime", "time")
        for each in ("GE", "LT")
    },
    "EQ_type": _is_one_of(sensed("type"), _measure),
    "EQ_deviceID": _is_one_of(sensed("deviceID", metadata=True)),
    "EQ_dataProcessingMethod": _is_one_of(sensed("dataProcessingMethod", metadata=True)),
    "EQ_microorganism": _is_one_of(sensed("microorganism")),
    "EQ_chemicalSubstance": _is_one_of(sensed("chemicalSubstance")),
    "EQ_bizRules": _is_one_of(sensed("bizRules", metadata=True)),
    "EQ_stringValue": _is_one_of(sensed("stringValue"), _exact),
    "EQ_hexBinaryValue": _is_one_of(sensed("hexBinaryValue"), _hex),
    "EQ_uriValue": _is_one_of(sensed("uriValue"), _exact),
    "EQ_booleanValue": _true_or_false(sensed("booleanValue")),
    **{f"{each}_percRank": _much(sensed("percRank"), each) for each in _COMPARE},
    "EXISTS_sensorElementList": _exists("sensorElementList"),
}
NAMES = tuple(_FIXED)


# ---- names that are made: units, types of transactions, fields of one's own

_Reading = Callable[["re.Match[str]", Any, dict[str, str]], Condition]


def _with_unit(match: "re.Match[str]", value: Any, _: dict[str, str]) -> Condition:
    operator, name, unit = match.groups()
    values = quantities(unit) if name == "quantity" else measured(name, unit)
    return _much(values, operator)(value)


def _typed(match: "re.Match[str]", value: Any, declared: dict[str, str]) -> Condition:
    field, kind = match.groups()
    words = vocabulary.TRANSACTION if field == "bizTransaction" else vocabulary.SOURCE_DESTINATION
    asked_type = words.bare(kind, declared)
    if asked_type not in words.words and not is_uri(asked_type):
        raise BadValue(f"{kind!r} is no {words.name} of the CBV and no URI")

    def values(event: Event, known: dict[str, str]) -> Found:
        for each in objects(event, f"{field}List"):
            if isinstance(each.get("type"), str) and words.bare(each["type"], known) == asked_type:
                yield each.get(field)

    return _is_one_of(values)(value)


_HOLDERS: dict[str, Callable[[Event], Iterator[Mapping[str, Any]]]] = {
    "": lambda event: iter([event]),
    "ILMD_": lambda event: objects(event, "ilmd"),
    "ERROR_DECLARATION_": lambda event: objects(event, "errorDeclaration"),
    "SENSORELEMENT_": lambda event: objects(event, "sensorElementList"),
    "SENSORMETADATA_": metadata_of,
    "SENSORREPORT_": reports_of,
    "readPoint_": lambda event: objects(event, "readPoint"),
    "bizLocation_": lambda event: objects(event, "bizLocation"),
}


def _own_field(match: "re.Match[str]", value: Any, declared: dict[str, str]) -> Condition:
    operator, inner, place, name = match.groups()
    full, holders = expand(name, declared), _HOLDERS[place]

    def values(event: Event, known: dict[str, str]) -> Found:
        for holder in holders(event):
            for field, inside in holder.items():
                if ":" not in field:
                    continue
                if inner:
                    yield from _deeper(inside, full, known)
                elif expand(field, known) == full:
                    yield from inside if isinstance(inside, list) else [inside]

    if operator == "EXISTS":
        asked = flag(value)
        return lambda event, known: not asked or any(True for _ in values(event, known))
    return _compared(values, operator, value)


def _deeper(value: Any, full: str, known: dict[str, str]) -> Found:
    """What stands under the name at any depth below a field of one's own."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, list):
            todo += each
        elif isinstance(each, Mapping):
            for name, inside in each.items():
                if expand(name, known) == full:
                    yield from inside if isinstance(inside, list) else [inside]
                todo.append(inside)


def _compared(values: Values, operator: str, value: Any) -> Condition:
    """By what is asked: a number, a moment, or (for EQ alone) a text."""
    if operator == "EQ":
        members = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else [value]
        if not 0 < len(members) <= MOST_VALUES:
            raise BadValue(f"must be 1 to {MOST_VALUES} values")
        asked = {_like(each) for each in members}
        return lambda event, known: any(_like(each) in asked for each in values(event, known) if _is_leaf(each))
    compare = _COMPARE[operator]
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


_ORDER = "EQ|GT|GE|LT|LE"
_UNIT = "[A-Z0-9]{2,4}"
_NAME = r"([A-Za-z][\w.+-]*:[^|]{1,300})"
_FAMILIES: tuple[tuple["re.Pattern[str]", _Reading], ...] = (
    (re.compile(f"({_ORDER})_(quantity|value)_({_UNIT})"), _with_unit),
    (re.compile(f"(GT|GE|LT|LE)_(minValue|maxValue|meanValue|sDev|percValue)_({_UNIT})"), _with_unit),
    (re.compile(r"EQ_(bizTransaction|source|destination)_(.{1,300})"), _typed),
    (re.compile(rf"(EQ)_(INNER_)?(readPoint_|bizLocation_){_NAME}"), _own_field),
    (
        re.compile(
            rf"({_ORDER}|EXISTS)_(INNER_)?(ILMD_|ERROR_DECLARATION_|SENSORELEMENT_|SENSORMETADATA_|SENSORREPORT_|)"
            rf"{_NAME}"
        ),
        _own_field,
    ),
)
PATTERNS = tuple(pattern.pattern for pattern, _ in _FAMILIES)
