"""A notice as an email: plain text and HTML, one-click unsubscribe, and no header from outside."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from app.care import notices
from app.channels import email
from app.channels.errors import ChannelError
from app.db import Db
from app.house import House
from app.models.shipments import Customer, Notice, Outgoing, Shipment
from app.settings import Settings
from ledger.tables import Submission
from tests.support.ports import free_port
from tests.support.shop import ship

MAIL = email.Mail(
    message_id="<01@wayproof.invalid>",
    sender_name="Ada Tea",
    sender="notices@wayproof.invalid",
    reply_to="",
    recipient="ben@example.org",
    recipient_name="Ben Carrow",
    language="ar",
    subject="طلبك A-1001",
    body="ما الذي حدث\nتحتجز الجمارك طردك.\n\nمتى يصل\nلا نعرف موعدًا جديدًا بعد.",
    page_url="http://127.0.0.1:8080/o/token?lang=ar",
    unsubscribe_url="http://127.0.0.1:8080/u/token",
    written_at=datetime.fromisoformat("2026-03-02T09:30:00+00:00"),
)


class Box:
    """A mail server that keeps what it takes; `refuse` makes it answer with that line."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    taken = Box()
    port = free_port()
    server = Controller(taken, "127.0.0.1", port)
    server.start()
    yield taken, f"smtp://127.0.0.1:{port}"
    server.stop()


def parsed(mail: email.Mail) -> EmailMessage:
    return message_from_bytes(email.render(mail).as_bytes(), policy=policy.default)  # type: ignore[return-value]


def test_it_reads_the_same_as_text_and_as_html() -> None:
    message = parsed(MAIL)
    assert message["Subject"] == "طلبك A-1001"
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    for part in (text, html):
        assert "تحتجز الجمارك طردك." in part
        assert "http://127.0.0.1:8080/o/token" in part
    assert '<html lang="ar" dir="rtl">' in html


def test_it_can_be_stopped_with_one_click() -> None:
    message = parsed(MAIL)
    assert message["List-Unsubscribe"] == "<http://127.0.0.1:8080/u/token>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "poison", ["x\r\nBcc: cleo@example.org", "x\nBcc: cleo@example.org", "x\x00\x0bBcc: c@d.e"]
)
def test_no_text_from_outside_adds_a_header(poison: str) -> None:
    message = parsed(replace(MAIL, subject=poison, sender_name=poison, recipient_name=poison))
    assert message["Bcc"] is None
    assert "Bcc" in message["Subject"]


@pytest.mark.parametrize("address", ["", "ben", "ben@example.org\r\nBcc: c@d.e", "a@b, c@d", "<script>"])
def test_a_wrong_address_is_given_up(address: str) -> None:
    with pytest.raises(ChannelError) as refused:
        email.render(replace(MAIL, recipient=address))
    assert refused.value.permanent
    assert "ben" not in str(refused.value)


def test_html_is_text_and_nothing_more() -> None:
    html = parsed(replace(MAIL, body="A\n<script>alert(1)</script>")).get_body(("html",))
    assert html
    assert "<script>" not in html.get_content()


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("451 try later", False)])
def test_the_servers_answer_says_whether_to_try_again(box: tuple[Box, str], answer: str, permanent: bool) -> None:
    box[0].refuse = answer
    with pytest.raises(ChannelError) as refused:
        email.deliver(box[1], email.render(MAIL))
    assert refused.value.permanent is permanent


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(ChannelError) as refused:
        email.deliver("smtp://127.0.0.1:1", email.render(MAIL))
    assert not refused.value.permanent


@pytest.fixture
def written(db: Db, brand_id: str, now: datetime) -> Outgoing:
    shipment = ship(db, brand_id, now)
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        assert notices.delay(session, shipment=row, reason="lost", window=None, now=now)
    with db() as session:
        return session.scalars(select(Outgoing)).one()


def house_of(db: Db, now: datetime, smtp_url: str, home: Path) -> House:
    return House(Settings(smtp_url=smtp_url, home=home), db, lambda: now, home)


def test_a_notice_arrives_and_its_sending_is_an_entry(
    db: Db, now: datetime, written: Outgoing, box: tuple[Box, str], tmp_path: Path
) -> None:
    email.send(house_of(db, now, box[1], tmp_path), written)
    with db.begin() as session:
        email.sent(session, written, now)
    (mail,) = box[0].mails
    assert mail["To"] == "Ben Carrow <ben@example.org>"
    assert mail["Message-ID"].startswith(f"<{written.id}@")
    body = mail.get_body(("plain",))
    assert body
    assert "Hello Ben Carrow," in body.get_content()
    with db() as session:
        assert session.scalars(select(Notice.sent_at)).one() == now
        (entry,) = [e for e in session.scalars(select(Submission.envelope)) if b"care:notice:sent" in e]
    assert b"ben@" not in entry


def test_who_unsubscribed_meanwhile_gets_no_mail(
    db: Db, now: datetime, written: Outgoing, box: tuple[Box, str], tmp_path: Path
) -> None:
    with db.begin() as session:
        session.scalars(select(Customer)).one().email = None
    with pytest.raises(ChannelError) as refused:
        email.send(house_of(db, now, box[1], tmp_path), written)
    assert refused.value.permanent
    assert box[0].mails == []


def test_without_a_mail_server_the_notice_waits(db: Db, now: datetime, written: Outgoing, tmp_path: Path) -> None:
    with pytest.raises(ChannelError, match="WAYPROOF_SMTP_URL") as refused:
        email.send(house_of(db, now, "", tmp_path), written)
    assert not refused.value.permanent


def test_a_code_is_never_torn_at_its_hyphen() -> None:
    html = email.render(replace(MAIL, body="الرمز هو ABCD-EFGH-2JKM. <b>")).get_body(("html",))
    assert html is not None
    assert '<bdi dir="ltr" style="white-space:nowrap">ABCD-EFGH-2JKM</bdi>. &lt;b&gt;' in html.get_content()
