"""What was ordered is not in stock: said by a person or a shop, and taken back. No page here."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.shipments import Shipment
from app.record import record
from app.shipping.changes import changed


def stock_missing(session: Session, shipment: Shipment, restock_on: date | None, now: datetime) -> None:
    """From now on the shipment is late for want of stock; the same said again changes nothing.

    `restock_on` is the day on which it should be there, None while nobody knows.
    """
    if shipment.no_stock_since and shipment.restock_on == restock_on:
        return
    shipment.no_stock_since = shipment.no_stock_since or now
    shipment.restock_on = restock_on
    day = restock_on.isoformat() if restock_on else None
    _record(session, shipment, EntryType.STOCK_MISSING, {"restock_on": day}, now)
    changed(session, shipment, now)


def stock_back(session: Session, shipment: Shipment, now: datetime) -> None:
    """The goods are there; a shipment that lacked none stays as it is."""
    if shipment.no_stock_since is None:
        return
    shipment.no_stock_since = shipment.restock_on = None
    _record(session, shipment, EntryType.STOCK_BACK, {}, now)
    changed(session, shipment, now)


def _record(
    session: Session, shipment: Shipment, kind: EntryType, more: dict[str, str | None], now: datetime
) -> None:
    log_id = session.get_one(Brand, shipment.brand_id).log_id
    record(session, log_id, kind, {"shipment": shipment.id, **more}, now=now)
