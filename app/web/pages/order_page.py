"""From an order to what its page says: one headline, each line and where it is, each parcel. Pure."""

from dataclasses import dataclass

from app import words
from app.shipping.order_view import LineView, PieceView, WholeOrder
from app.texts import Texts
from app.web.pages.parcel_view import SIGN
from carriers.known import CARRIERS


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the order in words."""

    name: str
    count: str
    state: str
    sign: str
    sku: str


@dataclass(frozen=True, slots=True)
class PieceRow:
    """A parcel in words; `number` is shortened for the public, `whole_number` is for staff."""

    title: str
    carrier: str
    number: str
    whole_number: str
    status: str
    sign: str
    inside: tuple[str, ...]
    shipment_id: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order in words; `count` is the number of its parcels."""

    sign: str
    status: str
    delivered: str
    cancelled: str
    count: int
    lines: tuple[LineRow, ...]
    pieces: tuple[PieceRow, ...]
    together: tuple[tuple[str, ...], ...]


def page(order: WholeOrder, t: Texts) -> OrderPage:
    """The order as its pages show it."""
    count = len(order.pieces)
    return OrderPage(
        sign=SIGN.get(order.status or "", "open"),
        status=_status(order.status, t),
        delivered=t.gettext(
            "%(delivered)s of %(pieces)s parcels delivered",
            delivered=t.number(order.delivered),
            pieces=t.number(count),
        ),
        cancelled=t.moment(order.cancelled_at, "UTC") + " UTC" if order.cancelled_at else "",
        count=count,
        lines=tuple(_line(each, t) for each in order.lines),
        pieces=tuple(_piece(each, t) for each in order.pieces),
        together=tuple(tuple(_inside(*each, t) for each in inside) for _, inside in order.together),
    )


def _status(status: str | None, t: Texts) -> str:
    if status and status in words.STATUS:
        return t.gettext(words.STATUS[status])
    return t.gettext("The carrier has not reported anything yet")


def _line(line: LineView, t: Texts) -> LineRow:
    state, sign = _state(line, t)
    return LineRow(line.name, f"{t.number(line.quantity)} ×", state, sign, line.sku or "")


def _state(line: LineView, t: Texts) -> tuple[str, str]:
    if line.quantity == 0:
        return t.gettext("taken out of the order"), "open"
    if line.returned:
        counts = {"count": t.number(line.returned), "all": t.number(line.quantity)}
        return t.gettext("%(count)s of %(all)s returned", **counts), "warn"
    if line.packed >= line.quantity:
        return t.gettext("in a parcel"), "good"
    if line.packed:
        counts = {"count": t.number(line.packed), "all": t.number(line.quantity)}
        return t.gettext("%(count)s of %(all)s in a parcel", **counts), "open"
    return t.gettext("not sent yet"), "open"


def _piece(piece: PieceView, t: Texts) -> PieceRow:
    return PieceRow(
        title=t.gettext("Parcel %(number)s", number=t.number(piece.place)),
        carrier=CARRIERS.get(piece.carrier, piece.carrier.replace("_", " ")),
        number=f"…{piece.tracking_number[-4:]}",
        whole_number=piece.tracking_number,
        status=_status(piece.status, t),
        sign=SIGN.get(piece.status or "", "open"),
        inside=tuple(_inside(name, quantity, t) for name, quantity in piece.inside),
        shipment_id=piece.shipment_id,
    )


def _inside(name: str, quantity: int, t: Texts) -> str:
    return f"{t.number(quantity)} × {t.isolate(name)}"
