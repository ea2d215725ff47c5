"""People of a brand and their passwords. Nothing of them but an id and a role ever enters the log."""

from datetime import datetime
from functools import cache
from math import ceil
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.brands.roles import ROLES
from app.brands.sessions import close_all
from app.brands.throttle import forgive, take_attempt
from app.db import Db, reading
from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand, Person
from app.record import record
from ledger.canonical import moment_text

SHORTEST_PASSWORD = 12

# One argon2 needs 64 MiB and about 0.3 s of CPU: more than two at once in a process would be our own undoing.
_TURN = BoundedSemaphore(2)
_hasher = PasswordHasher()


class WeakPassword(ValueError):
    """The password is too easy to guess; the text says why."""


def hash_password(password: str) -> str:
    """The argon2id hash to store; slow, so call it outside a transaction. Raises WeakPassword."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(f"a password has at least {SHORTEST_PASSWORD} characters")
    if len(set(password)) < 5:
        raise WeakPassword("a password has at least five different characters")
    with _TURN:
        return _hasher.hash(password)


def add_person(
    session: Session,
    brand: Brand,
    *,
    login: str,
    name: str,
    role: str,
    password_hash: str,
    now: datetime,
    partner_id: str | None = None,
    language: str | None = None,
) -> str:
    """Add a member of staff, or of a partner's staff (role "partner", with `partner_id`). Returns the id."""
    if role not in ROLES or (role == "partner") != (partner_id is not None):
        raise ValueError(f"{role!r} is no role, or does not fit with partner_id")
    person = Person(
        id=new_id(),
        brand_id=brand.id,
        partner_id=partner_id,
        login=login.strip().lower(),
        name=name,
        role=role,
        password_hash=password_hash,
        language=language,
        created_at=now,
    )
    session.add(person)
    body = {"person": person.id, "role": role, "partner": partner_id, "added_at": moment_text(now)}
    record(session, brand.log_id, EntryType.PERSON_ADDED, body, now=now)
    return person.id


def change_password(session: Session, person_id: str, password_hash: str) -> None:
    """Set another password and end every session that the old one opened."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))
    close_all(session, person_id)


def disable_person(session: Session, brand: Brand, person_id: str, now: datetime) -> bool:
    """Shut a person out at once; the row stays, for what they did stays theirs. False when nobody was to be."""
    mine = Person.id == person_id, Person.brand_id == brand.id, Person.disabled_at.is_(None)
    if not session.execute(update(Person).where(*mine).values(disabled_at=now).returning(Person.id)).all():
        return False
    close_all(session, person_id)
    record(session, brand.log_id, EntryType.PERSON_ENDED, {"person": person_id}, now=now)
    return True


def may_log_in(db: Db, login: str, password: str, address: str, now: datetime) -> tuple[str | None, int]:
    """(person's id, 0) when login and password are right, (None, 0) when not, (None, s) while s seconds must pass.

    An unknown login costs the same time as a wrong password.
    """
    login = login.strip().lower()[:200]
    with db.begin() as session:
        wait = take_attempt(session, login, address, now)
    if wait:
        return None, ceil(wait.total_seconds())
    with reading(db) as session:
        person = session.scalar(select(Person).where(Person.login == login, Person.disabled_at.is_(None)))
    if not _right(person.password_hash if person else _nobodys_hash(), password) or person is None:
        return None, 0
    with db.begin() as session:
        forgive(session, login, address)
    return person.id, 0


def _right(password_hash: str, password: str) -> bool:
    with _TURN:
        try:
            return _hasher.verify(password_hash, password[:1000])
        except (VerifyMismatchError, InvalidHashError):
            return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(new_id())
