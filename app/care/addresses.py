"""A customer confirms or corrects where a parcel goes, by a link, while its carrier lets it be changed.

The address stands in the customer's row alone. Its entry is only committed to it; a case tells support to act.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care.links import use
from app.entries import EntryType
from app.models.brands import Brand
from app.models.desk import CustomerLink
from app.models.shipments import Customer, Order, Parcel, Shipment
from app.record import about_customer, record
from app.support.cases import open_for
from carriers.redirect import may_change_address
from carriers.vocabulary import Status

FIELDS = ("street", "city", "postal_code")
_LONGEST = 120
_PRIORITY = 1


class AddressRefused(ValueError):
    """An address can't be taken; `field` is one of FIELDS."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def may_change(session: Session, shipment: Shipment) -> bool:
    """Whether a corrected address can still reach whoever delivers this shipment."""
    parcels = session.scalars(select(Parcel).where(Parcel.shipment_id == shipment.id)).all()
    last = max((parcel.leg for parcel in parcels), default=1)
    carriers = {parcel.carrier for parcel in parcels if parcel.leg == last}
    status = Status(shipment.status) if shipment.status else None
    scanned = shipment.last_physical_at is not None or status not in (None, Status.REGISTERED)
    return may_change_address(status, carriers, handed_over=scanned)


def confirm(session: Session, link: CustomerLink, now: datetime) -> bool:
    """The customer says that the address is right; False when the link was used or is over."""
    if not use(session, link, now):
        return False
    shipment, customer = _whose(session, link)
    _record(session, shipment, customer, EntryType.ADDRESS_CONFIRMED, now)
    open_for(session, shipment, "address", _PRIORITY, {"said": "confirmed"}, now)
    return True


def correct(session: Session, link: CustomerLink, given: Mapping[str, str], now: datetime) -> bool:
    """Take the corrected address; False when the link was used or is over, or the carrier takes no change now.

    The country stays: another one is another shipment, with other duties. Raises AddressRefused.
    """
    address = {field: _clean(field, given.get(field, "")) for field in FIELDS}
    shipment, customer = _whose(session, link)
    if not may_change(session, shipment) or not use(session, link, now):
        return False
    customer.address = {**(customer.address or {}), **address}
    session.flush()
    _record(session, shipment, customer, EntryType.ADDRESS_CHANGED, now)
    open_for(session, shipment, "address", _PRIORITY, {"said": "corrected"}, now)
    return True


def _clean(field: str, text: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise AddressRefused(field)
    return text


def _whose(session: Session, link: CustomerLink) -> tuple[Shipment, Customer]:
    shipment = session.get_one(Shipment, link.shipment_id)
    customer_id = session.get_one(Order, shipment.order_id).customer_id
    return shipment, session.get_one(Customer, customer_id, with_for_update=True)


def _record(session: Session, shipment: Shipment, customer: Customer, kind: EntryType, now: datetime) -> None:
    whole = json.dumps(customer.address or {}, ensure_ascii=False, sort_keys=True)
    record(
        session,
        session.get_one(Brand, shipment.brand_id).log_id,
        kind,
        {"shipment": shipment.id},
        now=now,
        openings={"personal:address": whole.encode()},
        person=about_customer(customer.id),
    )
