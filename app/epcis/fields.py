"""The fields of EPCIS 2.0 in JSON-LD: what each may hold (EPCIS 2.0, section 10; EPCIS-JSON-Schema.json).

One small judge per field or structure; which fields an event type may and must have is in model.
"""

import re
from collections.abc import Callable
from typing import Any

from app.epcis import units, vocabulary
from app.epcis.context import is_declared
from app.epcis.errors import MOST_PROBLEMS, Problem, pointer
from app.epcis.syntax import LONGEST_URI, is_hex, is_uri, is_zone, moment
from app.epcis.vocabulary import Vocabulary

_MEASURE = re.compile(r"[A-Z][A-Za-z0-9_]{1,60}")


class Walk:
    """What one walk knows: the prefixes in force, and the problems found so far (at most twenty)."""

    __slots__ = ("foreign", "prefixes", "problems")

    def __init__(self, prefixes: dict[str, str], foreign: bool) -> None:
        self.prefixes = prefixes
        self.foreign = foreign
        self.problems: list[Problem] = []

    def wrong(self, at: str, rule: str) -> None:
        """Note a broken rule."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(at, rule))


Field = Callable[[Walk, Any, str], None]


def check_extension(walk: Walk, name: str, at: str, *, known: bool = False, owner: object = "this object") -> None:
    """Note when `name`, a name outside the standard, has no declared prefix and is no full URI."""
    where = at + pointer(name)
    if known:
        walk.wrong(where, f"{owner} may not have {name}")
    elif not is_uri(name):
        walk.wrong(where, f"{name} is no field of EPCIS 2.0; an extension needs a prefix or a full URI")
    elif not is_declared(name, walk.prefixes, walk.foreign):
        walk.wrong(where, f"the prefix of {name} is declared in no context")


# ---- the values of fields


def _uri(walk: Walk, value: Any, at: str) -> None:
    if not is_uri(value):
        walk.wrong(at, f"must be an absolute URI of at most {LONGEST_URI} characters")


def _time(walk: Walk, value: Any, at: str) -> None:
    if moment(value) is None:
        walk.wrong(at, "must be a date and time with its offset, such as 2026-03-02T09:30:00.000+01:00")


def _zone(walk: Walk, value: Any, at: str) -> None:
    if not is_zone(value):
        walk.wrong(at, "must be an offset from UTC such as +08:00")


def _text(walk: Walk, value: Any, at: str) -> None:
    if type(value) is not str:
        walk.wrong(at, "must be text")


def _number(walk: Walk, value: Any, at: str) -> None:
    if type(value) is not int and type(value) is not float:
        walk.wrong(at, "must be a number")


def _boolean(walk: Walk, value: Any, at: str) -> None:
    if type(value) is not bool:
        walk.wrong(at, "must be true or false")


def _hex(walk: Walk, value: Any, at: str) -> None:
    if not is_hex(value):
        walk.wrong(at, "must be hexadecimal digits")


def _unit(walk: Walk, value: Any, at: str) -> None:
    if type(value) is not str or value not in units.CODES:
        walk.wrong(at, units.refusal(value))


def _action(walk: Walk, value: Any, at: str) -> None:
    if type(value) is not str or value not in ("ADD", "OBSERVE", "DELETE"):
        walk.wrong(at, "must be ADD, OBSERVE or DELETE")


def _word(words: Vocabulary) -> Field:
    """A bare word of the vocabulary, or a full URI; inside the vocabulary's namespace only its words."""

    def judge(walk: Walk, value: Any, at: str) -> None:
        if type(value) is str and value in words.words:
            return
        if not is_uri(value):
            walk.wrong(at, f"{_short(value)} is no {words.name} of the CBV; one of your own must be a full URI")
        elif words.claims(value, walk.prefixes) and words.bare(value, walk.prefixes) not in words.words:
            walk.wrong(at, f"{_short(value)} is no {words.name} of the CBV, though it stands in its namespace")

    return judge


def _measurement(walk: Walk, value: Any, at: str) -> None:
    if type(value) is str and _MEASURE.fullmatch(value):
        return
    if not is_uri(value):
        walk.wrong(at, f"{_short(value)} is no measurement type; one of your own must be a full URI")


def check_context(walk: Walk, value: Any, at: str) -> None:
    """Note when `value` has not the form of a JSON-LD context; its addresses are not opened."""
    members = value if type(value) is list else [value]
    for member in members:
        if type(member) is not dict and not is_uri(member):
            walk.wrong(at, "must be a URI, an object of prefixes, or a list of these")
            return


def _short(value: Any) -> str:
    text = value if type(value) is str else type(value).__name__
    return repr(text[:60])


# ---- lists and structures


def _list_of(judge: Field, *, least: int = 0, unique: bool = False) -> Field:
    def each(walk: Walk, value: Any, at: str) -> None:
        if type(value) is not list:
            walk.wrong(at, "must be a list")
            return
        if len(value) < least:
            walk.wrong(at, f"must have at least {least} member")
        for index, member in enumerate(value):
            judge(walk, member, f"{at}/{index}")
        if unique and all(type(member) is str for member in value) and len(set(value)) != len(value):
            walk.wrong(at, "must not name the same thing twice")

    return each


def _object(fields: dict[str, Field], required: tuple[str, ...] = (), *, closed: bool = False) -> Field:
    def each(walk: Walk, value: Any, at: str) -> None:
        if type(value) is not dict:
            walk.wrong(at, "must be an object")
            return
        for name in required:
            if name not in value:
                walk.wrong(f"{at}/{name}", f"{name} is missing")
        for name, member in value.items():
            judge = fields.get(name)
            if judge:
                judge(walk, member, f"{at}/{name}")
            elif closed:
                walk.wrong(at + pointer(name), f"only {', '.join(fields)} may stand here")
            else:
                check_extension(walk, name, at)

    return each


def _ilmd(walk: Walk, value: Any, at: str) -> None:
    if type(value) is not dict:
        walk.wrong(at, "must be an object")
        return
    for name in value:
        check_extension(walk, name, at)


def _certification(walk: Walk, value: Any, at: str) -> None:
    (_list_of(_uri) if type(value) is list else _uri)(walk, value, at)


def _persistent(walk: Walk, value: Any, at: str) -> None:
    _PERSISTENT(walk, value, at)
    if type(value) is dict and not value:
        walk.wrong(at, "must have set or unset")


def _quantity_element(walk: Walk, value: Any, at: str) -> None:
    _QUANTITY(walk, value, at)
    if type(value) is dict and "uom" in value and "quantity" not in value:
        walk.wrong(f"{at}/quantity", "a unit needs a quantity")


_PERSISTENT = _object(
    {
        "set": _list_of(_word(vocabulary.DISPOSITION), least=1, unique=True),
        "unset": _list_of(_word(vocabulary.DISPOSITION), least=1, unique=True),
    },
    closed=True,
)
_QUANTITY = _object({"epcClass": _uri, "quantity": _number, "uom": _unit}, ("epcClass",), closed=True)
_PLACE = _object({"id": _uri}, ("id",))
_TRANSACTION = _object(
    {"type": _word(vocabulary.TRANSACTION), "bizTransaction": _uri}, ("bizTransaction",), closed=True
)
_SOURCE = _object({"type": _word(vocabulary.SOURCE_DESTINATION), "source": _uri}, ("type", "source"), closed=True)
_DESTINATION = _object(
    {"type": _word(vocabulary.SOURCE_DESTINATION), "destination": _uri}, ("type", "destination"), closed=True
)
_DECLARATION = _object(
    {
        "declarationTime": _time,
        "reason": _word(vocabulary.ERROR_REASON),
        "correctiveEventIDs": _list_of(_uri),
    },
    ("declarationTime",),
)
_DEVICE = {
    "time": _time,
    "deviceID": _uri,
    "deviceMetadata": _uri,
    "rawData": _uri,
    "dataProcessingMethod": _uri,
    "bizRules": _uri,
}
_METADATA = _object({**_DEVICE, "startTime": _time, "endTime": _time})
_REPORT = _object(
    {
        **_DEVICE,
        "type": _measurement,
        "exception": _word(vocabulary.ALERT),
        "microorganism": _uri,
        "chemicalSubstance": _uri,
        "coordinateReferenceSystem": _uri,
        "component": _word(vocabulary.COMPONENT),
        "stringValue": _text,
        "booleanValue": _boolean,
        "hexBinaryValue": _hex,
        "uriValue": _uri,
        "uom": _text,  # of a measurement, which may be in a unit of its own; that of a quantity is from the list
        **dict.fromkeys(("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), _number),
    }
)
_SENSOR = _object({"sensorMetadata": _METADATA, "sensorReport": _list_of(_REPORT, least=1)}, ("sensorReport",))
_EPCS = _list_of(_uri, unique=True)
_QUANTITIES = _list_of(_quantity_element)

FIELDS: dict[str, Field] = {
    "@context": check_context,
    "type": lambda walk, value, at: None,
    "eventTime": _time,
    "recordTime": _time,
    "eventTimeZoneOffset": _zone,
    "eventID": _uri,
    "errorDeclaration": _DECLARATION,
    "certificationInfo": _certification,
    "action": _action,
    "bizStep": _word(vocabulary.BIZ_STEP),
    "disposition": _word(vocabulary.DISPOSITION),
    "persistentDisposition": _persistent,
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": _list_of(_TRANSACTION),
    "sourceList": _list_of(_SOURCE),
    "destinationList": _list_of(_DESTINATION),
    "sensorElementList": _list_of(_SENSOR),
    "ilmd": _ilmd,
    "epcList": _EPCS,
    "quantityList": _QUANTITIES,
    "parentID": _uri,
    "childEPCs": _EPCS,
    "childQuantityList": _QUANTITIES,
    "inputEPCList": _EPCS,
    "inputQuantityList": _QUANTITIES,
    "outputEPCList": _EPCS,
    "outputQuantityList": _QUANTITIES,
    "transformationID": _uri,
}
