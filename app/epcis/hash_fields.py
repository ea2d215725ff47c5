"""The fields of an event in the order of the event hash (CBV 2.0, section 8.9), and how each is written. Pure.

How values look is in hash_text. What an object has is sorted out once by its names: most events of a partner have
the same ones.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from app.epcis import vocabulary
from app.epcis.context import expand
from app.epcis.hash_text import SILENT, Said, Text, utc
from app.epcis.vocabulary import Vocabulary
from app.memo import Memo

Object = Mapping[str, Any]


class Common(NamedTuple):
    """How a text is written that many events have in common: a word, a unit."""

    say: Said


Order = dict[str, Said | Common]


class Shape(NamedTuple):
    """What an object with certain names has: its fields in order (the third: is it common), and its extensions."""

    known: tuple[tuple[str, Said, bool], ...]
    own: tuple[str, ...]


def shapes(order: Order) -> Memo[tuple[str, ...], Shape]:
    """The shape of an object whose fields stand in this order, by the names that it has."""

    def shape(names: tuple[str, ...]) -> Shape:
        present = [(name, say) for name, say in order.items() if name in names]
        known = [(name, say.say, True) if isinstance(say, Common) else (name, say, False) for name, say in present]
        return Shape(tuple(known), _own(names))

    return Memo(shape, 1024, lambda names: len(names) <= 32 and sum(map(len, names)) <= 1000)


def _own(names: Iterable[str]) -> tuple[str, ...]:
    """The names of extensions among these."""
    return tuple(name for name in names if ":" in name and name not in SILENT)


# ---- how a value is written, with the name of its field


def _plain(name: str) -> Said:
    return lambda text, value: f"{name}={text.value(value)}"


def _verbatim(name: str) -> Said:
    return lambda _, value: f"{name}={value}"


def _time(name: str) -> Said:
    return lambda _, value: f"{name}={utc(value)}"


def _word(name: str, words: Vocabulary) -> Common:
    return Common(lambda text, value: f"{name}={words.full(value.strip(), text.prefixes)}")


def _gs1_word(name: str) -> Common:
    """Measurement and alert types are words of the GS1 Web Vocabulary."""
    own = _plain(name)
    return Common(lambda text, word: own(text, word) if ":" in word else f"{name}=https://gs1.org/voc/{word}")


def _many(name: str) -> Said:
    one = _plain(name)

    def say(text: Text, value: Any) -> str:
        return "".join(sorted([one(text, each) for each in (value if isinstance(value, list) else [value])]))

    return say


def _epcs(name: str) -> Said:
    return lambda text, value: name + "".join(sorted(["epc=" + text.value(epc) for epc in value]))


def _quantities(name: str) -> Said:
    return lambda text, value: name + "".join(sorted([_quantity(text, each) for each in value]))


def _quantity(text: Text, value: Object) -> str:
    said = "quantityElementepcClass=" + text.value(value["epcClass"])
    if "quantity" in value:
        said += "quantity=" + text.value(value["quantity"])
    return said + text.again[_UNIT.say, value["uom"]] if "uom" in value else said


def _persistent(text: Text, value: Mapping[str, list[str]]) -> str:
    said = [sorted([text.again[say, word] for word in value.get(kind, ())]) for kind, say in _SET_AND_UNSET]
    return "persistentDisposition" + "".join(said[0] + said[1])


def _place(name: str) -> Said:
    def site(text: Text, value: str) -> str:
        return f"{name}id={text.value(value)}"

    def say(text: Text, value: Object) -> str:
        said = text.again[site, value["id"]]
        return said if len(value) == 1 else said + extensions(text, value, _own(value))

    return say


# Type first, as every published vector has it (the prose of the standard says last).


def _transactions(text: Text, value: Iterable[Object]) -> str:
    return "bizTransactionList" + "".join(sorted([_transaction(text, each) for each in value]))


def _transaction(text: Text, value: Object) -> str:
    kind = text.again[_TRANSACTION.say, value["type"]] if "type" in value else ""
    return f"{kind}bizTransaction={text.value(value['bizTransaction'])}"


def _parties(name: str, item: str) -> Said:
    def party(text: Text, kind: str, value: str) -> str:
        return f"{_PARTY.say(text, kind)}{item}={text.value(value)}"

    def say(text: Text, value: Iterable[Object]) -> str:
        return name + "".join(sorted([text.again[party, each["type"], each[item]] for each in value]))

    return say


def _ilmd(text: Text, value: Object) -> str:
    return "ilmd" + extensions(text, value, _own(value))


def extensions(text: Text, owner: Object, names: Iterable[str]) -> str:
    """The members of `owner` that are not the standard's, sorted."""
    return "".join(sorted(text.extensions(owner, names)))


# ---- what was sensed


def _object(name: str, order: Order) -> Said:
    """An object: its name, its fields in their order, and its extensions."""
    of = shapes(order)

    def say(text: Text, value: Object) -> str:
        known, own = of[tuple(value)]
        again = text.again
        fields = [again[say, value[name]] if common else say(text, value[name]) for name, say, common in known]
        return name + "".join(fields) + (extensions(text, value, own) if own else "")

    return say


def _sensors(text: Text, value: Iterable[Object]) -> str:
    return "sensorElementList" + "".join(sorted([_SENSOR(text, element) for element in value]))


def _metadata(text: Text, value: Object) -> str:
    return _METADATA(text, value) if value else ""


def _reports(text: Text, value: Iterable[Object]) -> str:
    return "".join(sorted([_REPORT(text, report) for report in value]))


def rules_of_reports(text: Text, sensors: Iterable[Object]) -> list[str]:
    """The standard gives bizRules no place in a report; the reference puts it last, with its path."""
    path = "sensorElementListsensorElementsensorReport"
    reports = [report for element in sensors for report in element["sensorReport"] if "bizRules" in report]
    return [f"{path}bizRules={text.value(report['bizRules'])}" for report in reports]


# ---- the order


def _all_plain(names: str) -> Order:
    return {name: _plain(name) for name in names.split()}


_UNIT = Common(_plain("uom"))
_TRANSACTION = _word("type", vocabulary.TRANSACTION)
_PARTY = _word("type", vocabulary.SOURCE_DESTINATION)
_SET_AND_UNSET = tuple((kind, _word(kind, vocabulary.DISPOSITION).say) for kind in ("set", "unset"))
_METADATA = _object(
    "sensorMetadata",
    {
        **{name: _time(name) for name in ("time", "startTime", "endTime")},
        **_all_plain("deviceID deviceMetadata rawData dataProcessingMethod bizRules"),
    },
)
_REPORT = _object(
    "sensorReport",
    {
        "type": _gs1_word("type"),
        "exception": _gs1_word("exception"),
        **_all_plain("deviceID deviceMetadata rawData dataProcessingMethod"),
        "time": _time("time"),
        **_all_plain("microorganism chemicalSubstance value"),
        "component": _word("component", vocabulary.COMPONENT),
        **_all_plain("stringValue booleanValue hexBinaryValue uriValue"),
        **_all_plain("minValue maxValue meanValue sDev percRank percValue"),
        "uom": _UNIT,
        **_all_plain("coordinateReferenceSystem"),
    },
)
_SENSOR = _object("sensorElement", {"sensorMetadata": _metadata, "sensorReport": _reports})

ORDER: Order = {
    "eventTime": _time("eventTime"),
    "eventTimeZoneOffset": _verbatim("eventTimeZoneOffset"),
    "certificationInfo": _many("certificationInfo"),
    "parentID": _plain("parentID"),
    **{name: _epcs(name) for name in ("epcList", "inputEPCList", "childEPCs")},
    **{name: _quantities(name) for name in ("quantityList", "childQuantityList", "inputQuantityList")},
    "outputEPCList": _epcs("outputEPCList"),
    "outputQuantityList": _quantities("outputQuantityList"),
    "action": _verbatim("action"),
    "transformationID": _plain("transformationID"),
    "bizStep": _word("bizStep", vocabulary.BIZ_STEP),
    "disposition": _word("disposition", vocabulary.DISPOSITION),
    "persistentDisposition": _persistent,
    "readPoint": _place("readPoint"),
    "bizLocation": _place("bizLocation"),
    "sensorElementList": _sensors,
}
# What the vectors put behind the sensor data: one text each, sorted among themselves and with the extensions.
LAST: Order = {
    "bizTransactionList": _transactions,
    "sourceList": _parties("sourceList", "source"),
    "destinationList": _parties("destinationList", "destination"),
    "ilmd": _ilmd,
}
KIND = Common(lambda text, value: f"eventType={expand(value, text.prefixes)}")
