"""Up and down through lots, containers and transformations, with the times at which something was inside."""

from datetime import datetime
from xml.etree import ElementTree

from sqlalchemy import insert

from app.brands.readers import STAFF
from app.db import reading
from app.models.products import Containment
from app.provenance import drawn, reached, trace
from app.provenance.trace import Trace
from tests.app.provenance.conftest import A1001, CHERRIES, COFFEE, LOT, Record
from tests.app.provenance.test_fsma import CASED, PALLET, RAW, TOTE, event, pack, some, transform

TIN = "https://id.gs1.org/01/29521234000017/10/T-1"
ROW, CASE_ROW, TIN_ROW = (each.removeprefix("https://id.gs1.org") for each in (RAW, CASED, TIN))
PALLET_ROW, TOTE_ROW = (each.removeprefix("https://id.gs1.org") for each in (PALLET, TOTE))


def down(record: Record, key: str) -> Trace:
    with reading(record.db) as session:
        return trace.down(session, record.brand.id, key)


def up(record: Record, key: str) -> Trace:
    with reading(record.db) as session:
        return trace.up(session, record.brand.id, key)


def test_a_lot_leads_down_to_its_items_and_an_item_up_to_the_field(ada: Record) -> None:
    ada.capture_samples("object_harvest", "transformation_roasting", "object_commissioning")
    assert {LOT, A1001} < down(ada, CHERRIES).things.keys()
    above = up(ada, A1001).things.keys()
    assert {A1001, LOT, CHERRIES} <= above
    assert f"{COFFEE}/21/A1002" not in above


def test_what_left_the_tote_before_it_was_used_did_not_become_part_of_it(ada: Record) -> None:
    ada.capture(pack("05:00", TOTE, childQuantityList=some(RAW)))
    ada.capture(pack("06:00", TOTE, action="DELETE", childQuantityList=some(RAW)))
    ada.capture(pack("07:00", TOTE, childQuantityList=some(CASED)))
    used = {"inputQuantityList": None, "inputEPCList": [TOTE], "outputQuantityList": some(TIN)}
    ada.capture(transform("08:00", **used))
    assert TIN_ROW not in down(ada, ROW).things
    assert TIN_ROW in down(ada, CASE_ROW).things
    assert {TOTE_ROW, CASE_ROW} <= up(ada, TIN_ROW).things.keys()
    assert ROW not in up(ada, TIN_ROW).things


def test_a_pallet_leads_to_what_it_held_and_a_stay_is_cut_to_the_stay_around_it(ada: Record) -> None:
    ada.capture(pack("05:00", TOTE, childQuantityList=some(CASED)))
    ada.capture(pack("06:00", TOTE, action="DELETE", childQuantityList=some(CASED)))
    ada.capture(pack("07:00", PALLET, childEPCs=[TOTE]))
    assert CASE_ROW not in down(ada, PALLET_ROW).things
    assert CASE_ROW in down(ada, TOTE_ROW).things
    assert PALLET_ROW not in down(ada, CASE_ROW).units


def test_circles_end(ada: Record) -> None:
    ada.capture(transform("08:00", outputQuantityList=some(RAW)))
    ada.capture(transform("09:00", inputQuantityList=some(CASED), outputQuantityList=some(RAW)))
    ada.capture(transform("10:00"))
    assert set(down(ada, ROW).things) == set(up(ada, ROW).things) == {ROW, CASE_ROW}


def test_a_thousand_containers_in_a_circle_and_one_in_itself_end_too(ada: Record, now: datetime) -> None:
    units = [f"/00/{number:018}" for number in range(1000)]
    rows = [
        {
            "brand_id": ada.brand.id,
            "parent_key": units[n],
            "child_key": units[n - 1],
            "from_at": now,
            "until_at": None,
        }
        for n in range(1000)
    ]
    rows.append({**rows[0], "parent_key": units[0], "child_key": units[0]})
    rows.append({**rows[0], "parent_key": units[7], "child_key": ROW})
    with ada.db.begin() as session:
        session.execute(insert(Containment), rows)
    assert down(ada, ROW).units.keys() == set(units)
    assert set(down(ada, units[3]).things) == {*units, ROW}


def test_an_event_declared_an_error_leads_nowhere(ada: Record) -> None:
    ada.capture(transform("08:00", eventID="urn:x:1"))
    wrong = {"declarationTime": "2026-03-01T12:00:00Z", "reason": "did_not_occur"}
    ada.capture(transform("08:00", eventID="urn:x:1", errorDeclaration=wrong))
    assert set(down(ada, ROW).things) == {ROW}


def test_the_graph_the_rows_and_the_picture_say_the_same(ada: Record) -> None:
    ada.capture(transform("08:00", inputQuantityList=some(RAW, 250, "KGM")))
    ada.capture(pack("09:00", PALLET, childQuantityList=some(CASED)))
    ada.capture(event("10:00", bizStep="shipping", epcList=[PALLET]))
    with reading(ada.db) as session:
        found = trace.down(session, ada.brand.id, ROW)
        events = reached.made(session, ada.brand.id, found, STAFF)
    graph = reached.as_graph(found, events)
    assert {node["level"] for node in graph["nodes"]} == {"lot", "unit", "event"}
    rows = list(reached.as_rows(found, events))
    assert [row[5:7] for row in rows if row[0] == ROW] == [["250", "KGM"]]
    assert [row[:3] for row in rows if row[2] == "inside"] == [[CASE_ROW, PALLET_ROW, "inside"]]
    picture = ElementTree.fromstring(drawn.svg(found))
    titles = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert {ROW, CASE_ROW, PALLET_ROW} <= set(titles)
