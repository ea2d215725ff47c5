"""Events and answers in the XML binding of EPCIS 2.0 (section 10.3): what xml reads, written. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from app.epcis import vocabulary
from app.epcis.context import STANDARD_PREFIXES, expand, merged, prefixes
from app.epcis.syntax import is_uri
from app.epcis.vocabulary import Vocabulary

QUERY = "urn:epcglobal:epcis-query:xsd:2"
DOCUMENT = "urn:epcglobal:epcis:xsd:2"
WORDS = ("No_Preference", "Always_Web_URI", "Always_URN", "Never_Translates")
"""How words of the CBV may be written (GS1-CBV-XML-Format); without a wish, as URNs."""

_XML = "http://www.w3.org/XML/1998/namespace"  # has its prefix in every document, and may have no other
_NAME = re.compile(r"[^\W\d][\w.-]*")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PREFIX = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)


class NotWritable(ValueError):
    """An event says something that XML has no form for; the text says what."""


def query_document(document: Mapping[str, Any], *, words: str = "No_Preference") -> bytes:
    """An EPCISQueryDocument of JSON-LD, as `document.query_document` makes it, in XML. Raises NotWritable."""
    results = document["epcisBody"]["queryResults"]
    writer = _Writer(web=words == "Always_Web_URI")
    events = [_event(writer, each, document.get("@context")) for each in results["resultsBody"]["eventList"]]
    name = _leaf("queryName", results["queryName"])
    subscription = _leaf("subscriptionID", results["subscriptionID"]) if "subscriptionID" in results else ""
    body = f"<resultsBody><EventList>{''.join(events)}</EventList></resultsBody>"
    root = {"xmlns:epcisq": QUERY, **writer.declarations()}
    root |= {"schemaVersion": document["schemaVersion"], "creationDate": document["creationDate"]}
    inside = f"<EPCISBody><epcisq:QueryResults>{name}{subscription}{body}</epcisq:QueryResults></EPCISBody>"
    return _document("epcisq:EPCISQueryDocument", root, inside)


def capture_document(document: Mapping[str, Any]) -> bytes:
    """The events of an EPCISDocument of JSON-LD in XML, without its header. Raises NotWritable."""
    writer = _Writer(web=False)
    events = [_event(writer, each, document.get("@context")) for each in document["epcisBody"]["eventList"]]
    root = {"xmlns:epcis": DOCUMENT, **writer.declarations()}
    root |= {"schemaVersion": document["schemaVersion"], "creationDate": document["creationDate"]}
    inside = f"<EPCISBody><EventList>{''.join(events)}</EventList></EPCISBody>"
    return _document("epcis:EPCISDocument", root, inside)


def collection(members: Sequence[str]) -> bytes:
    """A Collection of names."""
    return _document("Collection", {"xmlns": DOCUMENT}, "".join(_leaf("member", each) for each in members))


def capture_job(job: Mapping[str, Any]) -> bytes:
    """A capture job, as its JSON says it."""
    root = {"xmlns:epcis": DOCUMENT, "captureID": job["captureID"]}
    root |= {name: _text(job[name]) for name in ("running", "success", "createdAt")}
    root |= {"captureErrorBehaviour": job["captureErrorBehaviour"]}
    if job.get("finishedAt"):
        root["finishedAt"] = job["finishedAt"]
    errors = "".join(f"<error>{_members(each)}</error>" for each in job["errors"])
    return _document("epcis:EPCISCaptureJob", root, f"<errors>{errors}</errors>" if errors else "")


def problem(document: Mapping[str, Any]) -> bytes:
    """A problem document (RFC 9457) as the EPCISException of the REST bindings."""
    plain = {name: value for name, value in document.items() if not isinstance(value, list | dict)}
    return _document("epcis:EPCISException", {"xmlns:epcis": DOCUMENT}, _members(plain))


def _document(root: str, attributes: Mapping[str, str], inside: str) -> bytes:
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{written}>{inside}</{root}>\n'.encode()


def _members(value: Mapping[str, Any]) -> str:
    return "".join(_leaf(name, each) for name, each in value.items() if each is not None)


@dataclass(slots=True)
class _Writer:
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


_Write = Callable[["_Writer", str, Any, dict[str, str]], str]


def _event(writer: _Writer, event: Mapping[str, Any], context: Any) -> str:
    known = prefixes(merged(context, event.get("@context")))
    kind = event["type"]
    root = kind if kind in _ORDER else writer.name(kind, known)
    written = [
        _FIELDS[name](writer, name, event[name], known)
        for name in (*_COMMON, *_ORDER.get(kind, _EVERY))
        if name in event
    ]
    written += [
        _extension(writer, name, value, known)
        for name, value in event.items()
        if name not in _FIELDS and name not in ("type", "@context")
    ]
    return f"<{root}>{''.join(written)}</{root}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if _ILLEGAL.search(text):
        raise NotWritable("a text holds a control character, which XML has no form for; ask for JSON")
    return text


def _leaf(name: str, value: Any) -> str:
    return f"<{name}>{escape(_text(value))}</{name}>"


def _full(value: Any, known: dict[str, str]) -> Any:
    """A CURIE as the URI that it stands for: a value in XML is never one, since nothing there says its prefix."""
    return expand(value, known) if is_uri(value) else value


def _plain(_: _Writer, name: str, value: Any, known: dict[str, str]) -> str:
    return "".join(_leaf(name, _full(each, known)) for each in (value if isinstance(value, list) else [value]))


def _worded(words: Vocabulary) -> _Write:
    return lambda writer, name, value, known: _leaf(name, writer.word(words, value, known))


def _list(item: str) -> _Write:
    return lambda _, name, value, known: f"<{name}>{_plain(_, item, value, known)}</{name}>"


def _quantities(_: _Writer, name: str, value: Any, known: dict[str, str]) -> str:
    elements = (
        "".join(_leaf(part, _full(each[part], known)) for part in ("epcClass", "quantity", "uom") if part in each)
        for each in value
    )
    inside = "".join(f"<quantityElement>{each}</quantityElement>" for each in elements)
    return f"<{name}>{inside}</{name}>"


def _typed(item: str, words: Vocabulary) -> _Write:
    def write(writer: _Writer, name: str, value: Any, known: dict[str, str]) -> str:
        inside = "".join(
            f"<{item}{_attribute('type', writer.word(words, each['type'], known)) if 'type' in each else ''}>"
            f"{escape(_text(_full(each[item], known)))}</{item}>"
            for each in value
        )
        return f"<{name}>{inside}</{name}>"

    return write


def _attribute(name: str, value: Any) -> str:
    return f" {name}={quoteattr(_text(value))}"


def _holder(*own: str) -> _Write:
    """A structure with some members of the standard, and extensions."""

    def write(writer: _Writer, name: str, value: Any, known: dict[str, str]) -> str:
        inside = [_leaf(each, _full(value[each], known)) for each in own if each in value]
        inside += [_extension(writer, each, value[each], known) for each in value if each not in own]
        return f"<{name}>{''.join(inside)}</{name}>"

    return write


def _persistent(writer: _Writer, name: str, value: Any, known: dict[str, str]) -> str:
    inside = "".join(
        _leaf(part, writer.word(vocabulary.DISPOSITION, each, known))
        for part in ("unset", "set")
        for each in value.get(part, ())
    )
    return f"<{name}>{inside}</{name}>"


def _declared_error(writer: _Writer, name: str, value: Any, known: dict[str, str]) -> str:
    inside = [_leaf("declarationTime", value["declarationTime"])]
    if "reason" in value:
        inside.append(_leaf("reason", writer.word(vocabulary.ERROR_REASON, value["reason"], known)))
    if "correctiveEventIDs" in value:
        inside.append(_list("correctiveEventID")(writer, "correctiveEventIDs", value["correctiveEventIDs"], known))
    own = ("declarationTime", "reason", "correctiveEventIDs")
    inside += [_extension(writer, each, value[each], known) for each in value if each not in own]
    return f"<{name}>{''.join(inside)}</{name}>"


def _sensors(writer: _Writer, name: str, value: Any, known: dict[str, str]) -> str:
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


def _attributed(writer: _Writer, name: str, value: Mapping[str, Any], known: dict[str, str]) -> str:
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


def _sensed(writer: _Writer, member: str, value: Any, known: dict[str, str]) -> Any:
    if member in ("type", "exception") and ":" not in value:
        return f"gs1:{value}"
    if member == "component":
        return vocabulary.COMPONENT.full(value, known)
    return _full(value, known)


def _extension(writer: _Writer, name: str, value: Any, known: dict[str, str]) -> str:
    if isinstance(value, list):
        return "".join(_extension(writer, name, each, known) for each in value)
    if value is None:
        return ""
    element = writer.name(name, known)
    if isinstance(value, Mapping):
        inside = "".join(_extension(writer, each, inner, known) for each, inner in value.items())
        return f"<{element}>{inside}</{element}>"
    return _leaf(element, _full(value, known))


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
