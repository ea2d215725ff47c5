"""The CloudEvent about an entry: its public body and nothing that was only committed to. No network here."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.channels.webhook import cloud_event
from app.hooks.queue import lane, shipment_of
from app.hooks.topics import event_type
from app.models.brands import Brand
from app.models.hooks import WebhookDelivery
from app.models.shipments import Order, Shipment
from ledger import browse
from ledger.entry import Envelope, read

SAMPLE = {
    "shipment": "00000000000000000000000000",
    "parcel": "00000000000000000000000000",
    "carrier": "dhl_universal",
    "status": "delivered",
    "reason": None,
    "sub_state": None,
    "physical": True,
    "code": None,
    "country": "NL",
    "evidence": "polled",
}
"""What a test sends: the body of a movement, of a shipment that does not exist."""


class Gone(Exception):
    """The entry can't be read any more, so there is nothing to say about it."""


def message_id(brand: Brand, delivery: WebhookDelivery) -> str:
    """What a receiver tells a repetition by: the place in the log never changes, so a later round has it too."""
    return f"sample-{delivery.id}" if delivery.place is None else f"{brand.log_key}-{delivery.place}"


def body(session: Session, brand: Brand, delivery: WebhookDelivery, base_url: str) -> bytes:
    """The event as it is posted. Raises Gone."""
    if delivery.place is None:
        return _event(session, brand, delivery, dict(SAMPLE), delivery.created_at, base_url, {"sample": True})
    envelope = _read(session, brand, delivery.place)
    at = datetime.fromisoformat(envelope.recorded_at)
    return _event(session, brand, delivery, dict(envelope.body), at, base_url, {"logindex": delivery.place})


def _event(
    session: Session,
    brand: Brand,
    delivery: WebhookDelivery,
    data: dict[str, Any],
    at: datetime,
    base_url: str,
    extensions: dict[str, int | str | bool],
) -> bytes:
    return cloud_event(
        id=message_id(brand, delivery),
        source=f"{base_url}/log/{brand.log_key}",
        type=event_type(delivery.type),
        subject=delivery.lane or lane(session, brand.id, data) or delivery.type,
        at=at,
        data=data | _about(session, brand, data),
        extensions=extensions,
    )


def _about(session: Session, brand: Brand, data: dict[str, Any]) -> dict[str, str]:
    """The brand's own number of the order, which is looked up at the moment: an erasure takes it away here too."""
    shipment = session.get(Shipment, shipment_of(data) or "")
    order = session.get(Order, shipment.order_id if shipment else str(data.get("order", "")))
    if order is None or order.brand_id != brand.id or order.number == f"erased-{order.id}":
        return {}
    return {"order_number": order.number}


def _read(session: Session, brand: Brand, index: int) -> Envelope:
    placed = browse.entries(session, brand.log_id, index, index + 1)
    if not placed:
        raise Gone("the log has no such entry")
    return read(placed[0].envelope)
