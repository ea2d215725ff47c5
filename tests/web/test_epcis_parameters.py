"""Each parameter of the event query (EPCIS 2.0, section 8.2.7.1) with what matches it and what does not."""

from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from app.epcis import query, query_parameters
from app.epcis.document import parse_document
from app.house import House
from app.provenance.capture import run_jobs_due
from tests.web.conftest import Company

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"mill": "https://mill.example/terms/"},
]
ITEM = "https://id.gs1.org/01/09521234543213/21/A1"
ITEM_AS_URN = "urn:epc:id:sgtin:9521234.054321.A1"
CASE = "urn:epc:id:sscc:9521234.0000000001"
LOT = "https://id.gs1.org/01/09521234543213/10/L1"
DOCK = "https://id.gs1.org/414/9521234000006/254/7"
PLANT = "https://id.gs1.org/414/9521234000006"
OTHER = "https://id.gs1.org/01/09521234543213/21/Z9"
NAMED = {"id": "https://mill.example/terms/name", "attribute": "North"}
OTHER_LOT = "https://id.gs1.org/01/09521234543213/10/L9"

ELEMENTS = [
    "urn:epcglobal:cbv:bizstep:packing",
    "https://ref.gs1.org/cbv/Disp-in_progress",
    "urn:epcglobal:cbv:bt:9521234000006:PO1",
    "urn:epc:id:pgln:9521234.00000",
    PLANT,
    "https://ns.gs1.org/cbv/Disp-completeness_verified",
    "https://ref.gs1.org/cbv/ER-incorrect_data",
    "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0c01",
    "https://mill.example/m/1",
    "https://mill.example/c/1",
    "https://mill.example/machines/press_1",
]

PRESSED: dict[str, Any] = {
    "type": "TransformationEvent",
    "eventID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0b01",
    "eventTime": "2026-03-01T06:00:00Z",
    "eventTimeZoneOffset": "+01:00",
    "transformationID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0c01",
    "bizStep": "assembling",
    "inputEPCList": ["https://id.gs1.org/01/09521234543213/21/IN1"],
    "inputQuantityList": [{"epcClass": "https://id.gs1.org/01/09521234543213/10/IN", "quantity": 2, "uom": "KGM"}],
    "outputEPCList": [ITEM],
    "outputQuantityList": [{"epcClass": LOT, "quantity": 12.5, "uom": "LTR"}],
    "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
    "mill:made_with": ["mill:machines", "https://mill.example/machines/press_1"],
    "mill:press": {"mill:pressure": 3, "mill:name": "Two"},
    "ilmd": {"mill:harvest": "2026-01-02T00:00:00Z", "mill:note": {"mill:colour": "green"}},
}
PACKED: dict[str, Any] = {
    "type": "AggregationEvent",
    "eventID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0b02",
    "eventTime": "2026-03-01T07:00:00Z",
    "eventTimeZoneOffset": "+01:00",
    "action": "ADD",
    "bizStep": "packing",
    "disposition": "in_progress",
    "parentID": CASE,
    "childEPCs": [ITEM],
    "childQuantityList": [{"epcClass": LOT, "quantity": 4}],
    "readPoint": {"id": DOCK, "mill:gate": "north"},
    "bizLocation": {"id": DOCK},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521234000006:PO1"}],
    "sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/9521234000006"}],
    "destinationList": [{"type": "location", "destination": PLANT}],
    "sensorElementList": [
        {
            "sensorMetadata": {
                "time": "2026-03-01T06:59:00Z",
                "startTime": "2026-03-01T06:00:00Z",
                "endTime": "2026-03-01T07:00:00Z",
                "deviceID": "urn:epc:id:giai:9521234.S1",
                "bizRules": "https://mill.example/rules/1",
            },
            "sensorReport": [
                {
                    "type": "Temperature",
                    "value": 4.5,
                    "minValue": 2,
                    "uom": "CEL",
                    "percRank": 50,
                    "dataProcessingMethod": "https://mill.example/mean",
                },
                {"type": "gs1:Count", "microorganism": "https://mill.example/m/1", "booleanValue": True},
                {
                    "type": "gs1:Dimensionless",
                    "chemicalSubstance": "https://mill.example/c/1",
                    "stringValue": "calm",
                    "hexBinaryValue": "F0A1",
                    "uriValue": "https://mill.example/u/1",
                },
            ],
        }
    ],
}
WRONG: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0b03",
    "eventTime": "2026-03-01T08:00:00Z",
    "eventTimeZoneOffset": "+01:00",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "epcList": [ITEM],
    "quantityList": [{"epcClass": LOT, "quantity": 7}],
    "errorDeclaration": {
        "declarationTime": "2026-03-01T09:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0b99"],
    },
}
DOCUMENT = {
    "@context": CONTEXT,
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-03-01T09:00:00Z",
    "epcisHeader": {
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                    "vocabularyElementList": [
                        {"id": PLANT, "children": ["https://mill.example/hall"], "attributes": []},
                        {"id": "https://mill.example/hall", "children": [DOCK, PLANT]},
                        {"id": DOCK, "attributes": [{"id": "cbvmda:sst", "attribute": 201}, NAMED]},
                    ],
                },
                {
                    "type": "urn:epcglobal:epcis:vtype:EPCClass",
                    "vocabularyElementList": [{"id": LOT, "attributes": [NAMED]}],
                },
                *(
                    {
                        "type": f"https://mill.example/kinds/{number}",
                        "vocabularyElementList": [
                            {"id": each, "attributes": [{"id": "mill:said_by", "attribute": str(number)}]}
                        ],
                    }
                    for number, each in enumerate(ELEMENTS)
                ),
            ]
        }
    },
    "epcisBody": {"eventList": [PRESSED, PACKED, WRONG]},
}

NAMES = {PRESSED["eventID"]: "pressed", PACKED["eventID"]: "packed", WRONG["eventID"]: "wrong"}

# (parameter, a value, what it matches, a value that matches nothing)
CASES: list[tuple[str, str, str, str]] = [
    ("eventType", "AggregationEvent", "packed", "TransactionEvent"),
    ("GE_eventTime", "2026-03-01T08:00:00Z", "wrong", "2026-03-01T08:00:01Z"),
    ("LT_eventTime", "2026-03-01T07:00:00Z", "pressed", "2026-03-01T06:00:00Z"),
    ("GE_recordTime", "2026-01-01T00:00:00Z", "packed pressed wrong", "2030-01-01T00:00:00Z"),
    ("LT_recordTime", "2030-01-01T00:00:00Z", "packed pressed wrong", "2026-01-01T00:00:00Z"),
    ("EQ_action", "ADD|DELETE", "packed", "DELETE"),
    ("EQ_bizStep", "https://ref.gs1.org/cbv/BizStep-packing", "packed", "picking"),
    ("EQ_disposition", "urn:epcglobal:cbv:disp:in_progress", "packed", "damaged"),
    ("EQ_persistentDisposition_set", "completeness_verified", "pressed", "completeness_inferred"),
    ("EQ_persistentDisposition_unset", "completeness_inferred", "pressed", "completeness_verified"),
    ("EQ_readPoint", "urn:epc:id:sgln:9521234.00000.7", "packed", PLANT),
    ("WD_readPoint", PLANT, "packed", "https://mill.example/yard"),
    ("EQ_bizLocation", DOCK, "packed", PLANT),
    ("WD_bizLocation", "https://mill.example/hall", "packed", "https://mill.example/yard"),
    ("EQ_transformationID", PRESSED["transformationID"], "pressed", PRESSED["eventID"]),
    ("MATCH_epc", ITEM_AS_URN, "packed wrong", OTHER),
    ("MATCH_parentID", "https://id.gs1.org/00/095212340000000013", "packed", ITEM),
    ("MATCH_inputEPC", "https://id.gs1.org/01/09521234543213/21/IN1", "pressed", ITEM),
    ("MATCH_outputEPC", ITEM, "pressed", OTHER),
    ("MATCH_anyEPC", ITEM, "packed pressed wrong", OTHER),
    ("MATCH_epcClass", LOT, "packed wrong", OTHER_LOT),
    ("MATCH_inputEPCClass", "https://id.gs1.org/01/09521234543213/10/IN", "pressed", LOT),
    ("MATCH_outputEPCClass", LOT, "pressed", OTHER_LOT),
    ("MATCH_anyEPCClass", LOT, "packed pressed wrong", OTHER_LOT),
    ("EQ_quantity", "7", "wrong", "8"),
    ("GT_quantity", "7", "pressed", "12.5"),
    ("GE_quantity", "12.5", "pressed", "12.6"),
    ("LT_quantity", "4", "pressed", "2"),
    ("LE_quantity", "2", "pressed", "1.9"),
    ("EQ_eventID", PACKED["eventID"], "packed", "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0bff"),
    ("EXISTS_errorDeclaration", "true", "wrong", ""),
    ("GE_errorDeclarationTime", "2026-03-01T09:00:00Z", "wrong", "2026-03-01T09:00:01Z"),
    ("LT_errorDeclarationTime", "2026-03-01T09:00:01Z", "wrong", "2026-03-01T09:00:00Z"),
    ("EQ_errorReason", "https://ref.gs1.org/cbv/ER-incorrect_data", "wrong", "did_not_occur"),
    ("EQ_correctiveEventID", "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0b99", "wrong", WRONG["eventID"]),
    ("GE_startTime", "2026-03-01T06:00:00Z", "packed", "2026-03-01T06:00:01Z"),
    ("LT_startTime", "2026-03-01T06:00:01Z", "packed", "2026-03-01T06:00:00Z"),
    ("GE_endTime", "2026-03-01T07:00:00Z", "packed", "2026-03-01T07:00:01Z"),
    ("LT_endTime", "2026-03-01T07:00:01Z", "packed", "2026-03-01T07:00:00Z"),
    ("EQ_type", "https://gs1.org/voc/Temperature", "packed", "Speed"),
    ("EQ_deviceID", "https://id.gs1.org/8004/9521234S1", "packed", "https://id.gs1.org/8004/9521234S2"),
    ("EQ_dataProcessingMethod", "https://mill.example/mean", "packed", "https://mill.example/median"),
    ("EQ_microorganism", "https://mill.example/m/1", "packed", "https://mill.example/m/2"),
    ("EQ_chemicalSubstance", "https://mill.example/c/1", "packed", "https://mill.example/c/2"),
    ("EQ_bizRules", "https://mill.example/rules/1", "packed", "https://mill.example/rules/2"),
    ("EQ_stringValue", "calm|wild", "packed", "wild"),
    ("EQ_hexBinaryValue", "f0a1", "packed", "F0A2"),
    ("EQ_uriValue", "https://mill.example/u/1", "packed", "https://mill.example/u/2"),
    ("EQ_booleanValue", "true", "packed", "false"),
    # beyond the REST bindings: names of the JSON schema of queries, and names that are made
    ("EXISTS_sensorElementList", "true", "packed", ""),
    ("GE_time", "2026-03-01T06:59:00Z", "packed", "2026-03-01T07:00:00Z"),
    ("GE_percRank", "50", "packed", "51"),
    ("GE_value_CEL", "4.5", "packed", "4.6"),
    ("LE_minValue_CEL", "2", "packed", "1"),
    ("EQ_quantity_KGM", "2", "pressed", "3"),
    ("EQ_bizTransaction_po", "urn:epcglobal:cbv:bt:9521234000006:PO1", "packed", "urn:x:po:2"),
    ("EQ_source_owning_party", "https://id.gs1.org/417/9521234000006", "packed", PLANT),
    ("EQ_destination_location", PLANT, "packed", DOCK),
    ("EXISTS_https://mill.example/terms/press", "true", "pressed", ""),
    ("EQ_INNER_https://mill.example/terms/name", "Two", "pressed", "One"),
    ("GT_INNER_https://mill.example/terms/pressure", "2", "pressed", "3"),
    ("GE_ILMD_https://mill.example/terms/harvest", "2026-01-02T00:00:00Z", "pressed", "2026-01-03T00:00:00Z"),
    ("EQ_INNER_ILMD_https://mill.example/terms/colour", "green", "pressed", "red"),
    ("MATCH_epc", "urn:epc:idpat:sgtin:9521234.054321.*", "packed wrong", "urn:epc:idpat:sgtin:9521234.054322.*"),
    ("MATCH_anyEPC", "urn:epc:idpat:sscc:9521234.[1-9]", "packed", "urn:epc:idpat:sscc:9521234.[2-9]"),
    ("MATCH_inputEPC", f"{OTHER}|urn:epc:idpat:sgtin:9521234.*.IN1", "pressed", "urn:epc:idpat:grai:*.*.*"),
    ("EQ_readPoint_https://mill.example/terms/gate", "north", "packed", "south"),
    # by master data of what an event names
    ("HASATTR_readPoint", "urn:epcglobal:cbv:mda:sst|cbvmda:site", "packed", "cbvmda:site"),
    ("HASATTR_bizLocation", NAMED["id"], "packed", "https://mill.example/terms/owner"),
    ("HASATTR_epcClass", NAMED["id"], "packed pressed wrong", "cbvmda:sst"),
    ("EQATTR_readPoint_cbvmda:sst", "201|202", "packed", "202"),
    ("EQ_ATTR_bizLocation_https://mill.example/terms/name", "North", "packed", "South"),
    ("EQATTR_epcClass_https://mill.example/terms/name", "North", "packed pressed wrong", "north"),
    *(
        (f"EQATTR_{field}_https://mill.example/terms/said_by", str(number), found, "99")
        for number, (field, found) in enumerate(
            {
                "bizStep": "packed",
                "disposition": "packed",
                "bizTransaction": "packed",
                "source": "packed",
                "destination": "packed",
                "persistentDisposition": "pressed",
                "errorReason": "wrong",
                "transformationID": "pressed",
                "microorganism": "packed",
                "chemicalSubstance": "packed",
                "https://mill.example/terms/made_with": "pressed",
            }.items()
        )
    ),
    ("HASATTR_bizStep", "https://mill.example/terms/said_by", "packed", "cbvmda:sst"),
    (
        "HASATTR_https://mill.example/terms/made_with",
        "https://mill.example/terms/said_by",
        "pressed",
        "cbvmda:sst",
    ),
]


@pytest.fixture
def record(client: FlaskClient, ada: Company, house: House) -> FlaskClient:
    job = client.post("/epcis/capture", json=DOCUMENT, headers=ada.bearer).headers["Location"]
    run_jobs_due(house.db, house.clock())
    answer = client.get(job, headers=ada.bearer).json
    assert answer
    assert (answer["running"], answer["errors"]) == (False, [])
    return client


def found(client: FlaskClient, ada: Company, **asked: str) -> str:
    answer = client.get("/epcis/events", query_string=asked, headers=ada.bearer)
    assert answer.status_code == 200, answer.json
    events = answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[index]
    return " ".join(sorted(NAMES[each["eventID"]] for each in events))


def test_each_parameter_finds_what_it_says_and_nothing_else(record: FlaskClient, ada: Company) -> None:
    wrong = []
    for name, value, matches, other in CASES:
        got = found(record, ada, **{name: value})
        if got != matches:
            wrong.append(f"{name}={value}: {got!r}, not {matches!r}")
        if other and (got := found(record, ada, **{name: other})):
            wrong.append(f"{name}={other}: {got!r}, not nothing")
    assert not wrong, "\n".join(wrong)


def test_order_and_counts(record: FlaskClient, ada: Company) -> None:
    def order(**asked: str) -> list[str]:
        answer = record.get("/epcis/events", query_string=asked, headers=ada.bearer)
        events = answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[index]
        return [NAMES[each["eventID"]] for each in events]

    assert order() == ["wrong", "packed", "pressed"]
    assert order(orderBy="eventTime", orderDirection="ASC") == ["pressed", "packed", "wrong"]
    assert order(eventCountLimit="1", GE_quantity="1") == ["wrong"]
    few = record.get("/epcis/events", query_string={"maxEventCount": "1", "GE_quantity": "1"}, headers=ada.bearer)
    assert (few.status_code, few.json["type"]) == (413, "epcisException:QueryTooLargeException")  # type: ignore[index]
    assert order(maxEventCount="3", GE_quantity="1") == ["wrong", "packed", "pressed"]


def test_events_come_in_the_order_of_a_field_of_ones_own(client: FlaskClient, ada: Company) -> None:
    weights = {"light": 9, "heavy": 10.5, "none": None, "word": "x"}
    for name, weight in weights.items():
        own = {} if weight is None else {"mill:weight": weight}
        event = {**WRONG, "eventID": f"urn:x:{name}", "@context": CONTEXT, **own}
        assert client.post("/epcis/events", json=event, headers=ada.bearer).status_code == 201

    def pages(**asked: str) -> list[list[str]]:
        asked["orderBy"] = "https://mill.example/terms/weight"
        address, seen = f"/epcis/events?{urlencode(asked)}", []
        while address:
            answer = client.get(address, headers=ada.bearer)
            events = answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[index]
            seen.append([each["eventID"].rpartition(":")[2] for each in events])
            link = answer.headers.get("Link", "")
            address = link[1 : link.index(">")].removeprefix("http://localhost") if link else ""
        return seen

    assert pages() == [["word", "heavy", "light", "none"]]
    assert pages(orderDirection="ASC", perPage="3") == [["none", "light", "heavy"], ["word"]]
    assert pages(eventCountLimit="1") == [["word"]]
    assert client.get("/epcis/events?orderBy=weight", headers=ada.bearer).status_code == 400


def test_all_parameters_of_the_rest_binding_are_here() -> None:
    listed = {name for name, *_ in CASES} | {"orderBy", "orderDirection", "eventCountLimit", "maxEventCount"}
    fixed = set(query_parameters.SUPPORTED) - set(query.PAGING)
    assert (
        len({name for name in listed if name in fixed} - {"EXISTS_sensorElementList", "GE_time", "GE_percRank"})
        == 53
    )


def test_pages_of_a_condition_join_without_a_gap(record: FlaskClient, ada: Company) -> None:
    seen, asked = [], {"GE_quantity": "1", "perPage": "1"}
    address: str | None = "/epcis/events"
    while address:
        answer = record.get(address, query_string=asked if "?" not in address else None, headers=ada.bearer)
        seen += answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[index]
        link = answer.headers.get("Link")
        address = link[1 : link.index(">")].removeprefix("http://localhost") if link else None
    assert [NAMES[each["eventID"]] for each in seen] == ["wrong", "packed", "pressed"]


def test_what_a_reader_may_not_see_does_not_match_for_it(record: FlaskClient, ada: Company) -> None:
    key = {"Authorization": f"Bearer {ada.partner_keys['events:read']}"}
    for asked in ({"GE_quantity": "1"}, {"HASATTR_readPoint": "cbvmda:sst"}):
        answer = record.get("/epcis/events", query_string=asked, headers=key)
        assert answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == []  # type: ignore[index]


def test_answers_and_problems_come_in_xml_for_who_asks_for_xml(record: FlaskClient, ada: Company) -> None:
    asks = {**ada.bearer, "Accept": "application/xml"}
    answer = record.get("/epcis/events?EQ_bizStep=packing", headers=asks)
    assert (answer.status_code, answer.content_type) == (200, "application/xml; charset=utf-8")
    (event,) = parse_document(answer.data).valid()
    assert event.event_id == PACKED["eventID"]
    assert b"<member>bizSteps</member>" in record.get("/epcis", headers=asks).data
    wrong = record.get("/epcis/events?EQ_color=red", headers=asks)
    assert (wrong.status_code, wrong.mimetype) == (400, "application/problem+xml")
    assert b"QueryParameterException" in wrong.data


def test_what_events_are_about_can_be_walked(record: FlaskClient, ada: Company) -> None:
    def members(path: str) -> list[str]:
        answer = record.get(path, headers=ada.bearer)
        assert answer.status_code == 200, path
        names: list[str] = answer.json["member"]  # type: ignore[index]
        return names

    assert "eventTypes" in members("/epcis")
    assert members("/epcis/eventTypes") == ["AggregationEvent", "ObjectEvent", "TransformationEvent"]
    assert members("/epcis/bizSteps") == ["assembling", "packing", "shipping"]
    assert members("/epcis/readPoints") == [DOCK]
    assert ITEM in members("/epcis/epcs?perPage=100")
    assert members(f"/epcis/epcs/{quote(ITEM_AS_URN, safe='')}") == ["events"]
    for path, names in {
        "eventTypes/ObjectEvent": "wrong",
        "bizSteps/urn:epcglobal:cbv:bizstep:packing": "packed",
        f"epcs/{quote(ITEM, safe='')}": "packed pressed wrong",
        f"bizLocations/{quote(DOCK, safe='')}": "packed",
        "dispositions/in_progress": "packed",
    }.items():
        answer = record.get(f"/epcis/{path}/events", headers=ada.bearer)
        events = answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[index]
        assert " ".join(sorted(NAMES[each["eventID"]] for each in events)) == names
    assert record.get("/epcis/bizSteps/no%20step", headers=ada.bearer).status_code == 400
    assert record.get("/epcis/bizSteps/urn:x:y", headers=ada.bearer).status_code == 404
    assert record.get("/epcis/bizSteps/packing/events?EQ_bizStep=x", headers=ada.bearer).status_code == 400


def test_a_token_that_was_given_back_opens_no_page(record: FlaskClient, ada: Company) -> None:
    first = record.get("/epcis/events?perPage=1", headers=ada.bearer)
    assert "GS1-Next-Page-Token-Expires" in first.headers
    token = parse_qs(urlsplit(first.headers["Link"][1:].partition(">")[0]).query)["nextPageToken"][0]
    asked = {"perPage": "1", "nextPageToken": token}
    assert record.get("/epcis/events", query_string=asked, headers=ada.bearer).status_code == 200
    assert record.delete(f"/epcis/nextPageToken/{quote(token, safe='')}", headers=ada.bearer).status_code == 204
    assert record.get("/epcis/events", query_string=asked, headers=ada.bearer).status_code == 400
    assert record.delete(f"/epcis/nextPageToken/{quote(token, safe='')}", headers=ada.bearer).status_code == 204


def test_identifiers_come_as_links_for_who_wants_links(record: FlaskClient, ada: Company) -> None:
    asks = {**ada.bearer, "GS1-EPC-Format": "Always_GS1_Digital_Link"}
    answer = record.get("/epcis/events?EQ_bizStep=packing", headers=asks)
    (event,) = answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[index]
    assert event["parentID"] == "https://id.gs1.org/00/095212340000000013"
    urns = record.get("/epcis/events", headers=asks | {"GS1-EPC-Format": "Always_EPC_URN"})
    assert urns.status_code == 406
