"""People and their passwords."""

from datetime import datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
from sqlalchemy.orm import Session

from app.brands.people import (
    WeakPassword,
    add_person,
    change_password,
    disable_person,
    hash_password,
    may_log_in,
)
from app.brands.sessions import find_session, forget_old, keep_session, open_session
from app.brands.tenants import brand_of, create_brand
from app.db import Db, reading
from app.models.brands import Person

PASSWORD = "correct horse battery"


@pytest.fixture
def person(db: Db, tmp_path: Path, now: datetime) -> str:
    brand_id = create_brand(db, tmp_path, name="Ada", slug="ada", now=now)
    password_hash = hash_password(PASSWORD)
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        return add_person(
            session,
            brand,
            login=" Ada@Example.com ",
            name="Ada",
            role="owner",
            password_hash=password_hash,
            now=now,
        )


def test_a_login_is_the_same_in_any_case(db: Db, person: str, now: datetime) -> None:
    assert may_log_in(db, "ADA@example.com", PASSWORD, "::1", now) == (person, 0)
    assert may_log_in(db, "ada@example.com", PASSWORD + "!", "::1", now) == (None, 0)


def test_an_unknown_login_costs_as_much_as_a_wrong_password(db: Db, person: str, now: datetime) -> None:
    may_log_in(db, "nobody", "x", "::1", now)  # the hash of nobody is made once
    costs = []
    for login in ("ada@example.com", "nobody@example.com"):
        began = process_time()
        may_log_in(db, login, "wrong", "::1", now)
        costs.append(process_time() - began)
    assert max(costs) < 3 * min(costs)


def test_another_password_ends_every_session(db: Db, person: str, now: datetime) -> None:
    with db.begin() as session:
        tokens = [open_session(session, person, {}, now) for _ in range(2)]
    with db.begin() as session:
        change_password(session, person, hash_password("another horse battery"))
    with reading(db) as session:
        assert [find_session(session, token, now) for token in tokens] == [None, None]
    assert may_log_in(db, "ada@example.com", PASSWORD, "::1", now) == (None, 0)


def test_a_session_that_was_closed_is_not_opened_again_by_a_late_save(
    db: Db, person: str, now: datetime, tmp_path: Path
) -> None:
    with db.begin() as session:
        token = open_session(session, person, {}, now)
        disable_person(session, brand_of(session, _brand_of(session, person)), person, now)
        keep_session(session, token, {"x": 1}, now)
    with reading(db) as session:
        assert find_session(session, token, now) is None


def _brand_of(session: Session, person_id: str) -> str:
    return session.get_one(Person, person_id).brand_id


def test_old_sessions_are_forgotten(db: Db, person: str, now: datetime) -> None:
    with db.begin() as session:
        open_session(session, person, {}, now)
        open_session(session, None, {}, now - timedelta(minutes=31))
    with db.begin() as session:
        assert forget_old(session, now) == 1


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "ababababababab"])
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        hash_password(password)


def test_a_partner_person_needs_a_partner(db: Db, person: str, now: datetime) -> None:
    with db.begin() as session:
        brand = brand_of(session, _brand_of(session, person))
        with pytest.raises(ValueError, match="partner"):
            add_person(session, brand, login="x", name="x", role="partner", password_hash="x", now=now)
