"""Quotas spread over the day, and how old the oldest answers are, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest

from app.db import Db, reading
from carriers import planning, polling
from carriers.planning import Load, Quota, stretch_of, stretched
from carriers.tables import CarrierState, PollState
from carriers.vocabulary import Status

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def load(questions: float, urgent: float = 0.0) -> Load:
    return Load("ada:ups", "ups", 10, 0, 0, None, questions, urgent)


@pytest.mark.parametrize(
    ("questions", "urgent", "quota", "stretch"),
    [
        (100, 0, Quota(None), 1.0),
        (100, 0, Quota(250), 1.0),
        (450, 0, Quota(250), 2.0),
        (450, 0, Quota(250, batch=30), 1.0),  # thirty parcels a question
        (325, 125, Quota(250), 2.0),  # what is out for delivery keeps its share
        (100_000, 0, Quota(250), 12.0),  # and nothing is forgotten for ever
        (500, 400, Quota(250), 100 / 22.5),  # the others keep a tenth, however much is urgent
    ],
)
def test_waits_grow_until_the_quota_lasts(questions: float, urgent: float, quota: Quota, stretch: float) -> None:
    assert stretch_of(load(questions, urgent), quota) == pytest.approx(stretch)


def test_what_is_out_for_delivery_waits_no_longer() -> None:
    assert stretched(timedelta(minutes=45), 4.0) == timedelta(minutes=45)
    assert stretched(timedelta(hours=6), 4.0) == timedelta(hours=24)
    assert stretched(timedelta(hours=6), None) == timedelta(hours=6)


def follow(db: Db, count: int, carrier: str = "ups", interval: timedelta = timedelta(hours=6)) -> None:
    with db.begin() as session:
        for place in range(count):
            session.add(
                PollState(
                    parcel_id=f"{carrier}{place:04}",
                    account_id=f"ada:{carrier}",
                    brand_id="ada",
                    carrier=carrier,
                    tracking_number=str(place),
                    next_at=NOW + timedelta(minutes=place - 5),
                    interval_s=int(interval.total_seconds()),
                    last_answer_at=NOW - timedelta(hours=place) if place else None,
                    created_at=NOW,
                )
            )


def test_the_load_of_an_account_is_counted(db: Db) -> None:
    follow(db, 10)
    follow(db, 2, "fedex", timedelta(minutes=45))
    with reading(db) as session:
        fedex, ups = planning.loads(session, NOW, "ada")
        assert planning.loads(session, NOW, "cleo") == []
    assert (ups.parcels, ups.due, ups.unheard) == (10, 6, 1)
    assert ups.stalest_at == NOW - timedelta(hours=9)
    assert ups.questions == pytest.approx(40)
    assert ups.urgent == 0
    assert fedex.urgent == fedex.questions == pytest.approx(64)


def test_the_plan_lengthens_the_next_wait_and_ends_when_it_is_needed_no_more(db: Db) -> None:
    follow(db, 10)

    def plan(quota: int | None) -> float | None:
        with db.begin() as session:
            planning.plan(session, {"ada:ups": Quota(quota)}, NOW, NOW)
            return session.get_one(CarrierState, "ada:ups").stretch

    assert plan(10) == pytest.approx(40 / 9)
    with db.begin() as session:
        (claim,) = polling.claim_due(session, owner="one", carriers=["ups"], now=NOW, wall=NOW, limit=1)
        polling.answered(session, claim, owner="one", status=Status.IN_TRANSIT, news=True, now=NOW)
    with reading(db) as session:
        row = session.get_one(PollState, claim.parcel_id)
        assert row.next_at
        assert timedelta(hours=23) < row.next_at - NOW < timedelta(hours=30)
        assert row.interval_s < 7 * 3600  # what is wished for stays what the plan counts with
    assert plan(None) == 1.0
    with db.begin() as session:
        for row in session.query(PollState):
            row.next_at = None
    assert plan(10) == 1.0
