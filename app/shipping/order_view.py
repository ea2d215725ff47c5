"""An order as a whole: its lines, which of them is in which parcel, and how the worst piece stands. Reads only.

Values without personal data; whole tracking numbers are for staff.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.intake import OrderLine, OrderSource, PackedLine, Shop
from app.models.shipments import Order, Parcel
from app.shipping.views import OrderView, ParcelView, order_view
from carriers.headline import headline, worst
from carriers.store import Kept, history, in_shipment
from carriers.vocabulary import Status


@dataclass(frozen=True)
class LineView:
    """A line: how many were ordered, are in parcels, and came back."""

    ref: str
    name: str
    sku: str | None
    key: str | None
    quantity: int
    packed: int
    returned: int

    @property
    def open(self) -> int:
        """How many nobody has packed yet."""
        return max(0, self.quantity - self.packed - self.returned)


@dataclass(frozen=True)
class PieceView:
    """A parcel: its place among all of the order, how it stands by itself, and what is in it as far as we know."""

    place: int
    shipment_id: str
    carrier: str
    tracking_number: str
    status: str | None
    inside: tuple[tuple[str, int], ...]  # (name, quantity)


@dataclass(frozen=True)
class WholeOrder:
    """An order with everything that belongs to it. `status` is that of its worst shipment; None: nothing heard.

    `together` holds what is in a shipment of several parcels of which nobody said which has it.
    """

    id: str
    number: str
    token: str
    customer_id: str
    placed_at: datetime
    cancelled_at: datetime | None
    shop: str | None
    status: str | None
    delivered: int
    lines: tuple[LineView, ...]
    pieces: tuple[PieceView, ...]
    together: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]  # (shipment, what is in it)
    shipments: tuple[ParcelView, ...]


def whole_order(session: Session, brand_id: str, order_id: str) -> WholeOrder | None:
    """An order of this brand, or None."""
    order = session.scalar(select(Order).where(Order.brand_id == brand_id, Order.id == order_id))
    view = order and order_view(session, order.token)
    return whole(session, view) if view else None


def whole(session: Session, view: OrderView) -> WholeOrder:
    """The order of a view, with its lines and parcels."""
    source = session.get(OrderSource, view.id)
    shop = session.get(Shop, source.shop_id) if source and source.shop_id else None
    shipments = [each.shipment_id for each in view.shipments]
    lines = session.scalars(
        select(OrderLine).where(OrderLine.order_id == view.id).order_by(OrderLine.position, OrderLine.id)
    ).all()
    packed = session.scalars(select(PackedLine).where(PackedLine.shipment_id.in_(shipments))).all()
    pieces = _pieces(session, shipments, lines, packed)
    statuses = [Status(each.status) if each.status else None for each in view.shipments]
    head = worst(statuses)
    return WholeOrder(
        id=view.id,
        number=view.number,
        token=view.token,
        customer_id=view.customer_id,
        placed_at=view.placed_at,
        cancelled_at=source.cancelled_at if source else None,
        shop=shop.name if shop else None,
        status=head and head.value,
        delivered=sum(piece.status == Status.DELIVERED for piece in pieces),
        lines=tuple(_lines(lines, packed)),
        pieces=tuple(pieces),
        together=tuple(_together(shipments, lines, packed)),
        shipments=view.shipments,
    )


def _lines(lines: Sequence[OrderLine], packed: Sequence[PackedLine]) -> list[LineView]:
    count: Counter[str] = Counter()
    for row in packed:
        count[row.line_id] += row.quantity
    return [
        LineView(row.ref, row.name, row.sku, row.key, row.quantity, count[row.id], row.returned)
        for row in lines
        if row.quantity or row.returned
    ]


def _pieces(
    session: Session, shipments: Sequence[str], lines: Sequence[OrderLine], packed: Sequence[PackedLine]
) -> list[PieceView]:
    mine = select(Parcel).where(Parcel.shipment_id.in_(shipments), Parcel.leg == 1)
    rows = sorted(session.scalars(mine), key=lambda row: (shipments.index(row.shipment_id), row.id))
    _, kept = history(session, [row.id for row in rows]) if rows else ({}, [])
    names = {row.id: row.name for row in lines}
    return [
        PieceView(
            place=place,
            shipment_id=row.shipment_id,
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            status=_status(row.id, kept),
            inside=tuple((names[each.line_id], each.quantity) for each in packed if each.parcel_id == row.id),
        )
        for place, row in enumerate(rows, 1)
    ]


def _status(parcel_id: str, kept: Sequence[Kept]) -> str | None:
    mine = [each for each in kept if each.parcel_id == parcel_id]
    status = headline(in_shipment(mine, [parcel_id])).status
    return status and status.value


def _together(
    shipments: Sequence[str], lines: Sequence[OrderLine], packed: Sequence[PackedLine]
) -> list[tuple[str, tuple[tuple[str, int], ...]]]:
    names = {row.id: row.name for row in lines}
    inside: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in packed:
        if row.parcel_id is None:
            inside[row.shipment_id].append((names[row.line_id], row.quantity))
    return [(id_, tuple(inside[id_])) for id_ in shipments if id_ in inside]
