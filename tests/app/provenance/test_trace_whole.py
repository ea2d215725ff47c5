"""A trace as a whole: several events of one transformation, both directions, depth, and what a partner wrote."""

import json
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from app.brands.partners import add_partner
from app.brands.readers import STAFF, reader_of
from app.db import reading
from app.models.products import EpcisEvent, EventKey
from app.provenance import reached, recall, trace
from tests.app.provenance.conftest import Record
from tests.app.provenance.test_fsma import CASED, OTHER, PALLET, RAW, TOTE, pack, some, transform

ONE = {"inputQuantityList": None, "outputQuantityList": None, "transformationID": "urn:x:roast-1"}
CASE_KEY, OTHER_KEY, RAW_KEY = (each.removeprefix("https://id.gs1.org") for each in (CASED, OTHER, RAW))
MORE = "https://id.gs1.org/01/09521234000020/10/RAW-2"
MORE_KEY = MORE.removeprefix("https://id.gs1.org")


def in_parts(record: Record) -> None:
    """One transformation of four events: two that tell what went in, two that tell what came out."""
    record.capture(transform("08:00", **{**ONE, "inputQuantityList": some(RAW, 100, "KGM")}))
    record.capture(transform("09:00", **{**ONE, "inputQuantityList": some(MORE, 7, "KGM") + some(RAW, 50, "LBR")}))
    record.capture(transform("10:00", **{**ONE, "outputQuantityList": some(CASED, 12)}))
    record.capture(transform("11:00", **{**ONE, "outputQuantityList": some(OTHER, 3)}))


def test_the_events_of_one_transformation_are_one_act_with_all_its_quantities(ada: Record) -> None:
    in_parts(ada)
    with reading(ada.db) as session:
        found = trace.up(session, ada.brand.id, OTHER_KEY)
        events = reached.made(session, ada.brand.id, found, STAFF)
        below = trace.down(session, ada.brand.id, RAW_KEY)
    assert set(found.things) == {OTHER_KEY, RAW_KEY, MORE_KEY}
    assert {CASE_KEY, OTHER_KEY} < set(below.things)
    graph = reached.as_graph(found, events)
    (act,) = (node for node in graph["nodes"] if node["level"] == "event")
    assert act["transformation"] == "urn:x:roast-1"
    amounts = sorted((link["source"], link["quantity"], link["unit"]) for link in graph["links"])
    assert amounts == sorted(
        [(RAW_KEY, "100", "KGM"), (RAW_KEY, "50", "LBR"), (MORE_KEY, "7", "KGM"), (act["key"], "3", "CS")]
    )


def test_a_recall_of_an_input_marks_what_another_event_of_the_transformation_made(ada: Record) -> None:
    in_parts(ada)
    with ada.db.begin() as session:
        recall.open_recall(
            session, ada.brand, key=MORE_KEY, reason={"en": "Stones."}, advice={"en": "Stop."}, now=ada.now
        )
        assert OTHER_KEY in recall.affected(session, ada.brand.id, MORE_KEY)
    assert ada.passport(OTHER_KEY).recall
    assert ada.passport(RAW_KEY).recall is None


def test_a_recall_of_what_lay_in_a_tote_marks_what_the_tote_became(ada: Record) -> None:
    ada.capture(pack("05:00", TOTE, childQuantityList=some(RAW)))
    ada.capture(pack("05:30", PALLET, childEPCs=[TOTE]))
    ada.capture(transform("08:00", inputQuantityList=None, inputEPCList=[TOTE]))
    for key in (RAW_KEY, PALLET.removeprefix("https://id.gs1.org")):
        with ada.db.begin() as session:
            opened = recall.open_recall(
                session, ada.brand, key=key, reason={"en": "Stones."}, advice={"en": "Stop."}, now=ada.now
            )
            assert CASE_KEY in recall.affected(session, ada.brand.id, key)
        assert ada.passport(CASE_KEY).recall
        with ada.db.begin() as session:
            recall.close_recall(session, ada.brand, session.merge(opened), ada.now)
        assert ada.passport(CASE_KEY).recall is None


def test_an_input_that_was_declared_an_error_is_no_part_of_the_transformation(ada: Record) -> None:
    wrong = {"errorDeclaration": {"declarationTime": "2026-03-01T12:00:00Z", "reason": "did_not_occur"}}
    first = {**ONE, "inputQuantityList": some(RAW), "eventID": "urn:x:1"}
    ada.capture(transform("08:00", **first))
    ada.capture(transform("09:00", **{**ONE, "outputQuantityList": some(CASED)}))
    ada.capture(transform("08:00", **first, **wrong))
    with reading(ada.db) as session:
        assert set(trace.up(session, ada.brand.id, CASE_KEY).things) == {CASE_KEY}
        assert set(trace.down(session, ada.brand.id, RAW_KEY).things) == {RAW_KEY}


def test_a_partner_walks_over_what_it_wrote_itself_alone(ada: Record) -> None:
    with ada.db.begin() as session:
        mill = add_partner(session, ada.brand, name="Mill", kind="supplier", now=ada.now)
    ada.capture(transform("08:00", **{**ONE, "inputQuantityList": some(RAW)}))
    ada.capture(transform("09:00", **{**ONE, "inputQuantityList": some(MORE)}), partner_id=mill)
    ada.capture(transform("10:00", **{**ONE, "outputQuantityList": some(CASED)}), partner_id=mill)
    ada.capture(pack("10:10", TOTE, childQuantityList=some(CASED)), partner_id=mill)
    ada.capture(pack("10:20", PALLET, childEPCs=[TOTE]))
    with reading(ada.db) as session:
        mine = trace.up(session, ada.brand.id, CASE_KEY, mill)
        below = trace.down(session, ada.brand.id, MORE_KEY, mill)
        assert set(mine.things) == {CASE_KEY, MORE_KEY}
        assert set(below.units) == {TOTE.removeprefix("https://id.gs1.org")}
        assert trace.names(session, ada.brand.id, MORE_KEY, mill)
        assert not trace.names(session, ada.brand.id, RAW_KEY, mill)
        assert reached.made(session, ada.brand.id, mine, reader_of(mill))


_SALTS = count()
_LOTS = st.lists(st.integers(0, 5), min_size=1, max_size=2, unique=True)
_ACT = st.tuples(st.just("make"), _LOTS, _LOTS, st.sampled_from([None, "a", "b"]))
_MOVE = st.tuples(st.sampled_from(["ADD", "DELETE"]), _LOTS)
_USE = st.tuples(st.just("use"), _LOTS)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(_ACT | _MOVE | _USE, min_size=1, max_size=6))
def test_up_is_the_inverse_of_down_and_both_end(ada: Record, acts: list[Any]) -> None:
    salt = next(_SALTS)

    def lot(number: int) -> str:
        return f"https://id.gs1.org/01/09521234000020/10/{salt}-{number}"

    tote = f"https://example.com/tote/{salt}"
    for minute, act in enumerate(acts):
        at = f"08:{minute:02}"
        if act[0] == "make":
            _, before, after, shared = act
            given = {"inputQuantityList": listed(lot, before), "outputQuantityList": listed(lot, after)}
            ada.capture(transform(at, **given, transformationID=shared and f"urn:x:{salt}:{shared}"))
        elif act[0] == "use":
            given = {"inputQuantityList": None, "inputEPCList": [tote], "outputQuantityList": listed(lot, act[1])}
            ada.capture(transform(at, **given))
        else:
            ada.capture(pack(at, tote, action=act[0], childQuantityList=listed(lot, act[1])))
    lots = [lot(number).removeprefix("https://id.gs1.org") for number in range(6)]
    with reading(ada.db) as session:
        below = {key: trace.down(session, ada.brand.id, key).things.keys() for key in lots}
        above = {key: trace.up(session, ada.brand.id, key).things.keys() for key in lots}
    for one in lots:
        for other in lots:
            assert (other in below[one]) == (one in above[other]), (one, other, json.dumps(acts))


def listed(lot: Any, numbers: list[int]) -> list[dict[str, Any]]:
    return [each for number in numbers for each in some(lot(number))]


def test_a_thousand_steps_are_walked_to_the_end(ada: Record) -> None:
    lots = [f"/01/09521234000020/10/L{number}" for number in range(1001)]
    base = {
        "brand_id": ada.brand.id,
        "event_type": "TransformationEvent",
        "event_zone": "+00:00",
        "document": b"{}",
    }
    events = [
        {**base, "id": n + 1, "event_id": f"urn:x:{n}", "event_time": ada.now, "record_time": ada.now,
         "submission_id": n + 1}
        for n in range(1000)
    ]  # fmt: skip
    names = [
        {"event": n + 1, "role": role, "key": lots[n + after], "brand_id": ada.brand.id}
        for n in range(1000)
        for role, after in (("input_class", 0), ("output_class", 1))
    ]
    with ada.db.begin() as session:
        session.execute(insert(EpcisEvent), events)
        session.execute(insert(EventKey), names)
    with reading(ada.db) as session:
        below = trace.down(session, ada.brand.id, lots[0])
        above = trace.up(session, ada.brand.id, lots[-1])
    assert below.things == {lot: number for number, lot in enumerate(lots)}
    assert above.things == {lot: number for number, lot in enumerate(reversed(lots))}
