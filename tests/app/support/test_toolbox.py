"""The tools: every form of an identifier gives the same answer, documents are judged and hashed."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.epcis.document import parse_document, parse_event
from app.gs1 import identifiers
from app.support import toolbox
from app.support.toolbox import Named, check_document, samples, translate

BASE = "https://ada.example"
ITEM = "/01/09521234000013/21/456"
SAMPLES = Path(__file__).parents[2] / "samples" / "epcis"


def only(text: str, prefix_length: int | None = None) -> Named:
    (named,) = translate(text, BASE, prefix_length)
    return named


@pytest.mark.parametrize(
    "text",
    [
        "3036452148000040000001C8",
        "urn:epc:id:sgtin:9521234.000001.456",
        "urn:epc:tag:sgtin-96:1.9521234.000001.456",
        "(01)09521234000013(21)456",
        "010952123400001321456",
        "01 09521234000013 21 456",
        ITEM,
        f"https://id.gs1.org{ITEM}",
    ],
)
def test_every_form_gives_the_same_forms(text: str) -> None:
    named = only(text, 7)
    assert (named.key, named.level, named.wrong) == (ITEM, "item", "")
    forms = dict(named.forms)
    assert forms["link"] == f"https://id.gs1.org{ITEM}"
    assert forms["page"] == BASE + ITEM
    assert forms["brackets"] == "(01)09521234000013(21)456"
    assert forms["scan"] == "010952123400001321456"
    assert forms["urn"] == "urn:epc:id:sgtin:9521234.000001.456"
    assert forms["hex"][:2] == "30"
    for form in forms.values():
        assert identifiers.canonical(form) in (ITEM, form)


@pytest.mark.parametrize(
    "text", ["(01)09521234000013(10)L(17)271231", "https://a.example/01/09521234000013/10/L?17=271231&x=y"]
)
def test_attributes_are_kept(text: str) -> None:
    forms = dict(only(text).forms)
    assert forms["link"] == "https://id.gs1.org/01/09521234000013/10/L?17=271231"
    assert forms["brackets"] == "(01)09521234000013(10)L(17)271231"
    assert forms["scan"] == "010952123400001310L<GS>17271231"
    assert only(text).key == "/01/09521234000013/10/L"


def test_without_the_length_of_the_prefix_a_link_has_no_urn() -> None:
    assert "urn" not in dict(only(ITEM).forms)
    assert "urn" in dict(only(ITEM, 7).forms)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("hello", "no application identifier"),
        ("(01)09521234000014", "check digit"),
        ("(01)09521234000013(17)271399", "no date"),
        ("https://ada.example/01/09521234000013?10=L", "into the path"),
        ("https://ada.example/about", "no GS1 key"),
        ("303C257BF7194E4000001A85", "no partition 7"),
        ("urn:epc:id:sgtin:9521234.00001.1", "13 digits"),
    ],
)
def test_what_is_wrong_is_said(text: str, wrong: str) -> None:
    assert wrong in only(text).wrong


def test_lines_are_read_one_by_one_and_not_without_end() -> None:
    assert [named.key for named in translate(f"{ITEM}\n\n hello \n", BASE)] == [ITEM, ""]
    assert len(translate("x\n" * 500, BASE)) == toolbox.MOST_LINES


@given(st.text(max_size=80), st.sampled_from([None, 6, 12]))
def test_any_text_is_answered(text: str, prefix_length: int | None) -> None:
    for named in translate(text, BASE, prefix_length):
        assert named.key or named.wrong


@pytest.mark.parametrize("path", sorted((SAMPLES / "valid").glob("*.jsonld")), ids=lambda path: path.stem)
def test_a_valid_document_is_valid_and_hashed(path: Path) -> None:
    text = path.read_text("utf-8")
    assert toolbox.is_document(text)
    checked = check_document(text)
    assert checked.problems == ()
    assert checked.events
    assert all(event.hash.startswith("ni:///sha-256;") for event in checked.events)
    again = check_document(checked.other)  # the same in XML
    assert again.form == "xml"
    assert [event.hash for event in again.events] == [event.hash for event in checked.events]


@pytest.mark.parametrize("path", sorted((SAMPLES / "invalid").glob("*.jsonld")), ids=lambda path: path.stem)
def test_an_invalid_document_is_refused_by_its_field(path: Path) -> None:
    checked = check_document(path.read_text("utf-8"))
    assert checked.problems
    assert not checked.events


def test_xml_and_json_of_one_document_have_one_hash() -> None:
    xml, twin = ((SAMPLES / "xml" / name).read_text("utf-8") for name in ("every_field.xml", "every_field.jsonld"))
    checked = check_document(xml)
    assert checked.form == "xml"
    assert [event.hash for event in checked.events] == [event.hash for event in check_document(twin).events]
    assert check_document(checked.other).events == checked.events


@pytest.mark.parametrize(
    "text", ["{", "[]", "<a", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", '{"a":NaN}', "{}", "<x/>"]
)
def test_what_is_no_document_is_refused(text: str) -> None:
    assert check_document(text).problems


@pytest.mark.parametrize("key", [ITEM, "/01/09521234000013/10/L1", "/00/395212340000000014", "urn:uuid:x"])
def test_sample_events_are_valid(key: str, now: datetime) -> None:
    made = samples(key, now)
    assert len(parse_document(made.encode()).valid()) == 3
    events = json.loads(made)["epcisBody"]["eventList"]
    assert parse_event(json.dumps({"@context": json.loads(made)["@context"], **events[0]}).encode())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (' \n{"@context": []}', True),
        ('[{"type": "ObjectEvent"}]', True),
        ("\ufeff<?xml version='1.0'?>", True),
        ("<epcis:EPCISDocument>", True),
        ("<!-- a note -->", True),
        ("[01]09506000134352[21]AB12", False),
        ("[GS]0109506000134352", False),
        ("<https://id.gs1.org/01/09506000134352>", False),
        ("{FNC1}0109506000134352", False),
    ],
)
def test_a_bracket_before_a_code_makes_no_document(text: str, meant: bool) -> None:
    assert toolbox.is_document(text) is meant


def test_what_a_scanner_sends_stays_one_line() -> None:
    (named,) = toolbox.translate("]d2010950600013435210LOT7\x1d21AB12\r\n", "https://shop.example")
    assert (named.key, named.wrong) == ("/01/09506000134352/21/AB12", "")
    assert ("brackets", "(01)09506000134352(10)LOT7(21)AB12") in named.forms
