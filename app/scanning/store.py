"""Openings in the database: written in batches, read for one item or by product, forgotten in time."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, select, tuple_
from sqlalchemy.orm import Session

from app.db import Db
from app.gs1 import identifiers
from app.ids import new_id
from app.models.scanning import FakeReport, ItemSignal, ScanHour, ScannedItem, ScanWeek
from app.provenance.upsert import Insert, insert_into
from app.scanning.buffer import Opening
from app.scanning.signals import Seen
from ledger.quick import Quick

_HOUR: Table = ScanHour.__table__  # type: ignore[assignment]
_WEEK: Table = ScanWeek.__table__  # type: ignore[assignment]
_ITEM: Table = ScannedItem.__table__  # type: ignore[assignment]
_BATCH = 500

FEW = 5
"""Fewer openings of a product in a week and country are told to nobody as a number."""


def _adding(table: Table, dialect: str) -> Insert:
    """A row of counts, added to what is there under its key."""
    put = insert_into(table, dialect).values({column.name: bindparam(column.name) for column in table.columns})
    keys = [column.name for column in table.primary_key]
    return put.on_conflict_do_update(index_elements=keys, set_={"count": table.c["count"] + put.excluded["count"]})


def _marking(dialect: str) -> Insert:
    put = insert_into(_ITEM, dialect).values({column.name: bindparam(column.name) for column in _ITEM.columns})
    changed = {"judged": put.excluded.judged, "last_hour": put.excluded.last_hour}
    return put.on_conflict_do_update(index_elements=["brand_id", "key"], set_=changed)


_ENGINES = ("sqlite", "postgresql")
_ADD_HOUR = Quick({dialect: _adding(_HOUR, dialect) for dialect in _ENGINES})
_ADD_WEEK = Quick({dialect: _adding(_WEEK, dialect) for dialect in _ENGINES})
_MARK = Quick({dialect: _marking(dialect) for dialect in _ENGINES})


def write(db: Db, counted: Mapping[Opening, int]) -> None:
    """Add what a buffer took, in short transactions, each whole or not at all."""
    pairs = sorted(counted.items(), key=lambda pair: (pair[0].brand_id, pair[0].key, pair[0].hour))
    for start in range(0, len(pairs), _BATCH):
        with db.begin() as session:
            add(session, pairs[start : start + _BATCH])


def add(session: Session, pairs: Iterable[tuple[Opening, int]]) -> None:
    """Add counted openings: by thing and hour, by product and week; items among them wait to be judged."""
    hours: Counter[tuple[Any, ...]] = Counter()
    weeks: Counter[tuple[Any, ...]] = Counter()
    items: dict[tuple[str, str], datetime] = {}
    for each, count in pairs:
        place = each.brand_id, each.key
        hours[(*place, each.hour, each.country, each.by_reader, each.verdict)] += count
        weeks[(each.brand_id, identifiers.gtin(each.key) or "", monday(each.hour), each.country)] += count
        if identifiers.level(each.key) == "item":
            items[place] = max(each.hour, items.get(place, each.hour))
    connection = session.connection()
    _ADD_HOUR.each(connection, _rows(_HOUR, hours))
    _ADD_WEEK.each(connection, _rows(_WEEK, weeks))
    _MARK.each(connection, [_mark(*place, hour) for place, hour in sorted(items.items())])


def _rows(table: Table, counts: Counter[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """In the order of their keys, so that two processes never wait for each other in a circle."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, (*place, count), strict=True)) for place, count in sorted(counts.items())]


def _mark(brand_id: str, key: str, hour: datetime) -> dict[str, Any]:
    product = identifiers.gtin(key) or ""
    return {
        "id": new_id(),
        "brand_id": brand_id,
        "key": key,
        "gtin": product,
        "judged": False,
        "last_hour": hour,
    }


def item_of(session: Session, brand_id: str, key: str, hour: datetime) -> ScannedItem:
    """The row of an item, made where it was never opened; it is looked at anew after this."""
    _MARK.each(session.connection(), [_mark(brand_id, key, hour)])
    mine = select(ScannedItem).where(ScannedItem.brand_id == brand_id, ScannedItem.key == key)
    return session.scalars(mine).one()


def seen(session: Session, item: ScannedItem, since: datetime | None = None) -> list[Seen]:
    """The openings of an item, the oldest first. A country that only the reader told is left out as unknown."""
    columns = _HOUR.c.hour, _HOUR.c.country, _HOUR.c.by_reader, _HOUR.c.verdict, _HOUR.c["count"].label("times")
    mine = select(*columns).where(_HOUR.c.brand_id == item.brand_id, _HOUR.c.key == item.key)
    if since is not None:
        mine = mine.where(_HOUR.c.hour >= since)
    rows = session.execute(mine.order_by(_HOUR.c.hour, _HOUR.c.country, _HOUR.c.verdict)).all()
    return [Seen(row.hour, "" if row.by_reader else row.country, row.verdict, row.times) for row in rows]


def openings_of_others(session: Session, item: ScannedItem) -> Sequence[int]:
    """In how many hours and countries each other item of the same product was opened."""
    counted = (
        select(func.count())
        .select_from(_HOUR)
        .join(_ITEM, (_ITEM.c.brand_id == _HOUR.c.brand_id) & (_ITEM.c.key == _HOUR.c.key))
        .where(_ITEM.c.brand_id == item.brand_id, _ITEM.c.gtin == item.gtin, _ITEM.c.key != item.key)
        .group_by(_HOUR.c.key)
        .limit(10_000)
    )
    return session.scalars(counted).all()


def weeks(session: Session, brand_id: str, since: date) -> Sequence[ScanWeek]:
    """The weekly sums of a brand, by product, the newest week first, then the countries most met."""
    asked = select(ScanWeek).where(ScanWeek.brand_id == brand_id, ScanWeek.week >= since)
    in_order = asked.order_by(ScanWeek.gtin, ScanWeek.week.desc(), ScanWeek.count.desc(), ScanWeek.country)
    return session.scalars(in_order).all()


def weeks_from(
    session: Session, brand_id: str, since: date, gtin: str | None, after: tuple[str, date, str] | None, limit: int
) -> Sequence[ScanWeek]:
    """The weekly sums in the order of product, week and country, from behind `after` on."""
    asked = select(ScanWeek).where(ScanWeek.brand_id == brand_id, ScanWeek.week >= since)
    if gtin is not None:
        asked = asked.where(ScanWeek.gtin == gtin)
    place = ScanWeek.gtin, ScanWeek.week, ScanWeek.country
    if after is not None:
        asked = asked.where(tuple_(*place) > tuple_(*after))
    return session.scalars(asked.order_by(*place).limit(limit)).all()


def monday(at: datetime | date) -> date:
    """The Monday of a moment's week, in UTC."""
    day = at.date() if isinstance(at, datetime) else at
    return day - timedelta(days=day.weekday())


def forget_old(session: Session, now: datetime, days: int) -> int:
    """Delete openings by the hour that are over `days` old, and what rested on them; how many rows.

    The weekly sums of products stay. An item with a signal or a report stays, so that its case can be read.
    """
    until = now - timedelta(days=days)
    gone = session.execute(delete(ScanHour).where(ScanHour.hour < until).returning(ScanHour.key))
    kept = select(ItemSignal.item_id).union(select(FakeReport.item_id))
    idle = delete(ScannedItem).where(ScannedItem.last_hour < until, ScannedItem.id.not_in(kept))
    return len(gone.all()) + len(session.execute(idle.returning(ScannedItem.id)).all())
