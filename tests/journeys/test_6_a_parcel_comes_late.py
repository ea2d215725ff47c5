"""Three parcels of the demo, told in three languages: label, customs, release, late, one code each, delivered.

The steps of the control page are played against the real carrier stand-in and the real mail server; the mails, the
customers' pages, the desk and the proofs must all tell the same story.
"""

import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import chain
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from app import outbox
from app.brands.people import add_person, hash_password
from app.brands.tenants import brand_of
from app.db import reading
from app.demo import postbox
from app.demo.carrier_server import CarrierServer
from app.demo.parcel_story import CHAPTERS, play_chapter
from app.demo.places import Places
from app.demo.run import free_port
from app.demo.stage import CannotPlay, Stage
from app.models.amends import Compensation
from app.models.desk import Claim, CustomsHold
from app.models.shipments import Case, Notice, Promise
from app.process import read_json, write_private
from app.sealed import open_box
from app.shipping.carrier_accounts import put_account
from app.shipping.delays import judge_due
from app.shipping.polling import poll_due
from app.texts import translator
from app.web.build import create_app
from carriers.tables import StoredEvent
from ledger.verify import verify_bundle
from tests.support.door import Door, open_door

LANGUAGES = ("en", "zh", "ar")
BEGIN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass
class DemoTime:
    """The demo's clock: it moves when a step moves it."""

    file: Path

    def __call__(self) -> datetime:
        return BEGIN + timedelta(seconds=read_json(self.file).get("offset_s", 0))


@dataclass
class Told:
    """The demo on its stage, with what the world outside has received."""

    door: Door
    stage: Stage

    def play(self, chapter: str) -> None:
        """A press on the control page, and what the worker does then."""
        play_chapter(Stage(self.door.house, self.stage.places, read_json(self.stage.places.story)), chapter)
        house = self.door.house
        for _ in range(2):
            poll_due(house, owner="worker")
            judge_due(house.db, house.clock())
            outbox.send_due(house, "worker")
        self.door.work()

    @property
    def mails(self) -> list[EmailMessage]:
        files = sorted(self.stage.places.mailbox.glob("*.eml"))
        return [BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes()) for path in files]

    def mails_in(self, language: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["Content-Language"] == language]

    @property
    def orders(self) -> list[dict[str, str]]:
        return list(read_json(self.stage.places.story)["parcels"]["orders"])

    def cases(self) -> set[str]:
        with reading(self.door.house.db) as session:
            return set(session.scalars(select(Case.kind).where(Case.closed_at.is_(None))))


@pytest.fixture
def told(database_url: str, tmp_path: Path) -> Iterator[Told]:
    home, port, stop = tmp_path / "var", free_port(), Event()
    places = Places(home)
    clock = DemoTime(places.clock)
    settings = {"database_url": database_url, "allow_private_targets": True, "log_level": "ERROR"}
    with open_door(home, clock=clock, smtp_url=f"smtp://127.0.0.1:{port}", **settings) as door:
        places.make()
        server = CarrierServer(0, clock, places.carriers).start()
        mail = Thread(target=postbox.run, args=(places.mailbox, port, stop))
        mail.start()
        wait_for_mail_server(port)
        with door.house.db.begin() as session:
            brand = brand_of(session, door.brand_id)
            brand.settings = {**brand.settings, "hours": ["00:00", "00:00"]}
            box = open_box(door.house.keys)
            account = {"brand_id": brand.id, "carrier": "dhl_universal", "client_id": "demo", "now": clock()}
            put_account(session, box, base_url=server.base_url, **account)
        story = {"brand_id": door.brand_id, "orders": [], "passport": "/"}
        write_private(places.story, story)
        yield Told(door, Stage(door.house, places, story))
        stop.set()
        mail.join(60)
        server.stop()


def wait_for_mail_server(port: int) -> None:
    for _ in range(1200):
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=60).quit()
        except OSError:
            Event().wait(0.05)
        else:
            return
    raise AssertionError("the mail server never came up")


def said(language: str, sentence: str, page: str) -> bool:
    """Whether a sentence of ours stands in a text, in this language."""
    return translator(language).gettext(sentence) in page


def page_of(told: Told, place: int) -> str:
    answer = told.door.get(f"/o/{told.orders[place]['token']}?lang={LANGUAGES[place]}")
    assert answer.status_code == 200
    return answer.text


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content())


def test_three_parcels_come_late_and_everybody_hears_the_same_story(told: Told) -> None:
    told.play("label")
    assert not told.mails
    assert not told.cases()
    for place, language in enumerate(LANGUAGES):
        assert said(language, "Announced, not handed over yet", page_of(told, place))

    told.play("customs-hold")
    assert told.cases() == {"customs"}
    for place, language in enumerate(LANGUAGES):
        (mail,) = told.mails_in(language)
        assert said(language, "Customs holds your parcel because documents are missing.", body(mail))
        assert "/act/" in body(mail)
        page = page_of(told, place)
        assert said(language, "It is your turn: customs waits for something from you.", page)
        assert "/act/" not in page  # whoever has the address of the page has not the link

    told.play("release")
    assert not told.cases()
    assert len(told.mails) == 3

    told.play("late")
    codes = given(told)
    assert len(codes) == 3
    for language in LANGUAGES:
        (_, mail) = told.mails_in(language)
        (code,) = [code for code in codes if code in body(mail)]
        assert said(language, "Your parcel did not arrive in the time that we promised.", body(mail))
        assert code
    assert "promise_passed" in told.cases()

    told.play("delivered")
    assert given(told) == codes
    assert len(told.mails) == 6
    assert not told.cases()
    for place, language in enumerate(LANGUAGES):
        assert said(language, "Delivered", page_of(told, place))
    every_step_is_proven(told)
    the_desk_tells_the_same(told, codes)


def given(told: Told) -> list[str]:
    with reading(told.door.house.db) as session:
        return sorted(session.scalars(select(Compensation.code)))


def every_step_is_proven(told: Told) -> None:
    """Each scan, promise, hold, notice, case and code has its entry, and its proof file verifies without us."""
    with reading(told.door.house.db) as session:
        tables = (StoredEvent, Promise, CustomsHold, Notice, Compensation, Case)
        ids = {table.__name__: sorted(session.scalars(select(table.submission_id))) for table in tables}
        claims = list(session.scalars(select(Claim.submission_id)))
    kinds: dict[str, int] = {}
    for each in [*chain.from_iterable(ids.values()), *claims]:
        data = told.door.ask(f"/api/v1/entries/{each}/proof").content
        kind = verify_bundle(data, vkeys=[told.door.vkey]).envelope.type
        kinds[kind] = kinds.get(kind, 0) + 1
    expected = {"carrier:parcel:moved", "shipping:promise:made", "shipping:customs:held", "care:notice:written"}
    assert expected <= set(kinds)
    assert (kinds["care:compensation:given"], kinds["care:notice:written"]) == (3, 6)


def the_desk_tells_the_same(told: Told, codes: list[str]) -> None:
    """Support sees the holds, the notices and the code of each parcel on one page, in each language."""
    house = told.door.house
    with house.db.begin() as session:
        brand = brand_of(session, told.door.brand_id)
        person = {
            "name": "Sue",
            "role": "support",
            "password_hash": hash_password("a long password"),
            "now": BEGIN,
        }
        add_person(session, brand, login="sue@ada.example", **person)  # type: ignore[arg-type]
    client = create_app(house).test_client()
    client.post("/login", data={"login": "sue@ada.example", "password": "a long password"})
    for order, language in zip(told.orders, LANGUAGES, strict=True):
        page = client.get(f"/desk/shipments/{order['shipment']}?lang={language}").text
        assert len([code for code in codes if code in page.partition('id="given"')[2]]) == 1
        assert said(language, "Held at customs", page)
        assert said(language, "The promise has passed", page)
        assert len(re.findall(r'<details class="letter">', page)) == 2


def test_a_chapter_waits_for_its_turn(told: Told) -> None:
    with pytest.raises(CannotPlay, match="next chapter is label"):
        told.play("late")
    for _ in CHAPTERS[:2]:
        told.play("next")
    with pytest.raises(CannotPlay, match="next chapter is release"):
        told.play("delivered")
