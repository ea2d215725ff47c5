"""Claims, quotas, circuits and cadence, on both engines."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.db import Db, reading
from carriers import cadence, circuits, polling
from carriers.polling import Claim
from carriers.tables import PollState
from carriers.vocabulary import Status

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ADA, CARRIERS = "ada", ("ups", "fedex")


def follow(db: Db, count: int, carrier: str = "ups", start: int = 0) -> None:
    with db.begin() as session:
        for place in range(start, start + count):
            polling.follow(
                session,
                parcel_id=f"p{place:03}",
                brand_id=ADA,
                carrier=carrier,
                tracking_number=str(place),
                now=NOW + timedelta(seconds=place),
            )


def claim(
    db: Db, owner: str, *, now: datetime = NOW + timedelta(hours=1), limit: int = 60, each: int = 30
) -> list[Claim]:
    with db.begin() as session:
        return polling.claim_due(
            session, owner=owner, carriers=CARRIERS, now=now, wall=now, limit=limit, each=each
        )


def names(claims: Sequence[Claim]) -> list[str]:
    return [each.parcel_id for each in claims]


def row(db: Db, parcel_id: str = "p000") -> PollState:
    with reading(db) as session:
        return session.get_one(PollState, parcel_id)


def test_what_is_not_due_is_not_claimed(db: Db) -> None:
    follow(db, 1)
    assert claim(db, "one", now=NOW - timedelta(seconds=1)) == []


def test_a_claim_holds_until_its_lease_ends(db: Db) -> None:
    follow(db, 1)
    assert len(claim(db, "one")) == 1
    assert claim(db, "two") == []
    later = NOW + timedelta(hours=1) + polling.LEASE + timedelta(seconds=1)
    assert len(claim(db, "two", now=later)) == 1


def test_two_workers_share_the_work_without_overlap(db: Db) -> None:
    follow(db, 40)
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda owner: names(claim(db, owner, limit=10)), ["a", "b", "c", "d"]))
    everything = [name for part in claims for name in part]
    assert len(everything) == len(set(everything))
    while more := names(claim(db, "e")):
        everything += more
    assert sorted(everything) == [f"p{place:03}" for place in range(40)]


def test_one_crowded_account_leaves_room_for_another(db: Db) -> None:
    follow(db, 50)
    follow(db, 2, "fedex", start=900)
    claims = claim(db, "one", limit=20)
    assert {each.carrier for each in claims} == {"ups", "fedex"}
    assert len(claims) == 20


def test_an_answer_comes_too_late_when_somebody_else_has_the_claim(db: Db) -> None:
    follow(db, 1)
    (mine,) = claim(db, "one")
    later = NOW + timedelta(hours=2)
    (theirs,) = claim(db, "two", now=later)
    with db.begin() as session:
        polling.answered(session, mine, owner="one", status=Status.IN_TRANSIT, news=True, now=later)
    assert row(db).claimed_by == "two"
    with db.begin() as session:
        polling.answered(session, theirs, owner="two", status=Status.IN_TRANSIT, news=True, now=later)
    assert row(db).claimed_by is None
    assert row(db).last_answer_at == later


def test_a_parcel_hurried_while_its_carrier_is_asked_stays_due(db: Db) -> None:
    follow(db, 1)
    (mine,) = claim(db, "one")
    hurried = NOW + timedelta(hours=1, seconds=1)
    with db.begin() as session:
        polling.hurry(session, ["p000"], hurried)
        polling.answered(session, mine, owner="one", status=Status.IN_TRANSIT, news=True, now=hurried)
    assert names(claim(db, "one", now=hurried)) == ["p000"]


def test_the_wait_begins_when_the_question_was_put_though_the_clock_jumped_since(db: Db) -> None:
    follow(db, 1)
    (mine,) = claim(db, "one")
    jumped = NOW + timedelta(days=3)
    with db.begin() as session:
        polling.answered(session, mine, owner="one", status=Status.IN_TRANSIT, news=True, now=jumped)
    assert names(claim(db, "one", now=jumped)) == ["p000"]


def test_the_quota_of_a_day_is_spent_and_comes_back_at_midnight(db: Db) -> None:
    def spend(wall: datetime) -> bool:
        with db.begin() as session:
            return circuits.spend(session, "ada:ups", 3, wall)

    assert [spend(NOW) for _ in range(4)] == [True, True, True, False]
    follow(db, 1)
    assert claim(db, "one") == []
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    assert len(claim(db, "one", now=midnight)) == 1
    assert spend(midnight)


def test_many_workers_never_overspend(db: Db) -> None:
    def spend(_: int) -> bool:
        with db.begin() as session:
            return circuits.spend(session, "ada:ups", 5, NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(spend, range(12))) == 5


def test_without_a_quota_there_is_no_limit(db: Db) -> None:
    with db.begin() as session:
        assert all(circuits.spend(session, "ada:ups", None, NOW) for _ in range(20))


def test_failures_in_a_row_open_the_circuit_longer_and_an_answer_closes_it(db: Db) -> None:
    def fail(wait: timedelta | None = None) -> timedelta:
        with db.begin() as session:
            return circuits.failed(session, "ada:ups", NOW, "silent", wait) - NOW

    assert [fail() for _ in range(3)] == [timedelta(seconds=s) for s in (30, 60, 120)]
    assert fail(timedelta(hours=5)) == timedelta(hours=5)
    assert max(fail() for _ in range(12)) == timedelta(hours=1)
    with db.begin() as session:
        circuits.worked(session, "ada:ups")
    assert fail() == timedelta(seconds=30)


def test_an_open_circuit_stops_its_own_account_only(db: Db) -> None:
    follow(db, 1)
    follow(db, 1, "fedex", start=900)
    with db.begin() as session:
        circuits.failed(session, "ada:ups", NOW + timedelta(hours=1), "silent", timedelta(hours=2))
    assert names(claim(db, "one")) == ["p900"]
    assert names(claim(db, "one", now=NOW + timedelta(hours=4))) == ["p000", "p900"]


def test_what_was_claimed_and_not_asked_goes_back_as_it_was(db: Db) -> None:
    follow(db, 2)
    claims = claim(db, "one")
    now = NOW + timedelta(hours=1)
    with db.begin() as session:
        polling.release(session, claims, owner="one", failed=claims[0], error="silent")
    assert row(db, "p000").next_at == now + polling.SOON
    assert row(db, "p000").error == "silent"
    assert names(claim(db, "two")) == ["p001"]


def answers(db: Db, *statuses: tuple[Status | None, bool, datetime]) -> PollState:
    follow(db, 1)
    for status, news, now in statuses:
        with db.begin() as session:
            polling.hurry(session, ["p000"], now)
        (mine,) = claim(db, "one", now=now)
        with db.begin() as session:
            polling.answered(session, mine, owner="one", status=status, news=news, now=now)
    return row(db)


def test_a_delivered_parcel_is_asked_about_ten_more_days(db: Db) -> None:
    days = [(Status.DELIVERED, False, NOW + timedelta(days=day)) for day in range(10)]
    assert answers(db, *days).outcome is None
    with db.begin() as session:
        session.delete(session.get_one(PollState, "p000"))
    days.append((Status.DELIVERED, False, NOW + timedelta(days=10)))
    last = answers(db, *days)
    assert (last.outcome, last.next_at) == ("settled", None)


def test_a_return_after_delivery_starts_the_watch_anew(db: Db) -> None:
    history = [(Status.DELIVERED, True, NOW), (Status.RETURNING, True, NOW + timedelta(days=9))]
    state = answers(db, *history)
    assert (state.settled_at, state.outcome) == (None, None)


def test_after_ninety_days_nobody_asks_any_more(db: Db) -> None:
    state = answers(db, (Status.IN_TRANSIT, False, NOW + timedelta(days=90)))
    assert (state.outcome, state.next_at) == ("unresolved", None)
    with db.begin() as session:
        assert polling.hurry(session, ["p000"], NOW) == 0


@pytest.mark.parametrize(
    ("status", "unchanged", "hours"),
    [
        (None, 0, 1.0),
        (Status.REGISTERED, 0, 12.0),
        (Status.IN_TRANSIT, 0, 6.0),
        (Status.IN_TRANSIT, 1, 9.0),
        (Status.IN_TRANSIT, 9, 24.0),
        (Status.OUT_FOR_DELIVERY, 0, 0.75),
        (Status.CUSTOMS, 0, 3.0),
        (Status.DELIVERED, 0, 24.0),
    ],
)
def test_the_span_follows_the_stage_and_slows_down_without_news(
    status: Status | None, unchanged: int, hours: float
) -> None:
    assert cadence.span(status, unchanged, 0.5) == timedelta(hours=hours)


def test_jitter_stays_within_a_tenth() -> None:
    assert cadence.span(Status.CUSTOMS, 0, 0.0) == timedelta(hours=2.7)
    assert cadence.span(Status.CUSTOMS, 0, 0.999) < timedelta(hours=3.3)


def test_at_the_destination_a_parcel_is_asked_about_twice_as_often() -> None:
    assert cadence.span(Status.IN_TRANSIT, 0, 0.5, at_destination=True) == timedelta(hours=3)


@pytest.mark.parametrize(("hour", "expected"), [(12, 12), (23, 31), (3, 7)])
def test_nobody_asks_for_a_delivery_at_night(hour: int, expected: int) -> None:
    day = datetime(2026, 1, 5, tzinfo=UTC)  # Dublin keeps UTC in winter
    at = cadence.in_daytime(day + timedelta(hours=hour), Status.OUT_FOR_DELIVERY, "Europe/Dublin")
    assert at == day + timedelta(hours=expected)
    assert cadence.in_daytime(day, Status.IN_TRANSIT, "Europe/Dublin") == day
