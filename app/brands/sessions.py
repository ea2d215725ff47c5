"""Staff sessions on the server: a row each, found by the hash of a random token. No cookie and no Flask here."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models.brands import Person, StaffSession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Staff:
    """The person behind a session."""

    person_id: str
    brand_id: str
    partner_id: str | None
    role: str
    name: str
    language: str | None


@dataclass(frozen=True)
class Opened:
    """A session that is still good: its values, its person (None before a login), and whether to touch it."""

    data: Mapping[str, Any]
    staff: Staff | None
    stale: bool


def _row_id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(session: Session, person_id: str | None, data: Mapping[str, Any], now: datetime) -> str:
    """Open a session that ends 12 hours from now at the latest. Returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=_row_id(token),
            person_id=person_id,
            data=dict(data),
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    return token


def find_session(session: Session, token: str, now: datetime) -> Opened | None:
    """The session of a token; None when unknown, idle for 30 minutes, past its end, or its person is disabled."""
    found = session.execute(
        select(StaffSession, Person)
        .outerjoin(Person, Person.id == StaffSession.person_id)
        .where(
            StaffSession.id == _row_id(token),
            StaffSession.expires_at > now,
            StaffSession.seen_at > now - IDLE,
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    row, person = found
    return Opened(dict(row.data), _staff(person), row.seen_at < now - _TOUCH_AFTER)


def _staff(person: Person | None) -> Staff | None:
    if person is None:
        return None
    return Staff(person.id, person.brand_id, person.partner_id, person.role, person.name, person.language)


def keep_session(session: Session, token: str, data: Mapping[str, Any], now: datetime) -> None:
    """Store the values and the time it was last seen; a session that was closed meanwhile stays closed."""
    session.execute(
        update(StaffSession).where(StaffSession.id == _row_id(token)).values(data=dict(data), seen_at=now)
    )


def close_session(session: Session, token: str) -> None:
    """End one session: its token opens nothing any more."""
    session.execute(delete(StaffSession).where(StaffSession.id == _row_id(token)))


def close_all(session: Session, person_id: str) -> None:
    """End every session of a person, on every machine."""
    session.execute(delete(StaffSession).where(StaffSession.person_id == person_id))


def forget_old(session: Session, now: datetime) -> int:
    """Delete sessions that can't be used any more. Returns how many."""
    over = (StaffSession.expires_at <= now) | (StaffSession.seen_at <= now - IDLE)
    gone = session.execute(delete(StaffSession).where(over).returning(StaffSession.id))
    return len(gone.all())
