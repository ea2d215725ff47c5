"""While the switch is off nothing leaves: it waits for a person, and is withdrawn when it is not true any more."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import outbox
from app.brands.switches import turn
from app.brands.tenants import brand_of
from app.care import held, notices
from app.channels import email
from app.db import Db
from app.house import House
from app.models.shipments import Notice, Outgoing, Shipment
from app.settings import Settings
from app.shipping.promises import state_promise
from ledger.tables import Submission
from tests.support.shop import ship

WINDOW = (date(2026, 3, 6), date(2026, 3, 8))


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a mail server would have been given."""
    taken: list[Any] = []
    monkeypatch.setattr(email, "deliver", lambda _, message: taken.append(message))
    return taken


def house(db: Db, now: datetime, home: Path) -> House:
    return House(Settings(smtp_url="smtp://127.0.0.1:1", home=home), db, lambda: now, home)


def switch(db: Db, brand_id: str, now: datetime, *, on: bool, rule: str = "") -> None:
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        turn(session, brand, "notices", rule, on=on, reason="incident", person_id="ada", now=now)


def tell(db: Db, shipment: Shipment, now: datetime, reason: str = "customs_documents") -> str:
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        told = notices.delay(session, shipment=row, reason=reason, window=WINDOW, now=now)
        assert told
        return told.id


def state(db: Db, notice_id: str) -> tuple[str, str | None]:
    with db() as session:
        row = session.get_one(Notice, notice_id)
        return row.state, row.why


def entries(db: Db, kind: bytes) -> list[bytes]:
    with db() as session:
        return [each for each in session.scalars(select(Submission.envelope)) if kind in each]


def test_a_notice_written_while_the_switch_is_off_waits_for_a_person(
    db: Db, brand_id: str, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    switch(db, brand_id, now, on=False)
    shipment = ship(db, brand_id, now)
    notice = tell(db, shipment, now)
    assert outbox.send_due(house(db, now, tmp_path), "one") == 0
    with db() as session:
        assert [each.id for each in held.held(session, brand_id)] == [notice]
        assert notices.of_shipment(session, session.get_one(Shipment, shipment.id)) == []  # nor on the page
        assert held.held(session, "another brand") == []
    with db.begin() as session:
        assert held.release(session, "another brand", notice, "eve", now) is None
        assert held.release(session, brand_id, notice, "ada", now)
        assert held.release(session, brand_id, notice, "ada", now) is None
    assert outbox.send_due(house(db, now, tmp_path), "one") == 1
    assert len(mails) == 1
    assert len(entries(db, b"care:notice:released")) == 1


def test_a_switch_of_one_rule_holds_that_kind_only(db: Db, brand_id: str, now: datetime) -> None:
    switch(db, brand_id, now, on=False, rule="excursion")
    assert state(db, tell(db, ship(db, brand_id, now), now))[0] == "told"


def test_what_waits_in_the_outbox_is_held_too_when_the_switch_goes_off(
    db: Db, brand_id: str, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    notice = tell(db, ship(db, brand_id, now), now)
    switch(db, brand_id, now, on=False)
    outbox.send_due(house(db, now, tmp_path), "one")
    assert mails == []
    assert state(db, notice) == ("held", "switch")
    switch(db, brand_id, now, on=True)
    outbox.send_due(house(db, now, tmp_path), "one")
    assert mails == []  # on again: what was held still waits for a person
    with db.begin() as session:
        held.release(session, brand_id, notice, "ada", now)
    outbox.send_due(house(db, now, tmp_path), "one")
    assert len(mails) == 1


@pytest.mark.parametrize("moved", ["arrived", "promise_moved"])
def test_a_held_notice_that_is_not_true_any_more_withdraws_itself(
    db: Db, brand_id: str, now: datetime, moved: str
) -> None:
    switch(db, brand_id, now, on=False)
    shipment = ship(db, brand_id, now)
    notice = tell(db, shipment, now)
    assert held.withdraw_stale(db, now) == 0
    _move(db, shipment, moved, now)
    assert held.withdraw_stale(db, now) == 1
    assert held.withdraw_stale(db, now) == 0
    assert state(db, notice) == ("withdrawn", moved)
    (entry,) = entries(db, b"care:notice:withdrawn")
    assert f'"person":null,"reason":"{moved}"'.encode() in entry


def _move(db: Db, shipment: Shipment, how: str, now: datetime) -> None:
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        if how == "arrived":
            row.status, row.delivered_at = "delivered", now
        else:
            state_promise(session, row, WINDOW, source="ups", now=now)


@pytest.mark.parametrize("moved", ["arrived", "promise_moved"])
def test_a_letter_that_waits_for_the_morning_is_not_sent_when_it_is_not_true_any_more(
    db: Db, brand_id: str, now: datetime, mails: list[Any], tmp_path: Path, moved: str
) -> None:
    night = now.replace(hour=23)
    shipment = ship(db, brand_id, night)
    notice = tell(db, shipment, night)
    outbox.send_due(house(db, night, tmp_path), "one")
    _move(db, shipment, moved, night)
    outbox.send_due(house(db, night + timedelta(hours=10), tmp_path), "one")
    assert mails == []
    assert state(db, notice) == ("withdrawn", moved)


def test_at_night_it_waits_for_the_recipients_morning_and_that_is_no_try(
    db: Db, brand_id: str, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    night = now.replace(hour=22)  # 23:00 in Amsterdam
    tell(db, ship(db, brand_id, night), night)
    assert outbox.send_due(house(db, night, tmp_path), "one") == 1
    with db() as session:
        row = session.scalars(select(Outgoing)).one()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert row.due_at == (night + timedelta(days=1)).replace(hour=7, minute=0)  # 8:00 there
    assert mails == []
    outbox.send_due(house(db, row.due_at, tmp_path), "one")
    assert len(mails) == 1


def test_two_notices_of_one_shipment_by_night_are_one_mail_in_the_morning(
    db: Db, brand_id: str, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    night = now.replace(hour=22)
    shipment = ship(db, brand_id, night)
    older = tell(db, shipment, night, "weather_force_majeure")
    tell(db, shipment, night + timedelta(hours=1), "customs_duties")
    outbox.send_due(house(db, night + timedelta(hours=11), tmp_path), "one")
    (mail,) = mails
    assert "duties" in mail.get_body(("plain",)).get_content()
    assert state(db, older) == ("withdrawn", "newer_told")


def test_what_asks_for_nothing_new_waits_half_a_day_after_the_last_mail(
    db: Db, brand_id: str, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    shipment = ship(db, brand_id, now)
    tell(db, shipment, now, "customs_documents")
    outbox.send_due(house(db, now, tmp_path), "one")
    tell(db, shipment, now + timedelta(hours=1), "weather_force_majeure")
    outbox.send_due(house(db, now + timedelta(hours=1), tmp_path), "one")
    assert len(mails) == 1
    tell(db, shipment, now + timedelta(hours=2), "customs_duties")  # asks for something: it does not wait
    outbox.send_due(house(db, now + timedelta(hours=2), tmp_path), "one")
    assert len(mails) == 2


def test_a_person_withdraws_a_notice(db: Db, brand_id: str, now: datetime) -> None:
    switch(db, brand_id, now, on=False)
    notice = tell(db, ship(db, brand_id, now), now)
    with db.begin() as session:
        assert held.drop(session, brand_id, notice, "ada", now)
        assert held.drop(session, brand_id, notice, "ada", now) is None
        assert held.count(session, brand_id) == 0
    assert state(db, notice) == ("withdrawn", "person")


def test_releasing_what_has_arrived_withdraws_it(
    db: Db, brand_id: str, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    switch(db, brand_id, now, on=False)
    shipment = ship(db, brand_id, now)
    notice = tell(db, shipment, now)
    _move(db, shipment, "arrived", now)
    with db.begin() as session:
        held.release(session, brand_id, notice, "ada", now)
    opened = replace(house(db, now, tmp_path), clock=lambda: now + timedelta(hours=1))
    outbox.send_due(opened, "one")
    assert mails == []
    assert state(db, notice) == ("withdrawn", "arrived")


def test_who_was_told_by_one_way_is_not_told_by_another_while_the_switch_is_off(
    db: Db, brand_id: str, now: datetime, mails: list[Any], tmp_path: Path
) -> None:
    notice = tell(db, ship(db, brand_id, now), now)
    outbox.send_due(house(db, now, tmp_path), "one")
    switch(db, brand_id, now, on=False)
    with db.begin() as session:
        outbox.put(
            session,
            brand_id=brand_id,
            channel="email",
            subject_id=notice,
            key="email:once more",
            due_at=now,
            now=now,
        )
    outbox.send_due(house(db, now, tmp_path), "one")
    assert len(mails) == 1
    assert state(db, notice) == ("told", None)
    with db() as session:
        assert sorted(session.scalars(select(Outgoing.state))) == ["sent", "withdrawn"]
