"""Shipments as rows of a table: one row is one shipment, with all its parcels. Nothing personal stands in a row.

Several parcels, their carriers, and the keys of what travels are parted by semicolons. How a shipment stands is
written out and not read back: carriers say that.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.shipments import Order, Parcel, Promise, Shipment, ShipmentItem
from app.provenance.errors import Refused
from app.shipping.orders import Buyer, place_order
from app.shipping.promises import promises_of, state_promise
from app.shipping.shipments import ParcelOrder, ShipmentRefused, add_items, add_parcels, create_shipment
from app.shipping.written import A_DECIMAL, is_decimal, parcel
from app.texts import marked as _

NEEDED = ("order",)
STANDING = ("status", "reason", "status_at", "delivered_at")
_WAY = ("origin_country", "destination_country", "destination_zone", "service", "mode")
COLUMNS = (
    "order", "placed_at", "carrier", "tracking_number", "keys", "promised_from", "promised_to", *_WAY,
    "hand_over_by", *STANDING,
)  # fmt: skip
PRIVATE = ("order", "tracking_number")
"""Columns of which no value is kept beside what is wrong with it: they lead to a person."""

_MODES = ("air", "sea", "road", "rail")
_COUNTRY = re.compile("[A-Z]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_AT_ONCE = 500
_MOST_PARCELS, _MOST_KEYS = 50, 500
_COLUMN_OF = {"parcels": "tracking_number", "promise": "promised_to"}


@dataclass(frozen=True)
class Told:
    """What a row says of a shipment. An empty cell says nothing: it takes nothing away."""

    order: str
    placed_at: datetime | None
    parcels: tuple[ParcelOrder, ...]
    keys: tuple[str, ...]
    window: tuple[date, date] | None
    way: Mapping[str, str]
    hand_over_by: datetime | None


def told_of(row: Mapping[str, str]) -> Told:
    """The shipment of a row. Raises Refused naming the column. Pure."""
    order = row.get("order", "")
    if not 0 < len(order) <= 60 or _CONTROL.search(order):
        raise Refused("order", _("must be a number of 1 to 60 characters"))
    if is_decimal(order):
        raise Refused("order", A_DECIMAL)
    return Told(
        order,
        _moment("placed_at", row),
        tuple(_parcels(row)),
        tuple(_keys(row)),
        _window(row),
        _way(row),
        _moment("hand_over_by", row),
    )


def read(session: Session, brand: Brand, told: Told, now: datetime) -> str:
    """Bring a shipment up to what its row says: `new`, `changed`, or `same`. Safe to call twice. Raises Refused.

    A row is about the shipment of its order that has one of its parcels; without parcels, about the first one that
    waits for them. An order that is not known is made, and gets its customer from its shop or file.
    """
    order = session.scalar(select(Order).where(Order.brand_id == brand.id, Order.number == told.order))
    fresh = order is None
    try:
        if order is None:  # where the brand promises with every order, it waits with a shipment already
            placed_at = told.placed_at or now
            order = place_order(session, brand, number=told.order, buyer=Buyer(), placed_at=placed_at, now=now)
        shipment = _known(session, order, told.parcels)
        if shipment is not None:
            news = _amend(session, brand, order, shipment, told, now)
            return "new" if fresh else "changed" if news else "same"
        facts: dict[str, Any] = {"window": told.window, "hand_over_by": told.hand_over_by, **told.way}
        create_shipment(session, brand, order, parcels=told.parcels, keys=told.keys, **facts, now=now)
    except ShipmentRefused as refused:
        field = refused.field.partition("[")[0]
        raise Refused(_COLUMN_OF.get(field, field), str(refused)) from None
    return "new"


def name_of(row: Mapping[str, str]) -> str | None:
    """What a row is about: a parcel of an order. Of those without a parcel there may be several."""
    number = row.get("tracking_number", "").partition(";")[0]
    return f"{row.get('order', '')} {number.strip()}" if number else None


def written(session: Session, brand: Brand) -> Iterator[list[str]]:
    """The brand's shipments as rows below COLUMNS, the oldest first."""
    last = ""
    mine = select(Shipment, Order).join(Order, Order.id == Shipment.order_id).where(Shipment.brand_id == brand.id)
    while found := session.execute(mine.where(Shipment.id > last).order_by(Shipment.id).limit(_AT_ONCE)).all():
        ids = [each.Shipment.id for each in found]
        parcels, keys = _by_shipment(session, Parcel, ids), _by_shipment(session, ShipmentItem, ids)
        promises = _by_shipment(session, Promise, ids)
        for shipment, order in found:
            rows = (each.get(shipment.id, []) for each in (parcels, keys, promises))
            yield _cells(shipment, order, *rows)
        last = ids[-1]


def _known(session: Session, order: Order, parcels: Sequence[ParcelOrder]) -> Shipment | None:
    mine = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.created_at, Shipment.id)
    packed = select(Parcel.id).where(Parcel.shipment_id == Shipment.id)
    if not parcels:
        return session.scalar(mine.where(~packed.exists()).limit(1).with_for_update())
    numbers = [each.tracking_number for each in parcels]
    return session.scalar(mine.where(packed.where(Parcel.tracking_number.in_(numbers)).exists()).limit(1))


def _amend(session: Session, brand: Brand, order: Order, shipment: Shipment, told: Told, now: datetime) -> bool:
    """What the row says more, or otherwise; a promise is stated anew, never changed."""
    news = bool(add_parcels(session, brand, order, shipment, told.parcels, now))
    news = bool(add_items(session, brand, order, shipment, told.keys, now)) or news
    facts: dict[str, Any] = {**told.way}
    if told.hand_over_by and shipment.status is None:  # what a carrier has needs no handing over any more
        facts["hand_over_by"] = told.hand_over_by
    for name, value in facts.items():
        if getattr(shipment, name) != value:
            setattr(shipment, name, value)
            news = True
    ours = [each for each in promises_of(session, shipment.id) if each.source == "brand"]
    if told.window and (not ours or (ours[-1].window_from, ours[-1].window_to) != told.window):
        state_promise(session, shipment, told.window, source="brand", now=now)
        news = True
    return news


def _parcels(row: Mapping[str, str]) -> Iterator[ParcelOrder]:
    numbers, carriers = _parted(row.get("tracking_number", "")), _parted(row.get("carrier", ""))
    if len(numbers) > _MOST_PARCELS:
        raise Refused("tracking_number", _("must be at most %(most)s parcels"), most=_MOST_PARCELS)
    if numbers and len(carriers) not in (0, 1, len(numbers)):
        raise Refused("carrier", _("must be one carrier for all parcels, or one for each, parted by semicolons"))
    if len({*numbers}) < len(numbers):
        raise Refused("tracking_number", _("must name each parcel once"))
    for place, number in enumerate(numbers):
        if is_decimal(number):
            raise Refused("tracking_number", A_DECIMAL)
        carrier = carriers[place if len(carriers) > 1 else 0] if carriers else ""
        found = parcel(number, carrier)
        if found is None:
            raise Refused("tracking_number", _("a tracking number has 3 to 60 letters and digits"))
        yield found


def _keys(row: Mapping[str, str]) -> Iterator[str]:
    keys = _parted(row.get("keys", ""))
    if len(keys) > _MOST_KEYS:
        raise Refused("keys", _("must be at most %(most)s keys"), most=_MOST_KEYS)
    for text in keys:
        key = identifiers.canonical(f"/00/{text}" if len(text) == 18 and text.isdigit() else text)
        if identifiers.level(key) == "other" and ":" not in key:
            raise Refused("keys", _("must be GS1 Digital Links, their paths, SSCCs, or other URIs"))
        yield key


def _window(row: Mapping[str, str]) -> tuple[date, date] | None:
    """A window of one day where only one of its ends is given."""
    days = [_day(name, row[name]) for name in ("promised_from", "promised_to") if name in row]
    if not days:
        return None
    if days[-1] < days[0]:
        raise Refused("promised_to", _("must not be before promised_from"))
    return days[0], days[-1]


def _way(row: Mapping[str, str]) -> dict[str, str]:
    found = {name: row[name] for name in _WAY if name in row}
    for name in ("origin_country", "destination_country"):
        if name in found and not _COUNTRY.fullmatch(found[name]):
            raise Refused(name, _("must be two capital letters, such as ID"))
    if found.get("mode", "air") not in _MODES:
        raise Refused("mode", _("must be air, sea, road or rail"))
    if len(found.get("service", "")) > 60:
        raise Refused("service", _("must be at most %(most)s characters"), most=60)
    return found


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Refused(name, _("must be a day such as 2026-03-31")) from None


def _moment(name: str, row: Mapping[str, str]) -> datetime | None:
    if name not in row:
        return None
    try:
        at = datetime.fromisoformat(row[name])
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refused(name, _("must be a time with its offset, such as 2026-03-01T10:00:00+01:00"))


def _parted(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(";") if each.strip()]


def _by_shipment(session: Session, table: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
    """The rows of these shipments in the order in which they came."""
    found: dict[str, list[Any]] = {}
    asked = select(table).where(table.shipment_id.in_(ids))
    order = {Parcel: (Parcel.leg, Parcel.id), Promise: (Promise.ordinal,)}.get(table, (ShipmentItem.key,))
    for row in session.scalars(asked.order_by(*order)):
        found.setdefault(row.shipment_id, []).append(row)
    return found


def _cells(
    shipment: Shipment, order: Order, parcels: list[Parcel], keys: list[ShipmentItem], promises: list[Promise]
) -> list[str]:
    ours = next((each for each in reversed(promises) if each.source == "brand"), None)
    cells: dict[str, Any] = {name: getattr(shipment, name) for name in (*_WAY, *STANDING)}
    cells |= {
        "order": order.number,
        "placed_at": order.placed_at,
        "carrier": "; ".join(each.carrier for each in parcels),
        "tracking_number": "; ".join(each.tracking_number for each in parcels),
        "keys": "; ".join(each.key for each in keys),
        "promised_from": ours and ours.window_from,
        "promised_to": ours and ours.window_to,
        "hand_over_by": shipment.hand_over_by,
    }
    return [_text(cells[name]) for name in COLUMNS]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
