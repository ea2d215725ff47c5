"""A refusal says what was wrong and how to mend it, and leaves nothing half-written."""

import json
import re
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask import Blueprint, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.house import House
from app.web.build import create_app
from app.web.limits import takes_up_to
from app.web.problems import KINDS
from app.web.rules import public
from tests.web.conftest import Company


def doors() -> Blueprint:
    door = Blueprint("door", __name__)

    @door.get("/t/fault")
    @public
    def fault() -> object:
        raise RuntimeError("the password of Ada is in this text")

    @door.get("/t/full")
    @public
    def full() -> object:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    @door.get("/t/busy")
    @public
    def busy() -> object:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    @door.post("/t/large")
    @public
    @takes_up_to(3_000_000)
    def large() -> object:
        return {"octets": len(request.get_data())}

    @door.post("/t/small")
    @public
    def small() -> object:
        return {"octets": len(request.get_data())}

    return door


@pytest.fixture
def app(house: House) -> APIFlask:
    app = create_app(house)
    app.register_blueprint(doors())
    return app


@pytest.fixture
def client(app: APIFlask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


DEVICE = {"name": "d1", "metrics": {"temperature": "CEL"}}


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 400, "JSON"),
        (b"{", 400, "JSON"),
        (b'{"name": "a", "name": "b"}', 400, "twice"),
        (b'{"name": NaN}', 400, "JSON"),
        (b'{"name": "\\ud800"}', 400, "JSON"),
        (b"\xff\xfe", 400, "JSON"),
        (b"[" * 10_000 + b"]" * 10_000, 400, "JSON"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400, "JSON"),
        (b'{"expected_interval_s": 1' + b"0" * 5000 + b"}", 400, "JSON"),
        (b"[]", 422, "fields"),
        (b"null", 422, "fields"),
    ],
)
def test_a_body_that_is_no_object_of_ours_is_refused(
    client: FlaskClient, ada: Company, body: bytes, status: int, word: str
) -> None:
    answer = client.post("/api/v1/devices", data=body, headers=ada.bearer, content_type="application/json")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert word in answer.text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"colour": "red"}, "/colour"),
        ({"name": 7}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "Ada's device"}, "/name"),
        ({"expected_interval_s": "60"}, "/expected_interval_s"),
        ({"expected_interval_s": 60.5}, "/expected_interval_s"),
        ({"expected_interval_s": True}, "/expected_interval_s"),
        ({"metrics": {}}, "/metrics"),
        ({"metrics": {"temp/erature~": "CEL"}}, "/metrics/temp~1erature~0/[key]"),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not_repeated(
    client: FlaskClient, ada: Company, change: dict[str, object], pointer: str
) -> None:
    answer = client.post("/api/v1/devices", json={**DEVICE, **change}, headers=ada.bearer)
    assert answer.status_code == 422
    assert answer.json
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert "Ada" not in answer.text


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", None]
)
def test_another_content_type_is_refused(client: FlaskClient, ada: Company, content_type: str | None) -> None:
    answer = client.post("/api/v1/devices", data=json.dumps(DEVICE), headers=ada.bearer, content_type=content_type)
    assert answer.status_code == 415


def test_another_method_is_refused_and_the_right_ones_are_named(client: FlaskClient, ada: Company) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = client.open("/api/v1/devices", method=method, headers=ada.bearer)
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_an_answer_that_is_not_json_can_not_be_had(client: FlaskClient, ada: Company) -> None:
    answer = client.get("/api/v1/me", headers={**ada.bearer, "Accept": "application/xml"})
    assert answer.status_code == 406
    assert client.get("/api/v1/me", headers={**ada.bearer, "Accept": "application/*"}).status_code == 200


def test_a_parameter_given_twice_or_unknown_is_refused(client: FlaskClient) -> None:
    assert client.get("/proofs?key=/01/09521234543213&key=/01/09521234543213").status_code == 422
    assert client.get("/proofs?key=/01/09521234543213&x=1").status_code == 422


def test_a_body_over_the_limit_of_its_route_is_refused(client: FlaskClient) -> None:
    assert client.post("/t/small", data=b"x" * 1_000_000).status_code == 200
    assert client.post("/t/small", data=b"x" * 1_000_001).status_code == 413
    assert client.post("/t/large", data=b"x" * 3_000_000).status_code == 200
    answer = client.post("/t/large", data=b"x" * 3_000_001)
    assert answer.status_code == 413
    assert answer.json
    assert answer.json["type"] == "/problems/too-large"


def test_a_fault_of_ours_says_nothing_of_what_it_was(client: FlaskClient) -> None:
    answer = client.get("/t/fault", headers={"X-Request-Id": "request-12345"})
    assert answer.status_code == 500
    assert "Ada" not in answer.text
    assert answer.json
    assert answer.json["instance"] == "urn:wayproof:request:request-12345"
    assert answer.headers["X-Request-Id"] == "request-12345"


def test_a_full_or_busy_database_is_a_problem_that_passes(client: FlaskClient) -> None:
    assert client.get("/t/full").status_code == 507
    busy = client.get("/t/busy")
    assert busy.status_code == 503
    assert busy.headers["Retry-After"]


def test_a_person_gets_a_page_and_a_program_a_document(client: FlaskClient) -> None:
    page = client.get("/nowhere", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert client.get("/nowhere", headers=accept).mimetype == "application/problem+json"
    api = client.get("/api/v1/nowhere", headers={"Accept": "text/html"})
    assert api.mimetype == "application/problem+json"


def test_an_address_in_an_error_page_is_text(client: FlaskClient) -> None:
    page = client.get("/%3Cscript%3E", headers={"Accept": "text/html"})
    assert b"<script>" not in page.data


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_of_problem_has_its_page(client: FlaskClient, name: str) -> None:
    page = client.get(f"/problems/{name}")
    assert page.status_code == 200
    assert KINDS[name].title in page.text.replace("&#39;", "'")


def test_a_problem_of_the_epcis_door_has_the_type_of_the_standard(client: FlaskClient) -> None:
    answer = client.get("/epcis/events/urn:x")
    assert answer.json
    assert answer.json["type"].startswith("epcisException:")


def test_an_odd_request_id_is_replaced(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": 'x"} {"level": "forged'})
    assert answer.headers["X-Request-Id"].isalnum()


def test_every_answer_carries_the_security_headers(client: FlaskClient, ada: Company) -> None:
    for path in (
        "/healthz",
        "/docs",
        "/nowhere",
        "/t/fault",
        "/api/v1/me",
        "/openapi.json",
        "/static/wayproof.css",
    ):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers


def test_what_a_key_opened_stays_out_of_every_cache(client: FlaskClient, ada: Company) -> None:
    assert client.get("/api/v1/me", headers=ada.bearer).headers["Cache-Control"] == "private, no-store"


def test_docs_draw_the_api_without_a_script_or_another_server(client: FlaskClient) -> None:
    page = client.get("/docs").text
    assert "/api/v1/devices" in page
    assert "<script" not in page
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//|url\(|@import""", page)


def test_a_refused_query_is_told_in_plain_words(client: FlaskClient, ada: Company) -> None:
    (error,) = client.get("/proofs?key=foo").get_json()["errors"]
    assert error["detail"].startswith("must be a GS1 Digital Link")


def test_a_refusal_says_its_remedy_once_and_the_wrong_field_in_its_detail(
    client: FlaskClient, ada: Company
) -> None:
    nowhere = client.get("/api/v1/products/09521234543213", headers=ada.bearer).get_json()
    assert "mend" not in nowhere
    assert nowhere["detail"] == KINDS["not-found"].mend
    wrong = client.post("/api/v1/devices", json={"name": "d", "metrics": {}, "a": 1, "b": 2}, headers=ada.bearer)
    told = wrong.get_json()
    assert told["detail"].startswith(told["errors"][0]["pointer"] + ": ")
    assert told["detail"].endswith("more under `errors`)")
    assert told["mend"] == KINDS["invalid"].mend


def test_a_wrong_query_parameter_is_called_by_its_plain_name(client: FlaskClient, ada: Company) -> None:
    """Everywhere, EPCIS too, by the name that the OpenAPI document gives it."""
    document = client.get("/openapi.json").json
    assert document
    wrong, seen = [], 0
    for path, item in document["paths"].items():
        names = [each["name"] for each in item.get("get", {}).get("parameters", ()) if each["in"] == "query"]
        if not names or "{" in path:
            continue
        for query in ("surprise=1", f"{names[0]}=1&{names[0]}=2", f"{names[0]}=%00"):
            answer = client.get(f"{path}?{query}", headers=ada.bearer)
            told = answer.json if answer.status_code in (400, 422) else {}
            fields = [each.get("field") for each in (told or {}).get("errors", ())]
            seen += bool(fields)
            if set(fields) - {"surprise", *names}:
                wrong.append(f"{path}?{query}: {fields}")
    assert seen > 20
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("query", "status", "rule"),
    [
        ("", 400, "name one thing"),
        ("key=", 400, "3 to 400"),
        ("key=%2F01%2F09506000134353", 400, "check digit"),
        ("key=hello", 400, "Digital Link"),
        ("key=%2F00%2F095060001343520000&key=x", 400, "twice"),
        ("key=" + "urn:x:" + "y" * 400, 400, "3 to 400"),
        ("key=%2F01%2F09506000134352%2F21%2FNOBODY", 404, "capture an event"),
    ],
)
def test_a_printed_code_of_no_passport_says_which_parameter_is_wrong_and_what_to_do(
    client: FlaskClient, ada: Company, query: str, status: int, rule: str
) -> None:
    for picture in ("/qr.svg", "/qr.png"):
        answer = client.get(f"{picture}?{query}")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert answer.json
        assert answer.json["errors"][0]["field"] == "key"
        assert rule in answer.json["detail"]
