"""EPCIS in XML says what its JSON-LD twin says, and hostile XML is refused."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.epcis.context import prefixes
from app.epcis.document import parse_document, parse_event
from app.epcis.errors import Invalid, TooLarge
from app.epcis.event import Event
from app.epcis.event_hash import EventHash

SAMPLES = Path(__file__).parents[2] / "samples" / "epcis" / "xml"
EVERY_FIELD = (SAMPLES / "every_field.xml").read_bytes()
HEAD = (
    '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" '
    'creationDate="2026-03-01T08:00:00.000Z"><EPCISBody><EventList>'
)
TAIL = "</EventList></EPCISBody></epcis:EPCISDocument>"
TIMES = "<eventTime>2026-02-11T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>"
ITEM = "<epcList><epc>urn:epc:id:sgtin:9521234.000001.A1001</epc></epcList><action>OBSERVE</action>"


def document(inside: str, event: str = "<ObjectEvent>") -> bytes:
    return f"{HEAD}{event}{TIMES}{ITEM}{inside}</ObjectEvent>{TAIL}".encode()


def one(inside: str, event: str = "<ObjectEvent>") -> Event:
    (event_,) = parse_document(document(inside, event)).valid()
    return event_


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        parse_document(data).valid()
    return str(caught.value)


def test_both_forms_of_one_document_say_the_same() -> None:
    found = parse_document(EVERY_FIELD).valid()
    twins = parse_document((SAMPLES / "every_field.jsonld").read_bytes()).valid()
    for event, twin in zip(found, twins, strict=True):
        assert {**event.value, "@context": None} == {**twin.value, "@context": None}
        assert (event.event_id, event.names, event.lots) == (twin.event_id, twin.names, twin.lots)


def test_a_bare_event_stands_alone() -> None:
    event = parse_event(f"<ObjectEvent>{TIMES}{ITEM}</ObjectEvent>".encode())
    assert parse_event(event.document) == event


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_every_encoding_that_xml_names_is_read(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = (
        f'<?xml version="1.0" encoding="{name}"?>' + document('<a:n xmlns:a="https://a.example/">é</a:n>').decode()
    )
    (event,) = parse_document(text.encode(encoding)).valid()
    assert event.value["a:n"] == "é"


def test_a_prefix_that_means_two_things_gets_two_names() -> None:
    event = one('<a:n xmlns:a="https://one.example/">1</a:n><a:n xmlns:a="https://two.example/">2</a:n>')
    assert (event.value["a:n"], event.value["a2:n"]) == ("1", "2")
    assert {"a": "https://one.example/", "a2": "https://two.example/"} in event.value["@context"]


def test_a_value_that_looks_like_a_name_of_ours_stays_a_value() -> None:
    report = '<sensorElementList><sensorElement><sensorReport type="a:Colour" stringValue="red" a:hue="1"/>'
    event = one(
        f"<readPoint><id>geo:1,2</id></readPoint>{report}</sensorElement></sensorElementList>",
        '<ObjectEvent xmlns:a="https://a.example/">',
    )
    assert event.value["sensorElementList"][0]["sensorReport"][0] == {
        "type": "a:Colour",
        "stringValue": "red",
        "a2:hue": "1",
    }


def test_a_prefix_of_the_standard_is_never_given_another_meaning() -> None:
    event = one('<gs1:n xmlns:gs1="https://elsewhere.example/">1</gs1:n>')
    assert event.value["gs12:n"] == "1"


@pytest.mark.parametrize(
    ("inside", "field"),
    [
        ("<action>ADD</action>", "/action"),
        ("<colour>red</colour>", "/colour"),
        ("<bizStep>shipping</bizStep>", "/bizStep"),
        ("<bizStep>urn:epcglobal:cbv:bizstep:flying</bizStep>", "/bizStep"),
        ("<bizStep><b/></bizStep>", "/bizStep"),
        ("<readPoint><place>x</place></readPoint>", "/readPoint/place"),
        ("<childEPCs><item>urn:x:y</item></childEPCs>", "/childEPCs"),
        ("<persistentDisposition><reset>urn:x:y</reset></persistentDisposition>", "/persistentDisposition"),
        (
            "<quantityList><quantityElement><epcClass>urn:epc:class:lgtin:9521234.000001.L</epcClass>"
            "<quantity>1_0</quantity></quantityElement></quantityList>",
            "/quantityList/0/quantity",
        ),
    ],
)
def test_what_the_standard_forbids_is_refused_with_its_field(inside: str, field: str) -> None:
    assert f"/epcisBody/eventList/0{field}" in refused(document(inside))


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE, '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">'])
def test_a_document_type_is_refused_before_any_entity_is_read(prolog: str) -> None:
    assert "DOCTYPE" in refused(prolog.encode() + document("<ada>&a;</ada>"))


@pytest.mark.parametrize(
    "data",
    [
        b"<",
        b"<a>",
        b"<a/><b/>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<?xml version="1.0" encoding="utf-8"?><a>\xff</a>',
        b"<html/>",
        b'<EPCISDocument xmlns="urn:elsewhere"/>',
        HEAD.replace("<EventList>", "").encode() + b"</EPCISBody></epcis:EPCISDocument>",
        ("<a>" * 100_000).encode(),
        document("<e:e xmlns:e='urn:e:'>" * 80 + "</e:e>" * 80),
    ],
)
def test_what_is_no_xml_of_epcis_is_refused(data: bytes) -> None:
    assert refused(data)


def test_a_document_that_is_too_large_is_not_parsed() -> None:
    with pytest.raises(TooLarge):
        parse_document(EVERY_FIELD, largest=len(EVERY_FIELD) - 1)


@given(some.binary(max_size=200), some.integers(0, len(EVERY_FIELD)), some.integers(0, 40))
def test_damaged_xml_is_read_or_refused_and_never_crashes(junk: bytes, at: int, cut: int) -> None:
    with suppress(Invalid, TooLarge):
        parse_document(EVERY_FIELD[:at] + junk + EVERY_FIELD[at + cut :]).valid()


def test_an_attribute_of_a_partners_own_is_kept_like_an_element() -> None:
    by_element = one('<m:lane xmlns:m="https://mill.example/#">7</m:lane>')
    by_attribute = one("", '<ObjectEvent xmlns:m="https://mill.example/#" m:lane="7">')
    assert by_attribute.value["m:lane"] == "7"
    assert by_attribute.event_id == by_element.event_id
    place = one('<readPoint xmlns:m="https://mill.example/#" m:row="N"><id>urn:x:gate</id></readPoint>')
    assert place.value["readPoint"] == {"m:row": "N", "id": "urn:x:gate"}


def test_the_text_of_an_element_stays_in_front_of_its_attributes_in_the_hash() -> None:
    weight = one('<m:net xmlns:m="https://mill.example/#" unit="KGM">5.0</m:net>')
    assert weight.value["m:net"] == {"unit": "KGM", "rdf:value": "5.0"}
    text = EventHash(prefixes(weight.value["@context"])).pre_hash(weight.value)
    assert text.endswith("{https://mill.example/#}net=5unit=KGM")


def test_a_comment_is_one_whatever_its_prefix() -> None:
    said = one('<c:comment xmlns:c="http://www.w3.org/2000/01/rdf-schema#">Ada saw it</c:comment>')
    assert said.value["rdfs:comment"] == "Ada saw it"
    assert said.event_id == one("").event_id


@pytest.mark.parametrize("quantity", ["five", "NaN", "INF", "1e999", "1,5", ""])
def test_a_quantity_is_a_number_that_json_can_hold(quantity: str) -> None:
    element = f"<quantityElement><epcClass>urn:x:1</epcClass><quantity>{quantity}</quantity></quantityElement>"
    assert "/quantityList/0/quantity: must be a number" in refused(
        document(f"<quantityList>{element}</quantityList>")
    )
