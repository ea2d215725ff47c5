from typing import Any

import pytest

from app.epcis import query, query_parameters
from app.epcis.query import QueryError


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"GE_eventDate": "2026-01-01T00:00:00Z"}, "GE_eventDate"),
        ({"GE_eventTime": "2026-01-01"}, "GE_eventTime"),
        ({"EQ_action": "MOVE"}, "EQ_action"),
        ({"EQ_bizStep": "roasting"}, "EQ_bizStep"),
        ({"eventType": "RoastEvent"}, "eventType"),
        ({"MATCH_epc": "A1001"}, "MATCH_epc"),
        ({"MATCH_epc": ""}, "MATCH_epc"),
        ({"EQ_eventID": ["urn:x:1", 5]}, "EQ_eventID"),
        ({"perPage": "0"}, "perPage"),
        ({"perPage": "٣"}, "perPage"),
        ({"orderBy": "bizStep"}, "orderBy"),
        ({"orderDirection": "UP"}, "orderDirection"),
        ({"eventCountLimit": "5", "maxEventCount": "5"}, "maxEventCount"),
        ({"nextPageToken": "not ours"}, "nextPageToken"),
        ({"MATCH_epc": "|".join(["urn:x:1"] * 201)}, "MATCH_epc"),
    ],
)
def test_a_wrong_parameter_is_named(given: dict[str, Any], field: str) -> None:
    with pytest.raises(QueryError) as refused:
        query_parameters.parse(given)
    assert refused.value.field == field
    assert refused.value.kind == "QueryParameterException"


def test_every_spelling_asks_the_same() -> None:
    by_link = query_parameters.parse(
        {"MATCH_epc": "https://a.example/01/09521234000013/21/A1", "EQ_bizStep": "shipping"}
    )
    by_urn = query_parameters.parse(
        {"MATCH_epc": ["urn:epc:id:sgtin:9521234.000001.A1"], "EQ_bizStep": ["urn:epcglobal:cbv:bizstep:shipping"]}
    )
    assert (by_link.names, by_link.equal) == (by_urn.names, by_urn.equal)


def test_a_plus_sign_that_became_a_blank_is_understood() -> None:
    assert query_parameters.parse({"GE_eventTime": "2026-01-01T00:00:00 08:00"}).times[0][2].hour == 16


def test_a_token_belongs_to_its_query() -> None:
    asked = {"eventType": "ObjectEvent", "perPage": "2"}
    first = query_parameters.parse(asked)
    at = query_parameters.parse({"GE_eventTime": "2026-01-01T00:00:00Z"}).times[0][2]
    text = query.token(first, at, 7, 2)
    assert query_parameters.parse({**asked, "perPage": "5", "nextPageToken": text}).start == (at, 7, 2)
    with pytest.raises(QueryError, match="another query"):
        query_parameters.parse({"eventType": "AggregationEvent", "nextPageToken": text})


@pytest.mark.parametrize(
    "spelling",
    ["3036452148000040000001C8", "(01)09521234000013(21)456", "urn:epc:tag:sgtin-96:1.9521234.000001.456"],
)
def test_every_spelling_of_a_thing_asks_the_same(spelling: str) -> None:
    by_link = query_parameters.parse({"MATCH_epc": "https://a.example/01/09521234000013/21/456"})
    assert query_parameters.parse({"MATCH_epc": spelling}).names == by_link.names


def test_master_data_is_asked_for_by_the_full_names_of_its_attributes() -> None:
    asked = query_parameters.parse({"HASATTR_readPoint": "cbvmda:site|own:x", "EQATTR_epcClass_own:a_b": "1|2"})
    place, thing = asked.described
    assert (place.field, place.names) == ("readPoint", {"urn:epcglobal:cbv:mda:site", "own:x"})
    assert thing.fits({"id": "urn:x:1", "attributes": [{"id": "own:a_b", "attribute": [3, {"id": "2"}]}]})
    assert not thing.fits({"id": "urn:x:1", "attributes": [{"id": "own:a_b", "attribute": None}, {"id": "own:c"}]})
    with pytest.raises(QueryError, match="no such query parameter"):
        query_parameters.parse({"HASATTR_action": "cbvmda:site"})


@pytest.mark.parametrize(
    ("name", "field", "attribute"),
    [
        ("EQATTR_bizStep_own:a_b", "bizStep", "own:a_b"),
        ("EQ_ATTR_own:made_with_own:a_b", "own:made_with", "own:a_b"),
        ("EQATTR_own:made_with_https://x.example/a_b", "own:made_with", "https://x.example/a_b"),
        ("EQATTR_https://x.example/made_with_a", "https://x.example/made_with", "a"),
        ("EQATTR_cbvmda:a_cbvmda:b", "urn:epcglobal:cbv:mda:a", "urn:epcglobal:cbv:mda:b"),
    ],
)
def test_a_field_and_its_attribute_are_told_apart(name: str, field: str, attribute: str) -> None:
    (asked,) = query_parameters.parse({name: "1"}).described
    assert (asked.field, asked.names) == (field, {attribute})
