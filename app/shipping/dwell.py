"""What is usual on a leg, by the parcels of this brand that have arrived. Reads; no rule lives here."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.shipments import Parcel, Shipment
from carriers.event import TrackingEvent
from carriers.legs import Usual, dwells, usual
from carriers.store import history

_YEAR = timedelta(days=365)
_MOST = 100


def usual_dwell(session: Session, shipment: Shipment, carrier: str, leg: str, now: datetime) -> Usual | None:
    """How long parcels of this carrier lay on this leg to the same country, else to any; None without one.

    Of the last year, at most the newest hundred parcels that were delivered.
    """
    there = _on_leg(session, shipment, carrier, leg, now, same_country=True)
    return there if there and there.is_enough else _on_leg(session, shipment, carrier, leg, now) or there


def _on_leg(
    session: Session, shipment: Shipment, carrier: str, leg: str, now: datetime, *, same_country: bool = False
) -> Usual | None:
    arrived = (
        select(Parcel.id, Shipment.origin_country, Shipment.destination_country)
        .join(Shipment, Shipment.id == Parcel.shipment_id)
        .where(Shipment.brand_id == shipment.brand_id, Parcel.carrier == carrier)
        .where(Shipment.delivered_at >= now - _YEAR)
    )
    if same_country:
        arrived = arrived.where(Shipment.destination_country == shipment.destination_country)
    ways = {
        row.id: (row.origin_country, row.destination_country)
        for row in session.execute(arrived.order_by(Shipment.delivered_at.desc(), Parcel.id).limit(_MOST))
    }
    events: dict[str, list[TrackingEvent]] = {}
    for kept in history(session, list(ways))[1] if ways else []:
        events.setdefault(kept.parcel_id, []).append(kept.event)
    return usual(
        length for id_, told in events.items() for name, length in dwells(told, *ways[id_]) if name == leg
    )
