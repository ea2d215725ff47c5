"""The twin of app.epcis.event_hash, written down plainly: one field after the other, nothing remembered."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from app.epcis import vocabulary
from app.epcis.context import TEXT, expand
from app.epcis.syntax import moment
from app.epcis.vocabulary import Vocabulary
from tests.app.gs1.plain_normal_form import normal_form

Prefixes = dict[str, str]

_NUMERIC = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?").fullmatch
# Comments and what says nothing about the event itself; ignored at every level.
_SILENT = frozenset({"@context", "rdfs:comment", "comment"})
_PLAIN = {True: "true", False: "false"}
_ABSENT: tuple[object, ...] = (None, [], {})
_TYPED = (("bizTransactionList", "bizTransaction"), ("sourceList", "source"), ("destinationList", "destination"))
_CBV = (
    vocabulary.BIZ_STEP,
    vocabulary.DISPOSITION,
    vocabulary.TRANSACTION,
    vocabulary.SOURCE_DESTINATION,
    vocabulary.ERROR_REASON,
)


def pre_hash(event: Mapping[str, Any], prefixes: Prefixes, ignored: frozenset[str] = frozenset()) -> str:
    """The text that is hashed: fields in the order of the standard, values normalised, children sorted."""
    return _PreHash(prefixes, ignored).of(event)


class _PreHash:
    """One event on its way to text, with the prefixes that its names and values are expanded by."""

    def __init__(self, prefixes: Prefixes, ignored: frozenset[str]) -> None:
        self.prefixes = prefixes
        self.ignored = ignored

    def of(self, event: Mapping[str, Any]) -> str:
        head = [f"eventType={expand(event['type'], self.prefixes)}"]
        for name, write in _ORDER:
            if name in event and ((value := event[name]) or value not in _ABSENT):
                head.append(write(self, name, value))
        return "".join(head) + "".join(sorted(self._last(event)))

    def _last(self, event: Mapping[str, Any]) -> Iterable[str]:
        """What the vectors put behind the sensor data: one text each, sorted among themselves."""
        for name, item in _TYPED:
            if event.get(name):
                yield name + "".join(sorted([self._typed(entry, item) for entry in event[name]]))
        if event.get("ilmd"):
            yield "ilmd" + self.extensions(event["ilmd"])
        yield from self._extension_texts(event)
        yield from self._rules_of_reports(event)

    def _rules_of_reports(self, event: Mapping[str, Any]) -> Iterable[str]:
        # The standard gives bizRules no place in a report; the reference puts it last, with its path.
        for element in event.get("sensorElementList", ()):
            for report in element["sensorReport"]:
                if "bizRules" in report:
                    yield f"sensorElementListsensorElementsensorReport{self.leaf('bizRules', report['bizRules'])}"

    def _typed(self, entry: Mapping[str, str], item: str) -> str:
        """Type first, as every published vector has it (the prose of the standard says last)."""
        words = vocabulary.TRANSACTION if item == "bizTransaction" else vocabulary.SOURCE_DESTINATION
        kind = f"type={words.full(entry['type'], self.prefixes)}" if "type" in entry else ""
        return kind + self.leaf(item, entry[item])

    # ---- values

    def leaf(self, name: str, value: Any) -> str:
        return f"{name}={self.text(value)}"

    def text(self, value: Any) -> str:
        """A value as text: trimmed, numbers without idle zeros, names expanded, identifiers in normal form."""
        if type(value) is not str:
            return _PLAIN[value] if type(value) is bool else _number(str(value))
        text = value.strip()
        prefix, colon, _ = text.partition(":")
        if not colon:
            return _number(text) if _NUMERIC(text) else text
        return _identifier(expand(text, self.prefixes) if prefix in self.prefixes else text)

    # ---- extensions

    def extensions(self, owner: Mapping[str, Any]) -> str:
        if ":" not in "".join(owner):  # most have none, and this is quick
            return ""
        return "".join(sorted(self._extension_texts(owner)))

    def _extension_texts(self, owner: Mapping[str, Any]) -> Iterable[str]:
        if ":" not in "".join(owner):
            return
        for name, value in owner.items():
            if ":" in name and name not in _SILENT and expand(name, self.prefixes) not in self.ignored:
                yield from self._extension(name, value)

    def _extension(self, name: str, value: Any) -> Iterable[str]:
        if isinstance(value, list):
            for member in value:
                yield from self._extension(name, member)
        elif isinstance(value, dict):
            rest = {key: child for key, child in value.items() if not self._is_text(key, child)}
            inner = (
                text for key, child in rest.items() if key not in _SILENT for text in self._extension(key, child)
            )
            own = "".join(self._after_name(child) for key, child in value.items() if key not in rest)
            yield self._qualified(name) + own + "".join(sorted(inner))
        elif value is not None:
            yield self._qualified(name) + self._after_name(value)

    def _after_name(self, value: Any) -> str:
        return f"={self.text(value)}" if self.text(value) else ""

    def _is_text(self, key: str, value: Any) -> bool:
        return isinstance(value, str) and expand(key, self.prefixes) == TEXT

    def _qualified(self, name: str) -> str:
        """`{namespace}localName`; a bare name inside an extension stays bare."""
        prefix, colon, local = name.partition(":")
        if colon and prefix in self.prefixes:
            return f"{{{self.prefixes[prefix]}}}{local}"
        cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
        return f"{{{name[:cut]}}}{name[cut:]}" if colon else name


# ---- how each field is written


_Writer = Callable[[_PreHash, str, Any], str]


def _plain(pre: _PreHash, name: str, value: Any) -> str:
    return f"{name}={pre.text(value)}"


def _verbatim(_: _PreHash, name: str, value: Any) -> str:
    return f"{name}={value}"


def _time(_: _PreHash, name: str, value: str) -> str:
    """UTC with three decimals; the fourth rounds up from 5."""
    at = moment(value.strip())
    if at is None:
        return f"{name}={value}"
    if at.microsecond % 1000 > 499:
        at += timedelta(microseconds=500)
    rounded = at.replace(tzinfo=None)
    return f"{name}={rounded.isoformat(timespec='milliseconds')}Z"


def _word(words: Vocabulary) -> _Writer:
    return lambda pre, name, value: f"{name}={words.full(value.strip(), pre.prefixes)}"


def _gs1_word(pre: _PreHash, name: str, value: str) -> str:
    """Measurement and alert types are words of the GS1 Web Vocabulary."""
    return pre.leaf(name, value) if ":" in value else f"{name}=https://gs1.org/voc/{value}"


def _many(pre: _PreHash, name: str, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return "".join(sorted(pre.leaf(name, member) for member in values))


def _epcs(pre: _PreHash, name: str, value: list[str]) -> str:
    return name + "".join(sorted([f"epc={pre.text(epc)}" for epc in value]))


def _quantities(pre: _PreHash, name: str, value: list[dict[str, Any]]) -> str:
    fields = ("epcClass", "quantity", "uom")
    texts = ["".join([pre.leaf(field, entry[field]) for field in fields if field in entry]) for entry in value]
    return name + "".join(sorted([f"quantityElement{text}" for text in texts]))


def _persistent(pre: _PreHash, name: str, value: dict[str, list[str]]) -> str:
    write = _word(vocabulary.DISPOSITION)
    return name + "".join(
        "".join(sorted(write(pre, kind, word) for word in value.get(kind, ()))) for kind in ("set", "unset")
    )


def _place(pre: _PreHash, name: str, value: dict[str, Any]) -> str:
    own = pre.extensions(value) if len(value) > 1 else ""
    return f"{name}id={pre.text(value['id'])}{own}"


def _ordered(pre: _PreHash, value: Mapping[str, Any], order: Iterable[tuple[str, _Writer]]) -> str:
    known = [write(pre, field, value[field]) for field, write in order if field in value]
    return "".join(known) + pre.extensions(value)


def _sensors(pre: _PreHash, name: str, value: list[dict[str, Any]]) -> str:
    return name + "".join(sorted(_sensor(pre, element) for element in value))


def _sensor(pre: _PreHash, element: dict[str, Any]) -> str:
    metadata = element.get("sensorMetadata")
    reports = sorted(["sensorReport" + _ordered(pre, report, _REPORT) for report in element["sensorReport"]])
    head = "sensorMetadata" + _ordered(pre, metadata, _METADATA) if metadata else ""
    return f"sensorElement{head}{''.join(reports)}{pre.extensions(element)}"


def _number(text: str) -> str:
    number = float(text)
    return str(int(number)) if number.is_integer() else str(number)


def _identifier(full: str) -> str:
    return normal_form(_web(full) if "cbv" in full else full)


def _web(full: str) -> str:
    """A word of the CBV, written as URN or address, as the address that the standard hashes."""
    found = _BASE(full)
    return _WEB[found[0]] + full[found.end() :] if found else full


_WEB = {base: words.bases[0] for words in _CBV for base in words.bases}
_BASE = re.compile("|".join(map(re.escape, _WEB))).match


_METADATA: tuple[tuple[str, _Writer], ...] = (
    ("time", _time),
    ("startTime", _time),
    ("endTime", _time),
    ("deviceID", _plain),
    ("deviceMetadata", _plain),
    ("rawData", _plain),
    ("dataProcessingMethod", _plain),
    ("bizRules", _plain),
)
_REPORT: tuple[tuple[str, _Writer], ...] = (
    ("type", _gs1_word),
    ("exception", _gs1_word),
    ("deviceID", _plain),
    ("deviceMetadata", _plain),
    ("rawData", _plain),
    ("dataProcessingMethod", _plain),
    ("time", _time),
    ("microorganism", _plain),
    ("chemicalSubstance", _plain),
    ("value", _plain),
    ("component", _word(vocabulary.COMPONENT)),
    ("stringValue", _plain),
    ("booleanValue", _plain),
    ("hexBinaryValue", _plain),
    ("uriValue", _plain),
    ("minValue", _plain),
    ("maxValue", _plain),
    ("meanValue", _plain),
    ("sDev", _plain),
    ("percRank", _plain),
    ("percValue", _plain),
    ("uom", _plain),
    ("coordinateReferenceSystem", _plain),
)
_ORDER: tuple[tuple[str, _Writer], ...] = (
    ("eventTime", _time),
    ("eventTimeZoneOffset", _verbatim),
    ("certificationInfo", _many),
    ("parentID", _plain),
    ("epcList", _epcs),
    ("inputEPCList", _epcs),
    ("childEPCs", _epcs),
    ("quantityList", _quantities),
    ("childQuantityList", _quantities),
    ("inputQuantityList", _quantities),
    ("outputEPCList", _epcs),
    ("outputQuantityList", _quantities),
    ("action", _plain),
    ("transformationID", _plain),
    ("bizStep", _word(vocabulary.BIZ_STEP)),
    ("disposition", _word(vocabulary.DISPOSITION)),
    ("persistentDisposition", _persistent),
    ("readPoint", _place),
    ("bizLocation", _place),
    ("sensorElementList", _sensors),
)
