"""Which parcels are asked about when, and by whom; claims are rows. Speaks to nobody.

Two clocks: `now` is the house's (a demo may move it) and says what is due; `wall` is the machine's and bounds
leases and circuits (carriers/circuits), which are about processes and carriers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from carriers import cadence
from carriers.circuits import changed_rows
from carriers.planning import stretched
from carriers.tables import CarrierState, PollState
from carriers.vocabulary import SETTLED, Status

LEASE = timedelta(minutes=5)  # well above the longest conversation of one group
SOON = timedelta(minutes=10)  # when a parcel whose question failed is asked about again
_STRETCH = select(CarrierState.stretch).where(CarrierState.account_id == bindparam("account"))


@dataclass(frozen=True)
class Claim:
    """A parcel that is ours to ask about until `until` (wall); due since `due_at`, claimed at `asked_at`.

    `hinted`: it is due because an unsigned callback said so.
    """

    parcel_id: str
    account_id: str
    brand_id: str
    carrier: str
    tracking_number: str
    until: datetime
    due_at: datetime
    asked_at: datetime
    hinted: bool = False


def account_id(brand_id: str, carrier: str) -> str:
    """What quotas, circuits and tokens are kept by: one brand's account with one carrier."""
    return f"{brand_id}:{carrier}"


def follow(
    session: Session, *, parcel_id: str, brand_id: str, carrier: str, tracking_number: str, now: datetime
) -> None:
    """Begin to ask about a parcel, at once."""
    session.add(
        PollState(
            parcel_id=parcel_id,
            account_id=account_id(brand_id, carrier),
            brand_id=brand_id,
            carrier=carrier,
            tracking_number=tracking_number,
            next_at=now,
            interval_s=int(cadence.span(None, 0, 0.5).total_seconds()),
            created_at=now,
        )
    )


def reassign(session: Session, parcel_id: str, carrier: str, now: datetime) -> None:
    """Ask another carrier about a parcel from now on, at once; a question that is on its way is forgotten."""
    row = session.get_one(PollState, parcel_id, with_for_update=True)
    row.carrier, row.account_id = carrier, account_id(row.brand_id, carrier)
    row.next_at, row.claimed_by, row.claimed_until = now, None, None
    row.unchanged, row.error, row.settled_at, row.outcome, row.last_answer_at = 0, None, None, None, None


def hurry(session: Session, parcel_ids: Collection[str], now: datetime) -> int:
    """Make parcels due at once; how many were not closed."""
    return changed_rows(
        session,
        update(PollState).where(PollState.parcel_id.in_(parcel_ids), PollState.next_at.is_not(None)),
        next_at=now,
    )


def hint(session: Session, parcel_id: str, now: datetime) -> bool:
    """Look at a parcel soon because something that anybody could have sent said so; False when it is closed.

    Hints within SOON of the last answer are dropped, so that nobody can make us ask for ever.
    """
    quiet = or_(PollState.last_answer_at.is_(None), PollState.last_answer_at <= now - SOON)
    mine = update(PollState).where(PollState.parcel_id == parcel_id, PollState.next_at.is_not(None), quiet)
    return changed_rows(session, mine, next_at=now, hinted_at=now) > 0


def anything_due(
    session: Session, carriers: Collection[str], now: datetime, wall: datetime, busy: Collection[str] = ()
) -> bool:
    """Whether a claim might find something of accounts that are not `busy`."""
    due = select(PollState.parcel_id).where(_free(now, wall), PollState.carrier.in_(carriers)).where(_closed(wall))
    due = due.where(PollState.account_id.not_in(busy)) if busy else due
    return (
        session.scalars(
            due.outerjoin(CarrierState, CarrierState.account_id == PollState.account_id).limit(1)
        ).first()
        is not None
    )


def claim_due(
    session: Session,
    *,
    owner: str,
    carriers: Collection[str],
    now: datetime,
    wall: datetime,
    limit: int,
    each: int = 30,
    busy: Collection[str] = (),
) -> list[Claim]:
    """Claim parcels that are due, at most `each` of one account and `limit` in all, the longest waiting first.

    Only of `carriers` (adapters we have), and none of an account whose circuit is open or that is `busy`. A claim
    is a conditional update, so two workers never hold the same parcel.
    """
    place = func.row_number().over(
        partition_by=PollState.account_id, order_by=(PollState.next_at, PollState.parcel_id)
    )
    ranked = (
        select(PollState.parcel_id, PollState.next_at, place.label("place"))
        .outerjoin(CarrierState, CarrierState.account_id == PollState.account_id)
        .where(_free(now, wall), PollState.carrier.in_(carriers), PollState.account_id.not_in(busy))
        .where(_closed(wall))
        .subquery()
    )
    wanted = select(ranked.c.parcel_id).where(ranked.c.place <= each).order_by(ranked.c.place, ranked.c.next_at)
    until = wall + LEASE
    claims = []
    for parcel_id in session.scalars(wanted.limit(limit)).all():
        mine = update(PollState).where(PollState.parcel_id == parcel_id, _free(now, wall))
        if changed_rows(session, mine, claimed_by=owner, claimed_until=until):
            claims.append(_claim(session.get_one(PollState, parcel_id, populate_existing=True), until, now))
    return claims


def _free(now: datetime, wall: datetime) -> Any:
    unclaimed = or_(PollState.claimed_until.is_(None), PollState.claimed_until < wall)
    return and_(PollState.next_at <= now, unclaimed)


def _closed(wall: datetime) -> Any:
    """The circuit of an account is closed: questions may flow."""
    return or_(CarrierState.open_until.is_(None), CarrierState.open_until <= wall)


def _claim(row: PollState, until: datetime, now: datetime) -> Claim:
    assert row.next_at is not None  # it was due
    return Claim(
        row.parcel_id,
        row.account_id,
        row.brand_id,
        row.carrier,
        row.tracking_number,
        until,
        row.next_at,
        now,
        row.hinted_at is not None,
    )


def answered(
    session: Session,
    claim: Claim,
    *,
    owner: str,
    status: Status | None,
    news: bool,
    now: datetime,
    error: str | None = None,
    at_destination: bool = False,
    zone: str | None = None,
) -> str | None:
    """Note an answer and when to ask again; the outcome ("settled", "unresolved") when this was the last time.

    The wait begins when the question was put, however far the clock moved before its answer was noted. A parcel
    that somebody hurried meanwhile stays due: this answer may be older than the reason to hurry. Does nothing when
    the claim is not ours any more.
    """
    row = session.get(PollState, claim.parcel_id, with_for_update=True, populate_existing=True)
    if row is None or row.claimed_by != owner:
        return None
    row.claimed_by = row.claimed_until = None
    row.last_answer_at, row.error = now, error and error[:300]
    if claim.hinted and (row.hinted_at or now) <= claim.asked_at:
        row.hinted_at = None
    row.unchanged = 0 if news else row.unchanged + 1
    row.settled_at = (row.settled_at or now) if status in SETTLED else None
    wait = cadence.span(status, row.unchanged, random(), at_destination=at_destination)  # noqa: S311  # jitter
    row.interval_s = int(wait.total_seconds())
    row.outcome = _outcome(row, now)
    if row.outcome or row.next_at == claim.due_at:
        wait = stretched(wait, session.scalar(_STRETCH, {"account": row.account_id}))
        row.next_at = None if row.outcome else cadence.in_daytime(claim.asked_at + wait, status, zone)
    return row.outcome


def heard(session: Session, parcel_id: str, *, status: Status | None, now: datetime) -> None:
    """Note that a carrier has told of a parcel by itself: the next question can wait as after an answer."""
    row = session.get(PollState, parcel_id, with_for_update=True, populate_existing=True)
    if row is None or row.next_at is None:
        return
    row.last_answer_at, row.error, row.unchanged, row.hinted_at = now, None, 0, None
    row.settled_at = (row.settled_at or now) if status in SETTLED else None
    wait = cadence.span(status, 0, random())  # noqa: S311  # jitter
    row.interval_s, row.next_at = int(wait.total_seconds()), now + wait


def _outcome(row: PollState, now: datetime) -> str | None:
    if row.settled_at:
        return "settled" if now - row.settled_at >= cadence.WATCH_SETTLED else None
    return "unresolved" if now - row.created_at >= cadence.GIVE_UP else None


def release(
    session: Session,
    claims: Sequence[Claim],
    *,
    owner: str,
    failed: Claim | None = None,
    error: str = "",
) -> None:
    """Give claims back unanswered: the one whose question failed a little later, the others as they were."""
    for claim in claims:
        mine = update(PollState).where(PollState.parcel_id == claim.parcel_id, PollState.claimed_by == owner)
        later = {"next_at": claim.asked_at + SOON, "error": error[:300]} if claim is failed else {}
        changed_rows(session, mine, claimed_by=None, claimed_until=None, **later)
