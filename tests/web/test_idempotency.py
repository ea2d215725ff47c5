"""A POST sent twice acts once, whatever the weather."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask import Blueprint, request
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.brands.answers import forget_old
from app.brands.partners import add_partner
from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.models.brands import IdempotencyKey, Partner
from app.web.build import create_app
from app.web.context import caller, now
from app.web.idempotency import once
from app.web.problems import Problem
from app.web.rules import machine
from tests.web.conftest import Clock, Company


def doors() -> Blueprint:
    door = Blueprint("door", __name__)

    @door.post("/t/partners")
    @machine("shipments:write")
    @once
    def add(session: Session) -> object:
        name = request.values.get("name") or request.get_json()["name"]
        brand = brand_of(session, caller().brand_id)
        partner_id = add_partner(session, brand, name=name, kind="broker", now=now())
        if name == "late refusal":
            raise Problem("conflict")
        if name == "answered refusal":
            return {"no": True}, 409
        return {"id": partner_id, "secret": "shown once"}, 201, {"Location": f"/t/partners/{partner_id}"}

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


def partners(house: House, company: Company) -> int:
    """How many partners the company has beside the one it began with."""
    with reading(house.db) as session:
        mine = select(func.count()).select_from(Partner).where(Partner.brand_id == company.brand_id)
        return (session.scalar(mine) or 0) - 1


def test_the_first_answer_comes_again_word_for_word(client: FlaskClient, house: House, ada: Company) -> None:
    headers = {**ada.bearer, "Idempotency-Key": "one"}
    first = client.post("/t/partners", json={"name": "Farm"}, headers=headers)
    again = client.post("/t/partners", json={"name": "Farm"}, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert first.headers["Location"] == again.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert partners(house, ada) == 1


def test_without_a_key_each_request_acts(client: FlaskClient, house: House, ada: Company) -> None:
    for _ in range(2):
        client.post("/t/partners", json={"name": "Farm"}, headers=ada.bearer)
    assert partners(house, ada) == 2


def test_the_same_key_with_another_body_is_refused(client: FlaskClient, house: House, ada: Company) -> None:
    headers = {**ada.bearer, "Idempotency-Key": "one"}
    client.post("/t/partners", json={"name": "Farm"}, headers=headers)
    other = client.post("/t/partners", json={"name": "Mill"}, headers=headers)
    assert other.status_code == 422
    assert other.json
    assert other.json["type"] == "/problems/key-reused"
    assert partners(house, ada) == 1


@pytest.mark.parametrize("name", ["late refusal", "answered refusal"])
def test_a_refused_request_leaves_nothing_and_may_be_tried_again(
    client: FlaskClient, house: House, ada: Company, name: str
) -> None:
    headers = {**ada.bearer, "Idempotency-Key": "one"}
    assert client.post("/t/partners", json={"name": name}, headers=headers).status_code == 409
    assert partners(house, ada) == 0
    assert client.post("/t/partners", json={"name": "Farm"}, headers=headers).status_code == 201


def test_two_callers_may_choose_the_same_key(
    client: FlaskClient, house: House, ada: Company, cleo: Company
) -> None:
    for company in (ada, cleo):
        client.post("/t/partners", json={"name": "Farm"}, headers={**company.bearer, "Idempotency-Key": "one"})
    assert partners(house, ada) == partners(house, cleo) == 1


def test_a_hundred_parallel_requests_have_one_effect_and_one_answer(
    app: APIFlask, house: House, ada: Company
) -> None:
    def post(_: int) -> tuple[int, bytes]:
        with app.test_client() as client:
            headers = {**ada.bearer, "Idempotency-Key": "one"}
            answer = client.post("/t/partners", json={"name": "Farm"}, headers=headers)
            return answer.status_code, answer.data

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(post, range(100)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert partners(house, ada) == 1


def test_a_form_carries_its_key_in_a_hidden_field(client: FlaskClient, house: House, ada: Company) -> None:
    """The token of the form may differ from page to page; what the person filled in may not."""
    for token in ("a", "b"):
        form = {"name": "Farm", "_key": "k1", "csrf_token": token}
        assert client.post("/t/partners", data=form, headers=ada.bearer).status_code == 201
    assert partners(house, ada) == 1
    other = client.post("/t/partners", data={"name": "Mill", "_key": "k1"}, headers=ada.bearer)
    assert other.status_code == 422


def test_a_stored_answer_does_not_show_its_secret(client: FlaskClient, house: House, ada: Company) -> None:
    client.post("/t/partners", json={"name": "Farm"}, headers={**ada.bearer, "Idempotency-Key": "one"})
    with reading(house.db) as session:
        (body,) = session.scalars(select(IdempotencyKey.body))
    assert body
    assert b"shown once" not in body


def test_after_a_day_the_answer_is_forgotten(
    client: FlaskClient, house: House, clock: Clock, ada: Company
) -> None:
    headers = {**ada.bearer, "Idempotency-Key": "one"}
    client.post("/t/partners", json={"name": "Farm"}, headers=headers)
    clock.passes(hours=23)
    with house.db.begin() as session:
        assert forget_old(session, clock()) == 0
    clock.passes(hours=1)
    assert client.post("/t/partners", json={"name": "Mill"}, headers=headers).status_code == 201
    with house.db.begin() as session:
        assert forget_old(session, clock() + timedelta(days=1)) == 1


@pytest.mark.parametrize("key", ["x" * 256, "käse", "a\tb"])
def test_a_key_that_is_no_key_is_refused(client: FlaskClient, ada: Company, key: str) -> None:
    headers = {**ada.bearer, "Idempotency-Key": key.encode().decode("latin-1")}
    assert client.post("/t/partners", json={"name": "Farm"}, headers=headers).status_code == 400
