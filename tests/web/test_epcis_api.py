"""EPCIS over HTTP, as a partner's program sees it."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.house import House
from app.provenance.capture import run_jobs_due
from tests.web.conftest import Company

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-03-01T08:{number:02}:00Z",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "epcList": [f"https://id.gs1.org/01/09521234543213/21/A{number}"],
        **changes,
    }


def bare(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {"@context": CONTEXT, **event(number, **changes)}


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T09:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }


def found(answer: Any) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


def test_one_event_is_stored_at_once_and_read_back(client: FlaskClient, ada: Company) -> None:
    stored = client.post("/epcis/events", json=bare(), headers=ada.bearer)
    assert stored.headers["Wayproof-Receipt"].startswith("accepted; submission=")
    assert stored.status_code == 201
    assert stored.headers["GS1-EPCIS-Version"] == "2.0.0"
    read = client.get(stored.headers["Location"], headers=ada.bearer)
    assert found(read)[0]["epcList"] == bare()["epcList"]
    assert found(read)[0]["eventID"] == stored.json["eventID"]  # type: ignore[index]


def test_the_answer_to_an_event_says_what_reading_it_says(client: FlaskClient, ada: Company) -> None:
    order = {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521234000006:PO1"}
    stored = client.post("/epcis/events", json=bare(bizTransactionList=[order]), headers=ada.bearer)
    (read,) = found(client.get(stored.headers["Location"], headers=ada.bearer))
    answer = dict(stored.json)  # type: ignore[arg-type]
    assert answer.pop("@context") == [CONTEXT]
    assert answer == {name: value for name, value in read.items() if name != "@context"}
    assert answer["bizTransactionList"] == [order]


def test_the_same_event_again_changes_nothing(client: FlaskClient, ada: Company) -> None:
    first, again = (client.post("/epcis/events", json=bare(), headers=ada.bearer) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(found(client.get("/epcis/events", headers=ada.bearer))) == 1


def test_the_same_event_id_with_another_content_is_a_conflict(client: FlaskClient, ada: Company) -> None:
    event_id = "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0a11"
    client.post("/epcis/events", json=bare(eventID=event_id), headers=ada.bearer)
    other = client.post("/epcis/events", json=bare(eventID=event_id, bizStep="receiving"), headers=ada.bearer)
    assert other.status_code == 409
    assert other.json["type"] == "epcisException:ResourceAlreadyExistsException"  # type: ignore[index]


def test_a_wrong_field_is_refused_and_named(client: FlaskClient, ada: Company) -> None:
    wrong = client.post("/epcis/events", json=bare(action="SEND"), headers=ada.bearer)
    assert wrong.status_code == 400
    assert wrong.mimetype == "application/problem+json"
    assert wrong.json["type"] == "epcisException:ValidationException"  # type: ignore[index]
    assert [error["pointer"] for error in wrong.json["errors"]] == ["/action"]  # type: ignore[index]
    assert found(client.get("/epcis/events", headers=ada.bearer)) == []


@pytest.mark.parametrize("body", [b"{", b"[" * 10_000, b'{"type": "a", "type": "b"}', b'{"x": NaN}', b"\xff"])
@pytest.mark.parametrize("path", ["/epcis/events", "/epcis/capture"])
def test_what_is_no_json_is_refused(client: FlaskClient, ada: Company, path: str, body: bytes) -> None:
    answer = client.post(path, data=body, headers=ada.bearer, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["type"] == "epcisException:ValidationException"  # type: ignore[index]


LOT = "https://id.gs1.org/01/09521234543213/10/L1"


def _of(unit: str) -> list[dict[str, Any]]:
    return [{"epcClass": LOT, "quantity": 2, "uom": unit}]


def test_a_quantity_in_an_unknown_unit_is_refused_with_the_code_to_write(
    client: FlaskClient, ada: Company, house: House
) -> None:
    refused = client.post("/epcis/events", json=bare(quantityList=_of("kg")), headers=ada.bearer)
    assert refused.status_code == 400
    assert refused.json["type"] == "epcisException:ValidationException"  # type: ignore[index]
    assert refused.json["errors"][0]["pointer"] == "/quantityList/0/uom"  # type: ignore[index]
    assert "'kg' is no unit" in refused.json["detail"]  # type: ignore[index]
    assert "write KGM" in refused.json["detail"]  # type: ignore[index]
    for behaviour, stored in (("rollback", 0), ("proceed", 1)):
        headers = {**ada.bearer, "GS1-Capture-Error-Behaviour": behaviour}
        both = document(event(1, quantityList=_of("KGM")), event(2, quantityList=_of("QQQ")))
        job = client.post("/epcis/capture", json=both, headers=headers).headers["Location"]
        run_jobs_due(house.db, house.clock())
        (error,) = client.get(job, headers=ada.bearer).json["errors"]  # type: ignore[index]
        assert error["field"].endswith("/1/quantityList/0/uom")
        assert len(found(client.get("/epcis/events", headers=ada.bearer))) == stored


@pytest.mark.parametrize("unit", ["QQQ", "KILO"])
def test_a_question_in_an_unknown_unit_is_refused(client: FlaskClient, ada: Company, unit: str) -> None:
    for name in ("GE_quantity", "EQ_quantity", "LT_quantity"):
        answer = client.get(f"/epcis/events?{name}_{unit}=1", headers=ada.bearer)
        assert answer.status_code == 400
        assert answer.json["type"] == "epcisException:QueryParameterException"  # type: ignore[index]
        assert unit in answer.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize("digits", ["1" * 350, "9" * 5000])
def test_a_poll_in_xml_for_a_number_that_nothing_holds_is_refused(
    client: FlaskClient, ada: Company, digits: str
) -> None:
    given = f"<param><name>GE_quantity</name><value>{digits}</value></param>"
    asked = f"<queryName>SimpleEventQuery</queryName><params>{given}</params>"
    poll = f'<q:Poll xmlns:q="urn:epcglobal:epcis-query:xsd:2">{asked}</q:Poll>'
    headers = {**ada.bearer, "Content-Type": "application/xml"}
    assert client.post("/epcis/queries", data=poll.encode(), headers=headers).status_code == 400


def test_a_document_becomes_a_job_and_the_job_tells_how_it_ended(
    client: FlaskClient, house: House, ada: Company
) -> None:
    taken = client.post("/epcis/capture", json=document(event(1), event(2)), headers=ada.bearer)
    assert (taken.status_code, taken.data) == (202, b"")
    job = client.get(taken.headers["Location"], headers=ada.bearer).json
    assert (job["running"], job["success"]) == (True, True)  # type: ignore[index]
    run_jobs_due(house.db, house.clock())
    job = client.get(taken.headers["Location"], headers=ada.bearer).json
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])  # type: ignore[index]
    assert len(found(client.get("/epcis/events", headers=ada.bearer))) == 2


@pytest.mark.parametrize(("behaviour", "stored"), [("rollback", 0), ("proceed", 1)])
def test_one_wrong_event_undoes_the_document_or_only_itself(
    client: FlaskClient, house: House, ada: Company, behaviour: str, stored: int
) -> None:
    headers = {**ada.bearer, "GS1-Capture-Error-Behaviour": behaviour}
    wrong = document(event(1), event(2, eventTime="yesterday"))
    taken = client.post("/epcis/capture", json=wrong, headers=headers)
    run_jobs_due(house.db, house.clock())
    job = client.get(taken.headers["Location"], headers=ada.bearer).json
    assert job["captureErrorBehaviour"] == behaviour  # type: ignore[index]
    assert not job["success"]  # type: ignore[index]
    assert "/epcisBody/eventList/1/eventTime" in json.dumps(job["errors"])  # type: ignore[index]
    assert len(found(client.get("/epcis/events", headers=ada.bearer))) == stored


def test_jobs_and_events_come_in_pages(client: FlaskClient, ada: Company) -> None:
    for number in range(1, 6):
        client.post("/epcis/events", json=bare(number), headers=ada.bearer)
        client.post("/epcis/capture", json=document(), headers=ada.bearer)
    for path, read in (("/epcis/events", found), ("/epcis/capture", lambda answer: answer.json)):
        seen: list[str] = []
        target: str | None = f"{path}?perPage=2"
        while target:
            answer = client.get(target, headers=ada.bearer)
            assert len(read(answer)) <= 2
            seen += [json.dumps(row) for row in read(answer)]
            link = answer.headers.get("Link")
            target = link[1 : link.index(">")] if link else None
        assert len(seen) == len(set(seen)) == 5


def test_events_are_found_by_what_where_and_when(client: FlaskClient, ada: Company) -> None:
    for number in range(1, 4):
        client.post("/epcis/events", json=bare(number), headers=ada.bearer)
    epc = quote("urn:epc:id:sgtin:9521234.054321.A2", safe="")
    assert len(found(client.get(f"/epcis/events?MATCH_epc={epc}", headers=ada.bearer))) == 1
    assert len(found(client.get("/epcis/events?GE_eventTime=2026-03-01T08:02:00Z", headers=ada.bearer))) == 2
    assert len(found(client.get("/epcis/events?EQ_bizStep=shipping|receiving", headers=ada.bearer))) == 3
    assert len(found(client.get("/epcis/events?EQ_bizStep=receiving", headers=ada.bearer))) == 0
    assert len(found(client.get("/epcis/events?eventType=AggregationEvent", headers=ada.bearer))) == 0


@pytest.mark.parametrize(
    "query", ["colour=red", "GE_eventTime=now", "perPage=0", "nextPageToken=x", "EQ_action=SEND"]
)
def test_a_query_that_cannot_be_answered_names_its_parameter(
    client: FlaskClient, ada: Company, query: str
) -> None:
    answer = client.get(f"/epcis/events?{query}", headers=ada.bearer)
    assert answer.status_code == 400
    assert answer.json["type"] == "epcisException:QueryParameterException"  # type: ignore[index]
    assert answer.json["errors"][0]["field"] == query.partition("=")[0]  # type: ignore[index]


def test_an_event_id_with_slashes_and_percent_signs_is_found(client: FlaskClient, ada: Company) -> None:
    event_id = "https://example.com/events/a%2Fb?x=1"
    stored = client.post("/epcis/events", json=bare(eventID=event_id), headers=ada.bearer)
    assert stored.headers["Location"] == "/epcis/events/https%3A%2F%2Fexample.com%2Fevents%2Fa%252Fb%3Fx%3D1"
    read = client.get(stored.headers["Location"], headers=ada.bearer)
    assert [each["eventID"] for each in found(read)] == [event_id]


def test_options_tell_what_the_door_can_do(client: FlaskClient, ada: Company) -> None:
    events = client.options("/epcis/events", headers=ada.bearer)
    assert events.status_code == 204
    assert events.headers["Allow"] == "OPTIONS, GET, POST"
    assert events.headers["GS1-EPCIS-Min"] == "2.0.0"
    capture = client.options("/epcis/capture", headers=ada.bearer)
    assert capture.headers["GS1-EPCIS-Capture-Limit"] == "10000"
    assert capture.headers["GS1-EPCIS-Capture-File-Size-Limit"] == "10000000"
    assert client.options("/epcis/events/urn:x:1", headers=ada.bearer).headers["Allow"] == "OPTIONS, GET"


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("GS1-EPCIS-Min", "2.1", 406),
        ("GS1-EPCIS-Max", "1.2", 406),
        ("GS1-EPCIS-Min", "two", 400),
        ("GS1-EPCIS-Min", "1.2", 200),
        ("GS1-CBV-Min", "2.1", 406),
        ("GS1-CBV-Max", "1.2", 406),
        ("GS1-CBV-Max", "2", 200),
        ("GS1-EPCIS-Version", "2.0.1", 200),
        ("GS1-EPCIS-Version", "3.0", 406),
        ("GS1-CBV-Version", "new", 400),
        ("Accept", "application/xml", 200),
        ("Accept", "text/csv", 406),
        ("Accept", "application/ld+json", 200),
    ],
)
def test_a_client_that_needs_something_else_is_told(
    client: FlaskClient, ada: Company, header: str, value: str, status: int
) -> None:
    answer = client.get("/epcis/events", headers={**ada.bearer, header: value})
    assert answer.status_code == status


def test_a_cache_is_told_what_an_answer_depends_on(client: FlaskClient, ada: Company) -> None:
    answer = client.get("/epcis/events", headers={**ada.bearer, "Accept": "application/xml"})
    assert {"Accept", "GS1-EPC-Format", "GS1-CBV-XML-Format"} <= set(answer.vary)


def test_a_number_that_only_python_would_read_is_no_number_of_a_query(client: FlaskClient, ada: Company) -> None:
    for number in ("1_0", "٤", " 4", "NaN", "1e999", "0x1", ""):
        asked = {"GE_quantity": number}
        assert client.get("/epcis/events", query_string=asked, headers=ada.bearer).status_code == 400, number


def test_an_answer_that_xml_cannot_give_names_the_event(client: FlaskClient, ada: Company) -> None:
    bell = bare(1, eventID="urn:x:bell", **{"@context": [CONTEXT, {"x": "https://x.example/"}], "x:note": "\x07"})
    assert client.post("/epcis/events", json=bell, headers=ada.bearer).status_code == 201
    answer = client.get(
        "/epcis/events", headers={**ada.bearer, "Accept": "application/xml, application/json;q=0.1"}
    )
    assert answer.status_code == 406
    assert "urn:x:bell: a text holds a control character" in answer.text


def test_a_number_in_xml_that_nothing_holds_is_refused_by_its_field(
    client: FlaskClient, ada: Company, house: House
) -> None:
    for digits in ("1" * 350, "-" + "9" * 400, "0" * 5000 + "1"):
        element = f"<epcClass>{LOT}</epcClass><quantity>{digits}</quantity>"
        listed = f"<quantityList><quantityElement>{element}</quantityElement></quantityList>"
        times = "<eventTime>2026-03-01T08:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
        data = f"<ObjectEvent>{times}<epcList/><action>OBSERVE</action>{listed}</ObjectEvent>"
        headers = {**ada.bearer, "Content-Type": "application/xml"}
        answer = client.post("/epcis/events", data=data.encode(), headers=headers)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (400, "/quantityList/0/quantity")  # type: ignore[index]


def test_a_document_over_ten_megabytes_is_refused_with_the_limits(client: FlaskClient, ada: Company) -> None:
    answer = client.post(
        "/epcis/capture", data=b" " * 10_000_001, headers=ada.bearer, content_type="application/json"
    )
    assert answer.status_code == 413
    assert answer.json["type"] == "epcisException:CaptureLimitExceededException"  # type: ignore[index]
    assert answer.headers["GS1-EPCIS-Capture-File-Size-Limit"] == "10000000"


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml"])
def test_an_event_in_xml_is_stored_and_read_back(client: FlaskClient, ada: Company, content_type: str) -> None:
    told = (
        b"<ObjectEvent><eventTime>2026-03-02T09:00:00Z</eventTime>"
        b"<eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sgtin:9521234.000001.X1</epc>"
        b"</epcList><action>OBSERVE</action><bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep></ObjectEvent>"
    )
    answer = client.post("/epcis/events", data=told, headers=ada.bearer, content_type=content_type)
    assert answer.status_code == 201
    stored = client.get(answer.headers["Location"], headers=ada.bearer).json
    (event,) = stored["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[index]
    assert event["bizStep"] == "shipping"


@pytest.mark.parametrize(
    ("data", "content_type"), [(b"{}", "application/xml"), (b"<x/>", "text/plain"), (b"<x/>", "image/svg+xml")]
)
def test_a_body_that_is_not_what_it_says_is_refused(
    client: FlaskClient, ada: Company, data: bytes, content_type: str
) -> None:
    answer = client.post("/epcis/capture", data=data, headers=ada.bearer, content_type=content_type)
    assert answer.status_code == 415
    assert answer.json["type"] == "epcisException:UnsupportedMediaTypeException"  # type: ignore[index]


def test_a_repeated_document_with_one_key_is_one_job(client: FlaskClient, ada: Company) -> None:
    headers = {**ada.bearer, "Idempotency-Key": "k"}
    first, again = (client.post("/epcis/capture", json=document(event()), headers=headers) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(client.get("/epcis/capture", headers=ada.bearer).json) == 1  # type: ignore[arg-type]


def test_no_brand_sees_the_events_of_another(client: FlaskClient, ada: Company, cleo: Company) -> None:
    stored = client.post("/epcis/events", json=bare(), headers=ada.bearer)
    taken = client.post("/epcis/capture", json=document(), headers=ada.bearer)
    assert found(client.get("/epcis/events", headers=cleo.bearer)) == []
    assert client.get(stored.headers["Location"], headers=cleo.bearer).status_code == 404
    assert client.get(taken.headers["Location"], headers=cleo.bearer).status_code == 404
    assert client.get("/epcis/capture", headers=cleo.bearer).json == []


def test_a_person_without_a_key_reads_but_does_not_capture(app: APIFlask) -> None:
    with app.test_client() as client:
        assert client.post("/epcis/events", json=bare()).status_code == 401
