"""How often one may try a password or a code: counted in the database, so that every process counts together."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models.brands import LoginThrottle

_FORGIVEN_AFTER = timedelta(hours=1)
# A login is slowed but never shut for long, or anybody could shut it; an address may be shut longer, and so may an
# item, whose codes are typed once in years.
_FREE = {"login": 5, "address": 20, "item": 5, "visitor": 20}
_LONGEST_S = {"login": 60, "address": 900, "item": 900, "visitor": 900}


def wait_after(failures: int, kind: str) -> timedelta:
    """How long to wait after so many failures in a row: nothing at first, then doubling from one second."""
    late = failures - _FREE[kind]
    return timedelta(seconds=min(2**late, _LONGEST_S[kind])) if late >= 0 else timedelta()


def take_attempt(session: Session, login: str, address: str, now: datetime) -> timedelta:
    """Count an attempt before it is made, or return how long to wait when it is not allowed yet.

    Counted first, so that a hundred parallel guesses are a hundred attempts.
    """
    return _take(session, (("login", login), ("address", address)), now)


def take_code_attempt(session: Session, key: str, address: str, now: datetime) -> timedelta:
    """The same for a code of an item; visitors are counted apart from those who log in."""
    return _take(session, (("item", key), ("visitor", address)), now)


def _take(session: Session, names: Sequence[tuple[str, str]], now: datetime) -> timedelta:
    rows = [_row(session, kind, name, now) for kind, name in names]
    wait = max((row.blocked_until - now for row in rows), default=timedelta())
    if wait > timedelta():
        return wait
    for row in rows:
        row.failures += 1
        row.blocked_until = now + wait_after(row.failures, row.kind)
    return timedelta()


def _row(session: Session, kind: str, name: str, now: datetime) -> LoginThrottle:
    """The row, locked; it is made first without a race, since two guesses may come at once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    fresh = {"id": _row_id(kind, name), "kind": kind, "failures": 0, "blocked_until": now, "last_at": now}
    session.execute(insert(LoginThrottle).values(fresh).on_conflict_do_nothing())
    row = session.get_one(LoginThrottle, fresh["id"], with_for_update=True)
    if row.last_at < now - _FORGIVEN_AFTER:
        row.failures = 0
    row.last_at = now
    return row


def _row_id(kind: str, name: str) -> str:
    """A hash: the table must not be a list of who tried from where."""
    return hashlib.sha256(f"{kind}\n{name}".encode()).hexdigest()


def forgive(session: Session, login: str, address: str) -> None:
    """After the right password: forget the failures of the login, and take back the attempt of the address."""
    _forgive(session, ("login", login), ("address", address))


def forgive_code(session: Session, key: str, address: str) -> None:
    """After the right code: the same for the item and the visitor."""
    _forgive(session, ("item", key), ("visitor", address))


def _forgive(session: Session, whole: tuple[str, str], once: tuple[str, str]) -> None:
    session.execute(delete(LoginThrottle).where(LoginThrottle.id == _row_id(*whole)))
    theirs = update(LoginThrottle).where(LoginThrottle.id == _row_id(*once))
    session.execute(theirs.values(failures=LoginThrottle.failures - 1))


def forget_old(session: Session, now: datetime) -> int:
    """Delete what is forgiven. Returns how many rows."""
    old = delete(LoginThrottle).where(LoginThrottle.last_at < now - _FORGIVEN_AFTER)
    return len(session.execute(old.returning(LoginThrottle.id)).all())
