"""Which products are in a shipment: of its things, and of what its boxes hold. Reads only."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.shipments import Shipment, ShipmentItem
from app.provenance.containment import inside


def gtins_in(session: Session, shipment: Shipment) -> list[str]:
    """The GTINs in a shipment, each once; empty where nobody has said what is inside."""
    keys = list(session.scalars(select(ShipmentItem.key).where(ShipmentItem.shipment_id == shipment.id)))
    every = [*keys, *inside(session, shipment.brand_id, keys)]
    return sorted({gtin for key in every if (gtin := identifiers.gtin(key))})
