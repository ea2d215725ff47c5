"""The events of the XML binding of EPCIS 2.0 (section 10.3), each converted into the JSON-LD that says the same.

Structure only: what a field may hold is judged afterwards, by model and fields. Documents are in xml.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.epcis import vocabulary
from app.epcis.context import STANDARD_PREFIXES, TEXT, expand
from app.epcis.errors import invalid
from app.epcis.vocabulary import Vocabulary
from app.epcis.xml_tree import Name, Node

DOCUMENTS = ("urn:epcglobal:epcis:xsd:2", "urn:epcglobal:epcis:xsd:1")
QUERIES = ("urn:epcglobal:epcis-query:xsd:2", "urn:epcglobal:epcis-query:xsd:1")
OWN = frozenset({"", *DOCUMENTS, *QUERIES, "urn:epcglobal:xsd:1"})
"""Namespaces of the standard itself; an element of any of them is one of its own."""

_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_TEXT = Name(TEXT.removesuffix("value"), "value", "rdf")
_GS1 = STANDARD_PREFIXES["gs1"]
_WRAPPERS = ("extension", "baseExtension")  # of EPCIS 1.2, which put what came later into them
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NUMBER = 400
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_BARE = re.compile(r"[A-Z][A-Za-z0-9_]{1,60}", re.ASCII)


Convert = Callable[["_Reader", Node, str], Any]


def event(node: Node, at: str) -> dict[str, Any]:
    names = Names(frozenset(_value_prefixes(node)))
    reader = _Reader(names)
    kind = node.name.local if node.name.namespace in OWN else names.of(node.name)
    said = {"type": kind, **reader.members(node, _EVENT, at)}
    return names.context() | said


def _value_prefixes(node: Node) -> Iterable[str]:
    """What stands before the first colon of each text and attribute below a node."""
    for value in (node.text, *node.attributes.values()):
        if ":" in value:
            yield value.partition(":")[0]
    for child in node.children:
        yield from _value_prefixes(child)


def flat(node: Node) -> Iterable[Node]:
    """The children, with those that EPCIS 1.2 wrapped into `extension` in their place."""
    for child in node.children:
        if child.name.local in _WRAPPERS and child.name.namespace in OWN:
            yield from flat(child)
        else:
            yield child


class Names:
    """Namespaces of extensions by the prefix they get in the JSON-LD context; a prefix means one thing there.

    `taken`: what values begin with. In XML a value is no CURIE, so no prefix of ours may make one of it.
    """

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._prefixes: dict[str, str] = {}
        self._taken = taken - STANDARD_PREFIXES.keys()

    def of(self, name: Name) -> str:
        """The CURIE of a name; the bare name where it has no namespace."""
        return f"{self._prefix(name)}:{name.local}" if name.namespace else name.local

    def context(self) -> dict[str, Any]:
        """The member `@context` that declares what was used, or nothing."""
        own = {prefix: space for prefix, space in self._prefixes.items() if STANDARD_PREFIXES.get(prefix) != space}
        return {"@context": [own]} if own else {}

    def _prefix(self, name: Name) -> str:
        known = {**STANDARD_PREFIXES, **self._prefixes}
        declared = next((prefix for prefix, space in known.items() if space == name.namespace), None)
        if declared:
            return declared
        wish = name.prefix or "ns"
        # A prefix of the standard may be bound to another namespace in XML; in the context it is protected.
        standard = {each for each, space in STANDARD_PREFIXES.items() if space != name.namespace}
        taken = self._prefixes.keys() | standard | self._taken
        numbers = (wish if n == 1 else f"{wish}{n}" for n in range(1, len(taken) + 3))
        prefix = next(each for each in numbers if each not in taken)
        self._prefixes[prefix] = name.namespace
        return prefix


class _Reader:
    """One event on its way to JSON-LD."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def members(self, node: Node, fields: dict[str, Convert], at: str) -> dict[str, Any]:
        """The members of a structure: the standard's own, each once, and extensions under their namespaces."""
        qualified = {name: text for name, text in node.attributes.items() if name.namespace}
        return self._members(node, fields, at, _attributes(self.names, qualified))

    def sensed(self, node: Node, numbers: frozenset[str], at: str) -> dict[str, Any]:
        """The members of sensor data, whose own stand in attributes."""
        said = _attributes(self.names, node.attributes)
        return self._members(
            node, {}, at, {key: _number(said[key]) if key in numbers else said[key] for key in said}
        )

    def _members(self, node: Node, fields: dict[str, Convert], at: str, said: dict[str, Any]) -> dict[str, Any]:
        for child in flat(node):
            if child.name.namespace not in OWN:
                _add(said, self.names.of(child.name), extension(self.names, child))
                continue
            field = child.name.local
            convert = fields.get(field)
            if convert is None:
                raise invalid(f"{at}/{field}", f"{field} is no field of {node.name.local} in EPCIS 2.0")
            value = convert(self, child, f"{at}/{field}")
            if field in _REPEATED:
                _add(said, field, value)
            elif field in said:
                raise invalid(f"{at}/{field}", f"{field} stands twice")
            else:
                said[field] = value
        return said


def _attributes(names: Names, given: Mapping[Name, str]) -> dict[str, Any]:
    """Attributes as members, but for those by which XML speaks of itself."""
    return {names.of(name): text for name, text in given.items() if name.namespace != _SCHEMA_INSTANCE}


def _add(said: dict[str, Any], name: str, value: Any) -> None:
    """A member that may stand more than once: then it is a list."""
    if name not in said:
        said[name] = value
    elif isinstance(said[name], list):
        said[name].append(value)
    else:
        said[name] = [said[name], value]


def extension(names: Names, node: Node, *, skip_attributes: bool = False) -> Any:
    """An element of a partner's own: its text, or an object of what is in it. Attributes count as children.

    Text beside them is kept as `rdf:value`.
    """
    said = {} if skip_attributes else _attributes(names, node.attributes)
    for child in node.children:
        _add(said, names.of(child.name), extension(names, child))
    if not said:
        return node.text
    if node.text:
        said[names.of(_TEXT)] = node.text
    return said


# ---- the fields


def _text(_: _Reader, node: Node, at: str) -> str:
    if node.children:
        raise invalid(at, "must be text, without elements in it")
    return node.text


def _time(reader: _Reader, node: Node, at: str) -> str:
    """A time; one to the minute means its first second."""
    text = _text(reader, node, at)
    return f"{text[:16]}:00{text[16:]}" if _MINUTE.fullmatch(text) else text


def _number(text: str) -> Any:
    """A number of XML; any other text as it is, for the field's judge to refuse."""
    if len(text) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(text) or math.isinf(number := float(text)):
        return text
    return int(text) if text.lstrip("+-").isdecimal() else number


def _quantity(_: _Reader, node: Node, at: str) -> Any:
    return _number(_text(_, node, at))


def _word(words: Vocabulary) -> Convert:
    """A word of the CBV: a full URI in XML, the bare word in JSON-LD."""

    def convert(reader: _Reader, node: Node, at: str) -> str:
        return _bare(words, _text(reader, node, at), at)

    return convert


def _bare(words: Vocabulary, text: str, at: str) -> str:
    if ":" not in text:
        raise invalid(at, f"must be a full URI in XML, such as {words.bases[-1]}{min(words.words)}")
    return words.bare(text, STANDARD_PREFIXES)


def _list_of(item: str, convert: Convert) -> Convert:
    def each(reader: _Reader, node: Node, at: str) -> list[Any]:
        wrong = next((child.name.local for child in flat(node) if child.name.local != item), None)
        if wrong:
            raise invalid(at, f"only {item} may stand here, not {wrong}")
        return [convert(reader, child, f"{at}/{index}") for index, child in enumerate(flat(node))]

    return each


def _typed(item: str, words: Vocabulary) -> Convert:
    def convert(reader: _Reader, node: Node, at: str) -> dict[str, str]:
        kind = node.plain().get("type")
        given = {"type": _bare(words, kind.strip(), f"{at}/type")} if kind else {}
        return {**given, item: _text(reader, node, at)}

    return convert


def _structure(fields: dict[str, Convert]) -> Convert:
    return lambda reader, node, at: reader.members(node, fields, at)


def _sensor_metadata(reader: _Reader, node: Node, at: str) -> dict[str, Any]:
    return reader.sensed(node, frozenset(), at)


def _sensor_report(reader: _Reader, node: Node, at: str) -> dict[str, Any]:
    said = reader.sensed(node, _NUMBERS, at)
    for name in ("type", "exception"):
        if name in said:
            said[name] = _gs1_word(said[name])
    if "component" in said:
        said["component"] = _bare(vocabulary.COMPONENT, said["component"], f"{at}/component")
    if said.get("booleanValue") in ("true", "1", "false", "0"):
        said["booleanValue"] = said["booleanValue"] in ("true", "1")
    return said


def _gs1_word(text: str) -> str:
    """A word of the GS1 Web Vocabulary: bare in JSON-LD where its form allows it."""
    word = expand(text, STANDARD_PREFIXES).removeprefix(_GS1)
    return word if _BARE.fullmatch(word) else text


def _persistent(reader: _Reader, node: Node, at: str) -> dict[str, Any]:
    said: dict[str, list[str]] = {}
    for child in node.children:
        if child.name.local not in ("set", "unset"):
            raise invalid(at, f"only set and unset may stand here, not {child.name.local}")
        place = f"{at}/{child.name.local}"
        said.setdefault(child.name.local, []).append(_DISPOSITION(reader, child, place))
    return said


_NUMBERS = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"})
_REPEATED = frozenset({"certificationInfo", "sensorReport"})
_DISPOSITION = _word(vocabulary.DISPOSITION)
_EPCS = _list_of("epc", _text)
_QUANTITIES = _list_of("quantityElement", _structure({"epcClass": _text, "quantity": _quantity, "uom": _text}))
_PLACE = _structure({"id": _text})
_DECLARATION = _structure(
    {
        "declarationTime": _time,
        "reason": _word(vocabulary.ERROR_REASON),
        "correctiveEventIDs": _list_of("correctiveEventID", _text),
    }
)


def _sensor_element(reader: _Reader, node: Node, at: str) -> dict[str, Any]:
    said = reader.members(node, {"sensorMetadata": _sensor_metadata, "sensorReport": _sensor_report}, at)
    if isinstance(said.get("sensorReport"), dict):
        said["sensorReport"] = [said["sensorReport"]]
    return said


_EVENT: dict[str, Convert] = {
    **dict.fromkeys(("eventTime", "recordTime"), _time),
    **dict.fromkeys(("eventTimeZoneOffset", "eventID"), _text),
    **dict.fromkeys(("action", "parentID", "transformationID", "certificationInfo"), _text),
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _EPCS),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _QUANTITIES),
    "bizStep": _word(vocabulary.BIZ_STEP),
    "disposition": _DISPOSITION,
    "persistentDisposition": _persistent,
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": _list_of("bizTransaction", _typed("bizTransaction", vocabulary.TRANSACTION)),
    "sourceList": _list_of("source", _typed("source", vocabulary.SOURCE_DESTINATION)),
    "destinationList": _list_of("destination", _typed("destination", vocabulary.SOURCE_DESTINATION)),
    "sensorElementList": _list_of("sensorElement", _sensor_element),
    "errorDeclaration": _DECLARATION,
    "ilmd": _structure({}),
}
