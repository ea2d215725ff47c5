"""Marketing: only to who agreed, twice a week at most, never by night, and ended by the same link."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import outbox
from app.care import follow_up, notices, preferences
from app.channels import email
from app.db import Db
from app.house import House
from app.models.shipments import Customer, Notice, Shipment, Unsubscribe
from app.settings import Settings
from tests.support.shop import ship


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    taken: list[Any] = []
    monkeypatch.setattr(email, "deliver", lambda _, message: taken.append(message))
    return taken


@pytest.fixture
def shipment(db: Db, brand_id: str, now: datetime) -> Shipment:
    return ship(db, brand_id, now)


def agree(db: Db, now: datetime, given: bool = True) -> None:
    with db.begin() as session:
        customer = session.scalars(select(Customer)).one()
        preferences.choose(session, customer, "email", "marketing", given=given, source="order", now=now)


def offer(db: Db, shipment: Shipment, name: str, now: datetime) -> Notice | None:
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        words = {"en": f"New tea, {name}"}
        return notices.offer(session, shipment=row, name=name, subject=words, text=words, now=now)


def send(db: Db, now: datetime, home: Path) -> None:
    house = House(Settings(smtp_url="smtp://127.0.0.1:1", home=home), db, lambda: now, home / "keys")
    while outbox.send_due(house, "one"):
        pass


def test_only_who_agreed_gets_it_and_once(
    db: Db, shipment: Shipment, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    assert offer(db, shipment, "spring", now) is None
    agree(db, now)
    assert offer(db, shipment, "spring", now)
    assert offer(db, shipment, "spring", now) is None
    send(db, now, tmp_path)
    (mail,) = mails
    assert mail["Subject"] == "New tea, spring"
    assert "What happened" not in mail.get_body(("plain",)).get_content()
    assert follow_up.write_due(db, now + timedelta(days=60)) == 0


def test_the_third_in_a_week_waits_and_none_comes_by_night(
    db: Db, shipment: Shipment, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    agree(db, now)
    for name in ("one", "two", "three"):
        assert offer(db, shipment, name, now)
    send(db, now.replace(hour=2), tmp_path)
    assert mails == []
    send(db, now, tmp_path)
    assert len(mails) == 2
    send(db, now + timedelta(days=6), tmp_path)
    assert len(mails) == 2
    send(db, now + timedelta(days=7), tmp_path)
    assert len(mails) == 3


def test_one_click_ends_offers_too(db: Db, shipment: Shipment, now: datetime) -> None:
    agree(db, now)
    with db.begin() as session:
        customer = session.scalars(select(Customer)).one()
        token = preferences.unsubscribe_token(session, customer, "email", now)
        session.flush()
        preferences.withdraw(session, session.get_one(Unsubscribe, token), now + timedelta(minutes=1))
    assert offer(db, shipment, "spring", now) is None
