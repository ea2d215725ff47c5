"""What of an order is in which shipment and parcel: a fulfilment of the shop is a shipment here."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.ids import new_id
from app.intake.told import Packed
from app.models.brands import Brand
from app.models.intake import Fulfilment, OrderLine, PackedLine
from app.models.shipments import Customer, Order, Parcel, Shipment
from app.provenance import clearance
from app.shipping.shipments import ParcelOrder, add_parcels, create_shipment


def take_packed(
    session: Session, brand: Brand, order: Order, shop_id: str, packed: Packed, now: datetime
) -> Shipment | None:
    """Bring a fulfilment up to what its source says: new numbers become parcels, none is taken away again.

    None while it has no parcel, or when it is cancelled before it had one. An older version changes nothing.
    What a shop tells has been sent; what a file or program of the brand packs must have passed its checks, else
    NotCleared is raised.
    """
    scope = shop_id or brand.id  # a file's own names are the brand's
    known = session.get(Fulfilment, (scope, packed.ref))
    if known is not None and _is_old(packed, known, repeats=bool(shop_id)):
        return None
    if packed.cancelled or not packed.parcels:
        return None
    if known is None:
        shipment, is_packed = _ship(session, brand, order, packed, now), True
        known = Fulfilment(shop_id=scope, ref=packed.ref, brand_id=brand.id, shipment_id=shipment.id)
        known.version_at = packed.version_at
        session.add(known)
    else:
        shipment = session.get_one(Shipment, known.shipment_id)
        known.version_at = packed.version_at
        is_packed = bool(add_parcels(session, brand, order, shipment, packed.parcels, now))
    if is_packed and not shop_id:
        session.flush()
        clearance.require_of_shipment(session, brand, shipment.id, now)
    put_lines(session, shipment, packed.lines)
    return shipment


def _is_old(packed: Packed, known: Fulfilment, repeats: bool) -> bool:
    """A shop repeats its versions; what a file or program says in one moment may differ."""
    same = packed.version_at == known.version_at
    return packed.version_at < known.version_at or (same and repeats)


def _ship(session: Session, brand: Brand, order: Order, packed: Packed, now: datetime) -> Shipment:
    lines = select(OrderLine.key).where(OrderLine.order_id == order.id, OrderLine.ref.in_(packed.lines))
    keys = [key for key in session.scalars(lines.order_by(OrderLine.position)) if key]
    country = session.get_one(Customer, order.customer_id).country
    return create_shipment(
        session,
        brand,
        order,
        parcels=packed.parcels,
        keys=keys,
        destination_country=country,
        service=packed.service or None,
        now=now,
    )


def put_lines(
    session: Session, shipment: Shipment, lines: Mapping[str, int], parcel: ParcelOrder | None = None
) -> None:
    """Say which lines are in a shipment; in which parcel, where it is named or there is only one."""
    mine = select(OrderLine).where(OrderLine.order_id == shipment.order_id, OrderLine.ref.in_(lines))
    found = {row.ref: row for row in session.scalars(mine)}
    parcels = session.scalars(select(Parcel).where(Parcel.shipment_id == shipment.id)).all()
    if parcel:
        parcels = [each for each in parcels if each.tracking_number == parcel.tracking_number]
    parcel_id = parcels[0].id if len(parcels) == 1 else None
    if parcel is None:
        session.execute(delete(PackedLine).where(PackedLine.shipment_id == shipment.id))
    for ref, quantity in lines.items():
        if ref in found and quantity > 0:
            row = PackedLine(id=new_id(), brand_id=shipment.brand_id, shipment_id=shipment.id)
            row.line_id, row.parcel_id, row.quantity = found[ref].id, parcel_id, quantity
            session.add(row)
    session.flush()
