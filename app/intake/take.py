"""Orders taken in from any source: the newest version counts, an older one changes nothing, none comes twice."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.intake.packing import take_packed
from app.intake.told import Line, Told
from app.models.brands import Brand
from app.models.intake import OrderLine, OrderSource, Shop
from app.models.shipments import Customer, Order, Parcel, Shipment
from app.record import record
from app.shipping.changes import changed
from app.shipping.orders import Buyer, place_order
from carriers.vocabulary import Status


class Taken(StrEnum):
    """What came of an order that was told."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"  # this version or a newer one is here
    ERASED = "erased"  # its customer was erased, so nothing is taken any more


def take_order(session: Session, brand: Brand, told: Told, *, shop: Shop | None, now: datetime) -> Taken:
    """Bring an order up to what its source says. Safe to call twice, and with versions in any order."""
    shop_id = shop.id if shop else ""
    source = source_of(session, brand.id, shop_id, told.ref)
    if source is None and shop is None:
        source = _of_a_shop(session, brand.id, told.number)
    is_new = source is None
    if source is None:
        source = _place(session, brand, told, shop, now)
    elif told.version_at < source.version_at or (shop and told.version_at == source.version_at):
        return Taken.KNOWN  # a file or program has no versions of its own, so its newest word of a moment counts
    order = session.get_one(Order, source.order_id)
    customer = session.get_one(Customer, order.customer_id)
    if customer.erased_at:
        return Taken.ERASED
    for_its_parcels = source.shop_id != shop_id  # a file that names a shop's order: the shop knows the rest better
    if not for_its_parcels:
        source.version_at = told.version_at
        _take_lines(session, order, told.lines)
        if not is_new:
            _correct(session, customer, told.buyer)
    for packed in told.packed:
        take_packed(session, brand, order, shop_id, packed, now)
    if told.cancelled_at and source.cancelled_at is None:
        _cancel(session, brand, order, source, told.cancelled_at, now)
    return Taken.NEW if is_new else Taken.CHANGED


def source_of(session: Session, brand_id: str, shop_id: str, ref: str) -> OrderSource | None:
    """What we know of an order by its source's own id; held until the end of the transaction."""
    mine = (OrderSource.brand_id == brand_id, OrderSource.shop_id == shop_id, OrderSource.ref == ref)
    return session.scalar(select(OrderSource).where(*mine).with_for_update())


def _of_a_shop(session: Session, brand_id: str, number: str) -> OrderSource | None:
    """The order of a shop that a file or program means by its number, where only one is meant."""
    mine = select(OrderSource).where(OrderSource.brand_id == brand_id, OrderSource.number == number)
    found = session.scalars(mine.with_for_update().limit(2)).all()
    return found[0] if len(found) == 1 else None


def _place(session: Session, brand: Brand, told: Told, shop: Shop | None, now: datetime) -> OrderSource:
    number = _free_number(session, brand.id, told.number, shop)
    order = place_order(session, brand, number=number, buyer=told.buyer, placed_at=told.placed_at, now=now)
    source = OrderSource(
        order_id=order.id,
        brand_id=brand.id,
        shop_id=shop.id if shop else "",
        ref=told.ref,
        number=told.number,
        version_at=told.version_at,
    )
    session.add(source)
    session.flush()
    return source


def _free_number(session: Session, brand_id: str, number: str, shop: Shop | None) -> str:
    """The number, or with the shop's name behind where another shop of the brand has an order of that number."""
    named = f"{number[:30]} {shop.name if shop else 'API'}"[:55]
    further = (f"{named} {count}" for count in range(2, 100))
    return next(each for each in (number, named, *further) if not _is_taken(session, brand_id, each))


def _is_taken(session: Session, brand_id: str, number: str) -> bool:
    """Whether an order of this number came from a shop; one that was only announced is waiting for its shop's."""
    taken = select(OrderSource.order_id).join(Order, Order.id == OrderSource.order_id)
    return session.scalar(taken.where(Order.brand_id == brand_id, Order.number == number)) is not None


def _correct(session: Session, customer: Customer, buyer: Buyer) -> None:
    """What the shop corrected of its customer. An address of mail changes only where it has one order here."""
    customer.name = buyer.name or customer.name
    customer.phone = buyer.phone or customer.phone
    customer.address = buyer.address or customer.address
    customer.country = buyer.country or customer.country
    orders = select(func.count()).select_from(Order).where(Order.customer_id == customer.id)
    if buyer.email and session.scalar(orders) == 1:
        customer.email = buyer.email.strip().lower()


def _take_lines(session: Session, order: Order, lines: tuple[Line, ...]) -> None:
    there = {row.ref: row for row in session.scalars(select(OrderLine).where(OrderLine.order_id == order.id))}
    for position, line in enumerate(lines):
        row = there.get(line.ref)
        if row is None:
            row = OrderLine(id=new_id(), brand_id=order.brand_id, order_id=order.id, ref=line.ref)
            session.add(row)
        row.position, row.name, row.sku, row.key = position, line.name[:200], line.sku, line.key
        row.quantity, row.returned = line.quantity, line.returned
    for ref in there.keys() - {line.ref for line in lines}:
        there[ref].quantity = 0
    session.flush()


def _cancel(
    session: Session, brand: Brand, order: Order, source: OrderSource, at: datetime, now: datetime
) -> None:
    """Cancelled at its source: what has no parcel yet will never come; a parcel on its way is followed on."""
    source.cancelled_at = at
    packed = select(Parcel.id).where(Parcel.shipment_id == Shipment.id)
    waiting = select(Shipment).where(Shipment.order_id == order.id, ~packed.exists()).with_for_update()
    for shipment in session.scalars(waiting):
        shipment.status, shipment.status_at, shipment.hand_over_by = Status.CANCELLED.value, at, None
        changed(session, shipment, now)
    record(session, brand.log_id, EntryType.ORDER_CANCELLED, {"order": order.id}, now=now)
