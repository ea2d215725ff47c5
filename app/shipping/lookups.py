"""What carriers ask for besides a number. It is the customer's: read for one question, kept nowhere else."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.shipments import Customer, Order, Parcel, Shipment
from carriers.adapter import Asked, adapter
from carriers.known import CARRIERS


def questions(session: Session, carrier: str, parcel_ids: Collection[str]) -> dict[str, Asked]:
    """What to ask the carrier about these parcels, by parcel; with nothing that it does not ask for."""
    asks = adapter(carrier).ASKS
    return {
        row.id: Asked(
            row.tracking_number,
            _postal_code(row.address) if "postal_code" in asks else "",
            (row.phone or "") if "phone" in asks else "",
        )
        for row in session.execute(_OF_CUSTOMER.where(Parcel.id.in_(parcel_ids)))
    }


def missing(session: Session, shipment_id: str) -> dict[str, tuple[str, ...]]:
    """Which things that its carrier asks for a parcel's order lacks; parcels that lack none are left out."""
    lacking = {}
    for row in session.execute(_OF_CUSTOMER.where(Parcel.shipment_id == shipment_id)):
        have = {"postal_code": _postal_code(row.address), "phone": row.phone}
        asks = adapter(row.carrier).ASKS if row.carrier in CARRIERS else ()
        if lacks := tuple(key for key in asks if not have[key]):
            lacking[row.id] = lacks
    return lacking


_OF_CUSTOMER = (
    select(Parcel.id, Parcel.carrier, Parcel.tracking_number, Customer.address, Customer.phone)
    .join(Shipment, Shipment.id == Parcel.shipment_id)
    .join(Order, Order.id == Shipment.order_id)
    .join(Customer, Customer.id == Order.customer_id)
)


def _postal_code(address: dict[str, str] | None) -> str:
    return str((address or {}).get("postal_code") or "").strip()[:20]
