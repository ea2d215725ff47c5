"""What the way of a thing, or of everything in a shipment, emitted: the record is asked, journey does the sums."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.carbon.chain import Figure, Total, total
from app.carbon.journey import Journey
from app.models.shipments import Shipment, ShipmentItem
from app.provenance import passports

MOST = 100
"""Things of a shipment whose ways are followed; the others count as unknown."""


def of_thing(session: Session, brand_id: str, key: str, now: datetime) -> Journey | None:
    """The way of one unit of a thing, None where the brand has recorded nothing of it."""
    found = passports.assemble(session, brand_id, key, now=now, language="en", carbon=True)
    carbon: Journey | None = found.carbon if found else None
    return carbon


def of_shipment(
    session: Session, brand_id: str, shipment_id: str, now: datetime
) -> tuple[list[Journey], Total] | None:
    """The ways of the things in a shipment and their sum, None where there is no such shipment."""
    mine = select(Shipment.id).where(Shipment.brand_id == brand_id, Shipment.id == shipment_id)
    if session.scalar(mine) is None:
        return None
    asked = select(ShipmentItem.key).where(ShipmentItem.shipment_id == shipment_id).order_by(ShipmentItem.key)
    keys = list(session.scalars(asked))
    found = [each for key in keys[:MOST] if (each := of_thing(session, brand_id, key, now))]
    unheard = [Figure(missing=("way",))] * (len(keys) - len(found))
    return found, total([*(part.figure for each in found for part in each.parts), *unheard])
