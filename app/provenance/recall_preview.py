"""What a recall would reach: items, lots, parcels and customers, counted and listed. Writes nothing."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.shipments import Order, Parcel, Shipment, ShipmentItem
from app.provenance import trace
from app.provenance.among import among

MOST_LISTED = 1_000

_SHIPMENT: Table = Shipment.__table__  # type: ignore[assignment]
_CARRIED: Table = ShipmentItem.__table__  # type: ignore[assignment]
_PARCELS: Table = Parcel.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Carried:
    """A shipment that carries something of it, by its order's number."""

    shipment: str
    order: str
    parcels: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """True counts, and the first MOST_LISTED of each list."""

    key: str
    items: int
    lots: int
    shipments: int
    parcels: int
    customers: int
    item_keys: list[str]
    lot_keys: list[str]
    carried: list[Carried]


def preview(session: Session, brand_id: str, key: str) -> Preview:
    """What opening a recall of `key` would reach now, by the same walk. A statement for each list."""
    key = identifiers.canonical(key)
    return reach(session, brand_id, key, trace.down(session, brand_id, key).things)


def reach(session: Session, brand_id: str, key: str, things: Collection[str]) -> Preview:
    """The things that were found from `key`, and the shipments that carry one of them."""
    items = sorted(each for each in things if identifiers.level(each) == "item")
    lots = sorted(each for each in things if identifiers.level(each) == "lot")
    keys = {*things, *trace.holders(session, brand_id, things)}
    carrying = select(_CARRIED.c.shipment_id).where(
        _CARRIED.c.brand_id == brand_id, among(session, _CARRIED.c.key, keys)
    )
    asked = (
        select(_SHIPMENT.c.id, Order.number, Order.customer_id)
        .join(Order, Order.id == _SHIPMENT.c.order_id)
        .where(_SHIPMENT.c.brand_id == brand_id, _SHIPMENT.c.id.in_(carrying))
        .order_by(Order.number, _SHIPMENT.c.id)
    )
    shipments = session.connection().execute(asked).all()
    parcels = _parcels(session, brand_id, [row.id for row in shipments])
    return Preview(
        key=key,
        items=len(items),
        lots=len(lots),
        shipments=len(shipments),
        parcels=sum(map(len, parcels.values())),
        customers=len({row.customer_id for row in shipments}),
        item_keys=items[:MOST_LISTED],
        lot_keys=lots[:MOST_LISTED],
        carried=[Carried(row.id, row.number, parcels[row.id]) for row in shipments[:MOST_LISTED]],
    )


def _parcels(session: Session, brand_id: str, shipments: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    mine = select(Parcel.shipment_id, Parcel.carrier, Parcel.tracking_number).where(Parcel.brand_id == brand_id)
    asked = mine.where(among(session, _PARCELS.c.shipment_id, shipments)).order_by(Parcel.id)
    for row in session.connection().execute(asked):
        found[row.shipment_id].append(f"{row.carrier} {row.tracking_number}")
    return found
