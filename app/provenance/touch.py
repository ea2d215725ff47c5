"""Bring passports into being and move their versions on, so that no cached page outlives a change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, func
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.ids import new_id
from app.models.products import Passport
from app.provenance.upsert import Insert, dialect_of, insert_into

_PASSPORT: Table = Passport.__table__  # type: ignore[assignment]


def touch(
    session: Session, brand_id: str, keys: Iterable[str], now: datetime, *, lots: Mapping[str, str] | None = None
) -> None:
    """Every one of these keys has a passport after this, with a version that no reader has seen yet.

    `lots` names the lot key of an item where it has become known. Rows are taken in the order of their keys, so
    that two captures never wait for each other.
    """
    rows = [_row(brand_id, key, now, (lots or {}).get(key)) for key in sorted(set(keys))]
    if rows:
        session.connection().execute(_statement(dialect_of(session)), rows)


def _row(brand_id: str, key: str, now: datetime, lot_key: str | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "brand_id": brand_id,
        "key": key,
        "level": identifiers.level(key),
        "gtin": identifiers.gtin(key),
        "lot_key": lot_key,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


@cache
def _statement(dialect: str) -> Any:
    put: Insert = insert_into(_PASSPORT, dialect)
    return put.on_conflict_do_update(
        index_elements=["brand_id", "key"],
        set_={
            "version": _PASSPORT.c.version + 1,
            "updated_at": put.excluded.updated_at,
            "lot_key": func.coalesce(put.excluded.lot_key, _PASSPORT.c.lot_key),
        },
    )
