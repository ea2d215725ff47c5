"""What is late before a carrier has it: a case, and one notice for each reason. The rule is in handling."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.care import notices
from app.models.shipments import Promise, Shipment
from app.shipping.changes import changed
from app.shipping.handling import NO_STOCK, OWN_REASONS, Handling, own_reason
from app.shipping.standing import Standing
from app.support.cases import close_for, open_for
from ledger.canonical import moment_text

_PRIORITY = 2
_ASK_AGAIN = timedelta(hours=6)


def judge_handover(
    session: Session, shipment: Shipment, stands: Standing, promises: list[Promise], today: date, now: datetime
) -> None:
    """Open the case of the reason that holds, close the others, and tell the customer once. Safe to call twice."""
    handling = handling_of(shipment, stands)
    reason = own_reason(handling, now)
    for other in OWN_REASONS:
        if other != reason:
            close_for(session, shipment, other, now)
    if reason != shipment.own_reason:
        shipment.own_reason = reason
        changed(session, shipment, now)
    if reason is None:
        return
    due = handling.due_at
    facts = {
        "hand_over_by": moment_text(due) if due else None,
        "restock_on": shipment.restock_on.isoformat() if shipment.restock_on else None,
        "carrier": stands.parcels[0].carrier if stands.parcels else None,
    }
    open_for(session, shipment, reason, _PRIORITY, facts, now)
    since = shipment.no_stock_since if reason == NO_STOCK else due
    notices.delay(session, shipment=shipment, reason=reason, window=_stated(promises, since, today), now=now)


def handling_of(shipment: Shipment, stands: Standing) -> Handling:
    """How far our own part of a shipment has come."""
    asked = [each.checked_at for each in stands.asked.values() if each.checked_at]
    return Handling(
        status=stands.headline.status,
        scanned=stands.clock.last_physical is not None,
        parcels=len(stands.parcels),
        label_at=min((parcel.created_at for parcel in stands.parcels), default=None),
        asked_at=max(asked, default=None),
        hand_over_by=shipment.hand_over_by,
        no_stock=shipment.no_stock_since is not None,
    )


def next_look(shipment: Shipment, stands: Standing, now: datetime) -> datetime | None:
    """When our own part may have become late; None once a carrier has it, or where nothing says when."""
    handling = handling_of(shipment, stands)
    if handling.is_over or handling.due_at is None:
        return None
    if now < handling.due_at:
        return handling.due_at
    return now + _ASK_AGAIN if own_reason(handling, now) is None else None


def _stated(promises: list[Promise], since: datetime | None, today: date) -> tuple[date, date] | None:
    """The window that was stated after the trouble began; what was promised before knows nothing of it."""
    newest = promises[-1] if promises else None
    if newest is None or newest.window_to < today or (since and newest.stated_at < since):
        return None
    return newest.window_from, newest.window_to
