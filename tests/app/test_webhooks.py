"""An endpoint hears of every entry that it chose: once, in order for each order, whatever fails on the way."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app import outbox, work
from app.brands.erasure import erase_customer
from app.brands.tenants import brand_of, create_brand
from app.db import Db, reading
from app.hooks import endpoints, messages, queue, topics
from app.house import House
from app.models.hooks import WebhookDelivery, WebhookEndpoint
from app.models.shipments import Case, Customer, Outgoing, Shipment
from app.sealed import open_box
from app.settings import Settings
from app.shipping.promises import state_promise
from ledger.integrator import integrate_due
from tests.support.receiver import Message, Receiver, receiver
from tests.support.shop import ship


@pytest.fixture
def house(db: Db, tmp_path: Path, now: datetime) -> House:
    (tmp_path / "keys").mkdir(mode=0o700)
    return House(Settings(home=tmp_path, allow_private_targets=True), db, lambda: now, tmp_path / "keys")


@pytest.fixture
def ada(house: House) -> str:
    return create_brand(house.db, house.keys, name="Ada Tea", slug="ada", now=house.clock())


@pytest.fixture
def far() -> Iterator[Receiver]:
    with receiver() as server:
        yield server


def listen(house: House, brand_id: str, far: Receiver, *chosen: str) -> tuple[str, str]:
    """An endpoint for all that is recorded from now on; its id and secret."""
    grow(house, brand_id)
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        endpoint, secret = endpoints.add(
            session,
            open_box(house.keys),
            brand,
            name="shop",
            url=far.url,
            chosen=chosen,
            allow_private=True,
            now=house.clock(),
        )
    return endpoint.id, secret


def grow(house: House, brand_id: str) -> None:
    with reading(house.db) as session:
        log_id = brand_of(session, brand_id).log_id
    while integrate_due(house.db, log_id, owner="test", clock=house.clock):
        pass


def tell(house: House, brand_id: str) -> None:
    """What the worker does until nothing is left to do now."""
    grow(house, brand_id)
    while work.tell_endpoints(house, "one"):
        pass


def later(house: House, **by: float) -> House:
    at = house.clock() + timedelta(**by)
    return dataclasses.replace(house, clock=lambda: at)


def promise(house: House, shipment: Shipment, *days: int) -> None:
    for day in days:
        with house.db.begin() as session:
            row = session.get_one(Shipment, shipment.id)
            window = (date(2026, 3, day), date(2026, 3, day + 1))
            state_promise(session, row, window, source="brand", now=house.clock())


def types(messages: list[Message]) -> list[str]:
    return [each.event["type"] for each in messages]


def deliveries(house: House) -> list[WebhookDelivery]:
    with reading(house.db) as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.number)))


def endpoint_of(house: House) -> WebhookEndpoint:
    with reading(house.db) as session:
        return session.scalars(select(WebhookEndpoint)).one()


def test_what_is_recorded_is_told_signed_and_once(house: House, ada: str, far: Receiver) -> None:
    _, secret = listen(house, ada, far)
    shipment = ship(house.db, ada, house.clock())
    tell(house, ada)
    tell(house, ada)
    placed, promised = far.accepted
    assert types(far.accepted) == ["wayproof.shipping.order.placed", "wayproof.shipping.promise.made"]
    assert placed.signed_with(secret)
    assert promised.signed_with(secret)
    assert placed.event["data"]["order_number"] == promised.event["data"]["order_number"] == "A-1001"
    assert promised.event["data"]["shipment"] == shipment.id
    assert promised.id == promised.event["id"]
    assert promised.headers["content-type"] == "application/cloudevents+json"


def test_no_personal_data_leaves(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far)
    ship(house.db, ada, house.clock())
    tell(house, ada)
    said = b"".join(each.body for each in far.accepted).decode()
    for secret in ("Ben", "ben@example.org", "555 0142", "Prinsengracht", "1Z999AA1"):
        assert secret not in said


def test_an_endpoint_hears_only_of_what_it_chose(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far, "shipping:promise:made")
    ship(house.db, ada, house.clock())
    tell(house, ada)
    assert types(far.accepted) == ["wayproof.shipping.promise.made"]


def test_what_was_recorded_before_is_not_told(house: House, ada: str, far: Receiver) -> None:
    ship(house.db, ada, house.clock())
    listen(house, ada, far)
    tell(house, ada)
    assert far.came == []


def test_another_brands_entries_are_not_told(house: House, ada: str, far: Receiver) -> None:
    cleo = create_brand(house.db, house.keys, name="Cleo", slug="cleo", now=house.clock())
    listen(house, ada, far)
    ship(house.db, cleo, house.clock())
    grow(house, cleo)
    tell(house, ada)
    assert far.came == []


def test_looks_at_personal_data_and_keys_are_no_topics() -> None:
    assert "support:personal:revealed" not in topics.TYPES
    assert not any(each.startswith(("brands:", "ledger:", "partner:")) for each in topics.TYPES)
    with pytest.raises(ValueError, match="no topic"):
        topics.checked(["brands:key:issued"])


def test_a_receiver_that_fails_for_six_hours_gets_everything_in_order(
    house: House, ada: str, far: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 10)
    listen(house, ada, far)
    shipments = [ship(house.db, ada, house.clock(), number=f"A-{n}") for n in range(15)]
    far.status = 503
    tell(house, ada)
    for minutes in range(20, 360, 20):
        tell(later(house, minutes=minutes), ada)
    for shipment in shipments:
        promise(house, shipment, 8, 9)
    assert far.accepted == []
    assert len(far.came) < 100  # left alone while it is down, not called for each of 15 orders at each pause
    far.status = 204
    for hours in range(6, 73):
        tell(later(house, hours=hours), ada)
    assert len(far.accepted) == 15 * 4
    assert len({each.id for each in far.accepted}) == 15 * 4
    told: dict[str, list[int]] = {}
    for message in far.accepted:
        told.setdefault(message.event["subject"], []).append(message.event["logindex"])
    assert all(places == sorted(places) for places in told.values())
    assert {len(places) for places in told.values()} == {4}
    tried = {each.id for each in far.came if each not in far.accepted}
    assert tried <= {each.id for each in far.accepted}  # tried again under the id of the first time


def test_everything_arrives_within_an_hour_of_the_end_of_an_outage(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far)
    ship(house.db, ada, house.clock())
    far.status = 500
    for minutes in range(0, 360, 10):
        tell(later(house, minutes=minutes), ada)
    for number in range(20):
        ship(house.db, ada, house.clock(), number=f"B-{number}")
    tell(later(house, minutes=360), ada)
    far.status = 204
    for minutes in range(361, 361 + 61):
        tell(later(house, minutes=minutes), ada)
    assert len(far.accepted) >= 40


def test_a_message_that_is_refused_holds_up_its_own_order_only(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far)
    ship(house.db, ada, house.clock(), number="A-1")
    far.status = 400
    tell(house, ada)
    far.status = 204
    ship(house.db, ada, house.clock(), number="A-2")
    tell(house, ada)
    assert [each.event["data"]["order_number"] for each in far.accepted] == ["A-2", "A-2"]
    states = [each.state for each in deliveries(house)]
    assert states == ["waiting", "queued", "sent", "sent"]


def test_a_message_is_tried_ten_times_in_three_days_and_then_waits_for_a_person(
    house: House, ada: str, far: Receiver
) -> None:
    id_, _ = listen(house, ada, far, "shipping:order:placed")
    ship(house.db, ada, house.clock(), number="A-1")
    far.status = 422
    at = house
    for hours in range(0, 78, 2):
        at = later(house, hours=hours)
        tell(at, ada)
        far.status = 204
        ship(house.db, ada, at.clock(), number=f"B-{hours}")  # the endpoint itself is well
        tell(at, ada)
        far.status = 422
    (dead,) = [each for each in deliveries(house) if each.state == "dead"]
    assert (dead.tries, dead.error) == (10, "answered 422")
    assert endpoint_of(house).state == "on"
    far.status = 204
    before = len(far.accepted)
    with house.db.begin() as session:
        queue.redeliver(session, queue.get(session, id_, dead.id), at.clock())  # type: ignore[arg-type]
    tell(at, ada)
    (again,) = far.accepted[before:]
    assert again.event["data"]["order_number"] == "A-1"
    assert again.id in {each.id for each in far.came[:3]}


def test_what_was_given_up_goes_again_all_at_once(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far)
    ship(house.db, ada, house.clock())
    tell(house, ada)
    with house.db.begin() as session:
        session.execute(update(WebhookDelivery).values(state="dead"))
        endpoint = session.scalars(select(WebhookEndpoint)).one()
        assert queue.redeliver_dead(session, endpoint, house.clock()) == 2
    tell(house, ada)
    assert [each.id for each in far.accepted[:2]] == [each.id for each in far.accepted[2:]]


def test_an_endpoint_that_fails_for_three_days_is_switched_off_and_loses_nothing(
    house: House, ada: str, far: Receiver
) -> None:
    listen(house, ada, far)
    ship(house.db, ada, house.clock())
    far.status = 500
    for hours in range(80):
        tell(later(house, hours=hours), ada)
    assert endpoint_of(house).state == "failing"
    with reading(house.db) as session:
        (case,) = session.scalars(select(Case).where(Case.kind == "webhook"))
    assert case.facts["said"] == "answered 500"
    calls = len(far.came)
    tell(later(house, hours=90), ada)
    assert len(far.came) == calls
    far.status = 204
    on = later(house, hours=100)
    with house.db.begin() as session:
        endpoint = session.scalars(select(WebhookEndpoint)).one()
        endpoints.switch(session, brand_of(session, ada), endpoint, on=True, now=on.clock())
    tell(on, ada)
    told = [each for each in types(far.accepted) if ".shipping." in each]
    assert told == ["wayproof.shipping.order.placed", "wayproof.shipping.promise.made"]
    with reading(house.db) as session:
        assert session.scalars(select(Case).where(Case.kind == "webhook")).one().closed_at


def test_an_endpoint_that_says_gone_is_called_no_more(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far)
    ship(house.db, ada, house.clock())
    far.status = 410
    tell(house, ada)
    tell(later(house, hours=1), ada)
    assert len(far.came) == 1
    assert endpoint_of(house).state == "failing"


def test_a_receiver_that_asks_for_patience_gets_it(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far, "shipping:order:placed")
    ship(house.db, ada, house.clock())
    far.status, far.headers = 429, {"Retry-After": "1800"}
    tell(house, ada)
    tell(later(house, minutes=29), ada)
    assert len(far.came) == 1
    tell(later(house, minutes=31), ada)
    assert len(far.came) == 2


def test_two_secrets_sign_for_a_day_and_then_one(house: House, ada: str, far: Receiver) -> None:
    _, old = listen(house, ada, far)
    with house.db.begin() as session:
        endpoint = session.scalars(select(WebhookEndpoint)).one()
        fresh = endpoints.rotate(session, open_box(house.keys), endpoint, house.clock())
        assert fresh.encode() not in endpoint.secret
    ship(house.db, ada, house.clock())
    tell(house, ada)
    assert far.accepted[0].signed_with(old)
    assert far.accepted[0].signed_with(fresh)
    ship(house.db, ada, house.clock(), number="A-2")
    tell(later(house, hours=25), ada)
    assert far.accepted[-1].signed_with(fresh)
    assert not far.accepted[-1].signed_with(old)


def test_a_test_is_marked_as_a_sample(house: House, ada: str, far: Receiver) -> None:
    _, secret = listen(house, ada, far)
    with house.db.begin() as session:
        queue.test(session, session.scalars(select(WebhookEndpoint)).one(), house.clock())
    tell(house, ada)
    (sample,) = far.accepted
    assert sample.event["sample"] is True
    assert sample.event["data"] == messages.SAMPLE
    assert sample.signed_with(secret)


def test_an_erased_order_number_leaves_the_messages_too(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far)
    ship(house.db, ada, house.clock())
    grow(house, ada)
    with reading(house.db) as session:
        customer_id = session.scalars(select(Customer.id)).one()
    erase_customer(house.db, house.keys, ada, customer_id, reason="asked", by="system", clock=house.clock)
    tell(house, ada)
    assert far.accepted
    assert all("order_number" not in each.event["data"] for each in far.accepted)


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "https://u:p@a.example/", "https://10.0.0.1/", "http://a.example/"]
)
def test_an_address_that_can_not_be_right_is_refused_at_once(house: House, ada: str, url: str) -> None:
    with house.db.begin() as session, pytest.raises(endpoints.EndpointRefused) as refused:
        endpoints.add(
            session,
            open_box(house.keys),
            brand_of(session, ada),
            name="x",
            url=url,
            chosen=(),
            allow_private=False,
            now=house.clock(),
        )
    assert refused.value.field == "url"


def test_a_removed_endpoint_leaves_nothing_behind(house: House, ada: str, far: Receiver) -> None:
    listen(house, ada, far)
    ship(house.db, ada, house.clock())
    far.status = 500
    tell(house, ada)
    with house.db.begin() as session:
        endpoint = session.scalars(select(WebhookEndpoint)).one()
        endpoints.remove(session, brand_of(session, ada), endpoint, house.clock())
    tell(later(house, hours=5), ada)
    assert deliveries(house) == []
    with reading(house.db) as session:
        assert session.scalars(select(Outgoing)).all() == []


_SENDER = """
import dataclasses, sys
from app.house import open_house
from app.settings import load
from app import work
house = open_house(load(home=sys.argv[1], database_url=sys.argv[2], allow_private_targets=True))
print("ready", flush=True)
work.tell_endpoints(house, "doomed")
"""


def test_a_worker_killed_in_mid_send_loses_no_message(
    house: House, ada: str, far: Receiver, database_url: str, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    house = dataclasses.replace(house, clock=lambda: now)
    listen(house, ada, far)
    for number in range(5):
        ship(house.db, ada, now, number=f"A-{number}")
    grow(house, ada)
    far.pause.set()  # the receiver has the message and does not answer yet
    worker = subprocess.Popen(
        [sys.executable, "-c", _SENDER, str(tmp_path), database_url],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not far.came:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    far.pause.clear()
    with house.db.begin() as session:
        session.execute(update(Outgoing).values(claimed_until=datetime(2020, 1, 1, tzinfo=UTC)))
    tell(later(house, minutes=5), ada)
    assert all(each.state == "sent" for each in deliveries(house))
    assert len({each.id for each in far.accepted}) == 10
    assert far.came[0].id in {each.id for each in far.accepted[1:]}  # sent again, under its id
    assert outbox.send_due(later(house, hours=1), "one") == 0
    assert json.loads(far.came[0].body)["id"] == far.came[0].id
