"""Subscriptions to a kept query, over HTTP and over a real socket to the subscriber."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.brands.tenants import brand_of, signer_of
from app.channels import subscription
from app.db import Db
from app.epcis.schedule import BadSchedule, parse
from app.house import House
from app.settings import Settings
from ledger.integrator import integrate_due
from ledger.publisher import publish_due
from tests.support.receiver import Message, Receiver, receiver
from tests.web.conftest import Clock, Company
from tests.web.test_epcis_api import bare

TOKEN = "between us"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(home=tmp_path, database_url=database_url, demo=False, allow_private_targets=True)


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as here:
        here.status = 200
        yield here


@pytest.fixture
def kept(client: FlaskClient, ada: Company) -> str:
    query = {"name": "shipped", "query": {"EQ_bizStep": ["shipping"], "GE_quantity": 1}}
    assert client.post("/epcis/queries", json=query, headers=ada.bearer).status_code == 201
    return "/epcis/queries/shipped/subscriptions"


def subscribed(client: FlaskClient, ada: Company, kept: str, url: str, **controls: Any) -> str:
    body = {"dest": url, "signatureToken": TOKEN, **(controls or {"stream": True})}
    answer = client.post(kept, json=body, headers=ada.bearer)
    assert answer.status_code == 201, answer.json
    assert TOKEN not in answer.text
    location: str = answer.headers["Location"]
    return location


def send(client: FlaskClient, ada: Company, house: House, *numbers: int, **changes: Any) -> None:
    for number in numbers:
        quantity = [{"epcClass": "https://id.gs1.org/01/09521234543213/10/L1", "quantity": number}]
        event = bare(number, quantityList=quantity, **changes)
        assert client.post("/epcis/events", json=event, headers=ada.bearer).status_code == 201
    settle(house, ada)


def settle(house: House, ada: Company) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
    integrate_due(house.db, brand.log_id, owner="test", clock=house.clock)
    publish_due(house.db, brand.log_id, signer_of(house.keys, brand), house.clock())


def events(message: Message) -> list[int]:
    results = json.loads(message.body)["epcisBody"]["queryResults"]
    return [each["quantityList"][0]["quantity"] for each in results["resultsBody"]["eventList"]]


def test_a_stream_tells_each_event_once_in_order_and_signed(
    client: FlaskClient, ada: Company, house: House, kept: str, there: Receiver
) -> None:
    send(client, ada, house, 1)  # before the subscription
    location = subscribed(client, ada, kept, there.url)
    send(client, ada, house, 2, 3)
    send(client, ada, house, 4, bizStep="receiving")
    assert subscription.tell_due(house) == 1
    assert subscription.tell_due(house) == 0
    (message,) = there.accepted
    assert events(message) == [2, 3]
    signature = hmac.new(TOKEN.encode(), message.body, hashlib.sha256).hexdigest()
    assert message.headers["gs1-signature"] == f"sha256={signature}"
    said = json.loads(message.body)["epcisBody"]["queryResults"]
    assert (said["queryName"], said["subscriptionID"]) == ("shipped", location.rpartition("/")[2])
    assert client.get(location, headers=ada.bearer).json["lastNotifiedAt"]  # type: ignore[index]


def test_a_subscriber_moves_on_with_its_answer_alone(
    client: FlaskClient, ada: Company, house: House, clock: Clock, kept: str, there: Receiver
) -> None:
    subscribed(client, ada, kept, there.url)
    there.status = 500
    send(client, ada, house, 1)
    assert subscription.tell_due(house) == 0
    assert subscription.tell_due(house) == 0  # it is left alone for a while
    send(client, ada, house, 2)
    there.status = 200
    clock.passes(minutes=1)
    assert subscription.tell_due(house) == 1
    assert [events(each) for each in there.accepted] == [[1, 2]]
    begins = [each.headers["wayproof-delivery"].split("-")[1] for each in there.came]
    assert begins[0] == begins[-1]


def test_a_subscriber_that_wants_less_at_once_gets_less(
    client: FlaskClient, ada: Company, house: House, kept: str, there: Receiver
) -> None:
    subscribed(client, ada, kept, there.url)
    send(client, ada, house, 1, 2, 3, 4)
    there.status = 413
    subscription.tell_due(house)
    there.status = 200
    while subscription.tell_due(house):
        pass
    assert [events(each) for each in there.accepted] == [[1, 2], [3, 4]]


def test_options_of_a_subscription_tell_from_when_it_is_told_and_nothing_of_events(
    client: FlaskClient, ada: Company, kept: str, there: Receiver
) -> None:
    told = client.options(subscribed(client, ada, kept, there.url, stream=True), headers=ada.bearer)
    assert (told.status_code, told.headers["Allow"]) == (204, "OPTIONS, GET, DELETE")
    assert told.headers["GS1-Query-Min-Record-Time"].endswith("Z")
    assert not {"GS1-EPC-Format", "GS1-CBV-XML-Format", "GS1-CBV-Min"} & set(told.headers.keys())
    assert client.options(f"{kept}/none", headers=ada.bearer).status_code == 404


def test_a_schedule_tells_at_its_time_and_of_nothing_only_when_asked(
    client: FlaskClient, ada: Company, house: House, clock: Clock, kept: str, there: Receiver
) -> None:
    subscribed(client, ada, kept, there.url, schedule={"second": "0", "minute": "0"}, reportIfEmpty=True)
    send(client, ada, house, 1, 2)
    assert subscription.tell_due(house) == 0
    clock.passes(hours=1)
    assert subscription.tell_due(house) == 1
    assert subscription.tell_due(house) == 0
    clock.passes(hours=1)
    assert subscription.tell_due(house) == 1
    assert [events(each) for each in there.accepted] == [[1, 2], []]


def test_the_past_is_told_from_the_initial_record_time_on(
    client: FlaskClient, ada: Company, house: House, clock: Clock, kept: str, there: Receiver
) -> None:
    send(client, ada, house, 1)
    clock.passes(hours=1)
    since = clock.at.isoformat()
    send(client, ada, house, 2)
    subscribed(client, ada, kept, there.url, stream=True, initialRecordTime=since)
    assert subscription.tell_due(house) == 1
    assert events(there.accepted[0]) == [2]


def test_after_three_days_without_an_answer_a_person_must_look(
    client: FlaskClient, ada: Company, house: House, clock: Clock, db: Db, kept: str, there: Receiver
) -> None:
    subscribed(client, ada, kept, there.url)
    send(client, ada, house, 1)
    there.status = 500
    for _ in range(80):
        subscription.tell_due(house)
        clock.passes(hours=1)
    assert len(there.came) < 80
    with db() as session:
        cases = (
            session.connection().exec_driver_sql("SELECT subject FROM support_case WHERE kind = 'webhook'").all()
        )
    assert len(cases) == 1


@pytest.mark.parametrize(
    ("controls", "field"),
    [
        ({}, "/stream"),
        ({"stream": True, "schedule": {"hour": "1"}}, "/stream"),
        ({"stream": "yes"}, "/stream"),
        ({"schedule": {"hour": "24"}}, "/schedule/hour"),
        ({"schedule": {"week": "1"}}, "/schedule/week"),
        ({"schedule": {"dayOfMonth": "31", "month": "2"}}, "/schedule/dayOfMonth"),
        ({"stream": True, "initialRecordTime": "today"}, "/initialRecordTime"),
        ({"stream": True, "signatureToken": 5}, "/signatureToken"),
        ({"stream": True, "reportIfEmpty": 1}, "/reportIfEmpty"),
        ({"stream": True, "color": "red"}, "/color"),
        ({"stream": True, "dest": "ftp://mill.example/x"}, "/dest"),
        ({"stream": True, "dest": 7}, "/dest"),
    ],
)
def test_wrong_controls_are_refused_by_name(
    client: FlaskClient, ada: Company, kept: str, controls: dict[str, Any], field: str
) -> None:
    answer = client.post(kept, json={"dest": "https://mill.example/told", **controls}, headers=ada.bearer)
    problem: Any = answer.json
    assert (answer.status_code, problem["type"]) == (400, "epcisException:SubscriptionControlsException")
    assert [each["pointer"] for each in problem["errors"]] == [field]


@pytest.mark.parametrize(
    "dest", ["https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/x", "http://mill.example/x"]
)
def test_a_private_or_open_address_is_no_subscriber(
    client: FlaskClient, ada: Company, house: House, kept: str, dest: str
) -> None:
    object.__setattr__(house.settings, "allow_private_targets", False)
    answer = client.post(kept, json={"dest": dest, "stream": True}, headers=ada.bearer)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (400, "/dest")  # type: ignore[index]


def test_ended_subscriptions_and_those_of_forgotten_queries_are_gone(
    client: FlaskClient, ada: Company, house: House, kept: str, there: Receiver
) -> None:
    first, second = (subscribed(client, ada, kept, there.url) for _ in range(2))
    assert client.delete(first, headers=ada.bearer).status_code == 204
    assert client.get(first, headers=ada.bearer).status_code == 404
    assert len(client.get(kept, headers=ada.bearer).json) == 1  # type: ignore[arg-type]
    assert client.delete("/epcis/queries/shipped", headers=ada.bearer).status_code == 204
    send(client, ada, house, 1)
    assert subscription.tell_due(house) == 0
    assert client.get(second, headers=ada.bearer).status_code == 404


@pytest.mark.parametrize(
    ("schedule", "next_at"),
    [
        ({"second": "30"}, "2026-03-01T09:00:30"),
        ({"second": "0", "minute": "0,30"}, "2026-03-01T09:30:00"),
        ({"second": "0", "minute": "15", "hour": "[1-3]"}, "2026-03-02T01:15:00"),
        ({"second": "0", "minute": "0", "hour": "6", "dayOfWeek": "1"}, "2026-03-02T06:00:00"),
        ({"second": "0", "minute": "0", "hour": "0", "dayOfMonth": "29", "month": "2"}, "2028-02-29T00:00:00"),
    ],
)
def test_the_next_moment_of_a_schedule(schedule: dict[str, str], next_at: str) -> None:
    at = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)
    assert parse(schedule).after(at).isoformat() == f"{next_at}+00:00"


@pytest.mark.parametrize(
    "schedule", [{}, [], {"hour": 5}, {"hour": "[5-3]"}, {"second": "1," * 300}, {"hour": ""}]
)
def test_a_schedule_that_names_no_moment_is_refused(schedule: Any) -> None:
    with pytest.raises(BadSchedule):
        parse(schedule)
