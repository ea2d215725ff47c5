"""How stale each carrier of a brand is, and why: its budget, a circuit, its own wish, or a missing account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import system_clock
from app.house import House
from app.models.brands import CarrierAccount, CarrierHook
from app.shipping.carrier_hooks import hooks_of
from carriers import circuits, planning, polling
from carriers.adapter import adapter
from carriers.circuits import AccountState
from carriers.known import CARRIERS
from carriers.planning import Load, Quota


@dataclass(frozen=True)
class Freshness:
    """One carrier of a brand. `why` is the cause of the delay: quota, retry_after, failures, credentials,
    no_account, stretched (the budget is spread over the day), no_adapter, or empty when all is well.
    """

    carrier: str
    parcels: int
    due: int
    unheard: int
    stalest_at: datetime | None
    why: str
    until: datetime | None
    used_today: int
    daily_quota: int | None
    stretch: float
    error: str
    called_at: datetime | None
    refused_at: datetime | None


def freshness(session: Session, brand_id: str, now: datetime, wall: datetime) -> list[Freshness]:
    """Every carrier that follows a parcel of the brand, or has an account or a hook; the stalest first."""
    by_carrier = {load.carrier: load for load in planning.loads(session, now, brand_id)}
    states = {state.account_id.partition(":")[2]: state for state in circuits.accounts(session, brand_id, wall)}
    mine = select(CarrierAccount).where(CarrierAccount.brand_id == brand_id)
    accounts = {row.carrier: row for row in session.scalars(mine)}
    hooks = {row.carrier: row for row in hooks_of(session, brand_id)}
    found = [
        _line(
            carrier, by_carrier.get(carrier), accounts.get(carrier), states.get(carrier), hooks.get(carrier), wall
        )
        for carrier in sorted({*by_carrier, *accounts, *hooks})
    ]
    return sorted(found, key=lambda line: (not line.parcels, line.stalest_at or now, line.carrier))


def plan_due(house: House, _owner: str) -> int:
    """Spread every account's questions over the day; does nothing else. Always 0: there is never more to do."""
    with house.db.begin() as session:
        quotas = _quotas(session)
        planning.plan(session, quotas, system_clock(), house.clock())
    return 0


def _quotas(session: Session) -> Mapping[str, Quota]:
    rows = session.scalars(select(CarrierAccount))
    return {
        polling.account_id(row.brand_id, row.carrier): Quota(row.daily_quota, adapter(row.carrier).BATCH)
        for row in rows
    }


def _line(
    carrier: str,
    load: Load | None,
    account: CarrierAccount | None,
    state: AccountState | None,
    hook: CarrierHook | None,
    wall: datetime,
) -> Freshness:
    open_until = state.open_until if state and state.open_until and state.open_until > wall else None
    stretch = (state.stretch if state else None) or 1.0
    return Freshness(
        carrier=carrier,
        parcels=load.parcels if load else 0,
        due=load.due if load else 0,
        unheard=load.unheard if load else 0,
        stalest_at=load.stalest_at if load else None,
        why=_why(carrier, account, state if open_until else None, stretch),
        until=open_until if account else None,
        used_today=state.used_today if state else 0,
        daily_quota=account.daily_quota if account else None,
        stretch=stretch,
        error=(state.error or "") if state and open_until else "",
        called_at=hook.called_at if hook else None,
        refused_at=hook.refused_at if hook else None,
    )


def _why(carrier: str, account: CarrierAccount | None, closed: AccountState | None, stretch: float) -> str:
    if carrier not in CARRIERS:
        return "no_adapter"
    if account is None:
        return "no_account"
    if closed:
        return closed.cause or "failures"
    return "stretched" if stretch > 1.0 else ""
