"""What is written in XML reads back as the same event."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from app.epcis import xml_write
from app.epcis.context import prefixes
from app.epcis.document import parse_document, query_document
from app.epcis.errors import Invalid
from app.epcis.event_hash import EventHash

SAMPLES = sorted((Path(__file__).parents[2] / "samples").rglob("*.json*"))
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
BARE: dict[str, Any] = {
    "@context": [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"mill": "https://mill.example/#"},
    ],
    "type": "ObjectEvent",
    "eventID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0a11",
    "eventTime": "2026-03-01T08:00:00Z",
    "eventTimeZoneOffset": "+01:00",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "epcList": ["https://id.gs1.org/01/09521234543213/21/A%2F1&<"],
}


def written(event: dict[str, Any], **wishes: str) -> bytes:
    return xml_write.query_document(query_document([event], NOW), **wishes)


def the_hash(event: dict[str, Any]) -> str:
    return EventHash(prefixes(event["@context"])).event_id(event)


def events_of(path: Path) -> list[dict[str, Any]]:
    try:
        return [each.value for each in parse_document(path.read_bytes()).valid()]
    except Invalid:
        return []


def plain(value: Any) -> Any:
    """Without what XML has no form for: null, and members of lists that are nothing."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if each is not None}
    return [plain(each) for each in value if each is not None] if isinstance(value, list) else value


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_event_of_the_samples_reads_back_with_its_hash(path: Path) -> None:
    for event in events_of(path):
        (back,) = parse_document(written(event)).valid()
        assert the_hash(back.value) == the_hash(plain(event)), path.name
        assert back.event_id == event["eventID"]


def test_words_are_spelt_as_the_client_wants_them() -> None:
    assert b"<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>" in written(BARE)
    web = written(BARE, words="Always_Web_URI")
    assert b"<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>" in web


def test_text_stays_text() -> None:
    event = BARE | {"mill:note": '<script>alert("&")</script>', "mill:list": [1, True, {"mill:in": "side"}]}
    tree = ElementTree.fromstring(written(event))  # our own bytes
    space = "{https://mill.example/#}"
    assert tree.find(f".//{space}note").text == event["mill:note"]  # type: ignore[union-attr]
    assert [each.text for each in tree.iter(f"{space}list")][:2] == ["1", "true"]
    assert tree.find(f".//{space}in").text == "side"  # type: ignore[union-attr]


@pytest.mark.parametrize("own", [{"mill:9lives": "x"}, {"mill:a b": "x"}, {"mill:bell": "\x07"}, {"mill:": "x"}])
def test_what_xml_cannot_say_is_refused_and_not_bent(own: dict[str, str]) -> None:
    with pytest.raises(xml_write.NotWritable, match="ask for JSON"):
        written(BARE | own)


def test_a_capture_job_says_in_xml_what_it_says_in_json() -> None:
    job = {
        "captureID": "j1",
        "createdAt": "2026-03-01T09:00:00Z",
        "finishedAt": None,
        "running": False,
        "success": False,
        "captureErrorBehaviour": "rollback",
        "errors": [{"type": "epcisException:ValidationException", "title": "no", "status": 400}],
    }
    tree = ElementTree.fromstring(xml_write.capture_job(job))  # our own bytes
    assert (tree.attrib["captureID"], tree.attrib["success"]) == ("j1", "false")
    assert json.loads(tree.findtext("errors/error/status") or "") == 400
