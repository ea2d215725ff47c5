"""Which shipments a watched unit concerns: what it holds and what holds it, at that time. Reads only."""

from datetime import datetime

from sqlalchemy import CTE, ColumnElement, String, and_, literal, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models.products import Containment
from app.models.shipments import Shipment, ShipmentItem


def shipments_touched(
    session: Session, brand_id: str, unit_key: str, from_at: datetime, until: datetime
) -> list[Shipment]:
    """The shipments with this unit in them, or with a thing inside it, or that travel as a unit around it.

    Inside means: at some moment between `from_at` and `until`.
    """
    during = and_(
        Containment.brand_id == brand_id,
        Containment.from_at < until,
        or_(Containment.until_at.is_(None), Containment.until_at > from_at),
    )
    inside = _closure("inside", unit_key, Containment.parent_key, Containment.child_key, during)
    around = _closure("around", unit_key, Containment.child_key, Containment.parent_key, during)
    keys = union(select(inside.c.key), select(around.c.key))
    ids = select(ShipmentItem.shipment_id).where(ShipmentItem.brand_id == brand_id, ShipmentItem.key.in_(keys))
    found = select(Shipment).where(Shipment.brand_id == brand_id, Shipment.id.in_(ids))
    return list(session.scalars(found.order_by(Shipment.id)))


def _closure(
    name: str,
    start: str,
    here: InstrumentedAttribute[str],
    there: InstrumentedAttribute[str],
    during: ColumnElement[bool],
) -> CTE:
    """Every key that can be reached; UNION drops what was seen, so that a circle in the data ends."""
    reached = select(literal(start, String(400)).label("key")).cte(name, recursive=True)
    return reached.union(select(there).where(here == reached.c.key, during))
