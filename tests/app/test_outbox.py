"""The outbox: one claim is one send, failures come back later, and what cannot be sent is given up."""

import dataclasses
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select, update

from app import outbox
from app.channels.errors import ChannelError
from app.db import Db, reading
from app.house import House
from app.models.brands import Brand
from app.models.shipments import Outgoing
from app.settings import Settings


class Post:
    """A channel at the border of the house: it keeps what it was given, and fails as it is told."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.fails_with: Exception | None = None
        self.followed: list[str] = []

    def send(self, house: House, outgoing: Outgoing) -> None:
        if self.fails_with:
            raise self.fails_with
        self.got.append(outgoing.id)

    def sent(self, session: Any, outgoing: Outgoing, now: datetime) -> None:
        self.followed.append(outgoing.id)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    channel = Post()
    module = ModuleType("app.channels.pigeon")
    module.send, module.sent = channel.send, channel.sent  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.channels.pigeon", module)
    return channel


@pytest.fixture
def house(db: Db, tmp_path: Path, now: datetime) -> House:
    with db.begin() as session:
        session.add(
            Brand(id="b" * 26, slug="ada", name="Ada's", log_id=1, log_key="k", created_at=now, settings={})
        )
    return House(Settings(home=tmp_path), db, lambda: now, tmp_path)


def put(house: House, key: str = "letter-1", channel: str = "pigeon") -> None:
    now = house.clock()
    with house.db.begin() as session:
        outbox.put(session, brand_id="b" * 26, channel=channel, subject_id="n" * 26, key=key, due_at=now, now=now)


def rows(house: House) -> list[Outgoing]:
    with reading(house.db) as session:
        return list(session.scalars(select(Outgoing).order_by(Outgoing.key)))


def later(house: House, **by: float) -> House:
    at = house.clock() + timedelta(**by)
    return dataclasses.replace(house, clock=lambda: at)


def test_the_same_key_is_one_row_and_one_letter(house: House, post: Post) -> None:
    put(house)
    put(house)
    assert outbox.send_due(house, "one") == 1
    assert outbox.send_due(house, "two") == 0
    assert len(post.got) == len(post.followed) == 1
    assert rows(house)[0].state == "sent"


def test_what_is_not_due_waits(house: House, post: Post) -> None:
    put(later(house, hours=1))
    assert outbox.send_due(house, "one") == 0
    assert outbox.send_due(later(house, hours=2), "one") == 1


def test_a_second_worker_leaves_a_claimed_row_alone(house: House, post: Post) -> None:
    put(house)
    claimed = outbox._claim(house.db, rows(house)[0].id, "one", house.clock())
    assert claimed is not None
    assert outbox.send_due(house, "two") == 0
    assert post.got == []


def test_a_claim_whose_worker_died_is_sent_by_another_with_the_same_id(house: House, post: Post) -> None:
    put(house)
    dead = outbox._claim(house.db, rows(house)[0].id, "one", house.clock())
    assert dead is not None
    expire(house)
    assert outbox.send_due(house, "two") == 1
    assert post.got == [dead.id]


def test_a_worker_that_lost_its_lease_does_not_overwrite_the_outcome(house: House, post: Post) -> None:
    put(house)
    slow = outbox._claim(house.db, rows(house)[0].id, "one", house.clock())
    assert slow is not None
    expire(house)
    outbox.send_due(house, "two")
    outbox._note_failure(house.db, slow, None, ChannelError("too late", permanent=True), house.clock())
    assert rows(house)[0].state == "sent"


def expire(house: House) -> None:
    with house.db.begin() as session:
        session.execute(update(Outgoing).values(claimed_until=datetime(2020, 1, 1, tzinfo=UTC)))


def test_a_failure_is_tried_again_after_a_pause_for_three_days(house: House, post: Post) -> None:
    put(house)
    post.fails_with = ChannelError("the mail server is away")
    tries = []
    while (row := rows(house)[0]).state == "waiting":
        tries.append(row.due_at - house.clock())
        outbox.send_due(dataclasses.replace(house, clock=lambda at=row.due_at: at), "one")
    assert len(tries) == 10
    assert tries[:3] == [timedelta(), timedelta(minutes=1), timedelta(minutes=5)]
    assert timedelta(days=2) < tries[-1] < timedelta(days=3)
    assert rows(house)[0].state == "failed"
    assert rows(house)[0].error == "the mail server is away"


def test_a_permanent_failure_is_not_tried_again(house: House, post: Post) -> None:
    put(house)
    post.fails_with = ChannelError("no such mailbox", permanent=True)
    outbox.send_due(house, "one")
    assert rows(house)[0].state == "failed"
    assert outbox.send_due(later(house, days=9), "one") == 0


def test_an_unknown_channel_fails_for_good_and_holds_up_nobody(house: House, post: Post) -> None:
    put(house, key="a", channel="smoke_signals")
    put(house, key="b")
    assert outbox.send_due(house, "one") == 2
    assert [row.state for row in rows(house)] == ["failed", "sent"]


def test_a_letter_that_cannot_be_written_waits_and_holds_up_nobody(house: House, post: Post) -> None:
    put(house)
    post.fails_with = KeyError("a bug in a template")
    outbox.send_due(house, "one")
    assert rows(house)[0].state == "waiting"
    assert rows(house)[0].error == "could not be written; see the log"
