"""Named queries: what is taken, and how everything else is refused by its place."""

import json
from typing import Any

import pytest

from app.epcis import query, query_parameters
from app.epcis.definition import FORMS, SCHEMA, Definition, parameters, parse_definition
from app.epcis.errors import Invalid, InvalidQuery

SHIPPED = {"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping"], "GE_eventTime": "2026-03-01T00:00:00+01:00"}


def read(body: Any) -> Definition:
    return parse_definition(json.dumps(body).encode())


def refused(body: Any) -> InvalidQuery:
    with pytest.raises(InvalidQuery) as refusal:
        read(body)
    assert all(problem.rule for problem in refusal.value.problems)
    return refusal.value


def fields(body: Any) -> list[str]:
    return [problem.field for problem in refused(body).problems]


def test_a_definition_keeps_its_query_as_it_was_sent() -> None:
    assert read({"name": "shipped", "query": SHIPPED}) == Definition("shipped", SHIPPED)
    assert query_parameters.parse(parameters(SHIPPED)).equal == {
        "event_type": ("ObjectEvent",),
        "biz_step": ("shipping",),
    }
    assert read({"name": "everything", "query": {}}).query == {}


def test_a_query_alone_gets_a_name_of_its_content() -> None:
    alone = read({"@context": "https://example.com/c.jsonld", **SHIPPED})
    assert alone.query == {"@context": "https://example.com/c.jsonld", **SHIPPED}
    assert alone == read(dict(reversed(alone.query.items())))
    assert alone.name.startswith("query-")
    assert alone.name != read(SHIPPED).name


def test_what_is_wrong_in_a_query_alone_is_named_by_its_place() -> None:
    wrong = refused({**SHIPPED, "GE_eventDay": "2026-03-01", "EQ_action": ["MOVE"]})
    assert [problem.field for problem in wrong.problems] == ["/GE_eventDay", "/EQ_action"]
    assert wrong.kind == "QueryParameterException"
    assert fields({**SHIPPED, "eventCountLimit": 5, "maxEventCount": 5}) == ["/maxEventCount"]


def test_half_a_definition_learns_what_is_missing_and_what_is_unknown() -> None:
    wrong = refused({"name": "shipped", **SHIPPED, "GE_eventDay": "2026-03-01"})
    rules = {problem.field: problem.rule for problem in wrong.problems}
    assert list(rules)[:2] == ["/query", "/GE_eventDay"]
    assert "no such" in rules["/GE_eventDay"]
    assert {rules[f"/{name}"] for name in SHIPPED} == {"it belongs inside query"}
    assert wrong.kind == "QueryValidationException"
    assert fields({}) == ["/name", "/query"]


POLL = """<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2" schemaVersion="2.0"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" creationDate="2026-03-02T10:00:00Z"><EPCISBody><q:Poll>
  <queryName>SimpleEventQuery</queryName><params>{params}</params></q:Poll></EPCISBody></q:EPCISQueryDocument>"""


def poll(params: str, document: str = POLL) -> Definition:
    return parse_definition(document.replace("{params}", params).encode())


def param(name: str, value: str, kind: str = "") -> str:
    given = f' xsi:type="{kind}"' if kind else ""
    return f"<param><name>{name}</name><value{given}>{value}</value></param>"


def test_a_poll_in_xml_asks_what_the_json_asks() -> None:
    asked = poll(
        param("eventType", "<string>ObjectEvent</string>", "q:ArrayOfString")
        + param("EQ_bizStep", "<string>https://ref.gs1.org/cbv/BizStep-shipping</string>", "q:ArrayOfString")
        + param("GE_eventTime", "2026-03-01T00:00:00+01:00", "xsd:dateTime")
        + param("GE_quantity", "2.5")
        + param("eventCountLimit", "5", "xsd:int")
        + param("EQ_booleanValue", "true")
        + param("EXISTS_errorDeclaration", "", "q:VoidHolder")
        + param("orderBy", "eventTime", "xsd:string")
    )
    assert asked.query == {
        "eventType": ["ObjectEvent"],
        "EQ_bizStep": ["https://ref.gs1.org/cbv/BizStep-shipping"],
        "GE_eventTime": "2026-03-01T00:00:00+01:00",
        "GE_quantity": 2.5,
        "eventCountLimit": 5,
        "EQ_booleanValue": True,
        "EXISTS_errorDeclaration": None,
        "orderBy": "eventTime",
    }
    assert asked == read(asked.query)


@pytest.mark.parametrize(
    ("params", "document", "field"),
    [
        ("", POLL.replace("<queryName>SimpleEventQuery</queryName>", ""), "/queryName"),
        ("", POLL.replace("SimpleEventQuery", "SimpleMasterDataQuery"), "/queryName"),
        ("", POLL.replace("q:Poll", "q:Subscribe"), ""),
        ("", POLL.replace("query:xsd:2", "query:xsd:9"), ""),
        ("<param><name>eventType</name></param>", POLL, "/params/0/value"),
        ("<param><value>5</value></param>", POLL, "/params/0/name"),
        (param("eventCountLimit", "5") * 2, POLL, "/params/1/name"),
        (param("GE_eventDay", "2026-03-01"), POLL, "/GE_eventDay"),
        (param("GE_eventTime", "today"), POLL, "/GE_eventTime"),
        (param("EQ_bizStep", "shipping"), POLL, "/EQ_bizStep"),
        (param("EQ_bizStep", "", "q:ArrayOfString"), POLL, "/EQ_bizStep"),
    ],
)
def test_a_wrong_poll_is_refused_by_its_place(params: str, document: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        poll(params, document)
    assert [problem.field for problem in refusal.value.problems] == [field]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EQ_bizStep", "shipping"),
        ("EQ_bizStep", ["roasting"]),
        ("EQ_bizStep", []),
        ("eventType", ["ObjectEvent", 5]),
        ("MATCH_epc", ["urn:x:1"] * 201),
        ("GE_eventTime", "2026-03-01"),
        ("GE_eventTime", "2026-03-01T00:00:00 01:00"),
        ("GE_eventTime", ["2026-03-01T00:00:00Z"]),
        ("eventCountLimit", "5"),
        ("eventCountLimit", True),
        ("eventCountLimit", 0),
        ("maxEventCount", 1.5),
        ("orderBy", "bizStep"),
        ("orderDirection", None),
        ("EXISTS_errorDeclaration", "true"),
        ("EXISTS_errorDeclaration", 2),
        ("@context", 5),
        ("perPage", 5),
        ("nextPageToken", "x"),
        ("WD_readPoints", ["urn:x:1"]),
        ("a/b~c", 1),
    ],
)
def test_a_wrong_parameter_is_named_by_its_place(name: str, value: Any) -> None:
    wrong = refused({"name": "q", "query": {**SHIPPED, name: value}})
    assert [problem.field for problem in wrong.problems] == [f"/query/{name}".replace("a/b~c", "a~1b~0c")]
    assert wrong.kind == "QueryParameterException"


def test_parameters_that_exclude_each_other_are_refused() -> None:
    assert fields({"name": "q", "query": {"eventCountLimit": 5, "maxEventCount": 5}}) == ["/query/maxEventCount"]


def test_every_wrong_parameter_is_named_up_to_twenty() -> None:
    assert fields({"name": "q", "query": {"EQ_action": ["MOVE"], "x": 1}}) == ["/query/EQ_action", "/query/x"]
    assert len(fields({"name": "q", "query": {str(number): 1 for number in range(99)}})) == 20
    assert len(fields({str(number): 1 for number in range(99)})) == 20


@pytest.mark.parametrize("name", ["", "a/b", ".", "..", "a\nb", "a\0b", "x" * 101, 5, None, "SimpleEventQuery"])
def test_a_name_must_fit_into_an_address(name: Any) -> None:
    assert fields({"name": name, "query": {}}) == ["/name"]


@pytest.mark.parametrize("name", ["shipped", "Ada's shipments", "出货", "a%2Fb", "?", "x" * 100])
def test_other_names_are_the_senders_choice(name: str) -> None:
    assert read({"name": name, "query": {}}).name == name


def test_what_is_no_object_is_refused() -> None:
    assert fields([]) == [""]
    assert fields({"name": "q", "query": []}) == ["/query"]
    assert fields({"name": "q", "query": {}, "dest": "https://example.com"}) == ["/dest"]
    with pytest.raises(Invalid, match="twice"):
        parse_definition(b'{"name": "a", "name": "b", "query": {}}')


def test_a_context_binds_the_prefixes_of_words_and_types() -> None:
    given = {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"ex": "https://e.example/"},
        ],
        "EQ_bizStep": ["ex:roasting", "cbv:BizStep-shipping"],
        "eventType": ["ex:RoastEvent"],
    }
    asked = query_parameters.parse(parameters(read({"name": "q", "query": given}).query))
    assert asked.equal["biz_step"] == ("https://e.example/roasting", "shipping")
    assert asked.equal["event_type"] == ("https://e.example/RoastEvent",)


@pytest.mark.parametrize(("value", "only"), [(None, True), (True, True), (1, True), (False, False), (0, False)])
def test_a_flag_may_stand_without_a_value(value: Any, only: bool) -> None:
    kept = read({"name": "q", "query": {"EXISTS_errorDeclaration": value}})
    assert query_parameters.parse(parameters(kept.query)).only_errors is only


def test_the_schema_knows_every_parameter_but_the_paging() -> None:
    named, bare = SCHEMA["anyOf"]
    known = bare["properties"]
    assert named["properties"]["query"]["properties"] == known
    assert set(known) == {"@context", *FORMS} == {"@context", *query_parameters.SUPPORTED} - set(query.PAGING)
