"""Shipments and their parcels: what goes to a customer, with which carrier, and what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.shipments import Order, Parcel, Shipment, ShipmentItem
from app.provenance.touch import give_page
from app.record import about_customer, record
from app.shipping.carrier_choice import Lane, candidates
from app.shipping.changes import changed
from app.shipping.promises import state_promise
from app.texts import marked as _
from carriers.clock import zone_named
from carriers.numbers import normalised
from carriers.polling import follow
from carriers.zones import zone_of
from ledger.canonical import moment_text


class ShipmentRefused(ValueError):
    """The shipment can't be made as asked; the text names the field and says how to mend it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Amount:
    """Money in minor units of an ISO 4217 currency."""

    minor: int
    currency: str


@dataclass(frozen=True)
class ParcelOrder:
    """A parcel to follow. `carrier` None: found from the number. `leg` counts hand-offs, from 1."""

    tracking_number: str
    carrier: str | None = None
    leg: int = 1


def create_shipment(
    session: Session,
    brand: Brand,
    order: Order,
    *,
    parcels: Sequence[ParcelOrder],
    keys: Sequence[str] = (),
    window: tuple[date, date] | None = None,
    origin_country: str | None = None,
    destination_country: str | None = None,
    destination_zone: str | None = None,
    service: str | None = None,
    mode: str | None = None,
    hand_over_by: datetime | None = None,
    value: Amount | None = None,
    replaces: Shipment | None = None,
    now: datetime,
) -> Shipment:
    """Record a shipment of an order, follow its parcels, and state the first promise when there is a window.

    `keys` are the canonical keys of the passports that travel; `window` is in dates at the destination;
    countries are ISO 3166 letters; the zone is an IANA name, found from the country when it has only one;
    `service` is one of the carrier's as the brand names it, `mode` air, sea, road or rail.
    Without parcels it waits for them: the first parcels of the order go into it, and its promise stands.
    Raises ShipmentRefused.
    """
    found = _settled(session, brand.id, parcels, (origin_country, destination_country))
    _check(window, destination_zone)
    shipment = _waiting(session, order) if found and replaces is None else None
    is_new = shipment is None
    if shipment is None:
        shipment = Shipment(id=new_id(), brand_id=brand.id, order_id=order.id, version=0, created_at=now)
        shipment.replaces_id = replaces.id if replaces else None
        session.add(shipment)
    shipment.origin_country = origin_country or shipment.origin_country
    shipment.destination_country = destination_country or shipment.destination_country
    zone = destination_zone or shipment.destination_zone
    shipment.destination_zone = zone or zone_of(shipment.destination_country)
    shipment.service, shipment.mode = service or shipment.service, mode or shipment.mode
    shipment.hand_over_by = hand_over_by or shipment.hand_over_by
    if value:
        shipment.value_minor, shipment.currency = value.minor, value.currency
    session.flush()
    _put_in(session, shipment, keys, now)
    rows = [_follow(session, shipment, parcel, now) for parcel in found]
    session.flush()
    kind = EntryType.SHIPMENT_CREATED if is_new else EntryType.PARCELS_ADDED
    _record(session, brand, order, shipment, rows, keys, kind, now)
    changed(session, shipment, now)
    if window:
        state_promise(session, shipment, window, source="brand", now=now)
    return shipment


def add_parcels(
    session: Session,
    brand: Brand,
    order: Order,
    shipment: Shipment,
    parcels: Sequence[ParcelOrder],
    now: datetime,
) -> list[Parcel]:
    """Follow further parcels of a shipment; those it has already stay as they are. Raises ShipmentRefused."""
    mine = select(Parcel).where(Parcel.shipment_id == shipment.id)
    there = {row.tracking_number for row in session.scalars(mine)}
    lane = (shipment.origin_country, shipment.destination_country)
    found = _settled(session, brand.id, parcels, lane)
    rows = [_follow(session, shipment, each, now) for each in found if each.tracking_number not in there]
    if rows:
        session.flush()
        _record(session, brand, order, shipment, rows, (), EntryType.PARCELS_ADDED, now)
        changed(session, shipment, now)
    return rows


def add_items(
    session: Session, brand: Brand, order: Order, shipment: Shipment, keys: Sequence[str], now: datetime
) -> list[str]:
    """Say that these travel in it too, by their canonical keys; those it has already stay. Which were new."""
    there = set(session.scalars(select(ShipmentItem.key).where(ShipmentItem.shipment_id == shipment.id)))
    fresh = [key for key in dict.fromkeys(keys) if key not in there]
    if fresh:
        _put_in(session, shipment, fresh, now)
        session.flush()
        _record(session, brand, order, shipment, [], fresh, EntryType.PARCELS_ADDED, now)
        changed(session, shipment, now)
    return fresh


def _waiting(session: Session, order: Order) -> Shipment | None:
    """The shipment of an order that was promised and has no parcel yet; an older one first."""
    packed = select(Parcel.id).where(Parcel.shipment_id == Shipment.id)
    empty = select(Shipment).where(Shipment.order_id == order.id, Shipment.hand_over_by.is_not(None))
    waiting = empty.where(~packed.exists()).order_by(Shipment.created_at, Shipment.id).limit(1)
    return session.scalar(waiting.with_for_update())


def _put_in(session: Session, shipment: Shipment, keys: Sequence[str], now: datetime) -> None:
    there = set(session.scalars(select(ShipmentItem.key).where(ShipmentItem.shipment_id == shipment.id)))
    session.add_all(
        ShipmentItem(shipment_id=shipment.id, key=key, brand_id=shipment.brand_id)
        for key in dict.fromkeys(keys)
        if key not in there
    )
    give_page(session, shipment.brand_id, keys, now)


def _settled(session: Session, brand_id: str, parcels: Sequence[ParcelOrder], lane: Lane) -> list[ParcelOrder]:
    """The parcels with clean numbers and a carrier each."""
    found = [_with_carrier(session, brand_id, parcel, lane, place) for place, parcel in enumerate(parcels)]
    if len({(parcel.carrier, parcel.tracking_number) for parcel in found}) < len(found):
        raise ShipmentRefused("parcels", _("Two parcels have the same carrier and number; name each parcel once."))
    return found


def _with_carrier(session: Session, brand_id: str, parcel: ParcelOrder, lane: Lane, position: int) -> ParcelOrder:
    field = f"parcels[{position}]"
    number = normalised(parcel.tracking_number)
    if not 0 < len(number) <= 60:
        raise ShipmentRefused(f"{field}.tracking_number", _("A tracking number has 1 to 60 characters."))
    if parcel.carrier:
        return ParcelOrder(number, parcel.carrier, parcel.leg)
    found = candidates(session, brand_id, parcel.tracking_number, lane)
    if not found:
        raise ShipmentRefused(f"{field}.carrier", _("No carrier has numbers like this one; name the carrier."))
    return ParcelOrder(number, found[0].adapter or found[0].carrier, parcel.leg)


def _check(window: tuple[date, date] | None, zone: str | None) -> None:
    if window and window[1] < window[0]:
        raise ShipmentRefused("promise", _("The delivery window ends before it begins; exchange the two dates."))
    if zone and zone_named(zone) is None:
        unknown = _("This is no time zone; give an IANA name such as Europe/Berlin.")
        raise ShipmentRefused("destination_zone", unknown)


def _follow(session: Session, shipment: Shipment, parcel: ParcelOrder, now: datetime) -> Parcel:
    assert parcel.carrier
    row = Parcel(
        id=new_id(),
        brand_id=shipment.brand_id,
        shipment_id=shipment.id,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        leg=parcel.leg,
        created_at=now,
    )
    session.add(row)
    follow(
        session,
        parcel_id=row.id,
        brand_id=row.brand_id,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        now=now,
    )
    return row


def _record(
    session: Session,
    brand: Brand,
    order: Order,
    shipment: Shipment,
    parcels: list[Parcel],
    keys: Sequence[str],
    kind: EntryType,
    now: datetime,
) -> None:
    """The entry: what travels with whom. Order number and tracking numbers are committed to, not written."""
    body: dict[str, Any] = {
        "shipment": shipment.id,
        "items": list(dict.fromkeys(keys)),
        "parcels": [{"parcel": row.id, "carrier": row.carrier, "leg": row.leg} for row in parcels],
    }
    if kind is EntryType.SHIPMENT_CREATED:
        body |= {
            "order": shipment.order_id,
            "origin": shipment.origin_country,
            "destination": shipment.destination_country,
            "hand_over_by": shipment.hand_over_by and moment_text(shipment.hand_over_by),
            "replaces": shipment.replaces_id,
        }
    numbers = {
        f"personal:parcels/{place}/tracking_number": row.tracking_number.encode()
        for place, row in enumerate(parcels)
    }
    record(
        session,
        brand.log_id,
        kind,
        body,
        now=now,
        openings=numbers,
        person=about_customer(order.customer_id),
    )
