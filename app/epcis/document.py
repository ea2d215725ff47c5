"""EPCIS 2.0 documents in JSON-LD or XML: read strictly into events, and written as answers to queries.

Reads bytes and gives values; stores nothing and fetches no context.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.epcis import signed, strict_json, xml
from app.epcis.context import STANDARD, expand, is_declared, is_foreign, merged, prefixes
from app.epcis.errors import Invalid, Problem, TooLarge, invalid, pointer
from app.epcis.event import Event, of
from app.epcis.event_hash import EventHash
from app.epcis.fields import Walk, check_context
from app.epcis.masterdata import Element, check_vocabularies, elements
from app.epcis.model import check_event
from app.epcis.strict_json import LARGEST
from app.epcis.syntax import LONGEST_URI, is_uri, moment
from app.epcis.xml_tree import is_xml

MOST_EVENTS = 10_000

_IGNORE_FIELDS = "https://repository-x.example.com/ignoreFields"  # CBV 2.0, section 8.9.4, names it so
_DOCUMENT_FIELDS = frozenset(
    {"@context", "id", "type", "schemaVersion", "creationDate", "instanceIdentifier", "sender", "receiver"}
    | {"epcisHeader", "epcisBody"}
)
_RESULT_FIELDS = frozenset({"queryName", "subscriptionID", "resultsBody"})


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose envelope is valid. `events` has, in order, each event or what is wrong with it.

    `at` is the JSON pointer of the list of events, `master` the master data that came with them.
    """

    events: tuple[Event | Invalid, ...]
    at: str
    master: tuple[Element, ...] = ()

    def valid(self) -> tuple[Event, ...]:
        """The events; raises Invalid with the problems of all of them (twenty at most) when one is wrong."""
        problems = tuple(
            problem for event in self.events if isinstance(event, Invalid) for problem in event.problems
        )
        if problems:
            raise Invalid(*problems[:20])
        return tuple(event for event in self.events if isinstance(event, Event))


def parse_document(data: bytes, *, largest: int = LARGEST, most: int = MOST_EVENTS) -> Document:
    """Read an EPCISDocument or EPCISQueryDocument.

    Raises Invalid when the envelope is wrong, TooLarge for more than `largest` bytes or `most` events. A wrong
    event does not raise; it stands in `events` as its Invalid.
    """
    document = read_value(data, largest=largest)
    walk = _walk(document.get("@context"))
    holder, events, at = _envelope(walk, document)
    if walk.problems:
        raise Invalid(*walk.problems)
    if len(events) > most:
        raise TooLarge(Problem(at, f"more than {most} events in one call"))
    hashing = EventHash(walk.prefixes, _ignored(holder, walk))
    around = _Around(merged(document["@context"]), walk.foreign, hashing)
    read = (_event(event, f"{at}/{index}", around) for index, event in enumerate(events))
    return Document(tuple(read), at, tuple(elements(document)))


def read_value(data: bytes, *, largest: int = LARGEST) -> dict[str, Any]:
    """The JSON-LD value of a document or event in JSON or XML, unjudged. Raises Invalid or TooLarge."""
    if is_xml(data):
        return xml.read(data, largest=largest)
    return _object(strict_json.read(data, largest=largest))


def parse_event(data: bytes, *, largest: int = LARGEST) -> Event:
    """Read one bare event, which must carry its own @context. Raises Invalid or TooLarge."""
    event = read_value(data, largest=largest)
    if "@context" not in event:
        raise invalid("/@context", "a bare event must have its own @context")
    read = _event(event, "", _ALONE)
    if isinstance(read, Invalid):
        raise read
    return read


def hashes(value: dict[str, Any]) -> list[str]:
    """The event hash of each event of a valid document, or of a bare event, whatever ids these have."""
    walk = _walk(value.get("@context"))
    body = value.get("epcisBody", value)
    holder = body.get("queryResults", value)
    hashing = EventHash(walk.prefixes, _ignored(holder, walk))
    events = holder["resultsBody"]["eventList"] if holder is not value else body.get("eventList", [value])
    return [_hash(event, value.get("@context"), hashing) for event in events]


def _hash(event: dict[str, Any], context: Any, hashing: EventHash) -> str:
    if "@context" in event:
        hashing = EventHash(prefixes(merged(context, event["@context"])), hashing.ignored)
    name = signed.member(event, hashing.prefixes)
    return hashing.event_id(signed.bare(event, name) if name else event)


def query_document(
    events: Sequence[dict[str, Any]], now: datetime, *, name: str = "SimpleEventQuery"
) -> dict[str, Any]:
    """An EPCISQueryDocument over stored events. What all their contexts share stands once, on the document."""
    contexts = [event.get("@context", []) for event in events]
    shared = [part for part in contexts[0] if all(part in other for other in contexts[1:])] if contexts else []
    return {
        "@context": shared if STANDARD in shared else merged(STANDARD, shared),
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "epcisBody": {
            "queryResults": {
                "queryName": name,
                "resultsBody": {"eventList": [_without(event, shared) for event in events]},
            }
        },
    }


def _without(event: dict[str, Any], shared: list[Any]) -> dict[str, Any]:
    own = [part for part in event.get("@context", []) if part not in shared]
    rest = {name: value for name, value in event.items() if name != "@context"}
    return {"@context": own, **rest} if own else rest


def _object(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise invalid("", "the document must be a JSON object")
    return value


def _walk(*contexts: Any) -> Walk:
    context = merged(*contexts)
    return Walk(prefixes(context), is_foreign(context))


@dataclass(frozen=True, slots=True)
class _Around:
    """What the document says for each of its events, read once: its context, and how they are hashed."""

    context: list[Any]
    foreign: bool
    hashing: EventHash

    def beside(self, own: Any) -> tuple[Walk, EventHash]:
        """How an event with a context of its `own`, or none, is judged and hashed."""
        if own is None:
            return Walk(self.hashing.prefixes, self.foreign), self.hashing
        if type(own) is str and len(own) <= LONGEST_URI and self is _ALONE:
            hashing, foreign = _of_text(own)
            return Walk(hashing.prefixes, foreign), hashing
        walk = _walk(self.context, own)
        return walk, EventHash(walk.prefixes, self.hashing.ignored)


_ALONE = _Around([], foreign=False, hashing=EventHash(prefixes(None)))


@lru_cache(maxsize=64)  # almost every bare event has the standard one
def _of_text(context: str) -> tuple[EventHash, bool]:
    return EventHash(prefixes(context)), is_foreign(context)


def _event(event: Any, at: str, around: _Around) -> Event | Invalid:
    walk, hashing = around.beside(event.get("@context") if type(event) is dict else None)
    check_event(walk, event, at)
    if walk.problems:
        return Invalid(*walk.problems)
    name = signed.member(event, walk.prefixes)
    if name is None:
        return of(event, around.context, hashing)
    signature = signed.read(event[name], pointer(name))
    if isinstance(signature, Problem):
        return invalid(at + signature.field, signature.rule)
    return of(signed.bare(event, name), signed.unprefixed(around.context), hashing, signature)


def _envelope(walk: Walk, document: dict[str, Any]) -> tuple[dict[str, Any], list[Any], str]:
    """Judge what is around the events; give who may hold ignoreFields, the events, and where they are."""
    kind = document.get("type")
    if kind not in ("EPCISDocument", "EPCISQueryDocument"):
        raise invalid("/type", "the type must be EPCISDocument or EPCISQueryDocument")
    _head(walk, document, required=kind == "EPCISDocument")
    body = _member(walk, document, "epcisBody", "")
    if kind == "EPCISDocument":
        return document, _events(walk, body, "/epcisBody"), "/epcisBody/eventList"
    results = _member(walk, body, "queryResults", "/epcisBody")
    _results(walk, results, "/epcisBody/queryResults")
    at = "/epcisBody/queryResults/resultsBody"
    inner = _member(walk, results, "resultsBody", "/epcisBody/queryResults")
    check_vocabularies(walk, inner.get("vocabularyList", []), f"{at}/vocabularyList")
    return results, _events(walk, inner, at), f"{at}/eventList"


def _head(walk: Walk, document: dict[str, Any], *, required: bool) -> None:
    if "@context" not in document:
        walk.wrong("/@context", "the document must have an @context")
    check_context(walk, document.get("@context", []), "/@context")
    for name in ("schemaVersion", "creationDate"):
        if required and name not in document:
            walk.wrong(f"/{name}", f"the document must have {name}")
    version = document.get("schemaVersion", "2.0")
    if type(version) is not str or not (version == "2" or version.startswith("2.")):
        walk.wrong("/schemaVersion", "only EPCIS 2.x is read, written as text: 2.0")
    if moment(document.get("creationDate", "2000-01-01T00:00:00Z")) is None:
        walk.wrong("/creationDate", "must be a date and time with its offset")
    _names(walk, document, _DOCUMENT_FIELDS, "")
    header = document.get("epcisHeader", {})
    if type(header) is not dict or type(header.get("epcisMasterData", {})) is not dict:
        walk.wrong("/epcisHeader", "must be an object; epcisMasterData in it too")
        return
    master = header.get("epcisMasterData", {})
    check_vocabularies(walk, master.get("vocabularyList", []), "/epcisHeader/epcisMasterData/vocabularyList")


def _results(walk: Walk, results: dict[str, Any], at: str) -> None:
    _names(walk, results, _RESULT_FIELDS, at)
    for name in ("queryName", "subscriptionID"):
        if type(results.get(name, "")) is not str:
            walk.wrong(f"{at}/{name}", "must be text")


def _names(walk: Walk, holder: dict[str, Any], known: frozenset[str], at: str) -> None:
    """Around the events a name with a leading underscore is a note to the reader, which JSON-LD drops too."""
    for name in holder:
        if name in known or name.startswith("_"):
            continue
        if not is_uri(name) or not is_declared(name, walk.prefixes, walk.foreign):
            walk.wrong(
                at + pointer(name), f"{name} is no field of EPCIS 2.0; an extension needs a declared prefix"
            )


def _member(walk: Walk, holder: dict[str, Any], name: str, at: str) -> dict[str, Any]:
    value = holder.get(name)
    if type(value) is dict:
        return value
    if not walk.problems or name in holder:
        walk.wrong(f"{at}/{name}", f"{name} must be there, and an object")
    return {}


def _events(walk: Walk, body: dict[str, Any], at: str) -> list[Any]:
    events = body.get("eventList")
    if type(events) is list:
        return events
    if not walk.problems or "eventList" in body:
        walk.wrong(f"{at}/eventList", "eventList must be there, and a list")
    return []


def _ignored(holder: dict[str, Any], walk: Walk) -> frozenset[str]:
    """Names of fields that the sender leaves out of the event hash."""
    for name, fields in holder.items():
        if expand(name, walk.prefixes) == _IGNORE_FIELDS and isinstance(fields, list):
            return frozenset(expand(field, walk.prefixes) for field in fields if isinstance(field, str))
    return frozenset()
