"""Web push: sealed for one browser, without anything personal, and forgotten when the browser is gone."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from app import outbox
from app.care import notices
from app.care.browsers import MOST, Browser, SubscriptionRefused, subscribe, unsubscribe
from app.db import Db
from app.house import House
from app.models.care import PushSubscription
from app.models.shipments import Order, Outgoing, Shipment
from app.push_keys import public_key
from app.sealed import open_box
from app.settings import Settings
from tests.support.shop import BEN, ship


class Service(ThreadingHTTPServer):
    """A push service on loopback: it keeps what it was given and answers `status`."""

    status, after = 201, ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        if self.server.after:
            self.send_header("Retry-After", self.server.after)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Phone:
    """A browser's side of a subscription."""

    def __init__(self, service: Service) -> None:
        self._key, self._auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        form = serialization.PublicFormat.UncompressedPoint
        point = self._key.public_key().public_bytes(serialization.Encoding.X962, form)
        endpoint = f"http://127.0.0.1:{service.server_port}/push/{encoded(os.urandom(8))}"
        self.browser = Browser(endpoint, encoded(point), encoded(self._auth))

    def read(self, body: bytes) -> dict[str, str]:
        plain = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        told: dict[str, str] = json.loads(plain)
        return told


@pytest.fixture
def house(db: Db, now: datetime, tmp_path: Path) -> House:
    settings = Settings(home=tmp_path, allow_private_targets=True)
    return House(settings, db, lambda: now, tmp_path / "keys")


def listen(house: House, phone: Phone, language: str = "ar") -> None:
    with house.db.begin() as session:
        order = session.scalars(select(Order)).one()
        subscribe(session, open_box(house.keys), order, phone.browser, language, house.clock(), plain=True)


def tell(house: House, shipment: Shipment) -> Outgoing:
    with house.db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        assert notices.delay(session, shipment=row, reason="customs_duties", window=None, now=house.clock())
    outbox.send_due(house, "one", only=("push",))
    with house.db() as session:
        return session.scalars(select(Outgoing).where(Outgoing.channel == "push")).one()


def test_the_browser_alone_can_read_it_and_it_names_nobody(
    house: House, brand_id: str, now: datetime, service: Service
) -> None:
    shipment, phone = ship(house.db, brand_id, now), Phone(service)
    listen(house, phone)
    listen(house, phone)  # pressed twice
    assert tell(house, shipment).state == "sent"
    ((headers, body),) = service.got
    told = phone.read(body)
    assert told["title"] == "أخبار عن توصيلتك"
    assert (told["lang"], told["dir"]) == ("ar", "rtl")
    assert told["path"].startswith("/o/")
    for secret in (BEN.name or "", "ben@", "A-1001", "duties"):
        assert secret not in json.dumps(told)
    assert public_key(house.keys) in headers["authorization"]
    assert int(headers["ttl"]) > 0


@pytest.mark.parametrize(
    ("status", "state", "kept"), [(410, "failed", 0), (404, "failed", 0), (400, "failed", 1), (503, "waiting", 1)]
)
def test_the_services_answer_says_whether_to_try_again(
    house: House, brand_id: str, now: datetime, service: Service, status: int, state: str, kept: int
) -> None:
    shipment = ship(house.db, brand_id, now)
    listen(house, Phone(service))
    service.status = status
    row = tell(house, shipment)
    assert row.state == state
    assert str(status) in str(row.error)
    with house.db() as session:
        assert len(session.scalars(select(PushSubscription)).all()) == kept


def test_a_service_that_asks_for_patience_gets_it(
    house: House, brand_id: str, now: datetime, service: Service
) -> None:
    shipment = ship(house.db, brand_id, now)
    listen(house, Phone(service))
    service.status, service.after = 429, "1800"
    row = tell(house, shipment)
    assert (row.due_at - now).total_seconds() >= 1800


def test_an_address_inside_our_own_network_is_not_pushed_to(
    house: House, brand_id: str, now: datetime, service: Service
) -> None:
    shipment = ship(house.db, brand_id, now)
    listen(house, Phone(service))
    closed = House(Settings(home=house.settings.home), house.db, house.clock, house.keys)
    assert tell(closed, shipment).state == "failed"
    assert service.got == []


def test_who_stops_hears_nothing_more(house: House, brand_id: str, now: datetime, service: Service) -> None:
    shipment, phone = ship(house.db, brand_id, now), Phone(service)
    listen(house, phone)
    with house.db.begin() as session:
        order = session.scalars(select(Order)).one()
        unsubscribe(session, open_box(house.keys), order, phone.browser.endpoint)
        row = session.get_one(Shipment, shipment.id)
        assert notices.delay(session, shipment=row, reason="lost", window=None, now=now)
    outbox.send_due(house, "one", only=("push",))
    assert service.got == []


@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth", "field"),
    [
        ("ftp://a.example/x", "", "", "endpoint"),
        ("javascript:alert(1)", "", "", "endpoint"),
        ("https://a.example/" + "x" * 1000, "", "", "endpoint"),
        ("https://a.example/x", "AAAA", "A" * 22, "p256dh"),
        ("https://a.example/x", "B" * 87, "short", "auth"),
        ("https://a.example/x", "§", "A" * 22, "p256dh"),
    ],
)
def test_what_is_no_subscription_is_refused_with_the_field(
    house: House, brand_id: str, now: datetime, endpoint: str, p256dh: str, auth: str, field: str
) -> None:
    ship(house.db, brand_id, now)
    with house.db.begin() as session:
        order = session.scalars(select(Order)).one()
        with pytest.raises(SubscriptionRefused) as refused:
            subscribe(session, open_box(house.keys), order, Browser(endpoint, p256dh, auth), "en", now)
    assert refused.value.field == field


def test_one_order_is_followed_by_some_browsers_and_not_by_thousands(
    house: House, brand_id: str, now: datetime, service: Service
) -> None:
    ship(house.db, brand_id, now)
    for _ in range(MOST):
        listen(house, Phone(service))
    with pytest.raises(SubscriptionRefused, match="10 browsers"):
        listen(house, Phone(service))
