"""A hundred thousand parcels of forty accounts, all of them due: what each needs, the plan, and the next sixty."""

import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from app.db import make_engine
from bench.figure import Figure, at_most
from carriers import planning, polling
from carriers.planning import Quota
from carriers.tables import PollState
from tests.support import schema

PARCELS, ACCOUNTS = 100_000, 40
CARRIERS = ("ups", "fedex", "gls", "dhl_universal")
SECONDS, MEGABYTES = 1.0, 300.0
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def measure(folder: Path) -> Iterator[Figure]:
    url = f"sqlite:///{folder / 'polls.db'}"
    schema.create(url)
    _fill(sessionmaker(make_engine(url)))
    rounds = [_alone(url) for _ in range(3)]
    seconds, megabytes = (iter(values) for values in zip(*rounds, strict=True))
    yield at_most("polling plan, 100,000 parcels", "s", lambda: next(seconds), "the limit", SECONDS)
    yield at_most("polling plan, memory", "MB", lambda: next(megabytes), "the limit", MEGABYTES)


def _alone(url: str) -> tuple[float, float]:
    """One round in a process of its own, so that its memory is that of nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_round, url).result()


def _carrier(place: int) -> str:
    return CARRIERS[place % len(CARRIERS)]


def _fill(db: sessionmaker[Session]) -> None:
    rows = [
        {
            "parcel_id": f"p{number:06}",
            "account_id": f"brand{number % ACCOUNTS}:{_carrier(number % ACCOUNTS)}",
            "brand_id": f"brand{number % ACCOUNTS}",
            "carrier": _carrier(number % ACCOUNTS),
            "tracking_number": str(number),
            "next_at": NOW - timedelta(seconds=number % 9_000),
            "interval_s": 2_700 if number % 20 == 0 else 21_600,
            "unchanged": number % 5,
            "last_answer_at": NOW - timedelta(hours=number % 40),
            "created_at": NOW,
        }
        for number in range(PARCELS)
    ]
    with db.begin() as session:
        for begin in range(0, PARCELS, 5_000):
            session.execute(insert(PollState), rows[begin : begin + 5_000])


def _round(url: str) -> tuple[float, float]:
    """Seconds and megabytes of the plan of every account and of the claims that follow; these are given back."""
    db = sessionmaker(make_engine(url), expire_on_commit=False)
    quotas = {f"brand{place}:{_carrier(place)}": Quota(250 * (1 + place % 7)) for place in range(ACCOUNTS)}
    began = perf_counter()
    with db.begin() as session:
        planning.plan(session, quotas, NOW, NOW)
    with db.begin() as session:
        claims = polling.claim_due(session, owner="bench", carriers=CARRIERS, now=NOW, wall=NOW, limit=60)
    seconds = perf_counter() - began
    if len(claims) != 60:
        raise AssertionError("the round claimed too few")
    with db.begin() as session:
        polling.release(session, claims, owner="bench")
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
