"""The FSMA 204 sheet, built to the meaning of the fields."""

import json
from typing import Any

import pytest

from app.brands.readers import STAFF, reader_of
from app.db import reading
from app.epcis.fsma import HEADER
from app.provenance.errors import Refused
from app.provenance.fsma import sheet
from app.spreadsheet import as_csv
from tests.app.provenance.conftest import Record

FIELD, SHED, SHOP = (
    f"https://id.gs1.org/414/{number}" for number in ("9521234000006", "9521234000013", "9521234000303")
)
RAW, CASED, OTHER = (
    f"https://id.gs1.org/01/{lot}"
    for lot in ("09521234000020/10/RAW-1", "19521234000010/10/C-1", "19521234000010/10/C-2")
)
PALLET, TOTE = "https://id.gs1.org/00/395212340000000014", "https://id.gs1.org/00/395212340000000021"


def event(at: str, **fields: Any) -> bytes:
    """An event of the second of March; `at` is its hour and minute in its own zone."""
    base = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "ObjectEvent",
        "eventTime": f"2026-03-01T{at}:00-05:00",
        "eventTimeZoneOffset": "-05:00",
        "action": "OBSERVE",
        "readPoint": {"id": SHED},
    }
    given = {name: value for name, value in {**base, **fields}.items() if value is not None}
    return json.dumps(given).encode()


def some(lot: str, quantity: Any = 10, uom: str = "CS") -> list[dict[str, Any]]:
    return [{"epcClass": lot, "quantity": quantity, "uom": uom}]


def pack(at: str, unit: str, **fields: Any) -> bytes:
    given = {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": unit}
    return event(at, **{**given, **fields})


def transform(at: str, **fields: Any) -> bytes:
    given = {"type": "TransformationEvent", "action": None, "bizStep": "creating_class_instance"}
    return event(at, **{**given, "inputQuantityList": some(RAW), "outputQuantityList": some(CASED), **fields})


def harvest(at: str = "06:00", **fields: Any) -> bytes:
    given = {"action": "ADD", "bizStep": "creating_class_instance", "quantityList": some(RAW, 250.5, "LBR")}
    return event(at, **{**given, "readPoint": {"id": FIELD}, **fields})


def rows(record: Record, *lots: str) -> list[dict[str, str]]:
    with reading(record.db) as session:
        return [dict(zip(HEADER, row, strict=True)) for row in sheet(session, record.brand.id, lots, STAFF)]


def told(record: Record, *lots: str) -> list[tuple[str, str, str]]:
    return [(row["cte"], row["tlc"], row["quantity"]) for row in rows(record, *lots)]


def test_a_lot_is_told_from_the_field_to_the_shop_and_so_is_each_end_of_it(ada: Record) -> None:
    ada.capture(harvest())
    ada.capture(transform("08:00", bizTransactionList=[{"type": "prodorder", "bizTransaction": "urn:x:1"}]))
    ada.capture(pack("09:00", PALLET, childQuantityList=some(CASED)))
    ada.capture(event("10:00", bizStep="shipping", epcList=[PALLET]))
    expected = [
        ("harvesting", "RAW-1", "250.5"),
        ("initial_packing", "C-1", "10"),
        ("transformation-input", "RAW-1", "10"),
        ("shipping", "C-1", "10"),
    ]
    assert told(ada, RAW) == told(ada, CASED) == told(ada) == expected
    first, packed, used, _ = rows(ada, CASED)
    assert (first["tlc_source_location"], first["location"], first["product"]) == (FIELD, FIELD, "09521234000020")
    assert (packed["tlc_source_location"], packed["document_type"], packed["document_id"]) == (
        SHED,
        "prodorder",
        "urn:x:1",
    )
    assert used["tlc_source_location"] == ""


def test_what_was_not_harvested_or_cooled_before_is_transformed_and_fish_is_landed(ada: Record) -> None:
    ada.capture(transform("08:00"))
    ada.capture(harvest("09:00"))  # too late for that transformation
    ilmd = {"https://ref.gs1.org/voc/catchZone": ["27.14.a"]}
    ada.capture(harvest("05:00", quantityList=some(OTHER), ilmd=ilmd))
    ctes = [row["cte"] for row in rows(ada)]
    assert ctes == ["first_land_based_receiving", "transformation", "transformation-input", "harvesting"]


def test_the_cooling_of_a_pallet_is_the_cooling_of_its_lots(ada: Record) -> None:
    cool = {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 2, "uom": "CEL"}]}]}
    ada.capture(pack("05:00", PALLET, childQuantityList=some(RAW)))
    ada.capture(event("06:00", bizStep="other", epcList=[PALLET], **cool))
    ada.capture(event("06:30", bizStep="other", epcList=[PALLET]))
    ada.capture(transform("08:00"))
    assert [cte for cte, *_ in told(ada, CASED)] == ["cooling", "initial_packing", "transformation-input"]


def test_a_container_has_what_was_put_in_and_not_taken_out_also_in_the_containers_inside(ada: Record) -> None:
    ada.capture(pack("05:00", TOTE, childQuantityList=[*some(CASED, 4), *some(OTHER, 3)]))
    ada.capture(pack("05:10", TOTE, childQuantityList=some(CASED, 1.5)))
    ada.capture(pack("05:20", TOTE, action="DELETE", bizStep="unpacking", childQuantityList=some(OTHER, 1)))
    ada.capture(pack("05:30", PALLET, childEPCs=[TOTE]))
    ada.capture(event("05:30", bizStep="shipping", epcList=[PALLET]))
    ada.capture(event("07:00", bizStep="receiving", epcList=[PALLET]))
    ada.capture(pack("07:30", TOTE, action="DELETE", bizStep="unpacking"))
    ada.capture(event("08:00", bizStep="shipping", epcList=[TOTE]))
    inside = [("C-1", "5.5"), ("C-2", "2")]
    assert told(ada, CASED) == [(cte, *lot) for cte in ("shipping", "receiving") for lot in inside]


def test_an_event_of_a_tote_that_holds_the_lot_no_more_is_not_told(ada: Record) -> None:
    ada.capture(pack("05:00", TOTE, childQuantityList=some(CASED)))
    ada.capture(pack("06:00", TOTE, action="DELETE", childQuantityList=some(CASED)))
    ada.capture(pack("07:00", TOTE, childQuantityList=some(OTHER)))
    ada.capture(event("08:00", bizStep="shipping", epcList=[TOTE]))
    assert told(ada, CASED) == []
    assert told(ada, OTHER) == [("shipping", "C-2", "10")]


def test_the_day_is_that_of_the_place_and_ends_are_places_before_parties(ada: Record) -> None:
    ends = [
        {"type": "owning_party", "destination": "https://id.gs1.org/417/9521234000006"},
        {"type": "location", "destination": SHOP},
    ]
    ada.capture(
        event(
            "23:30",
            bizStep="transporting",
            quantityList=some(RAW),
            eventTimeZoneOffset="+05:30",
            sourceList=[{"type": "possessing_party", "source": "https://id.gs1.org/417/9521234000013"}],
            destinationList=ends,
            readPoint=None,
            bizLocation={"id": SHED},
        )
    )
    (row,) = rows(ada, RAW)
    assert (row["cte"], row["event_date"], row["event_time_zone"]) == ("shipping", "2026-03-02", "+05:30")
    assert (row["previous_source"], row["next_recipient"], row["location"]) == (
        "https://id.gs1.org/417/9521234000013",
        SHOP,
        SHED,
    )


def test_an_event_declared_an_error_has_no_row(ada: Record) -> None:
    ada.capture(harvest(eventID="urn:x:harvest"))
    wrong = {"declarationTime": "2026-03-01T12:00:00Z", "reason": "did_not_occur"}
    ada.capture(harvest(eventID="urn:x:harvest", errorDeclaration=wrong))
    assert rows(ada, RAW) == []


def test_a_partner_sees_no_quantity_that_another_wrote(ada: Record) -> None:
    ada.capture(harvest())
    with reading(ada.db) as session:
        assert sheet(session, ada.brand.id, [RAW], reader_of("another partner")) == []


@pytest.mark.parametrize("wrong", ["https://id.gs1.org/01/09521234000020", PALLET, "urn:x:1", "=1+1"])
def test_what_is_no_lot_is_refused_by_name(ada: Record, wrong: str) -> None:
    with reading(ada.db) as session, pytest.raises(Refused, match="is no lot"):
        sheet(session, ada.brand.id, [wrong], STAFF)


def test_no_cell_is_a_formula_and_offsets_stay_as_they_are() -> None:
    assert as_csv(["a", "b"], [["=cmd|' /C calc'!A0", "-05:00"], ["+SUM(A1)", "-1.5"]]).splitlines()[1:] == [
        "'=cmd|' /C calc'!A0,-05:00",
        "'+SUM(A1),-1.5",
    ]
