"""What can be said of a pasted text without knowing anybody's record: identifiers translated, documents checked.

Pure: stores nothing, asks nobody. A document in XML is shown in JSON-LD too, and the other way round.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.epcis import document, xml_write
from app.epcis.context import STANDARD
from app.epcis.errors import Invalid, Problem
from app.epcis.event import Event
from app.epcis.xml_tree import is_xml
from app.epcis.xml_write_fields import NotWritable
from app.gs1 import digital_link, element_strings, epc, identifiers, tag_data
from app.gs1.digital_link import NotDigitalLink
from app.gs1.elements import BadElement, Element
from app.gs1.epc import Epc, NotEpc
from app.gs1.tag_data import NotTag
from app.support import pasted
from app.support.plain import plain

_LIKE_A_TAG = re.compile(r"(?:0x)?(?=[0-9]*[A-Fa-f])[0-9A-Fa-f]{24,}")

# A bracket also stands before a code: `[01]`, `<https://…>`, `{FNC1}`.
_DOCUMENT = re.compile(r"[\ufeff\s]*(?:\{(?!GS|FNC1)|\[(?![0-9A-Z])|<(?!https?://|GS>|FNC1>|F1>))", re.IGNORECASE)
_LINES = re.compile(r"[\r\n]+")  # not splitlines: what scanners send as a separator ends no line

LARGEST = 300_000
"""Bytes of a text."""
MOST_LINES = 50
MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Named:
    """One pasted identifier: its key and its other forms (name of the form, text), or what is wrong with it."""

    text: str
    key: str = ""
    level: str = ""
    forms: tuple[tuple[str, str], ...] = ()
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Hashed:
    """An event of a document: its type, the id that it came with, and its CBV 2.0 hash."""

    type: str
    given: str
    hash: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A document: `form` is json or xml, `events` are empty when something is wrong.

    `other` is the same in the other form; empty where that has no way to say it.
    """

    form: str
    events: tuple[Hashed, ...] = ()
    problems: tuple[Problem, ...] = ()
    other: str = ""


def is_document(text: str) -> bool:
    """Whether the text is meant as an EPCIS document and not as a list of identifiers."""
    return _DOCUMENT.match(text) is not None


def check_document(text: str) -> Checked:
    """Judge an EPCIS document or a bare event, and hash each of its events."""
    data = text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    form = "xml" if is_xml(data) else "json"
    try:
        value = document.read_value(data, largest=LARGEST)
        events = _read(value)
        hashes = document.hashes(value)
    except Invalid as error:
        return Checked(form, problems=error.problems)
    rows = zip(events, hashes, strict=True)
    found = tuple(Hashed(each.event_type, each.event_id, hashed) for each, hashed in rows)
    return Checked(form, found, other=_json(value) if form == "xml" else _xml(value))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _xml(value: dict[str, Any]) -> str:
    """The events in XML: of a document, of a query document, or of a bare event as a document of one.

    Where JSON left out when the document was made, which XML must say, its first event stands for that.
    """
    try:
        body = value.get("epcisBody") or {"eventList": [{n: each for n, each in value.items() if n != "@context"}]}
        results = body.get("queryResults")
        events = results["resultsBody"]["eventList"] if results else body["eventList"]
        about = {"schemaVersion": "2.0", "creationDate": events[0]["eventTime"], **value, "epcisBody": body}
        return (xml_write.query_document(about) if results else xml_write.capture_document(about)).decode()
    except (NotWritable, LookupError):
        return ""


def _read(value: dict[str, Any]) -> tuple[Event, ...]:
    data = json.dumps(value).encode()
    if "epcisBody" in value:
        return document.parse_document(data, largest=4 * LARGEST, most=MOST_EVENTS).valid()
    return (document.parse_event(data, largest=4 * LARGEST),)


def translate(text: str, base: str, prefix_length: int | None = None) -> list[Named]:
    """Each line as a key with all its forms. `base` is where its page is; a URN of a link needs the length."""
    lines = [line.strip(" \t") for line in _LINES.split(text) if line.strip()][:MOST_LINES]
    return [_named(line, base, prefix_length) for line in lines]


def _named(text: str, base: str, prefix_length: int | None) -> Named:
    found, code = pasted.keys(text), plain(text)
    wrong = _wrong(code)
    if not found or (wrong and not identifiers.values(found[0])):
        return Named(text, wrong=wrong or "This is no identifier of GS1 that is known here.")
    key = found[0]
    return Named(text, key, identifiers.level(key), tuple(_forms(code, key, base, prefix_length)), wrong)


def _wrong(text: str) -> str:
    """What breaks a rule of GS1 in this text, in the words of the reader that understands its form."""
    try:
        if text.startswith(("http", "/")):
            digital_link.decode(_address(text))
        elif text.startswith("urn:epc:tag:"):
            tag_data.encode(tag_data.parse_uri(text))
        elif text.startswith("urn:epc:id:"):
            epc.parse(text)
        elif _LIKE_A_TAG.fullmatch(text):
            tag_data.decode(text.removeprefix("0x"))
        elif not _tag_epc(text) and not text.isdigit():
            element_strings.check(pasted.elements(text))
    except (NotDigitalLink, NotTag, NotEpc, BadElement) as error:
        return str(error)
    return ""


def _address(text: str) -> str:
    return digital_link.CANONICAL_STEM + text if text.startswith("/") else text


def _forms(text: str, key: str, base: str, prefix_length: int | None) -> Iterable[tuple[str, str]]:
    elements = identifiers.elements_of(text) or identifiers.elements_of(key)
    code = _epc(text, elements, prefix_length)
    if elements:
        whole = _whole(text) or elements
        yield "link", digital_link.encode(whole)
        yield "page", base + key
        yield "brackets", element_strings.bracketed(whole)
        yield "scan", element_strings.raw(whole, "<GS>")
    if code is not None:
        yield "urn", code.uri
        tag = _tag_of(text) or tag_data.fitting(code)
        if tag:
            yield "tag", tag.uri
            yield "hex", tag_data.encode(tag)


def _whole(text: str) -> tuple[Element, ...]:
    """The key with its attributes, such as an expiry date; empty where there are none, or they break a rule."""
    try:
        if text.startswith(("http", "/")):
            link = digital_link.decode(_address(text))
            return (*link.elements, *link.attributes)
        found = pasted.elements(text)
        digital_link.encode(found)
    except (NotDigitalLink, BadElement):
        return ()
    return found


def _epc(text: str, elements: tuple[Element, ...], prefix_length: int | None) -> Epc | None:
    """The EPC that the text says, or that the key has when its company prefix has so many digits."""
    if code := _tag_epc(text):
        return code
    try:
        if text.startswith("urn:epc:"):
            return epc.parse(text)
        return epc.of_elements(elements, prefix_length) if prefix_length and elements else None
    except NotEpc:
        return None


def _tag_epc(text: str) -> Epc | None:
    tag = _tag_of(text)
    return tag.epc if tag else None


def _tag_of(text: str) -> tag_data.Tag | None:
    """The tag that a hexadecimal content, a raw URI or a tag URI speaks of."""
    try:
        if text.startswith("urn:epc:tag:"):
            return tag_data.parse_uri(text)
        content = tag_data.parse_raw(text) if text.startswith("urn:epc:raw:") else "".join(text.split())
        return tag_data.decode(content.removeprefix("0x")) if len(content) >= 24 else None
    except NotTag:
        return None


def samples(key: str, now: datetime) -> str:
    """An EPCIS document with the first steps of this thing, ready to be changed and sent."""
    steps = (("commissioning", "active"), ("shipping", "in_transit"), ("receiving", "in_progress"))
    start = now.astimezone(UTC).replace(microsecond=0) - timedelta(hours=len(steps))
    events = [_event(key, step, state, start + timedelta(hours=at)) for at, (step, state) in enumerate(steps)]
    whole = {
        "@context": [STANDARD],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": now.astimezone(UTC).isoformat(timespec="seconds"),
        "epcisBody": {"eventList": events},
    }
    return json.dumps(whole, indent=2)


def _event(key: str, step: str, state: str, at: datetime) -> dict[str, Any]:
    uri = identifiers.to_uri(key)
    of_class = identifiers.level(key) in ("product", "lot")
    what: dict[str, Any] = {"quantityList": [{"epcClass": uri, "quantity": 1}]} if of_class else {"epcList": [uri]}
    return {
        "type": "ObjectEvent",
        "eventTime": at.isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD" if step == "commissioning" else "OBSERVE",
        **what,
        "bizStep": step,
        "disposition": state,
        "readPoint": {"id": "https://id.gs1.org/414/9521234000006"},
    }
