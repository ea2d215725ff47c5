"""When a shipment needs somebody: no scan for 72 hours, a hold or trouble, a promise that has passed."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import notices
from app.db import Db, reading
from app.models.shipments import Promise, Shipment
from app.shipping.promises import promises_of
from app.shipping.standing import Standing, standing
from app.shipping.windows import new_window
from app.support.cases import close_case, open_case
from carriers.headline import Headline
from carriers.silence import Silence
from carriers.vocabulary import SETTLED, Status

log = structlog.get_logger()

KINDS = ("no_movement", "customs", "exception", "promise_passed")
_PRIORITY = {"promise_passed": 2, "exception": 2, "customs": 3}
_STUCK, _EXPECTED_GAP = 2, 5
_DAY = timedelta(days=1)
_NOT_OURS_TO_HURRY = (Status.AVAILABLE_FOR_PICKUP, Status.RETURNING)
_LATER = timedelta(hours=1)
_LAST_TO_SEE_MIDNIGHT = timedelta(hours=12)  # UTC-12: without a zone a day is over when it is over everywhere


def judge(session: Session, shipment: Shipment, stands: Standing, now: datetime) -> None:
    """Open and close the shipment's cases, write its notices, and say when to look again. Safe to call twice."""
    shipment.judge_at = None
    if stands.headline.status in SETTLED:
        for kind in KINDS:
            _close(session, shipment, kind, now)
        return
    promises = promises_of(session, shipment.id)
    _judge_silence(session, shipment, stands, now)
    _judge_trouble(session, shipment, stands.headline, promises, now)
    _judge_promise(session, shipment, stands.headline, promises, now)
    shipment.judge_at = _next_look(shipment, stands, promises, now)


def judge_due(db: Db, now: datetime, limit: int = 200) -> int:
    """Judge the shipments whose hour has come; how many were judged. Safe to run twice and from two workers."""
    with reading(db) as session:
        due = select(Shipment.id).where(Shipment.judge_at <= now).order_by(Shipment.judge_at, Shipment.id)
        ids = session.scalars(due.limit(limit)).all()
    return sum(_judge_one(db, id_, now) for id_ in ids)


def _judge_one(db: Db, shipment_id: str, now: datetime) -> int:
    try:
        with db.begin() as session:
            shipment = session.get_one(Shipment, shipment_id, with_for_update=True)
            if shipment.judge_at is None or shipment.judge_at > now:
                return 0
            judge(session, shipment, standing(session, shipment, now), now)
            return 1
    except Exception:  # one shipment that can't be judged must not hold up the others
        log.exception("delays.not_judged", shipment=shipment_id)
        with db.begin() as session:
            session.get_one(Shipment, shipment_id).judge_at = now + _LATER
        return 0


def _judge_silence(session: Session, shipment: Shipment, stands: Standing, now: datetime) -> None:
    """The 72-hour rule: a case, of low priority on a leg where silence is expected."""
    clock = stands.clock
    if not clock.fires or clock.last_physical is None:
        _close(session, shipment, "no_movement", now)
        return
    last = clock.last_physical
    facts = {
        "class": clock.kind.value if clock.kind else None,
        "last_physical_at": clock.last_physical_at.isoformat() if clock.last_physical_at else None,
        "last_physical_on": last.clock.on.isoformat() if last.clock.on else None,
        "place": str(last.place) if last.place else None,
        "carrier": last.carrier,
    }
    priority = _EXPECTED_GAP if clock.kind is Silence.EXPECTED_GAP else _STUCK
    _open(session, shipment, "no_movement", priority, facts, now)


def _judge_trouble(
    session: Session, shipment: Shipment, head: Headline, promises: list[Promise], now: datetime
) -> None:
    """Held at customs for a named reason, or an exception: a case, and the customer hears it from us first."""
    held = head.status is Status.CUSTOMS and head.reason is not None
    kind = "customs" if held else "exception" if head.status is Status.EXCEPTION else None
    for other in {"customs", "exception"} - {kind}:
        _close(session, shipment, other, now)
    if kind is None:
        return
    reason = head.reason.value if head.reason else "unknown"
    place = head.event.place if head.event else None
    facts = {
        "reason": reason,
        "since": head.at.isoformat() if head.at else None,
        "place": str(place or "") or None,
    }
    _open(session, shipment, kind, _PRIORITY[kind], facts, now)
    window = new_window(session, shipment, promises, head.at, today_there(shipment, now), now)
    notices.delay(session, shipment=shipment, reason=reason, window=window, now=now)


def _judge_promise(
    session: Session, shipment: Shipment, head: Headline, promises: list[Promise], now: datetime
) -> None:
    """A window that has passed, or that the carrier has moved behind our first one."""
    today, cause = today_there(shipment, now), head.reason.value if head.reason else None
    if not promises or head.status in _NOT_OURS_TO_HURRY:
        return
    passed = today > deadline(promises)
    if not passed:
        _close(session, shipment, "promise_passed", now)
    moved = promises[-1].source != "brand" and promises[-1].window_to > promises[0].window_to
    if not passed and not moved:
        return
    if passed:
        facts = {"promised": deadline(promises).isoformat(), "reason": cause}
        _open(session, shipment, "promise_passed", _PRIORITY["promise_passed"], facts, now)
    window = new_window(session, shipment, promises, None, today, now)
    fallback = "promise_passed" if passed else "unknown"
    notices.delay(session, shipment=shipment, reason=cause or fallback, window=window, now=now)


def deadline(promises: list[Promise]) -> date:
    """The last day that keeps the first promise or the newest one; a tighter guess of a carrier breaks nothing."""
    return max(promises[0].window_to, promises[-1].window_to)


def today_there(shipment: Shipment, now: datetime) -> date:
    """The date at the destination; without a zone the one of the last place on Earth to begin it."""
    if shipment.destination_zone:
        return now.astimezone(ZoneInfo(shipment.destination_zone)).date()
    return (now - _LAST_TO_SEE_MIDNIGHT).date()


def _next_look(shipment: Shipment, stands: Standing, promises: list[Promise], now: datetime) -> datetime | None:
    """When a rule may fire that has not fired yet; None while only new events can change anything."""
    moments = [stands.clock.fires_at, _end_of(shipment, deadline(promises)) if promises else None]
    return min((moment for moment in moments if moment and moment > now), default=None)


def _end_of(shipment: Shipment, day: date) -> datetime:
    if shipment.destination_zone:
        return datetime.combine(day + _DAY, time(), ZoneInfo(shipment.destination_zone)).astimezone(UTC)
    return datetime.combine(day + _DAY, time(), UTC) + _LAST_TO_SEE_MIDNIGHT


def _open(
    session: Session, shipment: Shipment, kind: str, priority: int, facts: dict[str, Any], now: datetime
) -> None:
    open_case(
        session,
        brand_id=shipment.brand_id,
        kind=kind,
        subject=f"shipment:{shipment.id}",
        shipment_id=shipment.id,
        priority=priority,
        facts=facts,
        due_at=now + _DAY,
        now=now,
    )


def _close(session: Session, shipment: Shipment, kind: str, now: datetime) -> None:
    close_case(session, brand_id=shipment.brand_id, kind=kind, subject=f"shipment:{shipment.id}", now=now)
