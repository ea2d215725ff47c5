"""Carriers and countries whose delivery rate has left its usual band: one case each, with all its shipments."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Db, reading
from app.models.brands import Brand
from app.models.shipments import Parcel, Promise, Shipment
from app.shipping.band import Count, leaves_band
from app.shipping.days import today_there
from app.support.cases import close_case, open_case, open_of_kind, refresh
from carriers.vocabulary import SETTLED

NOW, BEFORE = timedelta(days=7), timedelta(days=97)
_PRIORITY = 2
_DUE = timedelta(hours=8)
_LISTED = 200


@dataclass(frozen=True)
class _Due:
    """A promise that came due: of which shipment, with whom, to where, and whether it was kept."""

    shipment_id: str
    carrier: str
    country: str
    last_day: date
    kept: bool
    is_open: bool


def judge_due(db: Db, now: datetime) -> int:
    """Open, keep up to date and close the cases of every brand; how many cases are open. Safe to run twice."""
    with reading(db) as session:
        brands = session.scalars(select(Brand.id).order_by(Brand.id)).all()
    found = 0
    for brand_id in brands:
        with db.begin() as session:
            found += judge(session, brand_id, now)
    return found


def judge(session: Session, brand_id: str, now: datetime) -> int:
    """The same for one brand: by its promises of the last week against those of the three months before."""
    groups = _groups(_came_due(session, brand_id, now))
    outside = {name: dues for name, dues in groups.items() if leaves_band(*_counts(dues, now))}
    for name, dues in outside.items():
        case = open_case(
            session,
            brand_id=brand_id,
            kind="band",
            subject=f"rate:{name}",
            shipment_id=None,
            priority=_PRIORITY,
            facts=_facts(name, dues, now),
            due_at=now + _DUE,
            now=now,
        )
        refresh(case, _PRIORITY, _facts(name, dues, now))
    for case in open_of_kind(session, brand_id, "band"):
        if case.subject.removeprefix("rate:") not in outside:
            close_case(session, brand_id=brand_id, kind="band", subject=case.subject, now=now)
    return len(outside)


def _groups(dues: Iterable[_Due]) -> dict[str, list[_Due]]:
    """By carrier, and by country; where both are the same parcels, the carrier says it."""
    groups: dict[str, list[_Due]] = defaultdict(list)
    for due in dues:
        groups[f"carrier:{due.carrier}"].append(due)
        if due.country:
            groups[f"country:{due.country}"].append(due)
    same = {tuple(dues): name for name, dues in sorted(groups.items(), reverse=True)}
    return {name: list(dues) for dues, name in same.items()}


def _counts(dues: list[_Due], now: datetime) -> tuple[Count, Count]:
    border = (now - NOW).date()
    before = [due for due in dues if due.last_day < border]
    recent = [due for due in dues if due.last_day >= border]
    return Count(len(before), sum(d.kept for d in before)), Count(len(recent), sum(d.kept for d in recent))


def _facts(name: str, dues: list[_Due], now: datetime) -> dict[str, Any]:
    before, recent = _counts(dues, now)
    border = (now - NOW).date()
    late = [due.shipment_id for due in dues if due.last_day >= border and not due.kept]
    waiting = [due.shipment_id for due in dues if due.is_open and due.shipment_id not in set(late)]
    kind, _, which = name.partition(":")
    return {
        kind: which,
        "kept_before": before.kept,
        "due_before": before.due,
        "kept_now": recent.kept,
        "due_now": recent.due,
        "shipments": [*late, *waiting][:_LISTED],
        "more": max(0, len(late) + len(waiting) - _LISTED),
    }


def _came_due(session: Session, brand_id: str, now: datetime) -> list[_Due]:
    """The first promise of each shipment whose last day is over, with the carrier of its first leg."""
    since = (now - BEFORE).date()
    rows = session.execute(
        select(Shipment, Promise.window_to, Parcel.carrier)
        .join(Promise, Promise.shipment_id == Shipment.id)
        .join(Parcel, Parcel.shipment_id == Shipment.id)
        .where(Shipment.brand_id == brand_id, Promise.ordinal == 1, Parcel.leg == 1)
        .where(Promise.window_to >= since, Promise.window_to < now.date())
        .order_by(Shipment.id, Parcel.id)
    )
    seen: dict[str, _Due] = {}
    for shipment, last_day, carrier in rows:
        if shipment.id in seen or last_day >= today_there(shipment, now):
            continue
        there = today_there(shipment, shipment.delivered_at) if shipment.delivered_at else None
        kept = there is not None and there <= last_day
        is_open = shipment.status not in SETTLED
        country = shipment.destination_country or ""
        seen[shipment.id] = _Due(shipment.id, carrier, country, last_day, kept, is_open)
    return list(seen.values())
