"""Chat and SMS by Apprise, here its json:// to a server on loopback; addresses rest sealed."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from app import outbox
from app.brands.tenants import brand_of
from app.care import notices, preferences
from app.care.contacts import ContactRefused, end_channel, set_channel, set_contacts
from app.db import Db
from app.house import House
from app.models.care import ChatChannel
from app.models.shipments import Customer, Outgoing, Shipment, Unsubscribe
from app.sealed import open_box
from app.settings import Settings
from tests.support.shop import ship


class Service(ThreadingHTTPServer):
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[str, dict[str, str]]] = []


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
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


@pytest.fixture
def house(db: Db, now: datetime, tmp_path: Path) -> House:
    return House(Settings(home=tmp_path), db, lambda: now, tmp_path / "keys")


@pytest.fixture
def shipment(house: House, brand_id: str, now: datetime, service: Service) -> Shipment:
    """Ben's, who asked to be told by SMS too."""
    made = ship(house.db, brand_id, now)
    with house.db.begin() as session:
        url = f"json://:token@127.0.0.1:{service.server_port}/send/{{to}}"
        set_channel(session, open_box(house.keys), brand_of(session, brand_id), "sms", url, now)
        session.flush()
        set_contacts(session, session.scalars(select(Customer)).one(), {"sms": "+31 6 55501420"}, now)
    return made


def tell(house: House, shipment: Shipment, reason: str = "customs_duties") -> None:
    with house.db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        assert notices.delay(session, shipment=row, reason=reason, window=None, now=house.clock())
    outbox.send_due(house, "one", only=("chat",))


def states(house: House) -> list[str]:
    with house.db() as session:
        return list(session.scalars(select(Outgoing.state).where(Outgoing.channel == "chat")))


def test_a_short_message_goes_to_the_service_with_the_recipient_in_its_place(
    house: House, shipment: Shipment, service: Service
) -> None:
    tell(house, shipment)
    ((path, body),) = service.got
    assert unquote(path) == "/send/+31 6 55501420"
    assert body["title"] == "Your order A-1001 will arrive later than planned"
    first, second, page, stop = body["message"].splitlines()
    assert first == "Customs holds your parcel until duties are paid."
    assert second == "We do not know a new date yet."
    assert "/o/" in page
    assert "/u/" in stop
    assert states(house) == ["sent"]


def test_a_service_that_refuses_is_tried_again(house: House, shipment: Shipment, service: Service) -> None:
    service.status = 500
    tell(house, shipment)
    assert states(house) == ["waiting"]


def test_who_stops_sms_still_gets_mails(house: House, shipment: Shipment, service: Service, now: datetime) -> None:
    with house.db.begin() as session:
        customer = session.scalars(select(Customer)).one()
        token = preferences.unsubscribe_token(session, customer, "sms", now)
        session.flush()
        preferences.withdraw(session, session.get_one(Unsubscribe, token), now)
    tell(house, shipment)
    assert service.got == []
    with house.db() as session:
        assert session.scalars(select(Outgoing.channel)).all() == ["email"]


def test_the_address_of_the_service_rests_sealed(house: House, shipment: Shipment) -> None:
    with house.db() as session:
        sealed = session.scalars(select(ChatChannel.sealed)).one()
    assert b"token" not in sealed


def test_a_closed_channel_is_over_for_what_waits_too(
    house: House, shipment: Shipment, brand_id: str, service: Service
) -> None:
    service.status = 500
    tell(house, shipment)
    with house.db.begin() as session:
        assert end_channel(session, brand_of(session, brand_id), "sms")
        assert not end_channel(session, brand_of(session, brand_id), "sms")
    service.got.clear()
    tell(house, shipment, "lost")
    assert service.got == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"telegram": "1"}, "there is no channel telegram"),
        ({"sms": "\r\nx"}, "must be a number"),
        ({"sms": ""}, "must"),
    ],
)
def test_what_is_no_contact_is_refused(
    house: House, shipment: Shipment, given: dict[str, str], sentence: str, now: datetime
) -> None:
    with house.db.begin() as session:
        customer = session.scalars(select(Customer)).one()
        with pytest.raises(ContactRefused, match=sentence):
            set_contacts(session, customer, given, now)


@pytest.mark.parametrize(
    ("name", "url"), [("email", "json://x/{to}"), ("S M S", "json://x/{to}"), ("sms", "json://x")]
)
def test_what_is_no_channel_is_refused(house: House, brand_id: str, now: datetime, name: str, url: str) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        with pytest.raises(ContactRefused):
            set_channel(session, open_box(house.keys), brand, name, url, now)
