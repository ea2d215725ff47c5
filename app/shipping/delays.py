"""When a shipment needs somebody: no scan for 72 hours, a hold or trouble, a promise that has passed."""

from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import notices
from app.care.letters import Parts
from app.care.proposals import is_made_good, open_proposal
from app.db import Db, reading
from app.models.shipments import Promise, Shipment
from app.shipping.amends import judge_breach, waits_until
from app.shipping.claimable import confirmed_cause, draft_due
from app.shipping.customs import follow_customs
from app.shipping.days import end_of, today_there
from app.shipping.handling import OWN_REASONS
from app.shipping.handover import judge_handover, next_look
from app.shipping.promises import promises_of
from app.shipping.silences import judge_silence
from app.shipping.standing import Standing, standing
from app.shipping.windows import new_window
from app.support.cases import close_for, open_for
from carriers.headline import Headline
from carriers.vocabulary import SETTLED, Status

log = structlog.get_logger()

KINDS = ("no_movement", "customs", "exception", "promise_passed", *OWN_REASONS)
_PRIORITY = {"promise_passed": 2, "exception": 2, "customs": 3}
_NOT_OURS_TO_HURRY = (Status.AVAILABLE_FOR_PICKUP, Status.RETURNING)
_LATER = timedelta(hours=1)


def judge(session: Session, shipment: Shipment, stands: Standing, now: datetime) -> None:
    """Open and close the shipment's cases, write its notices, and say when to look again. Safe to call twice."""
    if shipment.status == Status.CANCELLED and not stands.events:  # its order was, before anything was sent
        _let_go(session, shipment, now)
        return
    promises, today = promises_of(session, shipment.id), today_there(shipment, now)
    follow_customs(session, shipment, stands.headline, now)
    draft_due(session, shipment, stands, promises, today, now)
    if cause := confirmed_cause(stands):
        open_proposal(session, shipment, cause, now)
    judge_handover(session, shipment, stands, promises, today, now)
    shipment.judge_at = None
    made_good = is_made_good(session, shipment.id)
    given = None if made_good else judge_breach(session, shipment, stands, promises, now)
    if made_good or stands.headline.status in SETTLED:
        _let_go(session, shipment, now)
        return
    turns_at = judge_silence(session, shipment, stands, now)
    _judge_trouble(session, shipment, stands.headline, promises, now)
    ours = promises and stands.headline.status not in _NOT_OURS_TO_HURRY
    waits = (
        None if given or not ours else waits_until(session, shipment, stands, promises, deadline(promises), now)
    )
    known = given is not None and given.given_at >= promises[-1].stated_at
    _judge_promise(session, shipment, stands.headline, promises, now, told=known or waits is not None)
    looks = (next_look(shipment, stands, now), turns_at, waits)
    shipment.judge_at = min(
        (at for at in (_next_look(shipment, stands, promises, now), *looks) if at), default=None
    )


def _let_go(session: Session, shipment: Shipment, now: datetime) -> None:
    """Nobody waits for it any more."""
    shipment.judge_at = None
    for kind in KINDS:
        close_for(session, shipment, kind, now)


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


def _judge_trouble(
    session: Session, shipment: Shipment, head: Headline, promises: list[Promise], now: datetime
) -> None:
    """Held at customs for a named reason, or an exception: a case, and the customer hears it from us first."""
    held = head.status is Status.CUSTOMS and head.reason is not None
    kind = "customs" if held else "exception" if head.status is Status.EXCEPTION else None
    for other in {"customs", "exception"} - {kind}:
        close_for(session, shipment, other, now)
    if kind is None:
        return
    reason = head.reason.value if head.reason else "unknown"
    place = head.event.place if head.event else None
    facts = {
        "reason": reason,
        "since": head.at.isoformat() if head.at else None,
        "place": str(place or "") or None,
    }
    open_for(session, shipment, kind, _PRIORITY[kind], facts, now)
    window = new_window(session, shipment, promises, head.at, today_there(shipment, now), now)
    notices.delay(session, shipment=shipment, reason=reason, window=window, now=now, parts=_parts(head))


def _judge_promise(
    session: Session, shipment: Shipment, head: Headline, promises: list[Promise], now: datetime, *, told: bool
) -> None:
    """A window that has passed, or that we or the carrier have moved behind our first one.

    told: the notice of the compensation says it, or soon will.
    """
    today, cause = today_there(shipment, now), head.reason.value if head.reason else None
    if not promises or head.status in _NOT_OURS_TO_HURRY:
        return
    passed = today > deadline(promises)
    if not passed:
        close_for(session, shipment, "promise_passed", now)
    moved = promises[-1].window_to > promises[0].window_to
    if not passed and not moved:
        return
    if passed:
        facts = {"promised": deadline(promises).isoformat(), "reason": cause}
        open_for(session, shipment, "promise_passed", _PRIORITY["promise_passed"], facts, now)
    if told:
        return
    window = new_window(session, shipment, promises, None, today, now)
    fallback = "promise_passed" if passed else "unknown"
    reason = cause or fallback
    notices.delay(session, shipment=shipment, reason=reason, window=window, now=now, parts=_parts(head))


def _parts(head: Headline) -> Parts:
    """One notice stands for all parcels of the shipment."""
    return Parts(head.pieces.total, head.pieces.delivered)


def deadline(promises: list[Promise]) -> date:
    """The last day that keeps the first promise or the newest one; a tighter guess of a carrier breaks nothing."""
    return max(promises[0].window_to, promises[-1].window_to)


def _next_look(shipment: Shipment, stands: Standing, promises: list[Promise], now: datetime) -> datetime | None:
    """When a rule may fire that has not fired yet; None while only new events can change anything."""
    ends = {promises[0].window_to, deadline(promises)} if promises else set()
    moments = [stands.clock.fires_at, *(end_of(shipment, day) for day in ends)]
    return min((moment for moment in moments if moment and moment > now), default=None)
