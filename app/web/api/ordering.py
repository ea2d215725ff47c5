"""Orders over HTTP: tell one with its lines and parcels, tell it again when it changed, read how it stands."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.intake.take import Taken, take_order
from app.intake.told import Line as ToldLine
from app.intake.told import Packed, Told
from app.models.intake import OrderSource
from app.models.shipments import Order
from app.shipping.order_view import WholeOrder, whole_order
from app.shipping.shipments import ParcelOrder
from app.web.api.door import door
from app.web.api.fields import Key, Line, Moment
from app.web.api.shipments import CustomerIn, ParcelIn, keep_wishes
from app.web.api.spec import answers, tells
from app.web.body import Answer, Body
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import Problem, found
from app.web.rules import machine

bp = door("orders_api", "Orders")

Number = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
Ref = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9._-]{1,40}$")]
Quantity = Annotated[int, Field(ge=0, le=1_000_000)]


class LineIn(Body):
    """Something ordered. `ref` is your own name of the line, by which it is known when the order comes again."""

    ref: Ref
    name: Line
    quantity: Quantity = 1
    returned: Quantity = 0
    sku: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")] | None = (
        None
    )
    key: Key | None = None


class PackedIn(Body):
    """What goes out together. New parcels are added when the same `ref` comes again; none is taken away."""

    ref: Ref
    parcels: Annotated[list[ParcelIn], Field(min_length=1, max_length=50)]
    lines: Annotated[dict[Ref, Quantity], Field(max_length=500)] = {}


class OrderIn(Body):
    """An order as it is now: every line it has, and the shipments that are known."""

    number: Number
    placed_at: Moment | None = None
    changed_at: Annotated[
        Moment | None, Field(description="The version: an order with an earlier one changes nothing.")
    ] = None
    cancelled_at: Moment | None = None
    customer: CustomerIn = CustomerIn()
    lines: Annotated[list[LineIn], Field(max_length=500)] = []
    shipments: Annotated[list[PackedIn], Field(max_length=50)] = []


class LineOut(Answer):
    """A line and how much of it is on its way."""

    ref: str
    name: str
    sku: str | None
    quantity: int
    packed: int
    returned: int


class ShipmentFace(Answer):
    """A shipment of the order and its headline."""

    id: str
    status: str | None
    reason: str | None
    parcels: int
    delivered: int


class OrderOut(Answer):
    """An order; nothing about the person who placed it."""

    id: str
    number: str
    url: str
    placed_at: Moment
    cancelled_at: Moment | None
    lines: list[LineOut]
    shipments: list[ShipmentFace]


_ORDER = {"$ref": "#/components/schemas/OrderOut"}


@bp.post("/api/v1/orders")
@machine("shipments:write", "warehouse", "support")
@bp.input(OrderIn)
@once
@bp.output(OrderOut, 201)
@tells(responses=answers(201, "A new order", _ORDER) | answers(200, "An order that was known before", _ORDER))
def post_order(session: Session, json_data: OrderIn) -> Any:
    """Tell an order. The same number again brings it up to date; lines that are missing then are taken out."""
    at, brand = now(), brand_of(session, caller().brand_id)
    if len({line.ref for line in json_data.lines}) < len(json_data.lines):
        raise Problem("invalid", errors=[{"pointer": "/lines", "detail": "two lines have the same ref"}])
    taken = take_order(session, brand, _told(json_data, at), shop=None, now=at)
    session.flush()
    order = found(session.scalar(_numbered(brand.id, json_data.number)))
    if taken is not Taken.ERASED:
        keep_wishes(session, order.customer_id, json_data.customer, at)
    order_id = order.id
    location = {"Location": f"/api/v1/orders/{order_id}"}
    return _shown(session, brand.id, order_id), 201 if taken is Taken.NEW else 200, location


@bp.get("/api/v1/orders/<order_id>")
@machine("shipments:read", "warehouse", "support", "auditor")
@bp.output(OrderOut)
def get_order(order_id: str) -> dict[str, Any]:
    """How an order stands, with all its lines and shipments."""
    with reading(house().db) as session:
        return _shown(session, caller().brand_id, order_id)


def _numbered(brand_id: str, number: str) -> Any:
    mine = select(Order).join(OrderSource, OrderSource.order_id == Order.id)
    return mine.where(Order.brand_id == brand_id, OrderSource.number == number).order_by(OrderSource.shop_id)


def _told(order: OrderIn, at: datetime) -> Told:
    version = order.changed_at or at
    return Told(
        ref=order.number,
        number=order.number,
        version_at=version,
        placed_at=order.placed_at or at,
        buyer=order.customer.buyer(),
        lines=tuple(ToldLine(**line.model_dump()) for line in order.lines),
        packed=tuple(
            Packed(
                f"{order.number}/{each.ref}"[:80],
                version,
                tuple(ParcelOrder(**parcel.model_dump()) for parcel in each.parcels),
                each.lines,
            )
            for each in order.shipments
        ),
        cancelled_at=order.cancelled_at,
    )


def _shown(session: Session, brand_id: str, order_id: str) -> dict[str, Any]:
    view: WholeOrder = found(whole_order(session, brand_id, order_id))
    return {
        "id": view.id,
        "number": view.number,
        "url": f"{house().settings.base_url}/o/{view.token}",
        "placed_at": view.placed_at,
        "cancelled_at": view.cancelled_at,
        "lines": [
            {"ref": line.ref, "name": line.name, "sku": line.sku, "quantity": line.quantity}
            | {"packed": line.packed, "returned": line.returned}
            for line in view.lines
        ],
        "shipments": [
            {"id": each.shipment_id, "status": each.status, "reason": each.reason}
            | {"parcels": each.pieces, "delivered": each.delivered}
            for each in view.shipments
        ],
    }
