"""The hash of an event, on examples and beside a twin that is written down plainly."""

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.epcis.context import prefixes
from app.epcis.document import parse_event
from app.epcis.event_hash import EventHash
from app.epcis.vocabulary import BIZ_STEP, COMPONENT, DISPOSITION, SOURCE_DESTINATION, TRANSACTION, Vocabulary
from tests.app.epcis import plain_event_hash
from tests.app.gs1.test_normal_form import identifiers

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ada": "https://ns.ada.example/"}]
KNOWN = prefixes(CONTEXT)
HASHING = EventHash(KNOWN)
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
    assert HASHING.pre_hash(EVENT) == (
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
    assert HASHING.event_id(other) == HASHING.event_id(EVENT)


def test_of_what_is_empty_only_the_name_is_left() -> None:
    told = {"ada:a": {"ada:flag": "", "ada:none": {}, "ada:no": None, "ada:list": []}, "ada:z": " "}
    ending = HASHING.pre_hash(EVENT | told).partition("urn:ada:1")[2]
    space = "{https://ns.ada.example/}"
    assert ending == f"{space}a{space}flag{space}none{space}z"


def test_what_says_nothing_about_the_event_is_left_out() -> None:
    told = EVENT | {
        "eventID": "urn:uuid:1",
        "recordTime": "2026-02-12T00:00:00Z",
        "errorDeclaration": {"declarationTime": "2026-02-12T00:00:00Z"},
        "rdfs:comment": "hello",
        "ada:skipped": "x",
        "quantityList": [],
    }
    hashing = EventHash(KNOWN, frozenset({"https://ns.ada.example/skipped"}))
    assert hashing.event_id(told) == HASHING.event_id(EVENT)


def test_a_rounded_time_carries_over() -> None:
    late = EVENT | {"eventTime": "2026-12-31T23:59:59.9996Z"}
    assert "eventTime=2027-01-01T00:00:00.000Z" in HASHING.pre_hash(late)


def test_an_event_without_id_is_named_by_its_hash() -> None:
    event = parse_event(json.dumps(EVENT).encode())
    assert event.event_id == HASHING.event_id(EVENT)
    assert event.event_id.startswith("ni:///sha-256;")
    assert event.event_id.endswith("?ver=CBV2.0")
    assert json.loads(event.document)["eventID"] == event.event_id


# ---- beside the twin

ADA = {"ada": "https://ns.ada.example/"}
PREFIXES = ({}, ADA, {"ada": "urn:ada:", "urn": "https://urn.example/", "cbv": "x:"})
IGNORED = (frozenset(), frozenset({"https://ns.ada.example/b", "urn:ada:b"}))


def words(of: Vocabulary) -> st.SearchStrategy[str]:
    bare = sorted(of.words)[:4]
    spelt = [base + word for base in of.bases for word in bare[:2]]
    return st.sampled_from([*bare, *spelt, f"cbv:BizStep-{bare[0]}", "ada:own", "urn:own:word"])


def objects(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects whose fields stand in one order or the other."""
    made = st.fixed_dictionaries(required, optional=optional)
    return st.builds(lambda each, back: dict(reversed(each.items())) if back else each, made, st.booleans())


numbers = st.one_of(
    st.integers(), st.integers(2**53 - 2, 2**64), st.floats(allow_nan=False, allow_infinity=False), st.just(-0.0)
)
texts = st.sampled_from(
    ["", " 003 ", "1.50", "1E5", "-.5", "+1", "٣", "3.", "a:b:c", "cbv", "ada:x", "gs1:Mass", "é"]
)
names = st.one_of(identifiers, texts)
times = st.one_of(
    st.builds(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}".format,
        st.sampled_from(["0001", "2026", "9999", "٢٠٢٦"]),
        st.integers(0, 13),
        st.integers(1, 31),
        st.integers(0, 24),
        st.integers(0, 60),
        st.integers(0, 61),
        st.sampled_from(["", ".", ".5", ".12", ".999", ".9995", ".0005", ".1234567", ".٣٣٣", ".12Z", ".123.5"]),
        st.sampled_from(["Z", "+08:00", "-03:30", "+14:00", "+15:00", "", "z", "+0800", "5Z"]),
    ),
    st.sampled_from(["", " 2026-03-02T09:30:00Z ", "soon", "2026-03-02T09:30:00", "2026-03-02T09:30"]),
)
plain_values = st.one_of(numbers, st.booleans(), texts, identifiers)
own_values = st.recursive(
    st.one_of(plain_values, st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["ada:a", "b", "rdfs:comment"]), inner)
    ),
    max_leaves=6,
)
own = dict.fromkeys(("ada:a", "ada:b", "https://own.example/#c", "rdfs:comment", "gs1:d"), own_values)
epcs = st.lists(names, max_size=3)
quantities = st.lists(objects({"epcClass": names}, {"quantity": numbers, "uom": st.sampled_from(["KGM", "81"])}))
places = objects({"id": names}, {"ada:a": own_values, "ada:b": own_values})
device = {"time": times, "deviceID": names, "rawData": names, "bizRules": names, **own}
reports = objects(
    {},
    {
        **device,
        "type": st.sampled_from(["Temperature", "gs1:Mass", "urn:own:x"]),
        "exception": st.just("ALARM_CONDITION"),
        "component": words(COMPONENT),
        **dict.fromkeys(("value", "minValue", "percRank"), numbers),
        **dict.fromkeys(("stringValue", "uriValue", "hexBinaryValue", "uom"), texts),
        "booleanValue": st.booleans(),
    },
)
sensors = objects(
    {"sensorReport": st.lists(reports, max_size=2)},
    {"sensorMetadata": objects({}, {**device, "startTime": times, "endTime": times}), "ada:a": own_values},
)
events = objects(
    {
        "type": st.sampled_from(["ObjectEvent", "ada:Own", "epcis:X"]),
        "eventTime": times,
        "eventTimeZoneOffset": texts,
    },
    {
        "action": st.sampled_from(["ADD", "OBSERVE"]),
        "bizStep": words(BIZ_STEP),
        "disposition": words(DISPOSITION),
        "persistentDisposition": objects({}, {k: st.lists(words(DISPOSITION)) for k in ("set", "unset")}),
        "certificationInfo": st.one_of(names, epcs),
        "parentID": names,
        "transformationID": names,
        "epcList": st.one_of(epcs, st.none()),
        **dict.fromkeys(("childEPCs", "inputEPCList", "outputEPCList"), epcs),
        **dict.fromkeys(("quantityList", "inputQuantityList"), quantities),
        "readPoint": places,
        "bizLocation": places,
        "bizTransactionList": st.lists(
            objects({"bizTransaction": names}, {"type": words(TRANSACTION)}), max_size=2
        ),
        "sourceList": st.lists(objects({"type": words(SOURCE_DESTINATION), "source": names}, {}), max_size=2),
        "destinationList": st.lists(
            objects({"type": words(SOURCE_DESTINATION), "destination": names}, {}), max_size=2
        ),
        "sensorElementList": st.lists(sensors, max_size=2),
        "ilmd": objects({}, own),
        "eventID": texts,
        "recordTime": times,
        **own,
    },
)


@settings(max_examples=100)
@given(events, st.sampled_from(PREFIXES), st.sampled_from(IGNORED))
@example(EVENT, PREFIXES[1], IGNORED[0])
def test_an_event_is_written_as_its_plain_twin_writes_it(
    event: dict[str, Any], declared: dict[str, str], ignored: frozenset[str]
) -> None:
    known = prefixes(declared)
    expected = plain_event_hash.pre_hash(event, known, ignored)
    hashing = EventHash(known, ignored)
    assert hashing.pre_hash(event) == expected
    assert hashing.pre_hash(event) == expected  # now from memory
