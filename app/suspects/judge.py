"""Hold the openings of items against what is known of them: by the clock, never by a page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from app.db import Db, reading
from app.models.products import Passport
from app.models.scanning import ScannedItem
from app.provenance.way import Passed, way
from app.scanning import signals, store
from app.scanning.buffer import hour_of
from app.scanning.signals import Seen, Signal
from app.suspects import raising

_AT_ONCE = 100
_DAY = timedelta(days=1)

MOST_UNKNOWN_A_DAY = 20
"""Cases of unknown serials that a brand gets in a day; who opens made-up serials must not bury the desk."""


class Happened(NamedTuple):
    """An event of an item, as `signals.retired_at` reads it."""

    at: datetime
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    error_declared: bool
    role: str
    via: str | None

    @classmethod
    def of(cls, passed: Passed) -> "Happened":
        """The event of a step of the way."""
        row = passed.row
        told = (row.action, row.biz_step, row.disposition, row.error_declared)
        return cls(row.event_time, row.event_type, *told, passed.role, passed.via)


def judge_due(db: Db, now: datetime) -> int:
    """Judge the items that were opened since they were judged last; how many. Safe in two processes at once."""
    with reading(db) as session:
        waiting = select(ScannedItem.id).where(ScannedItem.judged.is_(False)).order_by(ScannedItem.last_hour)
        ids = session.scalars(waiting.limit(_AT_ONCE)).all()
    for item_id in ids:
        with db.begin() as session:
            mine = update(ScannedItem).where(ScannedItem.id == item_id, ScannedItem.judged.is_(False))
            claimed = session.execute(mine.values(judged=True))
            if cast("CursorResult[Any]", claimed).rowcount:
                judge(session, session.get_one(ScannedItem, item_id), now)
    return len(ids)


def judge(session: Session, item: ScannedItem, now: datetime) -> list[Signal]:
    """Raise what signals an item shows since its last case was closed: who closed that has seen the rest."""
    last = raising.newest_case(session, item)
    since = hour_of(last.closed_at) + timedelta(hours=1) if last and last.closed_at else None
    found = list(_signals(session, item, store.seen(session, item, since), now))
    if found:
        raising.raise_signals(session, item, found, now)
    return found


def _signals(session: Session, item: ScannedItem, seen: list[Seen], now: datetime) -> Iterator[Signal]:
    if signal := signals.unknown(seen, is_known=raising.is_known(session, item)):
        if _has_serials(session, item) and _may_raise_unknown(session, item, now):
            yield signal
        return  # what nobody made can neither be retired nor be read too often
    events = [Happened.of(each) for each in way(session, item.brand_id, item.key, None, {})]
    others = store.openings_of_others(session, item) if len(seen) >= signals.LEAST_OPENINGS else ()
    for each in (
        signals.retired(seen, signals.retired_at(events)),
        signals.replayed(seen),
        signals.travelled(seen),
        signals.unusual(seen, others),
    ):
        if each is not None:
            yield each


def _has_serials(session: Session, item: ScannedItem) -> bool:
    """Whether the brand gives serials to items of this product at all."""
    mine = select(Passport.key).where(Passport.brand_id == item.brand_id, Passport.gtin == item.gtin)
    return session.scalar(mine.where(Passport.level == "item").limit(1)) is not None


def _may_raise_unknown(session: Session, item: ScannedItem, now: datetime) -> bool:
    return raising.raised_since(session, item.brand_id, "unknown", now - _DAY) < MOST_UNKNOWN_A_DAY
