"""Products, lots, places, claims, events and shipments as rows of tables: judged, put in, written out.

The verbs decide.

How a whole file comes in, a part at a time, is app/intake/tables; what an event is as a row is in table_events.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from app.brands.readers import STAFF
from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.products import Certificate, EpcisEvent, Location, Lot, Product
from app.models.quality import Inspection
from app.models.shipments import Order, Parcel, Shipment
from app.provenance import certificates, clearance, inspection_rows, locations, lots, products, table_events
from app.provenance.errors import Conflict, NotCleared, Refused, SignatureRefused
from app.provenance.events import as_json
from app.provenance.store import capture_event
from app.provenance.trace import not_in_error
from app.shipping import shipment_rows
from app.texts import marked as _

Row = Mapping[str, str]

_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_TEXTS = ("name", "description", "care")
_FACTS = ("category", "origin_country", "origin_place", "temperature_low", "temperature_high")
_PLACE = ("key", "name", "city", "country", "latitude", "longitude", "zone")
_CLAIM = ("key", "name", "issuer", "scope", "valid_from", "valid_until", "file_sha256", "kind", "number")
_AT_ONCE = 500


class Came(StrEnum):
    """What a row changed."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


def is_column(kind: str, name: str) -> bool:
    """Whether a table of this kind may have this column."""
    text, colon, language = name.partition(":")
    return name in COLUMNS[kind] or (kind == "products" and bool(colon and language) and text in _TEXTS)


def name_of(kind: str, row: Row) -> str | None:
    """What a row is about, where only one row of a table may be about it."""
    if kind == "products":
        return row.get("gtin", "").zfill(14)
    if kind == "shipments":
        return shipment_rows.name_of(row)
    if kind == "lots":
        return f"{row.get('gtin', '').zfill(14)} {row.get('lot', '')}"
    if kind == "locations":
        return identifiers.canonical(row.get("key", ""))
    return row.get("event_id") if kind == "events" else None


def put(session: Session, brand: Brand, kind: str, row: Row, now: datetime) -> Came:
    """Bring what a row is about up to what it says. Raises Refused naming the column; the same again is SAME."""
    _lengths(kind, row)
    came = _READ[kind](session, brand, row, now)
    session.flush()
    return came


def head(session: Session, brand: Brand, kind: str) -> Sequence[str]:
    """The columns of a brand's table."""
    return _product_head(session, brand) if kind == "products" else COLUMNS[kind]


def rows(session: Session, brand: Brand, kind: str) -> Iterator[list[str]]:
    """The rows below `head`, as `put` reads them back; events that say more than a row holds are left out."""
    return _WRITTEN[kind](session, brand)


def left_out(session: Session, brand: Brand, written: int) -> int:
    """How many events there are beside those that were written as rows."""
    counted = select(func.count()).select_from(_events(brand).subquery())
    return (session.scalar(counted) or 0) - written


def _lengths(kind: str, row: Row) -> None:
    for name, text in row.items():
        column = _TABLES[kind].c.get(name) if kind in _TABLES else None
        longest = getattr(column.type, "length", None) if column is not None else 20_000
        if "\0" in text:
            raise Refused(name, _("must hold no NUL character"))
        if longest and longest > 2 and len(text) > longest:  # of a country the verb says better what is wrong
            raise Refused(name, _("must be at most %(most)s characters"), most=longest)


def _product(session: Session, brand: Brand, row: Row, now: datetime) -> Came:
    texts: dict[str, Any] = {name: {} for name in _TEXTS}
    for name, text in row.items():
        of, _, language = name.partition(":")
        if of in texts:
            texts[of][language or brand.language] = text
    facts: dict[str, Any] = {name: row.get(name) for name in _FACTS}
    before = _said_before(session, brand, row)
    product = products.describe(session, brand, gtin=row.get("gtin", ""), **texts, **facts, now=now)
    return _came(before, product.submission_id)


def _said_before(session: Session, brand: Brand, row: Row) -> int | None:
    mine = select(Product.submission_id).where(Product.brand_id == brand.id)
    return session.scalar(mine.where(Product.gtin == row.get("gtin", "").zfill(14)))


def _came(before: object, after: object) -> Came:
    return Came.NEW if before is None else Came.SAME if before == after else Came.CHANGED


def _lot(session: Session, brand: Brand, row: Row, now: datetime) -> Came:
    facts: dict[str, Any] = {name: row.get(name) for name in lots.FACTS}
    facts |= {name: _day(name, row[name]) for name in lots.DAYS if name in row}
    key = lots.key_of(row.get("gtin", ""), row.get("lot", ""))
    before = session.scalar(select(Lot.submission_id).where(Lot.brand_id == brand.id, Lot.key == key))
    lot = lots.describe(session, brand, gtin=row["gtin"], lot=row["lot"], **facts, now=now)
    return _came(before, lot.submission_id)


def _shipment(session: Session, brand: Brand, row: Row, now: datetime) -> Came:
    told = shipment_rows.told_of(row)
    came = Came(shipment_rows.read(session, brand, told, now))
    if told.parcels and came is not Came.SAME:
        _require_cleared(session, brand, told, now)
    return came


def _require_cleared(session: Session, brand: Brand, told: shipment_rows.Told, now: datetime) -> None:
    """What travels with these parcels has passed its checks, also what an earlier row put in. Raises Refused."""
    numbers = [each.tracking_number for each in told.parcels]
    mine = select(Shipment.id).join(Order, Order.id == Shipment.order_id)
    mine = mine.where(Shipment.brand_id == brand.id, Order.number == told.order)
    packed = select(Parcel.id).where(Parcel.shipment_id == Shipment.id, Parcel.tracking_number.in_(numbers))
    for shipment_id in session.scalars(mine.where(packed.exists())).all():
        try:
            clearance.require_of_shipment(session, brand, shipment_id, now)
        except NotCleared as refused:
            raise _lacking("keys", refused) from None


def _location(session: Session, brand: Brand, row: Row, now: datetime) -> Came:
    facts: dict[str, Any] = {name: row.get(name) for name in ("city", "country", "zone")}
    facts |= {name: _number(name, row[name]) for name in ("latitude", "longitude") if name in row}
    key = _key(row)
    known = session.scalar(select(Location).where(Location.brand_id == brand.id, Location.key == key))
    before = _cells(known, _PLACE) if known else None
    place = locations.describe(session, brand, identifier=key, name=row.get("name", ""), **facts, now=now)
    return _came(before, _cells(place, _PLACE))


def _certificate(session: Session, brand: Brand, row: Row, now: datetime) -> Came:
    """A claim that stands there word for word is not made twice."""
    facts: dict[str, Any] = {name: row.get(name) for name in _CLAIM[1:]}
    facts |= {name: _day(name, row[name]) for name in ("valid_from", "valid_until") if name in row}
    facts |= {name: row.get(name, "") for name in ("name", "issuer")}
    same = select(Certificate.id).where(Certificate.brand_id == brand.id, Certificate.key == _key(row))
    for name, value in facts.items():
        same = same.where(getattr(Certificate, name) == value)
    if session.scalars(same).first() is not None:
        return Came.SAME
    certificates.add(session, brand, identifier=_key(row), **facts, now=now)
    return Came.NEW


def _inspection(session: Session, brand: Brand, row: Row, now: datetime) -> Came:
    return Came.NEW if inspection_rows.read(session, brand, row, now) else Came.SAME


def _event(session: Session, brand: Brand, row: Row, now: datetime) -> Came:
    try:
        event = table_events.event_of(row)
        captured = capture_event(session, brand, event, partner_id=None, now=now)
    except Conflict:
        raise Refused("event_id", _("is the eventID of another event; take a new one, or none")) from None
    except SignatureRefused:
        raise Refused("event_id", _("must be signed by its partner, which no row can be")) from None
    except NotCleared as refused:
        raise _lacking("step", refused) from None
    return Came.NEW if captured.created else Came.SAME


def _lacking(column: str, refused: NotCleared) -> Refused:
    key, check, _state = refused.lacking[0]
    sentence = _("%(key)s lacks the required check %(check)s; record it with its result, or end the requirement")
    return Refused(column, sentence, key=key, check=check)


def _key(row: Row) -> str:
    key = identifiers.canonical(row.get("key", ""))
    if identifiers.level(key) == "other" and ":" not in key:
        raise Refused("key", _("must be a GS1 Digital Link, its path, or another URI"))
    return key


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Refused(name, _("must be a number of degrees, such as 38.72")) from None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Refused(name, _("must be a day such as 2026-03-31")) from None


def _product_head(session: Session, brand: Brand) -> list[str]:
    found = session.scalars(select(Product).where(Product.brand_id == brand.id)).all()
    texts = sorted({(name, language) for row in found for name in _TEXTS for language in getattr(row, name)})
    return ["gtin", *(f"{name}:{language}" for name, language in texts), *_FACTS]


def _products(session: Session, brand: Brand) -> Iterator[list[str]]:
    texts = [name.partition(":")[::2] for name in _product_head(session, brand) if ":" in name]
    found = session.scalars(select(Product).where(Product.brand_id == brand.id).order_by(Product.gtin))
    for row in found:
        yield [row.gtin, *(getattr(row, name).get(language, "") for name, language in texts), *_cells(row, _FACTS)]


def _locations(session: Session, brand: Brand) -> Iterator[list[str]]:
    found = session.scalars(select(Location).where(Location.brand_id == brand.id).order_by(Location.key))
    return (_cells(row, _PLACE) for row in found)


def _certificates(session: Session, brand: Brand) -> Iterator[list[str]]:
    found = session.scalars(select(Certificate).where(Certificate.brand_id == brand.id).order_by(Certificate.id))
    return (_cells(row, _CLAIM) for row in found)


def _events(brand: Brand) -> Any:
    mine = select(_EVENT).where(_EVENT.c.brand_id == brand.id, _EVENT.c.revision == 0, not_in_error())
    return mine.where(_EVENT.c.event_type.in_(("ObjectEvent", "AggregationEvent")))


def _written_events(session: Session, brand: Brand) -> Iterator[list[str]]:
    last = 0
    while found := session.execute(
        _events(brand).where(_EVENT.c.id > last).order_by(_EVENT.c.id).limit(_AT_ONCE)
    ).all():
        for event in as_json(session, brand.id, found, STAFF):
            if (row := table_events.row_of(event)) is not None:
                yield row
        last = found[-1].id


def _cells(row: object, names: Sequence[str]) -> list[str]:
    return ["" if (value := getattr(row, name)) is None else str(value) for name in names]


COLUMNS: Mapping[str, Sequence[str]] = {
    "products": ("gtin", *_TEXTS, *_FACTS),
    "lots": ("gtin", "lot", *lots.FACTS),
    "locations": _PLACE,
    "certificates": _CLAIM,
    "inspections": inspection_rows.COLUMNS,
    "events": table_events.COLUMNS,
    "shipments": shipment_rows.COLUMNS,
}
NEEDED = {
    "products": ("gtin",),
    "lots": ("gtin", "lot"),
    "locations": ("key", "name"),
    "certificates": ("key", "name", "issuer"),
    "inspections": inspection_rows.NEEDED,
    "events": ("event_time",),
    "shipments": shipment_rows.NEEDED,
}
_TABLES: dict[str, Any] = {
    "products": Product.__table__,
    "lots": Lot.__table__,
    "locations": Location.__table__,
    "certificates": Certificate.__table__,
    "inspections": Inspection.__table__,
}
_READ: dict[str, Callable[[Session, Brand, Row, datetime], Came]] = {
    "products": _product,
    "lots": _lot,
    "locations": _location,
    "certificates": _certificate,
    "inspections": _inspection,
    "events": _event,
    "shipments": _shipment,
}
_WRITTEN: dict[str, Callable[[Session, Brand], Iterator[list[str]]]] = {
    "products": _products,
    "lots": lots.written,
    "locations": _locations,
    "certificates": _certificates,
    "inspections": inspection_rows.written,
    "events": _written_events,
    "shipments": shipment_rows.written,
}
KINDS = tuple(_READ)
