"""What is written in XML reads back as the same event."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.epcis import xml_write
from app.epcis.context import prefixes
from app.epcis.document import parse_document, query_document
from app.epcis.errors import Invalid
from app.epcis.event_hash import EventHash
from app.epcis.xml_write_fields import NotWritable

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
    with pytest.raises(NotWritable, match="ask for JSON"):
        written(BARE | own)


# What XML has characters for. Its line ends are all one, so none that another would become.
_CHARACTERS = some.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
_SAID = some.one_of(
    some.text(_CHARACTERS, max_size=8),
    some.sampled_from(
        ["1.0", "1e3", "007", "mill:north", "cbv:BizStep-shipping", "urn:epc:id:sgtin:4012345.011111.9"]
    ),
    some.integers(-(10**20), 10**20),
    some.floats(allow_nan=False, allow_infinity=False),
    some.booleans(),
)
_OWN_NAMES = some.sampled_from(["mill:a", "mill:b", "https://other.example/ns#c", "gs1:d"])
_OWN = some.recursive(
    _SAID,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(_OWN_NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(own=some.dictionaries(_OWN_NAMES, _OWN, max_size=3), place=some.dictionaries(_OWN_NAMES, _SAID, max_size=2))
@settings(max_examples=40, deadline=None)
def test_whatever_a_partner_adds_reads_back_with_the_hash_it_had(
    own: dict[str, Any], place: dict[str, Any]
) -> None:
    event = BARE | own | {"epcList": ["mill:bag-1"], "readPoint": {"id": "mill:gate", **place}}
    (back,) = parse_document(written(event)).valid()
    assert the_hash(back.value) == the_hash(event)


def test_a_name_that_only_the_json_declares_is_written_in_full() -> None:
    places = {"readPoint": {"id": "mill:gate"}, "bizLocation": {"id": "mill:yard", "mill:row": "mill:north"}}
    (back,) = parse_document(written(BARE | places | {"epcList": ["mill:bag-1"]})).valid()
    assert back.value["readPoint"]["id"] == "https://mill.example/#gate"
    assert back.value["bizLocation"] == {
        "id": "https://mill.example/#yard",
        "mill:row": "https://mill.example/#north",
    }
    assert back.value["epcList"] == ["https://mill.example/#bag-1"]
    assert b">mill: closed<" in written(BARE | {"mill:note": "mill: closed"})


def test_the_language_of_a_text_keeps_the_prefix_that_xml_gave_it() -> None:
    note = {"xml:lang": "de", "mill:text": "geprüft"}
    event = BARE | {
        "@context": [*BARE["@context"], {"xml": "http://www.w3.org/XML/1998/namespace"}],
        "mill:note": note,
    }
    text = written(event)
    assert b"xmlns:xml" not in text
    assert ElementTree.fromstring(text).findtext(".//{http://www.w3.org/XML/1998/namespace}lang") == "de"


def test_nothing_is_written_for_nothing_in_sensor_data() -> None:
    report = {"type": "Temperature", "value": 4, "mill:probe": None}
    assert b"None" not in written(BARE | {"sensorElementList": [{"sensorReport": [report]}]})


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
