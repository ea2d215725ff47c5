"""How the questions of a day fit into the quotas, and how fresh each account's parcels are. Speaks to nobody.

A quota that is too small for everything is stretched over the day: waits grow by one factor for all parcels of the
account but those out for delivery, which keep theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Float, case, cast, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from carriers.tables import CarrierState, PollState

_SPARE = 0.9  # of a quota is planned with; the rest is for hints, tests and second tries
_LEAST = 0.1  # of a quota is left to parcels that are not urgent, whatever the others need
_URGENT_S = 3_300  # nothing but out for delivery is asked about more often than this
_LONGEST_STRETCH = 12.0
_DAY_S = 86_400.0


@dataclass(frozen=True)
class Quota:
    """What an account may ask a day, None without a limit, and how many parcels one question takes."""

    daily: int | None
    batch: int = 1


@dataclass(frozen=True)
class Load:
    """The parcels of one account: how many live, how many are due, how old the oldest answer is, what they need.

    `questions` are those wished for in a day, `urgent` those of them for parcels out for delivery.
    """

    account_id: str
    carrier: str
    parcels: int
    due: int
    unheard: int
    stalest_at: datetime | None
    questions: float
    urgent: float


def loads(session: Session, now: datetime, brand_id: str | None = None) -> list[Load]:
    """The load of every account, or of one brand's; one statement over all live parcels."""
    a_day = literal(_DAY_S) / cast(PollState.interval_s, Float)
    urgent = case((PollState.interval_s < _URGENT_S, a_day), else_=0.0)
    asked = (
        select(
            PollState.account_id,
            func.min(PollState.carrier),
            func.count(),
            func.sum(case((PollState.next_at <= now, 1), else_=0)),
            func.sum(case((PollState.last_answer_at.is_(None), 1), else_=0)),
            func.min(PollState.last_answer_at),
            func.sum(a_day),
            func.sum(urgent),
        )
        .where(PollState.next_at.is_not(None))
        .group_by(PollState.account_id)
        .order_by(PollState.account_id)
    )
    mine = asked.where(PollState.brand_id == brand_id) if brand_id else asked
    return [Load(*row) for row in session.execute(mine)]


def stretch_of(load: Load, quota: Quota) -> float:
    """By how much the waits of an account must grow for its quota to last; 1 where it is large enough. Pure."""
    if quota.daily is None:
        return 1.0
    budget = _SPARE * quota.daily * quota.batch
    left = max(budget - load.urgent, _LEAST * budget, 1e-9)
    return min(max(1.0, (load.questions - load.urgent) / left), _LONGEST_STRETCH)


def plan(session: Session, quotas: Mapping[str, Quota], wall: datetime, now: datetime) -> dict[str, float]:
    """Write down for each account by how much its waits are stretched from now on; the factors, by account."""
    found = {
        load.account_id: stretch_of(load, quotas.get(load.account_id, Quota(None))) for load in loads(session, now)
    }
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    fresh = {"day": wall.date(), "used": 0, "failures": 0}
    for account_id, factor in found.items():
        row = insert(CarrierState).values(account_id=account_id, stretch=factor, **fresh)
        session.execute(row.on_conflict_do_update(index_elements=["account_id"], set_={"stretch": factor}))
    idle = update(CarrierState).where(CarrierState.stretch != 1.0, CarrierState.account_id.not_in(found))
    session.execute(idle.values(stretch=1.0))
    return found


def stretched(wait: timedelta, stretch: float | None) -> timedelta:
    """A wait as the plan has it. Pure."""
    urgent = wait.total_seconds() < _URGENT_S
    return wait if stretch is None or urgent else wait * stretch
