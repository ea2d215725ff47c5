"""Owners hear of a certificate's end a month and a week ahead, once each, in their language; nobody else does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from app import outbox
from app.brands.people import add_person
from app.brands.tenants import brand_of, create_brand
from app.db import Db
from app.house import House
from app.models.brands import Person
from app.models.products import Certificate
from app.provenance import certificates, expiring
from app.settings import Settings
from app.texts import LANGUAGES, translator
from tests.app.care.test_email import Box
from tests.support.ports import free_port

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOT = "/01/09521234000020/10/L1"


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    taken, port = Box(), free_port()
    server = Controller(taken, "127.0.0.1", port)
    server.start()
    yield taken, f"smtp://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def house(db: Db, tmp_path: Path, box: tuple[Box, str], clock: Clock) -> House:
    (tmp_path / "keys").mkdir(mode=0o700)
    settings = Settings(home=tmp_path, smtp_url=box[1], mail_from="notices@wayproof.invalid")
    return House(settings, db, clock, tmp_path / "keys")


@pytest.fixture
def ada(house: House) -> str:
    brand_id = create_brand(house.db, house.keys, name="Ada", slug="ada", now=NOW)
    people = (("ada@example.org", "owner", "de"), ("dora@example.org", "owner", None), ("eve", "owner", None))
    people += (("cleo@example.org", "support", None),)
    with house.db.begin() as session:
        for login, role, language in people:
            told = {"login": login, "name": login.partition("@")[0].title(), "role": role, "language": language}
            add_person(session, brand_of(session, brand_id), password_hash="x", now=NOW, **told)
    return brand_id


def certified(house: House, brand_id: str, until: date | None, **more: str) -> None:
    with house.db.begin() as session:
        told = {"identifier": LOT, "name": "Organic", "issuer": "Body", "valid_until": until, **more}
        certificates.add(session, brand_of(session, brand_id), **told, now=house.clock())


def told(house: House, box: tuple[Box, str]) -> list[tuple[str, str]]:
    """Whom a turn of the worker wrote to, and of what."""
    before = len(box[0].mails)
    expiring.remind_due(house.db, house.clock())
    outbox.send_due(house, "w", only=(expiring.CHANNEL,))
    return [(mail["To"], mail["Subject"]) for mail in box[0].mails[before:]]


def test_each_owner_hears_a_month_and_a_week_ahead_and_never_twice(
    house: House, ada: str, box: tuple[Box, str], clock: Clock
) -> None:
    certified(house, ada, date(2026, 4, 2))
    assert told(house, box) == []  # 31 days ahead
    heard = []
    for _ in range(33):
        clock.now += timedelta(days=1)
        heard += [(clock.now.date(), *each) for each in told(house, box)]
        assert told(house, box) == []
    days = [each[0] for each in heard]
    assert days == [date(2026, 3, 3)] * 2 + [date(2026, 3, 26)] * 2
    assert {each[1] for each in heard} == {"Ada <ada@example.org>", "Dora <dora@example.org>"}
    assert {each[2] for each in heard} == {
        "Ein Zertifikat endet bald: Organic, 2. April 2026",
        "A certificate ends soon: Organic, 2 April 2026",
    }


def test_a_clock_that_jumps_writes_the_nearer_mail_alone(
    house: House, ada: str, box: tuple[Box, str], clock: Clock
) -> None:
    certified(house, ada, date(2026, 3, 6))
    assert len(told(house, box)) == 2
    clock.now += timedelta(days=1)
    assert told(house, box) == []
    clock.now -= timedelta(days=20)
    assert len(told(house, box)) == 2  # the earlier mail had not been sent yet
    clock.now += timedelta(days=20)
    assert told(house, box) == []


def test_nobody_hears_of_what_is_renewed_or_has_no_end(
    house: House, ada: str, box: tuple[Box, str], clock: Clock
) -> None:
    certified(house, ada, None)
    certified(house, ada, date(2026, 3, 20), kind="Fair", number="1")
    certified(house, ada, date(2027, 3, 20), kind="Fair", number="2")
    assert told(house, box) == []


def test_a_mail_that_waits_is_not_sent_when_the_reason_is_gone(
    house: House, ada: str, box: tuple[Box, str], clock: Clock
) -> None:
    certified(house, ada, date(2026, 3, 20))
    assert expiring.remind_due(house.db, NOW) == 2
    with house.db.begin() as session:
        session.scalars(select(Person).where(Person.login == "dora@example.org")).one().disabled_at = NOW
    outbox.send_due(house, "w", only=(expiring.CHANNEL,))
    assert [mail["To"] for mail in box[0].mails] == ["Ada <ada@example.org>"]
    assert "List-Unsubscribe" not in box[0].mails[0]
    html = box[0].mails[0].get_body(("html",))
    assert html is not None
    assert "/quality?lang=de" in html.get_content()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_is_whole_in_every_language(language: str) -> None:
    row = Certificate(name="Organic", issuer="Body", key=LOT, valid_until=date(2026, 4, 2))
    letter = expiring.letter(translator(language), row, "Matcha L1")
    for fact in ("Organic", "Body", "Matcha L1", "2026"):
        assert fact in letter.body
    assert "%(" not in letter.subject + letter.body
    assert (letter.see == "See the certificates") is (language == "en")
