"""Ways: what a shipment that is over tells about its lane. Kept once, read by predictions and scorecards."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.eta import Way
from app.models.shipments import Order, Shipment
from app.shipping.promises import promises_of
from app.shipping.standing import standing
from carriers.eta.live import Lanes, Past, Route, milestones
from carriers.vocabulary import Reason, Status

_OVER = (Status.DELIVERED.value, Status.RETURNED.value)
_KNOWN = timedelta(days=3 * 365)


def keep_ways(session: Session, now: datetime, limit: int = 200) -> int:
    """Keep the ways of shipments that are over, anew where one has changed since; how many."""
    over = or_(Shipment.status.in_(_OVER), Shipment.reason == Reason.LOST.value)
    stale = or_(Way.shipment_id.is_(None), Way.version != Shipment.version)
    asked = select(Shipment).outerjoin(Way, Way.shipment_id == Shipment.id).where(over, stale)
    rows = session.scalars(asked.order_by(Shipment.id).limit(limit)).all()
    for shipment in rows:
        session.merge(_way(session, shipment, now))
    return len(rows)


def _way(session: Session, shipment: Shipment, now: datetime) -> Way:
    stands, promises = standing(session, shipment, now), promises_of(session, shipment.id)
    started = session.get_one(Order, shipment.order_id).placed_at
    ended = shipment.delivered_at or shipment.status_at or now
    stones = milestones(started, stands.events, shipment.destination_country, shipment.delivered_at)
    on, promised = day_there(shipment, ended), promises[0].window_to if promises else None
    return Way(
        shipment_id=shipment.id,
        brand_id=shipment.brand_id,
        version=shipment.version,
        carrier=stands.parcels[0].carrier if stands.parcels else "",
        service=shipment.service or "",
        mode=shipment.mode or "",
        origin=shipment.origin_country or "",
        destination=shipment.destination_country or "",
        outcome=_outcome(shipment),
        damaged=any(event.reason is Reason.DAMAGED for event in stands.events),
        started_at=started,
        ended_on=on,
        legs=list(stones.legs()) if shipment.delivered_at else [],
        promised_to=promised,
        days_late=(on - promised).days if promised and shipment.delivered_at else None,
    )


def _outcome(shipment: Shipment) -> str:
    if shipment.delivered_at:
        return "delivered"
    return "lost" if shipment.reason == Reason.LOST.value else "returned"


def day_there(shipment: Shipment, at: datetime) -> date:
    """The calendar day at the destination; without a zone the one in UTC."""
    return at.astimezone(ZoneInfo(shipment.destination_zone) if shipment.destination_zone else UTC).date()


def lanes(session: Session, brand_id: str, today: date) -> Lanes:
    """What the lanes of a brand have shown by the shipments that came in the last three years."""
    return Lanes([_past(way) for way in delivered_ways(session, brand_id, today - _KNOWN)], today.toordinal())


def delivered_ways(session: Session, brand_id: str, since: date) -> Sequence[Way]:
    """The ways of shipments that came since a day, in the order in which they did."""
    mine = select(Way).where(Way.brand_id == brand_id, Way.outcome == "delivered", Way.ended_on >= since)
    return session.scalars(mine.order_by(Way.ended_on, Way.shipment_id)).all()


def _past(way: Way) -> Past:
    late = None if way.days_late is None else way.days_late > 0
    route = Route(way.origin, way.destination, way.carrier, way.service, way.mode)
    return Past(way.ended_on.toordinal(), route, tuple(way.legs), late)
