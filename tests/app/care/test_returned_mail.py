"""A mail that comes back: a bad address is marked without being kept, a full mailbox is tried again."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import outbox
from app.care import notices
from app.care.returned_mail import parse, read_due
from app.channels import email
from app.channels.errors import ChannelError
from app.db import Db
from app.house import House
from app.models.care import BadAddress
from app.models.shipments import Case, Outgoing, Shipment
from app.settings import Settings
from ledger.tables import Submission
from tests.support.shop import ship

REPORT = """From: MAILER-DAEMON@mx.example.org
To: notices@wayproof.invalid
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ben@example.org
Action: {action}
Status: {status} (no such user)

--b
Content-Type: {kind}

Message-ID: <{id}@wayproof.invalid>
To: ben@example.org

--b--
"""
ID = "01kbcdefghjkmnpqrstvwxyz01"


def report(
    id_: str = ID, status: str = "5.1.1", action: str = "failed", kind: str = "text/rfc822-headers"
) -> bytes:
    return REPORT.format(id=id_, status=status, action=action, kind=kind).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_our_mail_and_its_status(kind: str) -> None:
    found = parse(report(kind=kind))
    assert found
    assert (found.outgoing_id, found.status, found.hard) == (ID, "5.1.1", True)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"Subject: hello\n\nI am on holiday.",
        report(action="delayed", status="4.4.1"),
        report(action="delivered", status="2.0.0"),
        report(id_="somebody-elses"),
        report(status="certainly not"),
        report().replace(b"message/delivery-status", b"application/octet-stream"),
        b"Content-Type: multipart/report; boundary=b\n\n--b\n" * 50,
        bytes(range(256)) * 40,
    ],
)
def test_everything_else_is_no_report(octets: bytes) -> None:
    assert parse(octets) is None


@pytest.fixture
def house(db: Db, now: datetime, tmp_path: Path) -> House:
    (tmp_path / "back").mkdir()
    settings = Settings(smtp_url="smtp://127.0.0.1:1", home=tmp_path, bounces=str(tmp_path / "back"))
    return House(settings, db, lambda: now, tmp_path / "keys")


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    taken: list[Any] = []
    monkeypatch.setattr(email, "deliver", lambda _, message: taken.append(message))
    return taken


def tell(house: House, brand_id: str, now: datetime, reason: str = "lost", number: str = "A-1001") -> Outgoing:
    shipment = ship(house.db, brand_id, now, number=number)
    with house.db.begin() as session:
        assert notices.delay(
            session, shipment=session.get_one(Shipment, shipment.id), reason=reason, window=None, now=now
        )
    outbox.send_due(house, "one")
    return rows(house)[-1]


def rows(house: House) -> list[Outgoing]:
    with house.db() as session:
        return list(session.scalars(select(Outgoing).order_by(Outgoing.created_at, Outgoing.id)))


def drop(house: House, octets: bytes, name: str = "1.eml") -> Path:
    path = Path(house.settings.bounces) / name
    path.write_bytes(octets)
    return path


def bad(house: House) -> list[BadAddress]:
    with house.db() as session:
        return list(session.scalars(select(BadAddress)))


def test_an_address_that_does_not_exist_is_marked_and_a_person_is_asked(
    house: House, brand_id: str, now: datetime, mails: list[Any]
) -> None:
    row = tell(house, brand_id, now)
    path = drop(house, report(row.id))
    assert read_due(house) == 1
    assert read_due(house) == 0
    assert not path.exists()
    assert [each.status for each in bad(house)] == ["5.1.1"]
    with house.db() as session:
        (case,) = session.scalars(select(Case).where(Case.kind == "bounce"))
        assert case.facts == {"status": "5.1.1"}
        (entry,) = [e for e in session.scalars(select(Submission.envelope)) if b"care:notice:bounced" in e]
    assert b"example.org" not in entry
    again = tell(house, brand_id, now, number="A-1002")  # the same Ben: nothing is sent to a bad address
    assert len(mails) == 1
    assert (again.state, again.error) == ("failed", "mails to this address come back")


def test_a_full_mailbox_is_tried_again(house: House, brand_id: str, now: datetime, mails: list[Any]) -> None:
    row = tell(house, brand_id, now)
    drop(house, report(row.id, status="4.2.2"))
    read_due(house)
    assert bad(house) == []
    later = House(house.settings, house.db, lambda: now + timedelta(hours=7), house.keys)
    outbox.send_due(later, "one")
    assert len(mails) == 2
    assert rows(house)[0].state == "sent"


def test_the_same_report_twice_and_one_about_no_mail_of_ours_do_nothing(
    house: House, brand_id: str, now: datetime, mails: list[Any]
) -> None:
    row = tell(house, brand_id, now)
    drop(house, report(row.id), "1.eml")
    drop(house, report(row.id), "2.eml")
    drop(house, report(), "3.eml")
    drop(house, b"\xff\xfe nonsense", "4.eml")
    assert read_due(house) == 4
    assert len(bad(house)) == 1


def test_a_maildir_is_read_as_one(house: House, brand_id: str, now: datetime, mails: list[Any]) -> None:
    row, folder = tell(house, brand_id, now), Path(house.settings.bounces)
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir()
    (folder / "new" / "17.mx").write_bytes(report(row.id))
    assert read_due(house) == 1
    assert [path.name for path in (folder / "cur").iterdir()] == ["17.mx:2,S"]
    assert len(bad(house)) == 1


def test_a_server_that_refuses_the_address_at_once_marks_it_too(
    house: House, brand_id: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ChannelError("the mail server refused the address (550)", permanent=True, status="550")

    monkeypatch.setattr(email, "deliver", refuse)
    tell(house, brand_id, now)
    assert [each.status for each in bad(house)] == ["550"]


def test_after_a_month_the_address_is_tried_again(
    house: House, brand_id: str, now: datetime, mails: list[Any]
) -> None:
    row = tell(house, brand_id, now)
    drop(house, report(row.id))
    read_due(house)
    month = now + timedelta(days=31)
    tell(House(house.settings, house.db, lambda: month, house.keys), brand_id, month, number="A-1003")
    assert len(mails) == 2
