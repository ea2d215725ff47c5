"""Who gets in: people by password and session, machines by key, and nobody by chance."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask import Blueprint, Flask, jsonify, request
from flask.testing import FlaskClient
from sqlalchemy import select

from app.brands.keys import issue_key, revoke_key
from app.brands.people import disable_person
from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.models.brands import ApiKey, StaffSession
from app.settings import Settings
from app.web.auth import csrf_token, log_in, log_out, refuse_views_without_rule
from app.web.build import create_app
from app.web.context import caller
from app.web.rules import machine, public, staff
from tests.web.conftest import PASSWORD, Clock, Company


def doors() -> Blueprint:
    """Three doors of our own, so that this test knows what stands behind them."""
    door = Blueprint("door", __name__)

    @door.get("/t/desk")
    @staff("support")
    def desk() -> object:
        return {"role": caller().role, "token": csrf_token()}

    @door.post("/t/desk")
    @staff("support")
    def change() -> object:
        return {"changed": True}

    @door.get("/t/read")
    @machine("shipments:read", "support")
    def read() -> object:
        return {"brand": caller().brand_id}

    @door.post("/t/in")
    @public
    def enter() -> object:
        return jsonify(log_in(request.form["login"], request.form["password"]))

    @door.post("/t/out")
    @public
    def leave() -> object:
        log_out()
        return {}

    @door.get("/t/open")
    @public
    def anybody() -> object:
        return {}

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


def enter(client: FlaskClient, login: str = "support@ada.example", password: str = PASSWORD) -> object:
    answer = client.post("/t/in", data={"login": login, "password": password})
    return answer.json if answer.status_code == 200 else answer.status_code


def is_out(client: FlaskClient) -> bool:
    """A browser that may not see a page of staff is sent to the login, and back again after it."""
    answer = client.get("/t/desk?x=1")
    return answer.status_code == 303 and answer.headers["Location"] == "/login?next=/t/desk?x%3D1"


def test_a_view_without_a_rule_does_not_start(app: APIFlask) -> None:
    bare = Flask("bare")
    bare.add_url_rule("/x", "x", lambda: "x")
    with pytest.raises(LookupError, match="static, x"):
        refuse_views_without_rule(bare)


def test_a_person_logs_in_works_and_logs_out(client: FlaskClient, ada: Company) -> None:
    assert is_out(client)
    assert enter(client) is True
    answer = client.get("/t/desk")
    assert answer.json
    assert answer.json["role"] == "support"
    changed = client.post("/t/desk", data={"csrf_token": answer.json["token"]})
    assert changed.json == {"changed": True}
    client.post("/t/out")
    assert is_out(client)


def test_no_cookie_is_set_before_a_login(client: FlaskClient, ada: Company) -> None:
    for path in ("/t/open", "/t/desk", "/t/read", "/healthz", "/nowhere"):
        assert "Set-Cookie" not in client.get(path).headers
    enter(client, password="wrong")
    assert client.get_cookie("wayproof") is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient, ada: Company) -> None:
    answer = client.post("/t/in", data={"login": "support@ada.example", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("wayproof=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_belongs_to_this_host_alone(house: House, ada: Company) -> None:
    https = Settings(home=house.settings.home, base_url="https://proof.example")
    app = create_app(House(https, house.db, house.clock, house.keys))
    app.register_blueprint(doors())
    with app.test_client() as client:
        form = {"login": "support@ada.example", "password": PASSWORD}
        answer = client.post("/t/in", data=form, base_url="https://proof.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-wayproof=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"]


def test_the_database_holds_no_token_that_opens_a_session(client: FlaskClient, house: House, ada: Company) -> None:
    enter(client)
    token = client.get_cookie("wayproof").value  # type: ignore[union-attr]
    with reading(house.db) as session:
        stored = session.scalars(select(StaffSession.id)).all()
    assert len(stored) == 1
    assert token not in stored[0]


def test_a_session_planted_before_the_login_is_worth_nothing_after_it(client: FlaskClient, ada: Company) -> None:
    enter(client)
    before = client.get_cookie("wayproof").value  # type: ignore[union-attr]
    enter(client)
    after = client.get_cookie("wayproof").value  # type: ignore[union-attr]
    assert before != after
    client.set_cookie("wayproof", before)
    assert is_out(client)


def test_a_session_ends_when_idle_and_at_the_end_of_the_day(
    client: FlaskClient, clock: Clock, ada: Company
) -> None:
    enter(client)
    for _ in range(24):
        clock.passes(minutes=29)
        assert client.get("/t/desk").status_code == 200
    clock.passes(minutes=29)
    assert is_out(client)  # 12 h 5 min
    enter(client)
    clock.passes(minutes=31)
    assert is_out(client)


def test_a_disabled_person_is_out_at_once(client: FlaskClient, house: House, ada: Company) -> None:
    enter(client)
    with house.db.begin() as session:
        disable_person(session, brand_of(session, ada.brand_id), ada.people["support"], house.clock())
    assert is_out(client)
    assert enter(client) is False


def test_a_wrong_role_is_refused_and_the_owner_passes(client: FlaskClient, ada: Company) -> None:
    enter(client, "warehouse@ada.example")
    assert client.get("/t/desk").status_code == 403
    enter(client, "owner@ada.example")
    assert client.get("/t/desk").status_code == 200


def test_a_form_without_its_token_or_from_another_site_is_refused(client: FlaskClient, ada: Company) -> None:
    enter(client)
    token = client.get("/t/desk").json["token"]  # type: ignore[index]
    assert client.post("/t/desk").status_code == 403
    assert client.post("/t/desk", data={"csrf_token": "guess"}).status_code == 403
    form = {"csrf_token": token}
    assert client.post("/t/desk", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post("/t/desk", data=form, headers={"Origin": "null"}).status_code == 403
    assert client.post("/t/desk", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/t/desk", headers={"X-CSRF-Token": token, "Origin": "http://localhost"}).status_code == 200


def test_another_site_cannot_log_somebody_in(client: FlaskClient, ada: Company) -> None:
    form = {"login": "support@ada.example", "password": PASSWORD}
    assert client.post("/t/in", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("login", ["support@ada.example", "nobody@ada.example", "", "x" * 500])
def test_wrong_login_and_wrong_password_look_the_same(client: FlaskClient, ada: Company, login: str) -> None:
    answer = client.post("/t/in", data={"login": login, "password": "wrong"})
    assert (answer.status_code, answer.json) == (200, False)


def test_guessing_is_slowed_down_and_the_right_password_waits_too(
    client: FlaskClient, clock: Clock, ada: Company
) -> None:
    assert [enter(client, password="guess") for _ in range(5)] == [False] * 5
    answer = client.post("/t/in", data={"login": "support@ada.example", "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    clock.passes(seconds=1)
    assert enter(client) is True


def test_a_key_opens_its_scope_and_no_other(client: FlaskClient, ada: Company) -> None:
    good = client.get("/t/read", headers={"Authorization": f"Bearer {ada.keys['shipments:read']}"})
    assert good.json == {"brand": ada.brand_id}
    other = client.get("/t/read", headers={"Authorization": f"Bearer {ada.keys['ledger:read']}"})
    assert other.status_code == 403
    assert other.json
    assert "shipments:read" in other.json["detail"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer x",
        "Basic dTpw",
        "Bearer wp_000000000000_" + "A" * 43,
        "Bearer wp_'--_x",
        "Bearer " + "x" * 5000,
    ],
)
def test_no_key_or_a_wrong_one_is_asked_for_a_key(client: FlaskClient, ada: Company, header: str) -> None:
    answer = client.get("/t/read", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"


def test_the_right_prefix_with_a_wrong_secret_opens_nothing(client: FlaskClient, ada: Company) -> None:
    prefix, last = ada.key[:-1], ada.key[-1]
    wrong = prefix + ("A" if last != "A" else "B")
    assert client.get("/t/read", headers={"Authorization": f"Bearer {wrong}"}).status_code == 401


def test_a_revoked_or_expired_key_opens_nothing(
    client: FlaskClient, house: House, clock: Clock, ada: Company
) -> None:
    ends_at = clock() + timedelta(hours=1)
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        scopes = ("shipments:read",)
        short = issue_key(session, brand, name="short", scopes=scopes, now=clock(), expires_at=ends_at)
        shut = issue_key(session, brand, name="shut", scopes=scopes, now=clock())
        assert revoke_key(session, brand, shut.key_id, clock())
        assert not revoke_key(session, brand, shut.key_id, clock())
    assert client.get("/t/read", headers={"Authorization": f"Bearer {shut.text}"}).status_code == 401
    assert client.get("/t/read", headers={"Authorization": f"Bearer {short.text}"}).status_code == 200
    clock.passes(hours=1)
    assert client.get("/t/read", headers={"Authorization": f"Bearer {short.text}"}).status_code == 401


def test_the_key_itself_is_nowhere_in_the_database(house: House, ada: Company) -> None:
    with reading(house.db) as session:
        for row in session.scalars(select(ApiKey)):
            assert all(ada.key[16:] not in str(value) for value in vars(row).values())


def test_the_last_use_is_noted_at_most_once_a_minute(
    client: FlaskClient, house: House, clock: Clock, ada: Company
) -> None:
    first = clock()
    for _ in range(3):
        client.get("/t/read", headers=ada.bearer)
        clock.passes(seconds=20)
    assert last_use(house, ada) == first
    clock.passes(seconds=20)
    client.get("/t/read", headers=ada.bearer)
    assert last_use(house, ada) == first + timedelta(seconds=80)


def last_use(house: House, company: Company) -> object:
    with reading(house.db) as session:
        prefix = company.key.split("_")[1]
        return session.scalar(select(ApiKey.last_used_at).where(ApiKey.prefix == prefix))


def test_a_person_may_use_an_api_route_that_names_the_role(client: FlaskClient, ada: Company) -> None:
    enter(client)
    assert client.get("/t/read").json == {"brand": ada.brand_id}


def test_a_public_page_asks_the_database_nothing(
    client: FlaskClient, house: House, ada: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client)  # with a cookie
    house.db.kw["bind"].dispose()
    monkeypatch.setattr(house.db.kw["bind"], "connect", None)
    assert client.get("/t/open").status_code == 200
