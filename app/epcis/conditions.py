"""Conditions on an event's own JSON, for what no index of ours holds (EPCIS 2.0, section 8.2.7.1). Pure.

Quantities, sensors, transactions, parties, dispositions that persist, declared errors, and fields of one's own.
A condition on a field that the event does not have, or that its reader may not see, does not hold.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.epcis import units, vocabulary
from app.epcis.asked import BadValue, flag
from app.epcis.comparisons import (
    COMPARE,
    Condition,
    at_time,
    compared,
    exact,
    exists,
    hexadecimal,
    how_much,
    is_one_of,
    measure,
    true_or_false,
    word,
)
from app.epcis.context import expand, prefixes
from app.epcis.syntax import is_uri
from app.epcis.within_event import (
    Event,
    Found,
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


_FIXED: dict[str, Callable[[Any], Condition]] = {
    "EQ_persistentDisposition_set": is_one_of(persisting("set"), word(vocabulary.DISPOSITION)),
    "EQ_persistentDisposition_unset": is_one_of(persisting("unset"), word(vocabulary.DISPOSITION)),
    "EQ_transformationID": is_one_of(of_event("transformationID")),
    **{f"{each}_quantity": how_much(quantities(None), each) for each in ("EQ", *COMPARE)},
    "GE_errorDeclarationTime": at_time(declared_error("declarationTime"), "GE"),
    "LT_errorDeclarationTime": at_time(declared_error("declarationTime"), "LT"),
    "GE_errorDeclaration_Time": at_time(declared_error("declarationTime"), "GE"),  # so the JSON schema of queries
    "LT_errorDeclaration_Time": at_time(declared_error("declarationTime"), "LT"),
    "EQ_errorReason": is_one_of(declared_error("reason"), word(vocabulary.ERROR_REASON)),
    "EQ_correctiveEventID": is_one_of(declared_error("correctiveEventIDs"), exact),
    **{
        f"{each}_{name}": at_time(sensed(name, metadata=True, report=name == "time"), each)
        for name in ("startTime", "endTime", "time")
        for each in ("GE", "LT")
    },
    "EQ_type": is_one_of(sensed("type"), measure),
    "EQ_deviceID": is_one_of(sensed("deviceID", metadata=True)),
    "EQ_dataProcessingMethod": is_one_of(sensed("dataProcessingMethod", metadata=True)),
    "EQ_microorganism": is_one_of(sensed("microorganism")),
    "EQ_chemicalSubstance": is_one_of(sensed("chemicalSubstance")),
    "EQ_bizRules": is_one_of(sensed("bizRules", metadata=True)),
    "EQ_stringValue": is_one_of(sensed("stringValue"), exact),
    "EQ_hexBinaryValue": is_one_of(sensed("hexBinaryValue"), hexadecimal),
    "EQ_uriValue": is_one_of(sensed("uriValue"), exact),
    "EQ_booleanValue": true_or_false(sensed("booleanValue")),
    **{f"{each}_percRank": how_much(sensed("percRank"), each) for each in COMPARE},
    "EXISTS_sensorElementList": exists("sensorElementList"),
}
NAMES = tuple(_FIXED)


# ---- names that are made: units, types of transactions, fields of one's own

_Reading = Callable[["re.Match[str]", Any, dict[str, str]], Condition]


def _with_unit(match: "re.Match[str]", value: Any, _: dict[str, str]) -> Condition:
    operator, name, unit = match.groups()
    if name != "quantity":
        return how_much(measured(name, unit), operator)(value)
    if unit not in units.CODES:
        raise BadValue(units.refusal(unit))
    return how_much(quantities(unit), operator)(value)


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

    return is_one_of(values)(value)


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
    return compared(values, operator, value)


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
