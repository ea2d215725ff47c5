"""Openings: counted in memory, written in batches, coarse, and gone in time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.brands.tenants import create_brand
from app.db import Db, reading
from app.models.scanning import ScanHour, ScannedItem, ScanWeek
from app.scanning import store
from app.scanning.buffer import MOST_UNKNOWN, Buffer, Opening, hour_of

PRODUCT = "/01/09506000134352"
ITEM = f"{PRODUCT}/21/A1"
HOUR = timedelta(hours=1)


@pytest.fixture
def brand_id(db: Db, tmp_path: Path, now: datetime) -> str:
    (tmp_path / "keys").mkdir()
    return create_brand(db, tmp_path / "keys", name="Ada", slug="ada", now=now)


def opening(brand_id: str, now: datetime, key: str = ITEM, **more: object) -> Opening:
    return replace(Opening(brand_id, key, hour_of(now)), **more)  # type: ignore[arg-type]


def test_an_opening_has_no_place_for_a_person() -> None:
    names = {field.name for field in fields(Opening)}
    assert names == {"brand_id", "key", "hour", "country", "by_reader", "verdict"}
    assert {column.name for column in ScanHour.__table__.columns} == {*names, "count"}


def test_many_threads_lose_no_opening(now: datetime) -> None:
    buffer, one = Buffer(), opening("b", now)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: buffer.count(one), range(4000)))
    assert buffer.take() == {one: 4000}
    assert buffer.take() == {}


def test_made_up_serials_count_for_their_product_after_the_first_hundreds(now: datetime) -> None:
    buffer = Buffer()
    for number in range(MOST_UNKNOWN + 50):
        buffer.count(opening("b", now, f"{PRODUCT}/21/X{number}"), unknown_of=PRODUCT)
    taken = buffer.take()
    assert len(taken) == MOST_UNKNOWN + 1
    assert taken[opening("b", now, PRODUCT)] == 50
    buffer.count(opening("b", now + HOUR, f"{PRODUCT}/21/Y"), unknown_of=PRODUCT)
    assert list(buffer.take()) == [opening("b", now + HOUR, f"{PRODUCT}/21/Y")]


def test_what_is_written_adds_up_by_hour_and_by_week(db: Db, brand_id: str, now: datetime) -> None:
    one, german = opening(brand_id, now), opening(brand_id, now, country="DE", verdict="genuine")
    for _ in range(2):
        store.write(
            db, {one: 3, german: 1, opening(brand_id, now, PRODUCT): 5, opening(brand_id, now, "urn:x:1"): 1}
        )
    with reading(db) as session:
        hours = session.execute(select(ScanHour.key, ScanHour.country, ScanHour.count)).all()
        weeks = session.execute(select(ScanWeek.gtin, ScanWeek.week, ScanWeek.country, ScanWeek.count)).all()
        items = session.execute(select(ScannedItem.key, ScannedItem.judged)).all()
    assert sorted(hours) == [(PRODUCT, "", 10), (ITEM, "", 6), (ITEM, "DE", 2), ("urn:x:1", "", 2)]
    monday = datetime(2026, 3, 2).date()
    gtin = PRODUCT.removeprefix("/01/")
    assert sorted(weeks) == [("", monday, "", 2), (gtin, monday, "", 16), (gtin, monday, "DE", 2)]
    assert items == [(ITEM, False)]


def test_a_country_that_the_reader_chose_is_counted_and_judges_nothing(
    db: Db, brand_id: str, now: datetime
) -> None:
    store.write(db, {opening(brand_id, now, country="BR", by_reader=True): 1})
    with db.begin() as session:
        item = store.item_of(session, brand_id, ITEM, hour_of(now))
        assert [each.country for each in store.seen(session, item)] == [""]
        assert session.scalar(select(ScanWeek.country)) == "BR"


def test_openings_go_after_their_days_and_the_sums_of_weeks_stay(db: Db, brand_id: str, now: datetime) -> None:
    old = now - timedelta(days=91)
    store.write(db, {opening(brand_id, old): 4, opening(brand_id, now, f"{PRODUCT}/21/B2"): 1})
    with db.begin() as session:
        assert store.forget_old(session, now, 90) == 2  # the hour, and its item
        assert store.forget_old(session, now, 90) == 0
        assert session.scalars(select(ScannedItem.key)).all() == [f"{PRODUCT}/21/B2"]
        assert session.scalar(select(func.sum(ScanWeek.count))) == 5
