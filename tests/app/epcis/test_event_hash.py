import json

from app.epcis.context import prefixes
from app.epcis.document import parse_event
from app.epcis.event_hash import event_id, pre_hash

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ada": "https://ns.ada.example/"}]
KNOWN = prefixes(CONTEXT)
EVENT = {
    "@context": CONTEXT,
    "type": "ObjectEvent",
    "eventTime": "2026-02-11T09:00:00.0004+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:9521234.000001.B", "https://ada.example/01/09521234000013/21/A"],
    "bizStep": "shipping",
    "readPoint": {"id": "urn:epc:id:sgln:9521234.00030.0", "ada:gate": "003"},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:ada:1"}],
    "ada:z": 1.50,
    "ada:a": ["y", {"ada:inner": "x"}],
}


def test_fields_stand_in_the_order_of_the_standard_with_normal_values() -> None:
    assert pre_hash(EVENT, KNOWN) == (
        "eventType=ObjectEventeventTime=2026-02-11T02:00:00.000ZeventTimeZoneOffset=+07:00"
        "epcListepc=https://id.gs1.org/01/09521234000013/21/Aepc=https://id.gs1.org/01/09521234000013/21/B"
        "action=OBSERVEbizStep=https://ref.gs1.org/cbv/BizStep-shipping"
        "readPointid=https://id.gs1.org/414/9521234000303{https://ns.ada.example/}gate=3"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:ada:1"
        "{https://ns.ada.example/}a=y{https://ns.ada.example/}a{https://ns.ada.example/}inner=x"
        "{https://ns.ada.example/}z=1.5"
    )


def test_spelling_does_not_change_the_hash() -> None:
    other = dict(reversed(EVENT.items())) | {
        "eventTime": "2026-02-11T02:00:00Z",
        "bizStep": "urn:epcglobal:cbv:bizstep:shipping",
        "readPoint": {"ada:gate": " 3 ", "id": "https://elsewhere.example/x/414/9521234000303?a=b"},
        "ada:z": "1.5",
    }
    assert event_id(other, KNOWN) == event_id(EVENT, KNOWN)


def test_what_says_nothing_about_the_event_is_left_out() -> None:
    told = EVENT | {
        "eventID": "urn:uuid:1",
        "recordTime": "2026-02-12T00:00:00Z",
        "errorDeclaration": {"declarationTime": "2026-02-12T00:00:00Z"},
        "rdfs:comment": "hello",
        "ada:skipped": "x",
        "quantityList": [],
    }
    assert event_id(told, KNOWN, frozenset({"https://ns.ada.example/skipped"})) == event_id(EVENT, KNOWN)


def test_a_rounded_time_carries_over() -> None:
    late = EVENT | {"eventTime": "2026-12-31T23:59:59.9996Z"}
    assert "eventTime=2027-01-01T00:00:00.000Z" in pre_hash(late, KNOWN)


def test_an_event_without_id_is_named_by_its_hash() -> None:
    event = parse_event(json.dumps(EVENT).encode())
    assert event.event_id == event_id(EVENT, KNOWN)
    assert event.event_id.startswith("ni:///sha-256;")
    assert event.event_id.endswith("?ver=CBV2.0")
    assert json.loads(event.document)["eventID"] == event.event_id
