"""Guessing gets slower and slower, for a login and for an address, in all processes together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.brands.throttle import forget_old, forgive, take_attempt, wait_after
from app.db import Db, reading
from app.models.brands import LoginThrottle

NONE = timedelta()


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (10, 32), (11, 60), (2000, 60)])
def test_the_wait_of_a_login_doubles_up_to_a_minute(failures: int, seconds: int) -> None:
    assert wait_after(failures, "login") == timedelta(seconds=seconds)


@pytest.mark.parametrize(("failures", "seconds"), [(19, 0), (20, 1), (29, 512), (30, 900), (2000, 900)])
def test_the_wait_of_an_address_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert wait_after(failures, "address") == timedelta(seconds=seconds)


def attempt(db: Db, login: str, address: str, now: datetime) -> timedelta:
    with db.begin() as session:
        return take_attempt(session, login, address, now)


def test_parallel_guesses_all_count(db: Db, now: datetime) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: attempt(db, "ada", "::1", now), range(24)))
    assert waits.count(NONE) == 5


def test_one_address_that_tries_many_logins_is_slowed_too(db: Db, now: datetime) -> None:
    waits = [attempt(db, f"login{number}", "203.0.113.9", now) for number in range(30)]
    assert waits.count(NONE) == 20
    assert attempt(db, "somebody else", "203.0.113.10", now) == NONE


def test_people_behind_one_address_who_know_their_passwords_are_not_slowed(db: Db, now: datetime) -> None:
    for number in range(60):
        assert attempt(db, f"login{number}", "203.0.113.9", now) == NONE
        with db.begin() as session:
            forgive(session, f"login{number}", "203.0.113.9")


def test_after_an_hour_of_peace_all_is_forgiven(db: Db, now: datetime) -> None:
    for _ in range(9):
        attempt(db, "ada", "::1", now)
    later = now + timedelta(hours=1, seconds=1)
    with db.begin() as session:
        assert forget_old(session, later) == 2
    assert attempt(db, "ada", "::1", later) == NONE


def test_the_table_names_nobody(db: Db, now: datetime) -> None:
    attempt(db, "ada@example.com", "203.0.113.9", now)
    with reading(db) as session:
        rows = session.execute(select(LoginThrottle.id)).scalars().all()
        assert session.scalar(select(func.count()).select_from(LoginThrottle)) == 2
    assert not any("ada" in row or "203" in row for row in rows)
