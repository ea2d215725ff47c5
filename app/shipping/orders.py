"""Orders: what a customer bought, and the customer's own row. Personal data goes nowhere else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id, new_token
from app.models.brands import Brand
from app.models.shipments import Customer, Order
from app.record import about_customer, record
from app.shipping.handling import OrderPromise
from app.shipping.shipments import create_shipment
from ledger.canonical import moment_text


@dataclass(frozen=True)
class Buyer:
    """Who ordered. `language` is a BCP 47 tag; `address` is free (street, city, postal_code, country)."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: dict[str, str] | None = None
    language: str = "en"
    country: str | None = None


def place_order(
    session: Session, brand: Brand, *, number: str, buyer: Buyer, placed_at: datetime, now: datetime
) -> Order:
    """Record an order; its `token` opens its page. The same number again gives the earlier order, unchanged."""
    earlier = session.scalar(select(Order).where(Order.brand_id == brand.id, Order.number == number))
    if earlier:
        return earlier
    customer = _customer(session, brand, buyer, now)
    order = Order(
        id=new_id(),
        brand_id=brand.id,
        number=number,
        token=new_token(),
        customer_id=customer.id,
        placed_at=placed_at,
        created_at=now,
    )
    session.add(order)
    session.flush()
    body = {"order": order.id, "placed_at": moment_text(placed_at)}
    record(
        session,
        brand.log_id,
        EntryType.ORDER_PLACED,
        body,
        now=now,
        openings={"personal:number": number.encode()},
        person=about_customer(customer.id),
    )
    promise = OrderPromise.of(brand.settings)
    if promise and promise.window(placed_at)[1] >= now.date():  # an old order taken in now is promised nothing
        _promise(session, brand, order, promise, buyer.country, now)
    return order


def _promise(
    session: Session, brand: Brand, order: Order, promise: OrderPromise, country: str | None, now: datetime
) -> None:
    """What the brand promises with every order begins now, before there is a parcel."""
    create_shipment(
        session,
        brand,
        order,
        parcels=(),
        window=promise.window(order.placed_at),
        hand_over_by=promise.hand_over_by(order.placed_at),
        destination_country=country,
        now=now,
    )


def _customer(session: Session, brand: Brand, buyer: Buyer, now: datetime) -> Customer:
    """The customer with this address of this brand, brought up to date, or a new one."""
    email = buyer.email.strip().lower() if buyer.email else None
    same = select(Customer).where(
        Customer.brand_id == brand.id, Customer.email == email, Customer.erased_at.is_(None)
    )
    customer = session.scalars(same.order_by(Customer.id)).first() if email else None
    if customer is None:
        customer = Customer(id=new_id(), brand_id=brand.id, email=email, created_at=now)
        session.add(customer)
    customer.name = buyer.name or customer.name
    customer.phone = buyer.phone or customer.phone
    customer.address = buyer.address or customer.address
    customer.language, customer.country = buyer.language, buyer.country or customer.country
    session.flush()
    return customer
