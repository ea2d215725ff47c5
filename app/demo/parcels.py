"""Sending a parcel in the demo: an order, its shipment in a box, the promise, a number that its carrier takes."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.demo.catalogue import MAIL_DOMAIN, CustomerText
from app.models.brands import Brand
from app.shipping.orders import Buyer, place_order
from app.shipping.shipments import Amount, ParcelOrder, create_shipment

Json = dict[str, Any]

FIRST_NUMBER = 952987100


def numbered(ordinal: int) -> str:
    """The tracking number of this ordinal, from 0: nine digits and their check digit, as DHL Express has them."""
    number = FIRST_NUMBER + ordinal
    return f"{number}{number % 7}"


def send(
    session: Session,
    brand: Brand,
    number: str,
    customer: CustomerText,
    box: str,
    parcel: tuple[str, str],
    now: datetime,
) -> Json:
    """Order, shipment and parcel of one customer, whose box holds one item; what the story keeps of them."""
    buyer = Buyer(
        name=customer.name,
        email=f"{customer.mailbox}@{MAIL_DOMAIN}",
        address={"street": customer.street, "city": customer.city, "postal_code": customer.postal_code},
        language=customer.language,
        country=customer.country,
    )
    placed_at = now - timedelta(hours=30)
    order = place_order(session, brand, number=number, buyer=buyer, placed_at=placed_at, now=now)
    carrier, tracking_number = parcel
    shipment = create_shipment(
        session,
        brand,
        order,
        parcels=[ParcelOrder(tracking_number, carrier)],
        keys=[f"/00/{box}"],
        window=_window(now),
        origin_country="DE",
        destination_country=customer.country,
        destination_zone=customer.zone,
        value=Amount(3900, "EUR"),
        now=now,
    )
    return {
        "number": number,
        "token": order.token,
        "shipment": shipment.id,
        "carrier": carrier,
        "tracking_number": tracking_number,
    }


def _window(now: datetime) -> tuple[date, date]:
    """What the brand promises: the second and third day from now."""
    return now.date() + timedelta(days=2), now.date() + timedelta(days=3)
