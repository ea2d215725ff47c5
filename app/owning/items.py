"""The one row of an owned item: read, moved on, told to the log. What people do with it is in the verbs beside.

Every entry says the whole public state of the item after the act, so that the newest one says how it stands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Table, select, update
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.owning import OwnedItem
from app.models.products import Passport
from app.owning.errors import ActRefused
from app.owning.facts import owned_body
from app.provenance.touch import touch
from app.provenance.upsert import Insert, dialect_of, insert_into
from app.record import record

_ITEM: Table = OwnedItem.__table__  # type: ignore[assignment]


def item(session: Session, brand_id: str, key: str) -> OwnedItem:
    """The row of an item that can be owned. Raises ActRefused where no code was ever made for it."""
    row = find(session, brand_id, key)
    if row is None:
        raise ActRefused("unknown_item")
    return row


def find(session: Session, brand_id: str, key: str) -> OwnedItem | None:
    """The row of an item as the database has it now; None where no code was ever made for it."""
    return session.get(OwnedItem, (brand_id, key), populate_existing=True)


def opened(session: Session, brand: Brand, key: str, now: datetime) -> OwnedItem:
    """The row of an item that the brand's record knows; its first is an entry. Raises ActRefused."""
    if identifiers.level(key) != "item":
        raise ActRefused("no_item")
    if session.scalar(select(Passport.id).where(Passport.brand_id == brand.id, Passport.key == key)) is None:
        raise ActRefused("unknown_item")
    put: Insert = insert_into(_ITEM, dialect_of(session))
    fresh = {"brand_id": brand.id, "key": key, "state": "free", "version": 0, "owners": 0, "repairs": 0}
    made = session.execute(put.values(**fresh, changed_at=now).on_conflict_do_nothing())
    assert isinstance(made, CursorResult)
    row = item(session, brand.id, key)
    if made.rowcount:
        _tell(session, brand, row, EntryType.OWNERSHIP_OPENED, now, {}, {})
    return row


def advance(
    session: Session,
    brand: Brand,
    row: OwnedItem,
    kind: EntryType,
    now: datetime,
    *,
    body: Mapping[str, Any] = {},
    commitments: Mapping[str, bytes] = {},
    **values: Any,
) -> None:
    """Move the item on and say so in the log. Raises ActRefused when it was moved on since it was read."""
    move(session, row, now, **values)
    _tell(session, brand, row, kind, now, body, commitments)


def move(session: Session, row: OwnedItem, now: datetime, **values: Any) -> None:
    """Change the row only if it still is as it was read. Raises ActRefused."""
    mine = (
        OwnedItem.brand_id == row.brand_id,
        OwnedItem.key == row.key,
        OwnedItem.version == row.version,
    )
    done = session.execute(
        update(OwnedItem)
        .where(*mine)
        .values(version=row.version + 1, changed_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    if not done.rowcount:
        raise ActRefused("changed")
    session.refresh(row)


def _tell(
    session: Session,
    brand: Brand,
    row: OwnedItem,
    kind: EntryType,
    now: datetime,
    body: Mapping[str, Any],
    commitments: Mapping[str, bytes],
) -> None:
    person = "owner" if commitments else ""  # whose value nobody here holds, so there is nothing to erase
    told = {**owned_body(row), **body}
    receipt = record(session, brand.log_id, kind, told, now=now, commitments=commitments, person=person)
    row.submission_id = receipt.submission_id
    session.flush()
    touch(session, brand.id, [row.key], now)
