"""The leg behind a hand-over: found where a carrier names who carries on and by which number.

The words are a carrier's, and may be anybody's: a leg is only made of a number that nobody else here follows and
that its carrier can have, and what that carrier tells only counts where it can be of our parcel.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.models.shipments import Order, Parcel, Shipment
from app.shipping.carrier_choice import candidates
from app.shipping.shipments import ParcelOrder, add_parcels
from carriers.answer import TrackedShipment
from carriers.handoff import Handoff, named_in
from carriers.recycled import of_this_parcel
from carriers.store import News
from carriers.vocabulary import Evidence

_TRUSTED = frozenset({Evidence.POLLED, Evidence.POLLED_ON_HINT, Evidence.SIGNED_CALLBACK})
_MOST_LEGS = 5
_RECENT = timedelta(days=365)
_BEFORE = timedelta(days=10)  # how long the next carrier may have had it before we read of the hand-over

log = structlog.get_logger()


def find_leg(
    session: Session,
    shipment: Shipment,
    parcel: Parcel,
    told: Sequence[TrackedShipment],
    news: Sequence[News],
    submissions: Sequence[int],
    evidence: Evidence,
    now: datetime,
) -> Parcel | None:
    """The next leg, followed from now on, if what is new names one that may be believed; else None."""
    if evidence not in _TRUSTED or parcel.leg >= _MOST_LEGS or not news:
        return None
    named = _named(told, news, submissions)
    if named is None or _has_next(session, parcel) or _is_taken(session, shipment, named[0].number, now):
        return None
    handoff, submission_id = named
    carrier = _carrier_of(session, shipment, handoff)
    if not carrier:
        log.info("second_leg.unknown_carrier", parcel=parcel.id)
        return None
    brand, order = session.get_one(Brand, shipment.brand_id), session.get_one(Order, shipment.order_id)
    behind = ParcelOrder(handoff.number, carrier, parcel.leg + 1)
    (row,) = add_parcels(session, brand, order, shipment, [behind], now)
    row.found_in = submission_id
    return row


def believable(shipment: Shipment, parcel: Parcel, told: Iterable[TrackedShipment]) -> list[TrackedShipment]:
    """What can be of our parcel in what is told of a leg that a carrier's words named.

    Not what lies before the hand-over, and nothing of a history that never touches the destination's country.
    """
    ours = [replace(each, events=tuple(of_this_parcel(each.events, parcel.created_at, _BEFORE))) for each in told]
    return [each for each in ours if each.events and _comes_to(shipment, each)]


def _comes_to(shipment: Shipment, told: TrackedShipment) -> bool:
    countries = {event.place.country for event in told.events if event.place and event.place.country}
    return not countries or shipment.destination_country is None or shipment.destination_country in countries


def _named(
    told: Sequence[TrackedShipment], news: Sequence[News], submissions: Sequence[int]
) -> tuple[Handoff, int] | None:
    """What the newest line says, else a field of the answer, with the entry that it came with."""
    for one, submission_id in reversed(list(zip(news, submissions, strict=True))):
        if said := named_in(one.event):
            return said, submission_id
    field = next((each.next_leg for each in told if each.next_leg), None)
    return (field, submissions[-1]) if field else None


def _has_next(session: Session, parcel: Parcel) -> bool:
    behind = select(Parcel.id).where(Parcel.shipment_id == parcel.shipment_id, Parcel.leg > parcel.leg)
    return session.scalar(behind.limit(1)) is not None


def _is_taken(session: Session, shipment: Shipment, number: str, now: datetime) -> bool:
    """Whether anybody's other parcel here has the number: then the words would show one customer another's way."""
    others = select(func.count()).select_from(Parcel)
    others = others.where(Parcel.tracking_number == number, Parcel.created_at > now - _RECENT)
    return bool(session.scalar(others))


def _carrier_of(session: Session, shipment: Shipment, handoff: Handoff) -> str:
    """Who follows the number: whom a person chose for the lane, else who was named, else by check digit."""
    lane = (shipment.origin_country, shipment.destination_country)
    ranked = candidates(session, shipment.brand_id, handoff.number, lane)
    if ranked and ranked[0].chosen:
        return ranked[0].adapter or ranked[0].carrier
    if handoff.carrier:
        return handoff.carrier
    sure = next((each for each in ranked if each.checked), None)
    return (sure.adapter or sure.carrier) if sure else ""
