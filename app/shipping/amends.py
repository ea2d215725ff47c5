"""What a shipment's broken promise gives its customer, in one notice with the facts of the delay."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.care import compensation, notices
from app.care.letters import Compensation, Money, Parts
from app.models.amends import Compensation as Given
from app.models.shipments import Promise, Shipment
from app.shipping.broken import broken, delivered_on, first_promise
from app.shipping.days import end_of, today_there
from app.shipping.standing import Standing
from app.shipping.windows import new_window
from app.support.cases import open_about
from carriers import polling

_PATIENCE = timedelta(hours=12)
"""How long the notice of a passed window waits for the carrier's word, where compensation would go with it."""


def judge_breach(
    session: Session, shipment: Shipment, stands: Standing, promises: list[Promise], now: datetime
) -> Given | None:
    """Give what the brand's rules say for the first promise, tell it, and say what was given, now or before."""
    promise = first_promise(promises)
    if promise is None:
        return None
    if before := compensation.given_for(session, promise.id):
        return before
    breach = broken(shipment, stands, promise, now)
    given = compensation.give(session, shipment, promise, breach, now) if breach else None
    if given:
        _tell(session, shipment, stands, promises, given, now)
    return given


def waits_until(
    session: Session, shipment: Shipment, stands: Standing, promises: list[Promise], last_day: date, now: datetime
) -> datetime | None:
    """Until when the notice of a passed window waits, so that it can carry the compensation; None: not at all.

    It waits from when we saw that `last_day` had passed, which after a standstill is later than when it did; the
    carriers are asked at once.
    """
    promise, today = first_promise(promises), today_there(shipment, now)
    if promise is None or today <= promise.window_to or not compensation.is_expected(session, shipment.brand_id):
        return None
    begun = end_of(shipment, promise.window_to)
    if today > last_day:
        case = open_about(session, shipment, "promise_passed")
        begun = max(begun, case.opened_at if case else now)
        if case is None:
            polling.hurry(session, [parcel.id for parcel in stands.parcels], now)
    until = begun + _PATIENCE
    return until if now < until else None


def _tell(
    session: Session, shipment: Shipment, stands: Standing, promises: list[Promise], given: Given, now: datetime
) -> None:
    head, arrived = stands.headline, delivered_on(shipment, stands)
    reason = "delivered_late" if arrived else head.reason.value if head.reason else "promise_passed"
    notices.compensate(
        session,
        shipment=shipment,
        reason=reason,
        window=None if arrived else _window(session, shipment, promises, now),
        compensation=Compensation(Money(given.amount_minor, given.currency), _code(given)),
        now=now,
        parts=Parts(head.pieces.total, head.pieces.delivered),
        arrived=arrived,
    )


def _code(given: Given) -> str:
    return given.code if given.kind == "code" else ""


def _window(
    session: Session, shipment: Shipment, promises: list[Promise], now: datetime
) -> tuple[date, date] | None:
    return new_window(session, shipment, promises, None, today_there(shipment, now), now)
