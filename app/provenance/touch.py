"""Bring passports into being and move their versions on, so that no cached page outlives a change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Table, func, literal_column
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.ids import new_id
from app.models.products import Passport
from app.provenance.upsert import Insert, insert_into
from ledger.quick import Quick

_PASSPORT: Table = Passport.__table__  # type: ignore[assignment]

_TOUCHED = "provenance_touched_here"
_CARRIERS = ("unit", "consignment", "asset")
_MOST = 16_384  # names held in memory

# Passports that stand for ever, by brand and key: no passport is ever taken away, so they are asked for only once.
_standing: WeakKeyDictionary[Engine, set[tuple[str, str]]] = WeakKeyDictionary()


def touch(
    session: Session,
    brand_id: str,
    keys: Iterable[str],
    now: datetime,
    *,
    broader: Iterable[str] | None = None,
    lots: Mapping[str, str] | None = None,
) -> None:
    """Every one of these keys has a passport after this, and those of `keys` a version that no reader has seen.

    `broader` are products and lots that must exist and are not changed themselves: else every event of an item
    would wait for the row of its product; where not given, what follows from the keys. `lots` names the lot key of
    an item where it has become known.
    """
    changed, known, connection = set(keys), lots or {}, session.connection()
    if broader is None:
        broader = [each for key in changed for each in identifiers.parents(key)]
    standing = _standing.setdefault(connection.engine, set())
    above = {key for key in broader if (brand_id, key) not in standing and key not in changed}
    # In the order of their keys, so that two captures never wait for each other in a circle.
    rows = [_row(brand_id, key, now, known.get(key), key in changed) for key in sorted(changed | above)]
    if not rows:
        return
    written = _UPSERT.each(connection, rows)
    touched = session.info.setdefault(_TOUCHED, set())
    if written == len(changed):  # so all above them stood before; what this session made may yet be rolled back
        if len(standing) > _MOST:
            standing.clear()
        standing.update((brand_id, key) for key in above if key not in touched)
    touched |= changed | above


def give_page(session: Session, brand_id: str, keys: Iterable[str], now: datetime) -> None:
    """What carries goods among `keys` has a passport after this, though no event names it yet.

    An item has none before its events: a serial that was never made may be a copy.
    """
    touch(session, brand_id, (), now, broader=[key for key in keys if identifiers.level(key) in _CARRIERS])


def _row(brand_id: str, key: str, now: datetime, lot_key: str | None, changed: bool) -> dict[str, Any]:
    values = identifiers.values(key)
    return {
        "id": new_id(),
        "brand_id": brand_id,
        "key": key,
        "level": identifiers.level(key),
        "gtin": values.get("01") or values.get("8006", "")[:14] or None,
        "lot_key": lot_key,
        "version": int(changed),
        "created_at": now,
        "updated_at": now,
    }


def _statement(dialect: str) -> Insert:
    """Version 1 moves an existing row on; version 0 leaves it as it is."""
    put: Insert = insert_into(_PASSPORT, dialect)
    return put.on_conflict_do_update(
        index_elements=["brand_id", "key"],
        set_={
            "version": _PASSPORT.c.version + put.excluded.version,
            "updated_at": put.excluded.updated_at,
            "lot_key": func.coalesce(put.excluded.lot_key, _PASSPORT.c.lot_key),
        },
        where=put.excluded.version == literal_column("1"),
    )


_UPSERT = Quick({dialect: _statement(dialect) for dialect in ("sqlite", "postgresql")})
