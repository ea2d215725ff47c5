"""Events in the XML binding of EPCIS 2.0 (section 10.3): what xml_fields reads, written. Pure; documents are in
xml_write.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from app.epcis import vocabulary
from app.epcis.context import STANDARD_PREFIXES, expand, merged, prefixes
from app.epcis.syntax import is_uri
from app.epcis.vocabulary import Vocabulary

_XML = "http://www.w3.org/XML/1998/namespace"  # has its prefix in every document, and may have no other
_NAME = re.compile(r"[^\W\d][\w.-]*")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PREFIX = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)


class NotWritable(ValueError):
    """An event says something that XML has no form for; the text says what."""


@dataclass(slots=True)
class Writer:
    """Namespaces of extensions by the prefix they get in one document, and how words of the CBV are spelt."""

    web: bool
    used: dict[str, str] = field(default_factory=lambda: {_XML: "xml", STANDARD_PREFIXES["gs1"]: "gs1"})

    def name(self, curie: str, known: dict[str, str]) -> str:
        """The qualified name of an extension. Raises NotWritable where XML can have no such name."""
        if _NAME.fullmatch(curie):  # inside an extension a name may stand in no namespace
            return curie
        full = expand(curie, known)
        declared = curie.partition(":")[0] if full != curie else ""
        space = known[declared] if declared else full[: len(full) - len(re.split(r"[/#:]", full)[-1])]
        local = full[len(space) :]
        if not space or not _NAME.fullmatch(local):
            raise NotWritable(f"{curie[:100]} cannot be the name of an element; ask for JSON")
        if space not in self.used:
            wish = declared if _PREFIX.fullmatch(declared) and not declared.lower().startswith("xml") else "ns"
            taken = {*self.used.values(), "epcisq"}
            numbers = (wish if n == 1 else f"{wish}{n}" for n in range(1, len(taken) + 2))
            self.used[space] = next(each for each in numbers if each not in taken)
        return f"{self.used[space]}:{local}"

    def word(self, words: Vocabulary, value: str, known: dict[str, str]) -> str:
        """A word of the CBV as a full URI; anything else expanded."""
        bare = words.bare(value, known)
        return (words.bases[0] if self.web else words.bases[-1]) + bare if bare in words.words else bare

    def declarations(self) -> dict[str, str]:
        """The namespaces that were used, as attributes of the root."""
        return {f"xmlns:{prefix}": space for space, prefix in self.used.items() if space != _XML}


_Write = Callable[["Writer", str, Any, dict[str, str]], str]


def event(writer: Writer, said: Mapping[str, Any], context: Any) -> str:
    """An event of a document with this context. Raises NotWritable."""
    known = prefixes(merged(context, said.get("@context")))
    kind = said["type"]
    root = kind if kind in _ORDER else writer.name(kind, known)
    written = [
        _FIELDS[name](writer, name, said[name], known)
        for name in (*_COMMON, *_ORDER.get(kind, _EVERY))
        if name in said
    ]
    written += [
        _extension(writer, name, value, known)
        for name, value in said.items()
        if name not in _FIELDS and name not in ("type", "@context")
    ]
    return f"<{root}>{''.join(written)}</{root}>"


def text(value: Any) -> str:
    """A value as the text of an element or an attribute. Raises NotWritable."""
    if isinstance(value, bool):
        return "true" if value else "false"
    written = str(value)
    if _ILLEGAL.search(written):
        raise NotWritable("a text holds a control character, which XML has no form for; ask for JSON")
    return written


def leaf(name: str, value: Any) -> str:
    """An element that holds nothing but a text."""
    return f"<{name}>{escape(text(value))}</{name}>"


def _full(value: Any, known: dict[str, str]) -> Any:
    """A CURIE as the URI that it stands for: a value in XML is never one, since nothing there says its prefix."""
    return expand(value, known) if is_uri(value) else value


def _plain(_: Writer, name: str, value: Any, known: dict[str, str]) -> str:
    return "".join(leaf(name, _full(each, known)) for each in (value if isinstance(value, list) else [value]))


def _worded(words: Vocabulary) -> _Write:
    return lambda writer, name, value, known: leaf(name, writer.word(words, value, known))


def _list(item: str) -> _Write:
    return lambda _, name, value, known: f"<{name}>{_plain(_, item, value, known)}</{name}>"


def _quantities(_: Writer, name: str, value: Any, known: dict[str, str]) -> str:
    elements = (
        "".join(leaf(part, _full(each[part], known)) for part in ("epcClass", "quantity", "uom") if part in each)
        for each in value
    )
    inside = "".join(f"<quantityElement>{each}</quantityElement>" for each in elements)
    return f"<{name}>{inside}</{name}>"


def _typed(item: str, words: Vocabulary) -> _Write:
    def write(writer: Writer, name: str, value: Any, known: dict[str, str]) -> str:
        inside = "".join(
            f"<{item}{_attribute('type', writer.word(words, each['type'], known)) if 'type' in each else ''}>"
            f"{escape(text(_full(each[item], known)))}</{item}>"
            for each in value
        )
        return f"<{name}>{inside}</{name}>"

    return write


def _attribute(name: str, value: Any) -> str:
    return f" {name}={quoteattr(text(value))}"


def _holder(*own: str) -> _Write:
    """A structure with some members of the standard, and extensions."""

    def write(writer: Writer, name: str, value: Any, known: dict[str, str]) -> str:
        inside = [leaf(each, _full(value[each], known)) for each in own if each in value]
        inside += [_extension(writer, each, value[each], known) for each in value if each not in own]
        return f"<{name}>{''.join(inside)}</{name}>"

    return write


def _persistent(writer: Writer, name: str, value: Any, known: dict[str, str]) -> str:
    inside = "".join(
        leaf(part, writer.word(vocabulary.DISPOSITION, each, known))
        for part in ("unset", "set")
        for each in value.get(part, ())
    )
    return f"<{name}>{inside}</{name}>"


def _declared_error(writer: Writer, name: str, value: Any, known: dict[str, str]) -> str:
    inside = [leaf("declarationTime", value["declarationTime"])]
    if "reason" in value:
        inside.append(leaf("reason", writer.word(vocabulary.ERROR_REASON, value["reason"], known)))
    if "correctiveEventIDs" in value:
        inside.append(_list("correctiveEventID")(writer, "correctiveEventIDs", value["correctiveEventIDs"], known))
    own = ("declarationTime", "reason", "correctiveEventIDs")
    inside += [_extension(writer, each, value[each], known) for each in value if each not in own]
    return f"<{name}>{''.join(inside)}</{name}>"


def _sensors(writer: Writer, name: str, value: Any, known: dict[str, str]) -> str:
    elements = []
    for element in value:
        inside = (
            [_attributed(writer, "sensorMetadata", element["sensorMetadata"], known)]
            if ("sensorMetadata" in element)
            else []
        )
        inside += [_attributed(writer, "sensorReport", each, known) for each in element.get("sensorReport", ())]
        own = ("sensorMetadata", "sensorReport")
        inside += [_extension(writer, each, element[each], known) for each in element if each not in own]
        elements.append(f"<sensorElement>{''.join(inside)}</sensorElement>")
    return f"<{name}>{''.join(elements)}</{name}>"


def _attributed(writer: Writer, name: str, value: Mapping[str, Any], known: dict[str, str]) -> str:
    """Sensor data: members are attributes; what is more than a text is an element."""
    attributes, inside = [], []
    for member, each in value.items():
        if each is None:
            continue
        if ":" in member:
            if isinstance(each, list | dict):
                inside.append(_extension(writer, member, each, known))
            else:
                attributes.append(_attribute(writer.name(member, known), _full(each, known)))
        elif isinstance(each, list | dict):
            raise NotWritable(f"{member} has more than one value, which an attribute cannot hold; ask for JSON")
        else:
            attributes.append(_attribute(member, _sensed(writer, member, each, known)))
    return (
        f"<{name}{''.join(attributes)}>{''.join(inside)}</{name}>" if inside else f"<{name}{''.join(attributes)}/>"
    )


def _sensed(writer: Writer, member: str, value: Any, known: dict[str, str]) -> Any:
    if member in ("type", "exception") and ":" not in value:
        return f"gs1:{value}"
    if member == "component":
        return vocabulary.COMPONENT.full(value, known)
    return _full(value, known)


def _extension(writer: Writer, name: str, value: Any, known: dict[str, str]) -> str:
    if isinstance(value, list):
        return "".join(_extension(writer, name, each, known) for each in value)
    if value is None:
        return ""
    element = writer.name(name, known)
    if isinstance(value, Mapping):
        inside = "".join(_extension(writer, each, inner, known) for each, inner in value.items())
        return f"<{element}>{inside}</{element}>"
    return leaf(element, _full(value, known))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_COMMON = _words("eventTime recordTime eventTimeZoneOffset eventID errorDeclaration certificationInfo")
_REST = "sourceList destinationList sensorElementList persistentDisposition"
_WHERE = "bizStep disposition readPoint bizLocation"
_ORDER = {
    "ObjectEvent": _words(f"epcList action {_WHERE} bizTransactionList quantityList {_REST} ilmd"),
    "AggregationEvent": _words(f"parentID childEPCs action {_WHERE} bizTransactionList childQuantityList {_REST}"),
    "TransactionEvent": _words(f"bizTransactionList parentID epcList action {_WHERE} quantityList {_REST}"),
    "TransformationEvent": _words(
        "inputEPCList inputQuantityList outputEPCList outputQuantityList transformationID "
        f"{_WHERE} bizTransactionList {_REST} ilmd"
    ),
    "AssociationEvent": _words(f"parentID childEPCs childQuantityList action {_WHERE} bizTransactionList {_REST}"),
}
_FIELDS: dict[str, _Write] = {
    **dict.fromkeys(("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "certificationInfo"), _plain),
    **dict.fromkeys(("action", "parentID", "transformationID"), _plain),
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _list("epc")),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _quantities),
    "bizStep": _worded(vocabulary.BIZ_STEP),
    "disposition": _worded(vocabulary.DISPOSITION),
    "persistentDisposition": _persistent,
    "readPoint": _holder("id"),
    "bizLocation": _holder("id"),
    "bizTransactionList": _typed("bizTransaction", vocabulary.TRANSACTION),
    "sourceList": _typed("source", vocabulary.SOURCE_DESTINATION),
    "destinationList": _typed("destination", vocabulary.SOURCE_DESTINATION),
    "sensorElementList": _sensors,
    "errorDeclaration": _declared_error,
    "ilmd": _holder(),
}
_EVERY = tuple(dict.fromkeys(name for order in _ORDER.values() for name in order))
