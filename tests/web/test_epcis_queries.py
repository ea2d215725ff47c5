"""Queries under a name, as a partner's program keeps and asks them."""

from threading import Barrier, Thread
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import Company
from tests.web.test_epcis_api import bare, found

SHIPPED = {"name": "shipped", "query": {"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping"]}}


def keep(client: FlaskClient, who: Company, body: Any = SHIPPED) -> TestResponse:
    return client.post("/epcis/queries", json=body, headers=who.bearer)


def test_a_query_is_kept_asked_and_forgotten(client: FlaskClient, ada: Company) -> None:
    client.post("/epcis/events", json=bare(1), headers=ada.bearer)
    client.post("/epcis/events", json=bare(2, bizStep="receiving"), headers=ada.bearer)
    kept = keep(client, ada)
    assert (kept.status_code, kept.data, kept.headers["Location"]) == (201, b"", "/epcis/queries/shipped")
    assert kept.headers["GS1-EPCIS-Version"] == "2.0.0"
    assert client.get("/epcis/queries/shipped", headers=ada.bearer).json == SHIPPED
    answer = client.get("/epcis/queries/shipped/events", headers=ada.bearer)
    assert answer.json["epcisBody"]["queryResults"]["queryName"] == "shipped"  # type: ignore[index]
    assert [event["bizStep"] for event in found(answer)] == ["shipping"]
    gone = client.delete("/epcis/queries/shipped", headers=ada.bearer)
    assert (gone.status_code, gone.data) == (204, b"")
    for path in ("/epcis/queries/shipped", "/epcis/queries/shipped/events"):
        assert client.get(path, headers=ada.bearer).status_code == 404
    assert client.delete("/epcis/queries/shipped", headers=ada.bearer).status_code == 404
    assert keep(client, ada).status_code == 201


def test_a_name_in_use_is_refused_and_changes_nothing(client: FlaskClient, ada: Company) -> None:
    keep(client, ada)
    again = keep(client, ada, {"name": "shipped", "query": {}})
    assert again.status_code == 409
    assert again.json["type"] == "epcisException:ResourceAlreadyExistsException"  # type: ignore[index]
    assert client.get("/epcis/queries/shipped", headers=ada.bearer).json == SHIPPED


def test_of_many_who_take_a_name_at_once_one_gets_it(app: APIFlask, ada: Company) -> None:
    start, statuses = Barrier(5), list[int]()

    def take(number: int) -> None:
        with app.test_client() as client:
            start.wait()
            statuses.append(keep(client, ada, {"name": "q", "query": {"eventCountLimit": number}}).status_code)

    takers = [Thread(target=take, args=(number,)) for number in range(1, 6)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert sorted(statuses) == [201, 409, 409, 409, 409]


def test_a_query_with_an_unknown_parameter_is_refused_by_its_place(client: FlaskClient, ada: Company) -> None:
    answer = keep(client, ada, {"eventType": ["ObjectEvent"], "GE_eventDay": "2026-03-01"})
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    problem: Any = answer.json
    assert problem["type"] == "epcisException:QueryParameterException"
    assert [error["pointer"] for error in problem["errors"]] == ["/GE_eventDay"]
    assert client.get("/epcis/queries", headers=ada.bearer).json == []


def test_a_wrong_parameter_is_refused_by_its_place(client: FlaskClient, ada: Company) -> None:
    answer = keep(client, ada, {"name": "q", "query": {"WD_readPoints": ["urn:x:1"], "EQ_action": "ADD"}})
    assert answer.status_code == 400
    problem: Any = answer.json
    assert problem["type"] == "epcisException:QueryParameterException"
    assert [error["pointer"] for error in problem["errors"]] == ["/query/EQ_action", "/query/WD_readPoints"]


def pages(client: FlaskClient, who: Company, target: str | None) -> list[Any]:
    """Every page of a list, by the Link header."""
    answers = []
    while target:
        answer = client.get(target, headers=who.bearer)
        assert answer.status_code == 200, answer.text
        answers.append(answer)
        link = answer.headers.get("Link")
        target = link[1 : link.index(">")] if link else None
    return answers


def test_queries_and_their_events_come_in_pages(client: FlaskClient, ada: Company) -> None:
    for number in range(1, 6):
        client.post("/epcis/events", json=bare(number), headers=ada.bearer)
        keep(client, ada, {"name": f"q {number}%", "query": {"EQ_action": ["OBSERVE"], "orderDirection": "ASC"}})
    listed = [row["name"] for answer in pages(client, ada, "/epcis/queries?perPage=2") for row in answer.json]
    assert sorted(listed) == [f"q {number}%" for number in range(1, 6)]
    answers = pages(client, ada, "/epcis/queries/q%203%25/events?perPage=2")
    times = [event["eventTime"] for answer in answers for event in found(answer)]
    assert times == [f"2026-03-01T08:{number:02}:00Z" for number in range(1, 6)]
    assert {answer.json["epcisBody"]["queryResults"]["queryName"] for answer in answers} == {"q 3%"}


def test_a_page_token_does_not_open_another_query(client: FlaskClient, ada: Company) -> None:
    for number in (1, 2):
        client.post("/epcis/events", json=bare(number), headers=ada.bearer)
    keep(client, ada)
    keep(client, ada, {"name": "all", "query": {}})
    first = client.get("/epcis/queries/shipped/events?perPage=1", headers=ada.bearer)
    target = first.headers["Link"][1:].partition(">")[0].replace("/shipped/", "/all/")
    assert client.get(target, headers=ada.bearer).status_code == 400


@pytest.mark.parametrize("given", ["EQ_bizStep=receiving", "perPage=0", "nextPageToken=x", "stream=true"])
def test_a_kept_query_takes_nothing_but_paging(client: FlaskClient, ada: Company, given: str) -> None:
    keep(client, ada)
    answer = client.get(f"/epcis/queries/shipped/events?{given}", headers=ada.bearer)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == given.partition("=")[0]  # type: ignore[index]


def test_a_query_that_finds_more_than_it_may_says_so(client: FlaskClient, ada: Company) -> None:
    for number in (1, 2):
        client.post("/epcis/events", json=bare(number), headers=ada.bearer)
    keep(client, ada, {"name": "few", "query": {"maxEventCount": 1}})
    answer = client.get("/epcis/queries/few/events", headers=ada.bearer)
    assert answer.status_code == 413
    assert answer.json["type"] == "epcisException:QueryTooLargeException"  # type: ignore[index]


@pytest.mark.parametrize("name", ["Ada's shipments", "出货 50%", "a?b#c", "a%2Fb"])
def test_location_leads_to_a_query_of_any_name(client: FlaskClient, ada: Company, name: str) -> None:
    kept = keep(client, ada, {"name": name, "query": {}})
    read: Any = client.get(kept.headers["Location"], headers=ada.bearer).json
    assert read["name"] == name
    assert client.get(f"{kept.headers['Location']}/events", headers=ada.bearer).status_code == 200


def test_a_repeated_request_with_one_key_keeps_one_query(client: FlaskClient, ada: Company) -> None:
    headers = {**ada.bearer, "Idempotency-Key": "k"}
    first, again = (client.post("/epcis/queries", json=SHIPPED, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["Location"] == again.headers["Location"]


def test_names_belong_to_a_brand(client: FlaskClient, ada: Company, cleo: Company) -> None:
    keep(client, ada)
    client.post("/epcis/events", json=bare(), headers=ada.bearer)
    assert client.get("/epcis/queries", headers=cleo.bearer).json == []
    for path in ("/epcis/queries/shipped", "/epcis/queries/shipped/events"):
        assert client.get(path, headers=cleo.bearer).status_code == 404
    assert client.delete("/epcis/queries/shipped", headers=cleo.bearer).status_code == 404
    assert keep(client, cleo).status_code == 201
    assert found(client.get("/epcis/queries/shipped/events", headers=cleo.bearer)) == []


def test_options_tell_what_may_be_done_with_queries(client: FlaskClient, ada: Company) -> None:
    allowed = {
        "/epcis/queries": "OPTIONS, GET, POST",
        "/epcis/queries/shipped": "OPTIONS, GET, DELETE",
        "/epcis/queries/shipped/events": "OPTIONS, GET",
    }
    for path, methods in allowed.items():
        answer = client.options(path, headers=ada.bearer)
        assert (answer.status_code, answer.headers["Allow"]) == (204, methods)
        assert answer.headers["GS1-EPCIS-Min"] == "2.0.0"
    assert client.put("/epcis/queries/shipped", headers=ada.bearer).status_code == 405


def test_a_query_alone_is_kept_under_the_name_that_location_tells(client: FlaskClient, ada: Company) -> None:
    client.post("/epcis/events", json=bare(1), headers=ada.bearer)
    client.post("/epcis/events", json=bare(2, bizStep="receiving"), headers=ada.bearer)
    kept = keep(client, ada, SHIPPED["query"])
    location = kept.headers["Location"]
    assert kept.status_code == 201
    stored: Any = client.get(location, headers=ada.bearer).json
    assert stored["query"] == SHIPPED["query"]
    asked = client.get(f"{location}/events", headers=ada.bearer)
    assert [event["bizStep"] for event in found(asked)] == ["shipping"]
    assert keep(client, ada, SHIPPED["query"]).status_code == 409


def test_a_poll_in_xml_is_kept_like_the_json_that_asks_the_same(client: FlaskClient, ada: Company) -> None:
    poll = (
        '<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2" schemaVersion="2.0" '
        'creationDate="2026-03-02T10:00:00Z"><EPCISBody><q:Poll>{}<params><param><name>eventType</name><value>'
        "<string>ObjectEvent</string></value></param></params></q:Poll></EPCISBody></q:EPCISQueryDocument>"
    )
    headers = {**ada.bearer, "Content-Type": "application/xml"}
    named = poll.format("<queryName>SimpleEventQuery</queryName>")
    kept = client.post("/epcis/queries", data=named, headers=headers)
    assert kept.status_code == 201
    stored: Any = client.get(kept.headers["Location"], headers=ada.bearer).json
    assert stored["query"] == {"eventType": ["ObjectEvent"]}
    refused: Any = client.post("/epcis/queries", data=poll.format(""), headers=headers).json
    assert [error["pointer"] for error in refused["errors"]] == ["/queryName"]
