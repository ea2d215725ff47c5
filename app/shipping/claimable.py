"""When a carrier owes something: goods lost or damaged, or its own first date broken. Drafts; sends nothing."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.models.shipments import Promise, Shipment
from app.shipping.days import today_there
from app.shipping.silences import taken_on
from app.shipping.standing import Standing
from app.support.claims import Trouble, draft
from carriers.vocabulary import Reason, Status

_KIND = {Reason.LOST: "loss", Reason.DAMAGED: "damage"}


def draft_due(
    session: Session, shipment: Shipment, stands: Standing, promises: list[Promise], today: date, now: datetime
) -> None:
    """Draft a claim for what has happened, once for each kind. Safe to call twice."""
    if not stands.parcels:
        return
    head, taken = stands.headline, taken_on(shipment, stands)
    if kind := confirmed_cause(stands):
        carrier = head.event.carrier if head.event else stands.parcels[0].carrier
        draft(session, shipment, Trouble(carrier, kind, taken), stands.kept, now)
    delivered_on = today_there(shipment, shipment.delivered_at) if shipment.delivered_at else None
    for carrier in late_carriers(promises, delivered_on, today):
        draft(session, shipment, Trouble(carrier, "late", taken), stands.kept, now)


def confirmed_cause(stands: Standing) -> str | None:
    """What the carrier itself says has become of the goods: "loss" or "damage"; None for anything else."""
    head = stands.headline
    return _KIND.get(head.reason) if head.reason and head.status is Status.EXCEPTION else None


def late_carriers(promises: list[Promise], delivered_on: date | None, today: date) -> list[str]:
    """The carriers whose own first date is broken: delivered after it, or it has passed."""
    first: dict[str, date] = {}
    for promise in promises:
        if promise.source != "brand":
            first.setdefault(promise.source, promise.window_to)
    return [carrier for carrier, day in first.items() if (delivered_on or today) > day]
