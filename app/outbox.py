"""What is to be said to the outside: rows, claims and tries. How a channel speaks is in app/channels.

A channel file has `send(house, outgoing)`, which raises ChannelError. It may have `sent(session, outgoing, now)`
and `failed(session, outgoing, error, given_up, now)`, which write what follows in the transaction of the outcome,
and `withheld(session, outgoing, kept, now)` for what is not sent at all.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any

import structlog
from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.channels.errors import ChannelError, Postponed, Withheld
from app.clock import system_clock
from app.db import Db, reading
from app.house import House
from app.ids import new_id
from app.models.shipments import Outgoing

LEASE = timedelta(minutes=3)
"""How long a claim holds; every channel must give up on its own well before."""

PAUSES = tuple(timedelta(minutes=m) for m in (1, 4, 15, 40, 120, 360, 720, 1440, 1440))
"""Between one try and the next: ten tries within three days."""

log = structlog.get_logger()


def put(
    session: Session,
    *,
    brand_id: str,
    channel: str,
    subject_id: str,
    key: str,
    due_at: datetime,
    now: datetime,
    target_id: str | None = None,
) -> None:
    """Leave a row for the outbox in the caller's transaction; a second row of the same `key` is not made.

    `channel` is the name of a file in app/channels, `subject_id` the row that this channel renders, `target_id`
    to whom, where the channel has many ways to one reader.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(Outgoing).values(
        id=new_id(),
        brand_id=brand_id,
        key=key,
        channel=channel,
        subject_id=subject_id,
        target_id=target_id,
        state="waiting",
        attempts=0,
        due_at=due_at,
        created_at=now,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def send_due(
    house: House, owner: str, limit: int = 50, *, only: Collection[str] = (), but: Collection[str] = ()
) -> int:
    """Send what is due and not claimed by somebody else; how many rows this call claimed.

    `only` some channels, or all `but` some: what may be slow is sent by a loop of its own.

    One claim is sent once. A crash between the sending and the note of it sends the row again after the
    lease, with the same Message-ID (it is made of the row's id), so that a mailbox can tell.
    """
    claimed = 0
    for id_ in _waiting(house.db, house.clock(), limit, only, but):
        row = _claim(
            house.db, id_, owner, house.clock()
        )  # one at a time, so that a slow channel does not eat other leases
        if row is not None:
            claimed += 1
            _send(house, row)
    return claimed


def _waiting(db: Db, now: datetime, limit: int, only: Collection[str], but: Collection[str]) -> list[str]:
    due = select(Outgoing.id).where(Outgoing.state == "waiting", Outgoing.due_at <= now, _unclaimed())
    due = due.where(Outgoing.channel.in_(only)) if only else due.where(Outgoing.channel.not_in(but))
    with reading(db) as session:
        return list(session.scalars(due.order_by(Outgoing.due_at, Outgoing.id).limit(limit)))


def _unclaimed() -> Any:
    # A lease is about processes, so it runs on the machine's clock, not on the demo's, which may jump.
    return or_(Outgoing.claimed_until.is_(None), Outgoing.claimed_until < system_clock())


def _claim(db: Db, id_: str, owner: str, now: datetime) -> Outgoing | None:
    take = (
        update(Outgoing)
        .where(Outgoing.id == id_, Outgoing.state == "waiting", Outgoing.due_at <= now, _unclaimed())
        .values(claimed_by=owner, claimed_until=system_clock() + LEASE, attempts=Outgoing.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    with db.begin() as session:
        taken = session.execute(take)
        assert isinstance(taken, CursorResult)
        return session.get(Outgoing, id_) if taken.rowcount else None


def _send(house: House, row: Outgoing) -> None:
    channel: ModuleType | None = None
    try:
        channel = _channel(row.channel)
        channel.send(house, row)
    except Postponed as wait:
        _postpone(house.db, row, wait.until)
    except Withheld as kept:
        _keep_back(house.db, row, channel, kept, house.clock())
    except ChannelError as error:
        _note_failure(house.db, row, channel, error, house.clock())
    except Exception:  # one row that cannot be rendered must not hold up the others
        log.exception("outbox.broken", outgoing=row.id, channel=row.channel)
        _note_failure(house.db, row, channel, ChannelError("could not be written; see the log"), house.clock())
    else:
        _note_sent(house.db, row, channel, house.clock())


def _channel(name: str) -> ModuleType:
    try:
        return import_module(f"app.channels.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"app.channels.{name}":
            raise
        raise ChannelError(f"no channel named {name}", permanent=True) from error


def _note_sent(db: Db, row: Outgoing, channel: ModuleType, now: datetime) -> None:
    with db.begin() as session:
        if _outcome(session, row, state="sent", sent_at=now, error=None) and hasattr(channel, "sent"):
            channel.sent(session, row, now)


def _postpone(db: Db, row: Outgoing, until: datetime) -> None:
    """Not now, and it was no try: nobody was spoken to."""
    with db.begin() as session:
        _outcome(session, row, due_at=until, attempts=row.attempts - 1)


def _keep_back(db: Db, row: Outgoing, channel: ModuleType | None, kept: Withheld, now: datetime) -> None:
    """Not at all, or not before a person has looked at it; the channel writes what follows from that."""
    with db.begin() as session:
        noted = _outcome(session, row, state=kept.state, error=kept.why)
        if noted and (follow := getattr(channel, "withheld", None)):
            follow(session, row, kept, now)


def _note_failure(db: Db, row: Outgoing, channel: ModuleType | None, error: ChannelError, now: datetime) -> None:
    """Wait for the next try, or give up for good. The text is the channel's, which names no person."""
    text = str(error)[:300]
    given_up = error.permanent or row.attempts > len(PAUSES)
    log.warning("outbox.failed", outgoing=row.id, channel=row.channel, tries=row.attempts, given_up=given_up)
    with db.begin() as session:
        if given_up:
            noted = _outcome(session, row, state="failed", error=text)
        else:
            noted = _outcome(session, row, due_at=now + _pause(row, error), error=text)
        if noted and (follow := getattr(channel, "failed", None)):
            follow(session, row, error, given_up, now)


def _pause(row: Outgoing, error: ChannelError) -> timedelta:
    """The usual pause, or a longer one that the other side asked for."""
    return max(PAUSES[row.attempts - 1], timedelta(seconds=error.wait_s or 0))


def _outcome(session: Session, row: Outgoing, **values: object) -> bool:
    """Write the outcome while the claim is still ours; False when the lease ran out and another has it."""
    ours = (Outgoing.id == row.id, Outgoing.claimed_by == row.claimed_by, Outgoing.attempts == row.attempts)
    change = update(Outgoing).where(*ours).values(claimed_by=None, claimed_until=None, **values)
    done = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return bool(done.rowcount)
