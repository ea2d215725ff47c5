"""One search over every identifier that a caller can name. It finds rows; it shows no personal data."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from app.gs1 import digital_link
from app.models.intake import OrderSource
from app.models.products import IS_PRODUCT, Containment, Passport
from app.models.shipments import Customer, Order, Parcel, Shipment, ShipmentItem
from app.phones import end_of, is_written, same
from app.provenance.among import among
from app.support import pasted

MOST = 50
_PASSPORT: Table = Passport.__table__  # type: ignore[assignment]
_LONGEST_SERIAL = 20  # characters (GS1 General Specifications, AI 21)


@dataclass(frozen=True)
class Hit:
    """Something found. `kind` is shipment, order (one without a shipment) or passport; `id` its row's, `matched`
    what fitted: order, tracking, key, serial, email, phone."""

    kind: str
    id: str
    label: str
    matched: str
    key: str | None = None
    status: str | None = None
    order_id: str | None = None


def find(session: Session, brand_id: str, text: str) -> list[Hit]:
    """What the text names in this brand: order, tracking number, serial, any GS1 form, SSCC, email, phone.

    Every lookup is an equality on an index, so the size of the brand does not matter; of a bare serial the number
    of its products does.
    """
    text = text.replace("\x00", "").strip()[:400]  # PostgreSQL stores no NUL, so nothing can be named with one
    if not text:
        return []
    numbers = {text, text.upper(), text.lstrip("#")}
    there = select(OrderSource.order_id).where(OrderSource.brand_id == brand_id, OrderSource.number.in_(numbers))
    found = [
        *_orders(session, brand_id, Order.number.in_(numbers), "order"),
        *_orders(session, brand_id, Order.id.in_(there), "order"),
        *_tracked(session, brand_id, text),
        *_things(session, brand_id, text),
        *_of_email(session, brand_id, text),
        *_of_phone(session, brand_id, text),
    ]
    return list({(hit.kind, hit.id): hit for hit in reversed(found)}.values())[::-1][:MOST]


def normalised(number: str) -> str:
    """A tracking number as parcels keep it: no blanks, no hyphens, upper case."""
    return re.sub(r"[\s\-]", "", number).upper()


def _orders(session: Session, brand_id: str, which: object, matched: str) -> Iterable[Hit]:
    asked = (
        select(Order.id, Order.number, Shipment.id, Shipment.status)
        .outerjoin(Shipment, Shipment.order_id == Order.id)
        .where(Order.brand_id == brand_id, which)  # type: ignore[arg-type]
        .order_by(Order.placed_at.desc(), Shipment.created_at, Shipment.id)
        .limit(MOST)
    )
    for order_id, number, shipment_id, status in session.execute(asked):
        kind = "shipment" if shipment_id else "order"
        yield Hit(kind, shipment_id or order_id, number, matched, status=status, order_id=order_id)


def _tracked(session: Session, brand_id: str, text: str) -> Iterable[Hit]:
    """Numbers are used again by carriers, so several shipments may answer; the newest comes first."""
    asked = (
        select(Shipment.id, Order.number, Shipment.status)
        .join(Order, Order.id == Shipment.order_id)
        .join(Parcel, Parcel.shipment_id == Shipment.id)
        .where(Parcel.brand_id == brand_id, Parcel.tracking_number == normalised(text))
        .order_by(Parcel.created_at.desc(), Shipment.id)
        .limit(MOST)
    )
    for shipment_id, number, status in session.execute(asked):
        yield Hit("shipment", shipment_id, number, "tracking", status=status)


def _things(session: Session, brand_id: str, text: str) -> Iterable[Hit]:
    keys = pasted.keys(text) or [text]
    mine = Passport.brand_id == brand_id
    named = session.execute(select(Passport.id, Passport.key).where(mine, Passport.key.in_(keys))).all()
    by_serial = _with_serial(session, brand_id, text) if len(text) <= _LONGEST_SERIAL else []
    for rows, matched in ((named, "key"), (by_serial, "serial")):
        for id_, key in rows:
            yield from _carrying(session, brand_id, key, matched)
            yield Hit("passport", id_, key, matched, key=key)
    if not named and keys != [text]:
        for key in keys:
            yield from _carrying(session, brand_id, key, "key")


def _with_serial(session: Session, brand_id: str, serial: str) -> Sequence[Row[Any, Any]]:
    """The items of this serial, looked for under each product: an index of serials is too dear for every event."""
    products = session.scalars(select(Passport.key).where(Passport.brand_id == brand_id, IS_PRODUCT))
    behind = digital_link.build([("21", serial)])
    named = among(session, _PASSPORT.c.key, [f"{product}{behind}" for product in products])
    asked = select(_PASSPORT.c.id, _PASSPORT.c.key).where(_PASSPORT.c.brand_id == brand_id, named)
    return session.execute(asked.order_by(_PASSPORT.c.key).limit(MOST)).all()


def _carrying(session: Session, brand_id: str, key: str, matched: str) -> Iterable[Hit]:
    """The shipments that hold the thing, or the unit that it was packed into."""
    inside = select(Containment.parent_key).where(Containment.brand_id == brand_id, Containment.child_key == key)
    keys = [key, *session.scalars(inside.limit(MOST))]
    asked = (
        select(Shipment.id, Order.number, Shipment.status)
        .join(Order, Order.id == Shipment.order_id)
        .join(ShipmentItem, ShipmentItem.shipment_id == Shipment.id)
        .where(ShipmentItem.brand_id == brand_id, ShipmentItem.key.in_(keys))
        .order_by(Shipment.created_at.desc(), Shipment.id)
        .limit(MOST)
    )
    for shipment_id, number, status in session.execute(asked):
        yield Hit("shipment", shipment_id, number, matched, status=status)


def _of_email(session: Session, brand_id: str, text: str) -> Iterable[Hit]:
    if "@" not in text:
        return []
    customers = select(Customer.id).where(Customer.brand_id == brand_id, Customer.email == text.lower())
    return _orders(session, brand_id, Order.customer_id.in_(customers), "email")


def _of_phone(session: Session, brand_id: str, text: str) -> Iterable[Hit]:
    """By the whole number, with its country or without; its last digits alone are many people's."""
    if not is_written(text):
        return []
    mine = select(Customer.id, Customer.phone).where(Customer.brand_id == brand_id)
    rows = session.execute(mine.where(Customer.phone_end == end_of(text)).limit(MOST)).all()
    customers = [id_ for id_, phone in rows if same(phone or "", text)]
    return _orders(session, brand_id, Order.customer_id.in_(customers), "phone") if customers else []
