"""Whether a shipment's first promise is broken for certain, from what its parcels told. Reads; gives nothing."""

from datetime import date, datetime

from app.care.breach import Breach, breach_of
from app.models.shipments import Promise, Shipment
from app.shipping.days import end_of, today_there
from app.shipping.standing import Standing
from carriers.vocabulary import SETTLED, Status

_OFFERED = (Status.ATTEMPT_FAILED, Status.AVAILABLE_FOR_PICKUP)


def first_promise(promises: list[Promise]) -> Promise | None:
    """The first window that the brand itself stated: no later one hides it."""
    return next((promise for promise in promises if promise.source == "brand"), None)


def broken(shipment: Shipment, stands: Standing, promise: Promise, now: datetime) -> Breach | None:
    """How the promise is broken; None while it is not, or while no carrier was asked after its end.

    What came back or was cancelled is another story, and no delay.
    """
    status = stands.headline.status
    if status in SETTLED and status is not Status.DELIVERED:
        return None
    return breach_of(
        promise.window_to,
        today=today_there(shipment, now),
        delivered_on=delivered_on(shipment, stands),
        offered_on=_offered_on(stands),
        confirmed=_asked_after(stands, end_of(shipment, promise.window_to)),
    )


def delivered_on(shipment: Shipment, stands: Standing) -> date | None:
    """The day of the delivery, on the clock of the place; None before it."""
    head = stands.headline
    if head.status is not Status.DELIVERED:
        return None
    if head.event and head.event.clock.on:
        return head.event.clock.on
    return today_there(shipment, shipment.delivered_at) if shipment.delivered_at else None


def _offered_on(stands: Standing) -> date | None:
    days = [each.clock.on for each in stands.events if each.status in _OFFERED and each.clock.on]
    return min(days, default=None)


def _asked_after(stands: Standing, end: datetime) -> bool:
    """Whether the newest leg's carriers were heard after the end; without a parcel we know it ourselves."""
    if not stands.parcels:
        return True
    last = max(parcel.leg for parcel in stands.parcels)
    asked = [stands.asked.get(parcel.id) for parcel in stands.parcels if parcel.leg == last]
    return any(each is not None and each.checked_at is not None and each.checked_at >= end for each in asked)
