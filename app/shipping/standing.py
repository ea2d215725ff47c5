"""Where a shipment stands by everything its parcels have told. Reads; `apply` and `judge` decide."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.shipments import Parcel, Shipment
from carriers.event import TrackingEvent
from carriers.headline import Headline, headline
from carriers.silence import Clock72h, clock_72h
from carriers.store import Asked, Kept, history, in_shipment


@dataclass(frozen=True)
class Standing:
    """A shipment's parcels in order of leg, what was kept of them, and what follows from that at a moment."""

    parcels: tuple[Parcel, ...]
    asked: dict[str, Asked]
    kept: tuple[Kept, ...]
    events: tuple[TrackingEvent, ...]
    headline: Headline
    clock: Clock72h


def standing(session: Session, shipment: Shipment, now: datetime) -> Standing:
    """Everything about a shipment, computed anew from the whole set of its events."""
    mine = select(Parcel).where(Parcel.shipment_id == shipment.id).order_by(Parcel.leg, Parcel.id)
    return of_parcels(session, tuple(session.scalars(mine)), now)


def heard(stands: Standing, parcel_id: str, now: datetime) -> Standing:
    """The same, with one parcel's carrier having answered just now."""
    asked = {
        id_: replace(each, checked_at=now) if id_ == parcel_id else each for id_, each in stands.asked.items()
    }
    return replace(stands, asked=asked)


def of_parcels(session: Session, parcels: tuple[Parcel, ...], now: datetime) -> Standing:
    """The same for parcels that were read already."""
    asked, kept = history(session, [parcel.id for parcel in parcels]) if parcels else ({}, [])
    first_leg = [parcel.id for parcel in parcels if parcel.leg == 1]
    events = in_shipment(kept, first_leg)
    silent = [f"{id_}/" for id_ in first_leg if all(each.parcel_id != id_ for each in kept)]
    pieces = silent if len(first_leg) > 1 else []
    return Standing(parcels, asked, tuple(kept), tuple(events), headline(events, pieces), clock_72h(events, now))
