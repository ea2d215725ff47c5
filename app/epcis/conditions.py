"""Conditions on an event's own JSON, for what no index of ours holds (EPCIS 2.0, section 8.2.7.1). Pure.

Quantities, sensors, transactions, parties, dispositions that persist, declared errors, and fields of one's own.
A condition on a field that the event does not have, or that its reader may not see, does not hold.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from app.epcis import vocabulary
from app.epcis.context import expand, prefixes
from app.epcis.syntax import is_uri, moment
from app.gs1 import identifiers

Prefixes = Mapping[str, str]
Event = Mapping[str, Any]
Condition = Callable[[Event, dict[str, str]], bool]
"""Whether an event, whose context declares these prefixes, is one of those that are asked for."""

_Found = Iterator[Any]
_Values = Callable[[Event, dict[str, str]], _Found]

MOST_VALUES = 200


class BadValue(ValueError):
    """The value of a parameter is not of its kind; the text is the rule."""


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


# ---- values as they are asked


def texts(value: Any) -> list[str]:
    """The members of a list, which in an address is one text with `|` between them. Raises BadValue."""
    members = value.split("|") if isinstance(value, str) else value
    if not isinstance(members, list) or not members or not all(isinstance(each, str) and each for each in members):
        raise BadValue("must be one or more values")
    if len(members) > MOST_VALUES:
        raise BadValue(f"at most {MOST_VALUES} values")
    return members


def time(value: Any) -> datetime:
    """A moment with its offset. A plus sign that a client forgot to encode has become a blank. Raises BadValue."""
    at = moment(value.replace(" ", "+")) if isinstance(value, str) else None
    if at is None:
        raise BadValue("must be a date and time with its offset")
    return at


def _number(value: Any) -> float:
    if type(value) in (int, float):
        return float(value)
    try:
        number = float(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        number = None
    if number is None or not abs(number) < float("inf"):
        raise BadValue("must be a number")
    return number


def _numbers(value: Any) -> list[float]:
    members = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else [value]
    if not 0 < len(members) <= MOST_VALUES:
        raise BadValue(f"must be 1 to {MOST_VALUES} numbers")
    return [_number(each) for each in members]


def flag(value: Any) -> bool:
    """True or false, in any of the bindings' spellings; null asks for what exists. Raises BadValue."""
    if value is None or value in (True, "true", 1):
        return True
    if value in (False, "false", 0):
        return False
    raise BadValue("must be true or false")


# ---- where in an event the values stand


def _objects(holder: Any, *names: str) -> Iterator[Mapping[str, Any]]:
    for name in names:
        found = holder.get(name) if isinstance(holder, Mapping) else None
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, Mapping):
                yield each


def _members(holder: Mapping[str, Any], name: str) -> Iterator[Any]:
    found = holder.get(name)
    yield from found if isinstance(found, list) else [found] if found is not None else []


_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def _metadata(event: Event) -> Iterator[Mapping[str, Any]]:
    for element in _objects(event, "sensorElementList"):
        yield from _objects(element, "sensorMetadata")


def _reports(event: Event) -> Iterator[Mapping[str, Any]]:
    for element in _objects(event, "sensorElementList"):
        yield from _objects(element, "sensorReport")


def _sensed(name: str, *, metadata: bool = False, report: bool = True) -> _Values:
    def values(event: Event, _: dict[str, str]) -> _Found:
        for holder in _metadata(event) if metadata else ():
            yield from _members(holder, name)
        for holder in _reports(event) if report else ():
            yield from _members(holder, name)

    return values


def _quantities(unit: str | None) -> _Values:
    def values(event: Event, _: dict[str, str]) -> _Found:
        for each in _objects(event, *_QUANTITIES):
            if unit is None or each.get("uom") == unit:
                yield each.get("quantity")

    return values


def _measured(name: str, unit: str) -> _Values:
    def values(event: Event, _: dict[str, str]) -> _Found:
        return (each.get(name) for each in _reports(event) if each.get("uom") == unit)

    return values


def _declared_error(name: str) -> _Values:
    def values(event: Event, _: dict[str, str]) -> _Found:
        for each in _objects(event, "errorDeclaration"):
            yield from _members(each, name)

    return values


def _of_event(name: str) -> _Values:
    def values(event: Event, _: dict[str, str]) -> _Found:
        return _members(event, name)

    return values


def _persisting(name: str) -> _Values:
    def values(event: Event, _: dict[str, str]) -> _Found:
        for each in _objects(event, "persistentDisposition"):
            yield from _members(each, name)

    return values


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


def _is_one_of(
    values: _Values, spell: Callable[[Any, dict[str, str]], Any] = _plain
) -> Callable[[Any], Condition]:
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


def _at(values: _Values, operator: str) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        asked, compare = time(value), _COMPARE[operator]
        return lambda event, known: any(
            (at := moment(each)) is not None and compare(at, asked)
            for each in values(event, known)
            if isinstance(each, str)
        )

    return read_one


def _much(values: _Values, operator: str) -> Callable[[Any], Condition]:
    def read_one(value: Any) -> Condition:
        if operator == "EQ":
            some = set(_numbers(value))
            return lambda event, known: any(
                float(each) in some for each in values(event, known) if _is_number(each)
            )
        asked, compare = _number(value), _COMPARE[operator]
        return lambda event, known: any(
            compare(float(each), asked) for each in values(event, known) if _is_number(each)
        )

    return read_one


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _true_or_false(values: _Values) -> Callable[[Any], Condition]:
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
    "EQ_persistentDisposition_set": _is_one_of(_persisting("set"), _word(vocabulary.DISPOSITION)),
    "EQ_persistentDisposition_unset": _is_one_of(_persisting("unset"), _word(vocabulary.DISPOSITION)),
    "EQ_transformationID": _is_one_of(_of_event("transformationID")),
    **{f"{each}_quantity": _much(_quantities(None), each) for each in ("EQ", *_COMPARE)},
    "GE_errorDeclarationTime": _at(_declared_error("declarationTime"), "GE"),
    "LT_errorDeclarationTime": _at(_declared_error("declarationTime"), "LT"),
    "GE_errorDeclaration_Time": _at(_declared_error("declarationTime"), "GE"),  # so the JSON schema of queries
    "LT_errorDeclaration_Time": _at(_declared_error("declarationTime"), "LT"),
    "EQ_errorReason": _is_one_of(_declared_error("reason"), _word(vocabulary.ERROR_REASON)),
    "EQ_correctiveEventID": _is_one_of(_declared_error("correctiveEventIDs"), _exact),
    **{
        f"{each}_{name}": _at(_sensed(name, metadata=True, report=name == "time"), each)
        for name in ("startTime", "endTime", "time")
        for each in ("GE", "LT")
    },
    "EQ_type": _is_one_of(_sensed("type"), _measure),
    "EQ_deviceID": _is_one_of(_sensed("deviceID", metadata=True)),
    "EQ_dataProcessingMethod": _is_one_of(_sensed("dataProcessingMethod", metadata=True)),
    "EQ_microorganism": _is_one_of(_sensed("microorganism")),
    "EQ_chemicalSubstance": _is_one_of(_sensed("chemicalSubstance")),
    "EQ_bizRules": _is_one_of(_sensed("bizRules", metadata=True)),
    "EQ_stringValue": _is_one_of(_sensed("stringValue"), _exact),
    "EQ_hexBinaryValue": _is_one_of(_sensed("hexBinaryValue"), _hex),
    "EQ_uriValue": _is_one_of(_sensed("uriValue"), _exact),
    "EQ_booleanValue": _true_or_false(_sensed("booleanValue")),
    **{f"{each}_percRank": _much(_sensed("percRank"), each) for each in _COMPARE},
    "EXISTS_sensorElementList": _exists("sensorElementList"),
}
NAMES = tuple(_FIXED)


# ---- names that are made: units, types of transactions, fields of one's own

_Reading = Callable[["re.Match[str]", Any, dict[str, str]], Condition]


def _with_unit(match: "re.Match[str]", value: Any, _: dict[str, str]) -> Condition:
    operator, name, unit = match.groups()
    values = _quantities(unit) if name == "quantity" else _measured(name, unit)
    return _much(values, operator)(value)


def _typed(match: "re.Match[str]", value: Any, declared: dict[str, str]) -> Condition:
    field, kind = match.groups()
    words = vocabulary.TRANSACTION if field == "bizTransaction" else vocabulary.SOURCE_DESTINATION
    asked_type = words.bare(kind, declared)
    if asked_type not in words.words and not is_uri(asked_type):
        raise BadValue(f"{kind!r} is no {words.name} of the CBV and no URI")

    def values(event: Event, known: dict[str, str]) -> _Found:
        for each in _objects(event, f"{field}List"):
            if isinstance(each.get("type"), str) and words.bare(each["type"], known) == asked_type:
                yield each.get(field)

    return _is_one_of(values)(value)


_HOLDERS: dict[str, Callable[[Event], Iterator[Mapping[str, Any]]]] = {
    "": lambda event: iter([event]),
    "ILMD_": lambda event: _objects(event, "ilmd"),
    "ERROR_DECLARATION_": lambda event: _objects(event, "errorDeclaration"),
    "SENSORELEMENT_": lambda event: _objects(event, "sensorElementList"),
    "SENSORMETADATA_": _metadata,
    "SENSORREPORT_": _reports,
    "readPoint_": lambda event: _objects(event, "readPoint"),
    "bizLocation_": lambda event: _objects(event, "bizLocation"),
}


def _own_field(match: "re.Match[str]", value: Any, declared: dict[str, str]) -> Condition:
    operator, inner, place, name = match.groups()
    full, holders = expand(name, declared), _HOLDERS[place]

    def values(event: Event, known: dict[str, str]) -> _Found:
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


def _deeper(value: Any, full: str, known: dict[str, str]) -> _Found:
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


def _compared(values: _Values, operator: str, value: Any) -> Condition:
    """By what is asked: a number, a moment, or (for EQ alone) a text."""
    if operator == "EQ":
        members = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else [value]
        if not 0 < len(members) <= MOST_VALUES:
            raise BadValue(f"must be 1 to {MOST_VALUES} values")
        asked = {_like(each) for each in members}
        return lambda event, known: any(_like(each) in asked for each in values(event, known) if _is_leaf(each))
    compare = _COMPARE[operator]
    try:
        number = _number(value)
    except BadValue:
        at = time(value)
        return lambda event, known: any(
            (found := moment(each)) is not None and compare(found, at)
            for each in values(event, known)
            if isinstance(each, str)
        )
    return lambda event, known: any(
        isinstance(found := _like(each), float) and compare(found, number)
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
        return _number(value)
    except BadValue:
        return moment(value) or str(value)


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
