"""The preview of a recall in a record of a million events: items, lots, parcels and customers, found and counted.

The rows are those that capture writes, inserted as they are: a million captures would take the machine an hour.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import insert

from app.brands.tenants import create_brand
from app.db import Db, make_db, make_engine, reading
from app.models.products import Containment, EpcisEvent, EventKey, Passport
from app.models.shipments import Customer, Order, Parcel, Shipment, ShipmentItem
from app.provenance.recall_preview import Preview, preview
from bench.figure import Figure, at_most
from tests.support import schema

EVENTS = 1_000_000
ITEMS_OF_LOT = 1_000
"""Also how many a case of a pallet holds ten of: a lot is a thousand items in a hundred cases on ten pallets."""

_AT = datetime(2026, 3, 1, tzinfo=UTC)
_RAW, _MADE = "/01/09521234000020/10/RAW-{}", "/01/09521234000013/10/LOT-{}"
_ITEM = "/01/09521234000013/21/{}"
_BATCH = 20_000


def measure(folder: Path, events: int = EVENTS) -> Iterator[Figure]:
    url = f"sqlite:///{folder / 'record.db'}"
    schema.create(url)
    db = make_db(make_engine(url))
    brand_id = create_brand(db, _keys(folder), name="Ada", slug="ada", now=_AT)
    _fill(db, brand_id, events)
    seen = _ask(db, brand_id)
    assert (seen.items, seen.lots, seen.shipments, seen.customers) == (ITEMS_OF_LOT, 2, 100, 100), seen
    yield at_most(f"recall, {events:,} events", "s", lambda: _timed(db, brand_id), "the bar", 2.0)


def _keys(folder: Path) -> Path:
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    return keys


def _ask(db: Db, brand_id: str) -> Preview:
    with reading(db) as session:
        return preview(session, brand_id, _RAW.format(3))


def _timed(db: Db, brand_id: str) -> float:
    started = perf_counter()
    _ask(db, brand_id)
    return perf_counter() - started


def _fill(db: Db, brand_id: str, events: int) -> None:
    """Lots until there are enough events: each made of a raw lot, packed, put on pallets, shipped."""
    per_lot = 1 + ITEMS_OF_LOT + ITEMS_OF_LOT // 10 + ITEMS_OF_LOT // 100
    event = 0
    for lot in range(-(-events // per_lot)):
        rows = _Rows(brand_id, event)
        rows.lot(lot)
        event = rows.event
        with db.begin() as session:
            for table, values in rows.tables.items():
                for start in range(0, len(values), _BATCH):
                    session.connection().execute(insert(table), values[start : start + _BATCH])


class _Rows:
    """The rows of one lot."""

    def __init__(self, brand_id: str, event: int) -> None:
        self.brand_id = brand_id
        self.event = event
        kinds: tuple[Any, ...] = (
            EpcisEvent, EventKey, Passport, Containment, Customer, Order, Shipment, Parcel, ShipmentItem,
        )  # fmt: skip
        self.tables: dict[Any, list[dict[str, Any]]] = {kind.__table__: [] for kind in kinds}

    def lot(self, number: int) -> None:
        raw, made = _RAW.format(number), _MADE.format(number)
        self._passport(raw, "lot")
        self._passport(made, "lot")
        self._event("TransformationEvent", ("input_class", raw), ("output_class", made))
        for each in range(ITEMS_OF_LOT):
            item = _ITEM.format(f"{number}-{each}")
            self._passport(item, "item", made)
            self._event("ObjectEvent", ("epc", item))
            if each % 10 == 0:
                self._case(number, each)
            self._inside(self._case_key(number, each), item)

    def _case_key(self, number: int, each: int) -> str:
        return f"/00/{number * 10_000 + each // 10:018}"

    def _case(self, number: int, each: int) -> None:
        case, pallet = self._case_key(number, each), f"/00/9{number * 10_000 + each // 100:017}"
        self._event("AggregationEvent", ("parent", case))
        self._inside(pallet, case)
        if each % 100 == 0:
            self._event("AggregationEvent", ("parent", pallet))
        self._shipped(f"{number}-{each}", case)

    def _shipped(self, name: str, case: str) -> None:
        mine = {"brand_id": self.brand_id, "created_at": _AT}
        add = {kind.name: values.append for kind, values in self.tables.items()}
        add["customer"]({"id": f"c{name}", "language": "en", **mine})
        add["customer_order"](
            {"id": f"o{name}", "number": name, "token": name, "customer_id": f"c{name}", "placed_at": _AT, **mine}
        )
        add["shipment"]({"id": f"s{name}", "order_id": f"o{name}", **mine})
        add["parcel"](
            {"id": f"p{name}", "shipment_id": f"s{name}", "carrier": "ups", "tracking_number": name, **mine}
        )
        add["shipment_item"]({"shipment_id": f"s{name}", "key": case, "brand_id": self.brand_id})

    def _passport(self, key: str, level: str, lot: str | None = None) -> None:
        self.tables[Passport.__table__].append(
            {"key": key, "brand_id": self.brand_id, "level": level, "gtin": key[4:18], "lot_key": lot,
             "created_at": _AT, "updated_at": _AT}
        )  # fmt: skip

    def _inside(self, parent: str, child: str) -> None:
        self.tables[Containment.__table__].append(
            {"brand_id": self.brand_id, "parent_key": parent, "child_key": child, "from_at": _AT, "until_at": None}
        )

    def _event(self, kind: str, *names: tuple[str, str]) -> None:
        self.event += 1
        at = _AT + timedelta(seconds=self.event)
        self.tables[EpcisEvent.__table__].append(
            {"id": self.event, "brand_id": self.brand_id, "event_id": f"urn:x:{self.event}", "event_type": kind,
             "event_time": at, "event_zone": "+00:00", "record_time": at,
             "document": b"{}", "submission_id": self.event}
        )  # fmt: skip
        self.tables[EventKey.__table__] += (
            {"event": self.event, "role": role, "key": key, "brand_id": self.brand_id} for role, key in names
        )
