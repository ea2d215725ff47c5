import json
from collections.abc import Callable
from typing import Any

import pytest

from app.brands.partners import add_partner
from app.brands.readers import CONSUMER, STAFF, Reader, reader_of
from app.brands.tenants import signer_of
from app.db import reading
from app.epcis import classes, query_parameters
from app.epcis.query import TooLarge
from app.provenance import events, finding
from app.provenance.errors import Conflict
from ledger.verify import verify_bundle
from tests.app.provenance.conftest import Record, bare, sample

ALL = ("object_commissioning", "aggregation_pack", "object_shipping", "object_arriving", "transformation_roasting")


@pytest.fixture
def full(ada: Record) -> Record:
    ada.capture_samples(*ALL)
    return ada


def ask(record: Record, reader: Reader = STAFF, **given: Any) -> list[dict[str, Any]]:
    """All events that match, page by page."""
    found: list[dict[str, Any]] = []
    token = None
    while True:
        with reading(record.db) as session:
            asked = query_parameters.parse(given | ({"nextPageToken": token} if token else {}))
            page = finding.find(session, record.brand.id, asked, reader)
        found += page.events
        token = page.next_token
        if token is None:
            return found


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ({"eventType": "TransformationEvent"}, ["creating_class_instance"]),
        ({"EQ_bizStep": "urn:epcglobal:cbv:bizstep:shipping|arriving"}, ["arriving", "shipping"]),
        ({"MATCH_epc": "urn:epc:id:sgtin:9521234.000001.A1001"}, ["packing", "commissioning"]),
        ({"MATCH_epc": "https://x.example/00/395212340000000014"}, ["arriving", "shipping"]),
        ({"MATCH_anyEPC": "urn:epc:id:sscc:9521234.3000000001"}, ["arriving", "shipping", "packing"]),
        ({"MATCH_parentID": "urn:epc:id:sscc:9521234.3000000002"}, ["packing"]),
        ({"MATCH_outputEPCClass": "urn:epc:class:lgtin:9521234.000001.R26-07"}, ["creating_class_instance"]),
        (
            {"MATCH_anyEPCClass": "urn:epc:class:lgtin:9521234.000001.R26-07"},
            ["packing", "creating_class_instance"],
        ),
        ({"EQ_readPoint": "urn:epc:id:sgln:9521234.00040.0"}, ["arriving"]),
        ({"EQ_bizLocation": "https://id.ada.example/414/9521234000303", "EQ_action": "ADD"}, ["commissioning"]),
        ({"EQ_disposition": "in_transit", "LT_eventTime": "2026-03-01T00:00:00Z"}, ["shipping"]),
        ({"GE_eventTime": "2026-02-14T09:30:00Z", "LT_eventTime": "2026-03-18T04:20:00Z"}, ["shipping"]),
        ({"EQ_eventID": "urn:uuid:0195a000-0000-7000-8000-000000000005"}, ["arriving"]),
        ({"EQ_bizStep": "shipping", "eventType": "AggregationEvent"}, []),
        ({"EXISTS_errorDeclaration": "true"}, []),
    ],
)
def test_a_query_finds_what_it_names_the_newest_first(
    full: Record, given: dict[str, str], steps: list[str]
) -> None:
    assert [event["bizStep"] for event in ask(full, **given)] == steps


@pytest.mark.parametrize("per_page", ["1", "2", "3", "100"])
@pytest.mark.parametrize("order", [{}, {"orderBy": "recordTime"}, {"orderDirection": "ASC"}])
def test_pages_join_to_the_whole_answer(full: Record, per_page: str, order: dict[str, str]) -> None:
    found = ask(full, perPage=per_page, **order)
    assert len({event["eventID"] for event in found}) == len(found) == 6
    assert found == ask(full, **order)


def test_limits_cut_or_refuse(full: Record) -> None:
    assert len(ask(full, eventCountLimit="3", perPage="2")) == 3
    assert len(ask(full, maxEventCount="6")) == 6
    with pytest.raises(TooLarge):
        ask(full, maxEventCount="5")


def test_an_event_is_read_back_as_it_was_sent_with_the_time_of_its_storing(full: Record) -> None:
    sent = sample("object_commissioning")["epcisBody"]["eventList"][0]
    with reading(full.db) as session:
        (event,) = events.by_event_id(session, full.brand.id, sent["eventID"], STAFF)
    assert event.pop("recordTime") == "2026-03-02T09:30:00.000Z"
    assert event.pop("@context") == sample("object_commissioning")["@context"]
    assert event == sent


def test_a_record_time_of_the_sender_is_not_believed(ada: Record) -> None:
    ada.capture(bare("object_selling", recordTime="1999-01-01T00:00:00Z"))
    assert [event["recordTime"] for event in ask(ada)] == ["2026-03-02T09:30:00.000Z"]


def test_cleo_finds_nothing_of_ada(full: Record, open_record: Callable[[str], Record]) -> None:
    cleo = open_record("cleo-tea")
    assert ask(cleo) == []
    with reading(full.db) as session:
        event_id = "urn:uuid:0195a000-0000-7000-8000-000000000004"
        assert events.by_event_id(session, cleo.brand.id, event_id, STAFF) == []
        _, row_id = events.locate(session, "urn:uuid:0195a000-0000-7000-8000-000000000004") or ("", 0)
        assert events.event_page(session, cleo.brand.id, row_id) is None


def test_each_reader_gets_what_is_open_to_it_and_the_brand_gets_the_event_as_it_was_sent(ada: Record) -> None:
    with ada.db.begin() as session:
        ben, cleo = (
            add_partner(session, ada.brand, name=n, kind="supplier", now=ada.now) for n in ("Ben", "Cleo")
        )
    sent = sample("transformation_roasting")["epcisBody"]["eventList"][0]
    ada.capture(bare("transformation_roasting"), ben)
    closed = {name for name in sent if classes.STANDARD.get(name) != "public"}
    assert closed
    for reader, open_fields in (
        (STAFF, sent.keys()),
        (reader_of(ben), sent.keys()),
        (reader_of(cleo), sent.keys() - closed),
        (CONSUMER, sent.keys() - closed),
    ):
        (event,) = ask(ada, reader)
        assert event.keys() - {"@context", "recordTime"} == open_fields
        assert all(event[name] == sent[name] for name in open_fields)


def test_a_proof_opens_what_its_reader_may_see_and_verifies_against_the_same_root(ada: Record) -> None:
    with ada.db.begin() as session:
        ben, cleo = (
            add_partner(session, ada.brand, name=n, kind="supplier", now=ada.now) for n in ("Ben", "Cleo")
        )
    submission = ada.capture(bare("transformation_roasting"), ben).submission_id
    ada.publish()
    roots = set()
    for reader, paths in (
        (STAFF, {"public:document", "commercial:document"}),
        (reader_of(ben), {"public:document", "commercial:document"}),
        (reader_of(cleo), {"public:document"}),
        (CONSUMER, {"public:document"}),
    ):
        with reading(ada.db) as session:
            proof = events.proof_of(session, ada.brand.log_id, submission, reader)
        proven = verify_bundle(json.dumps(proof).encode(), vkeys=[signer_of(ada.keys, ada.brand).vkey])
        assert {each.path for each in proven.openings} == paths
        roots.add(proven.root)
    assert len(roots) == 1


def test_the_same_event_is_known_again_though_its_closed_part_is_elsewhere(ada: Record) -> None:
    first = ada.capture(bare("transformation_roasting"))
    assert ada.capture(bare("transformation_roasting")).id == first.id
    with pytest.raises(Conflict):
        ada.capture(bare("transformation_roasting", inputQuantityList=None))
