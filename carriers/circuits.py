"""How the accounts with carriers stand: budgets of the day, circuits, and why one is open. Rows; speaks to nobody.

An account is one brand's with one carrier; `wall` is the machine's clock, for this is about processes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Update, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from carriers.tables import CarrierState

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)


def spend(session: Session, account: str, quota: int | None, wall: datetime) -> bool:
    """Take one question from the day's quota; False when none is left: then the circuit is open until midnight."""
    _touch(session, account, wall)
    mine = CarrierState.account_id == account
    changed_rows(
        session, update(CarrierState).where(mine, CarrierState.day != wall.date()), day=wall.date(), used=0
    )
    left = (
        update(CarrierState).where(mine, CarrierState.used < quota) if quota else update(CarrierState).where(mine)
    )
    if changed_rows(session, left, used=CarrierState.used + 1):
        return True
    midnight = datetime.combine(wall.date() + timedelta(days=1), time(), UTC)
    closed = {"open_until": midnight, "cause": "quota", "error": "the day's quota is used up"}
    changed_rows(session, update(CarrierState).where(mine), **closed)
    return False


def failed(
    session: Session,
    account: str,
    wall: datetime,
    error: str,
    retry_after: timedelta | None = None,
    cause: str = "failures",
) -> datetime:
    """Open the circuit of an account: as long as the carrier asks, else twice as long with each failure.

    `cause` is kept for the desk: failures, retry_after, credentials or no_account.
    """
    _touch(session, account, wall)
    row = session.get_one(CarrierState, account, with_for_update=True, populate_existing=True)
    row.failures += 1
    pause = min(FIRST_PAUSE * 2 ** min(row.failures - 1, 10), LONGEST_PAUSE)
    row.open_until, row.cause, row.error = wall + (retry_after or pause), cause, error[:300]
    return row.open_until


def worked(session: Session, account: str) -> None:
    """Close the circuit: the carrier has answered."""
    broken = update(CarrierState).where(CarrierState.account_id == account, CarrierState.failures > 0)
    changed_rows(session, broken, failures=0, open_until=None, cause=None, error=None)


@dataclass(frozen=True)
class AccountState:
    """How an account stands, for the desk and the command line."""

    account_id: str
    used_today: int
    failures: int
    open_until: datetime | None
    error: str | None
    cause: str | None = None
    stretch: float | None = None


def accounts(session: Session, brand_id: str, wall: datetime) -> list[AccountState]:
    """How the accounts of a brand stand."""
    rows = session.scalars(select(CarrierState).where(CarrierState.account_id.startswith(f"{brand_id}:")))
    return [
        AccountState(
            row.account_id,
            row.used if row.day == wall.date() else 0,
            row.failures,
            row.open_until,
            row.error,
            row.cause,
            row.stretch,
        )
        for row in rows
    ]


def _touch(session: Session, account: str, wall: datetime) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(CarrierState).values(account_id=account, day=wall.date(), used=0, failures=0)
    session.execute(row.on_conflict_do_nothing(index_elements=["account_id"]))


def changed_rows(session: Session, statement: Update, **values: Any) -> int:
    """Run an update that decides by its condition; how many rows it found."""
    result = session.execute(statement.values(**values).execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
