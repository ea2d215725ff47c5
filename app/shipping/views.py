"""What pages and the API show of orders, shipments and parcels: values without personal data. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from app.keep import Keep, afresh
from app.models.shipments import Order, Parcel, Promise, Shipment, ShipmentItem
from app.shipping import lookups
from app.shipping.customs import open_hold
from app.shipping.promises import promises_of
from carriers.event import TrackingEvent, in_order, sameness, unique
from carriers.headline import Pieces, headline
from carriers.store import Asked, Kept, history, in_shipment
from ledger.quick import Quick, both

_SHIPMENT: Table = Shipment.__table__  # type: ignore[assignment]
_ITEM: Table = ShipmentItem.__table__  # type: ignore[assignment]
_PARCEL: Table = Parcel.__table__  # type: ignore[assignment]

# Prepared once, over the bare tables, because every passport asks.
_NEWEST = (
    select(_SHIPMENT.c.id)
    .join_from(_ITEM, _SHIPMENT, _SHIPMENT.c.id == _ITEM.c.shipment_id)
    .where(_ITEM.c.brand_id == bindparam("brand"), _ITEM.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(_SHIPMENT.c.created_at.desc(), _SHIPMENT.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_CARRYING = Quick(
    both(
        select(
            _SHIPMENT, _PARCEL.c.id.label("parcel_id"), _PARCEL.c.carrier, _PARCEL.c.tracking_number, _PARCEL.c.leg
        )
        .select_from(_SHIPMENT.outerjoin(_PARCEL, _PARCEL.c.shipment_id == _SHIPMENT.c.id))
        .where(_SHIPMENT.c.id == _NEWEST)
        .order_by(_PARCEL.c.leg, _PARCEL.c.id)
    )
)


class _Piece(NamedTuple):
    """A parcel as far as the public view needs it."""

    id: str
    carrier: str
    tracking_number: str
    leg: int


@dataclass(frozen=True)
class EventView:
    """One line of a parcel's history, newest first in every list; `evidence` says how it is known.

    `at` is UTC, None when it can't be known; `local` the reading at the place, `on` its date; `how` (given,
    from_location, from_carrier, assumed, unknown) says how far `at` is known. `place` is town and country.
    """

    status: str
    reason: str | None
    sub_state: str | None
    physical: bool
    description: str
    place: str
    at: datetime | None
    local: datetime | None
    on: date | None
    offset: timedelta | None
    how: str
    carrier: str
    submission_id: int
    evidence: str


@dataclass(frozen=True)
class PromiseView:
    """A window in dates at the destination; `source` is "brand" or the carrier's key."""

    window_from: date
    window_to: date
    source: str
    stated_at: datetime
    submission_id: int


@dataclass(frozen=True)
class CustomsView:
    """A hold at customs as the public may see it: why, who must act, since when, and where duties are paid."""

    reason: str
    actor: str
    since: datetime
    duty_url: str | None
    submission_id: int


@dataclass(frozen=True)
class ParcelView:
    """A shipment as the public may see it. `status` None: nothing has been heard yet.

    `numbers` are shortened ("…3462"). `first` and `current` promise are the same object while nothing changed.
    `checked_at` is when a carrier last answered.
    """

    shipment_id: str
    status: str | None
    reason: str | None
    status_at: datetime | None
    carriers: tuple[str, ...]
    numbers: tuple[str, ...]
    checked_at: datetime | None
    events: tuple[EventView, ...]
    first: PromiseView | None
    current: PromiseView | None
    pieces: int
    delivered: int
    destination_zone: str | None
    submission_ids: tuple[int, ...]
    customs: CustomsView | None = None


@dataclass(frozen=True)
class ParcelFace:
    """A parcel as staff sees it, with its whole number and how polling stands."""

    id: str
    carrier: str
    tracking_number: str
    leg: int
    checked_at: datetime | None
    next_check_at: datetime | None
    error: str | None
    outcome: str | None
    found: bool  # named by the carrier before it, not by a person
    missing: tuple[str, ...]  # of "postal_code", "phone": what the carrier asks for and the order lacks


@dataclass(frozen=True)
class ShipmentView:
    """A shipment as staff sees it: the public view, whole numbers, every promise; no data of the customer."""

    id: str
    brand_id: str
    order_id: str
    order_number: str
    customer_id: str
    keys: tuple[str, ...]
    origin_country: str | None
    destination_country: str | None
    created_at: datetime
    delivered_at: datetime | None
    last_physical_at: datetime | None
    parcels: tuple[ParcelFace, ...]
    promises: tuple[PromiseView, ...]
    public: ParcelView


@dataclass(frozen=True)
class OrderView:
    """An order as its public page shows it; each shipment with its passports."""

    id: str
    brand_id: str
    number: str
    token: str
    customer_id: str
    placed_at: datetime
    shipments: tuple[ParcelView, ...]
    keys: tuple[tuple[str, ...], ...]  # of each shipment, in the order of `shipments`


def order_view(session: Session, token: str) -> OrderView | None:
    """The order that this public token opens, or None."""
    order = session.scalar(select(Order).where(Order.token == token))
    if order is None:
        return None
    mine = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.created_at, Shipment.id)
    shipments = session.scalars(mine).all()
    return OrderView(
        id=order.id,
        brand_id=order.brand_id,
        number=order.number,
        token=order.token,
        customer_id=order.customer_id,
        placed_at=order.placed_at,
        shipments=tuple(_parcel_view(session, shipment, _parcels(session, shipment.id)) for shipment in shipments),
        keys=tuple(_keys(session, shipment.id) for shipment in shipments),
    )


def shipment_view(session: Session, brand_id: str, shipment_id: str) -> ShipmentView | None:
    """A shipment of this brand for staff, or None."""
    shipment = session.scalar(select(Shipment).where(Shipment.brand_id == brand_id, Shipment.id == shipment_id))
    if shipment is None:
        return None
    order = session.get_one(Order, shipment.order_id)
    parcels = _parcels(session, shipment.id)
    public = _parcel_view(session, shipment, parcels)
    asked, _ = history(session, [parcel.id for parcel in parcels]) if parcels else ({}, [])
    lacks = lookups.missing(session, shipment.id) if parcels else {}
    return ShipmentView(
        id=shipment.id,
        brand_id=brand_id,
        order_id=order.id,
        order_number=order.number,
        customer_id=order.customer_id,
        keys=_keys(session, shipment.id),
        origin_country=shipment.origin_country,
        destination_country=shipment.destination_country,
        created_at=shipment.created_at,
        delivered_at=shipment.delivered_at,
        last_physical_at=shipment.last_physical_at,
        parcels=tuple(_face(parcel, asked.get(parcel.id), lacks.get(parcel.id, ())) for parcel in parcels),
        promises=tuple(_promise(promise) for promise in promises_of(session, shipment.id)),
        public=public,
    )


def parcel_for_passport(
    session: Session, brand_id: str, keys: list[str], keep: Keep = afresh
) -> ParcelView | None:
    """The newest shipment that carries one of these passports, or None. Three statements, one more at customs.

    `keep` may share the view among the things in the shipment. Where duties are paid is for the customer alone.
    """
    rows = _CARRYING.rows(session.connection(), {"brand": brand_id, "keys": keys})
    if not rows:
        return None
    found = [_Piece(row.parcel_id, row.carrier, row.tracking_number, row.leg) for row in rows if row.parcel_id]
    return keep(
        ("parcel", rows[0].id, rows[0].version), lambda: _for_everybody(_parcel_view(session, rows[0], found))
    )


def _for_everybody(view: ParcelView) -> ParcelView:
    """What whoever scans the thing may see, who need not be the one that waits for it."""
    return replace(view, customs=replace(view.customs, duty_url=None)) if view.customs else view


def _parcels(session: Session, shipment_id: str) -> tuple[Parcel, ...]:
    mine = select(Parcel).where(Parcel.shipment_id == shipment_id).order_by(Parcel.leg, Parcel.id)
    return tuple(session.scalars(mine))


def _keys(session: Session, shipment_id: str) -> tuple[str, ...]:
    mine = select(ShipmentItem.key).where(ShipmentItem.shipment_id == shipment_id).order_by(ShipmentItem.key)
    return tuple(session.scalars(mine))


def _parcel_view(session: Session, shipment: Any, parcels: Sequence[Parcel | _Piece]) -> ParcelView:
    asked, kept = history(session, [parcel.id for parcel in parcels]) if parcels else ({}, [])
    promises = [_promise(promise) for promise in promises_of(session, shipment.id)]
    pieces = _pieces(parcels, kept)
    checked = [each.checked_at for each in asked.values() if each.checked_at]
    return ParcelView(
        shipment_id=shipment.id,
        status=shipment.status,
        reason=shipment.reason or shipment.own_reason,
        status_at=shipment.status_at,
        carriers=tuple(dict.fromkeys(parcel.carrier for parcel in parcels)),
        numbers=tuple(f"…{parcel.tracking_number[-4:]}" for parcel in parcels),
        checked_at=max(checked, default=None),
        events=tuple(_event(each, kept) for each in reversed(in_order(unique(e.event for e in kept)))),
        first=promises[0] if promises else None,
        current=promises[-1] if promises else None,
        pieces=pieces.total,
        delivered=pieces.delivered,
        destination_zone=shipment.destination_zone,
        submission_ids=tuple(each.submission_id for each in kept),
        customs=_customs(session, shipment) if shipment.status == "customs" else None,
    )


def _customs(session: Session, shipment: Any) -> CustomsView | None:
    hold = open_hold(session, shipment.id)
    if hold is None:
        return None
    return CustomsView(hold.reason, hold.actor, hold.since, hold.duty_url, hold.submission_id)


def _pieces(parcels: Sequence[Parcel | _Piece], kept: list[Kept]) -> Pieces:
    first_leg = [parcel.id for parcel in parcels if parcel.leg == 1]
    silent = [f"{id_}/" for id_ in first_leg if all(each.parcel_id != id_ for each in kept)]
    return headline(in_shipment(kept, first_leg), silent if len(first_leg) > 1 else []).pieces


def _event(event: TrackingEvent, kept: list[Kept]) -> EventView:
    """The line, with the entry that recorded it first, and how it is known since then."""
    same = sameness(event)
    first = next(each for each in kept if sameness(each.event) == same)
    return EventView(
        status=event.status.value,
        reason=event.reason and event.reason.value,
        sub_state=event.sub_state and event.sub_state.value,
        physical=event.physical,
        description=": ".join(part for part in (event.description, event.remark) if part),
        place=str(event.place) if event.place else "",
        at=event.clock.utc,
        local=None if event.clock.placeholder else event.clock.local,
        on=event.clock.on,
        offset=event.clock.offset,
        how=event.clock.how.value,
        carrier=event.carrier,
        submission_id=first.submission_id,
        evidence=first.evidence.value,
    )


def _promise(promise: Promise) -> PromiseView:
    return PromiseView(
        window_from=promise.window_from,
        window_to=promise.window_to,
        source=promise.source,
        stated_at=promise.stated_at,
        submission_id=promise.submission_id,
    )


def _face(parcel: Parcel, asked: Asked | None, missing: tuple[str, ...]) -> ParcelFace:
    return ParcelFace(
        id=parcel.id,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        leg=parcel.leg,
        checked_at=asked.checked_at if asked else None,
        next_check_at=asked.next_at if asked else None,
        error=asked.error if asked else None,
        outcome=asked.outcome if asked else None,
        found=parcel.found_in is not None,
        missing=missing,
    )
