"""Units of quantities: every code of the UN/ECE is taken, all else refused by its field. A sensor has any text."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.epcis import units
from app.epcis.context import STANDARD
from app.epcis.document import hashes, parse_event, read_value
from app.epcis.errors import Invalid

LOT = "https://id.gs1.org/01/09521234000013/10/L1"
TIMES = "<eventTime>2026-02-11T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>"


def event(kind: str = "ObjectEvent", **said: Any) -> bytes:
    times = {"eventTime": "2026-03-02T09:30:00.000+01:00", "eventTimeZoneOffset": "+01:00"}
    action = {} if kind == "TransformationEvent" else {"action": "ADD"}
    return json.dumps({"@context": STANDARD, "type": kind, **times, **action, **said}).encode()


def of(unit: object) -> list[dict[str, Any]]:
    return [{"epcClass": LOT, "quantity": 2, "uom": unit}]


def doors(unit: object) -> list[tuple[bytes, str]]:
    """Each place of a quantity's unit, in JSON, with its pointer."""
    parent = "https://id.gs1.org/00/395212340000000014"
    made = event("TransformationEvent", inputQuantityList=of("KGM"), outputQuantityList=of(unit))
    used = event("TransformationEvent", inputQuantityList=of(unit), outputQuantityList=of("KGM"))
    return [
        (event(quantityList=of(unit)), "/quantityList/0/uom"),
        (event("AggregationEvent", parentID=parent, childQuantityList=of(unit)), "/childQuantityList/0/uom"),
        (used, "/inputQuantityList/0/uom"),
        (made, "/outputQuantityList/0/uom"),
    ]


def sensed(unit: object) -> bytes:
    report = {"type": "Temperature", "value": 4.5, "uom": unit}
    place = {"id": "https://id.gs1.org/414/9521234000303"}
    return event(readPoint=place, sensorElementList=[{"sensorReport": [report]}])


def refusal(data: bytes) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        parse_event(data)
    (problem,) = refused.value.problems
    return problem.field, problem.rule


@pytest.mark.parametrize(
    "unit", ["KGM", "LTR", "H87", "EA", "C62", "MTQ", "CEL", "A93", "P1", "2N", "SM3", "XPX", "ZZ"]
)
def test_a_unit_in_force_is_taken_at_every_place(unit: str) -> None:
    for data, _ in doors(unit):
        assert parse_event(data).event_id


@pytest.mark.parametrize("unit", ["CS", "CT", "BX", "PCE", "4A", "05", "HAR", "PK", "R4"])
def test_a_unit_of_yesterday_is_taken_too(unit: str) -> None:
    assert parse_event(event(quantityList=of(unit))).value["quantityList"][0]["uom"] == unit


@pytest.mark.parametrize(
    "unit", ["kg", "QQQ", "kgm", "KGM ", "", "K", "XQZ", "КGМ", "\uff2b\uff27\uff2d", 3, None, ["KGM"]]
)
def test_an_unknown_unit_is_refused_at_every_place_by_its_field(unit: object) -> None:
    for data, at in doors(unit):
        field, rule = refusal(data)
        assert field == at
        assert "is no unit of UN/ECE Recommendation 20 or 21: write " in rule


@pytest.mark.parametrize(
    ("written", "code"), [("kg", "KGM"), ("°C", "CEL"), ("Liter", "LTR"), ("kgm", "KGM"), (" pcs ", "H87")]
)
def test_the_refusal_names_the_code_that_was_meant(written: str, code: str) -> None:
    assert refusal(event(quantityList=of(written)))[1].endswith(f": write {code}")


@pytest.mark.parametrize("unit", ["CEL", "Cel", "°C", "G"])
def test_a_sensor_may_tell_its_unit_in_any_text(unit: str) -> None:
    """EPCIS-JSON-Schema.json asks no more of it, and to refuse a reading would lose it."""
    (element,) = parse_event(sensed(unit)).value["sensorElementList"]
    assert element["sensorReport"][0]["uom"] == unit
    assert refusal(sensed(3)) == ("/sensorElementList/0/sensorReport/0/uom", "must be text")


@given(some.from_regex(r"[A-Z0-9]{2,3}", fullmatch=True) | some.sampled_from(sorted(units.CODES)))
def test_a_unit_is_taken_exactly_when_it_is_on_the_list(unit: str) -> None:
    if unit in units.CODES:
        assert parse_event(event(quantityList=of(unit)))
    else:
        assert refusal(event(quantityList=of(unit)))[0] == "/quantityList/0/uom"


def test_every_code_has_the_form_that_the_schema_asks_for() -> None:
    assert all(re.fullmatch("[A-Z0-9]{2,3}", code) for code in units.CODES)


def test_xml_is_held_to_the_same_list() -> None:
    def sent(unit: str) -> bytes:
        one = (
            f"<quantityElement><epcClass>{LOT}</epcClass><quantity>2</quantity><uom>{unit}</uom></quantityElement>"
        )
        listed = f"<epcList/><action>ADD</action><quantityList>{one}</quantityList>"
        return f"<ObjectEvent>{TIMES}{listed}</ObjectEvent>".encode()

    assert parse_event(sent("KGM")).value["quantityList"][0]["uom"] == "KGM"
    field, rule = refusal(sent("Kilo"))
    assert field.endswith("/quantityList/0/uom")
    assert rule.endswith("write KGM")


def test_the_hash_of_a_document_is_told_whatever_its_units() -> None:
    (one,) = hashes(read_value(event(quantityList=of("QQQ"))))
    (other,) = hashes(read_value(event(quantityList=of("KGM"))))
    assert one != other
