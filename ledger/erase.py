"""Erasing a subject: its openings and its key go, and the log says so in signed entries, all in one transaction.

What else the house knows of somebody is erased by the house. The form of an erasure entry is `ledger.erasure`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from ledger import entry, fields, vault
from ledger.erasure import ERASED, write_body
from ledger.errors import StillPending
from ledger.log import accept
from ledger.note import Signer
from ledger.tables import DataKey, Entry, Erasure, FieldOpening, Submission

_KEY: Table = DataKey.__table__  # type: ignore[assignment]
_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_INBOX: Table = Submission.__table__  # type: ignore[assignment]
_ERASURE: Table = Erasure.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Holding:
    """The values of a subject in one entry; index is None while the entry waits for its place."""

    submission_id: int
    index: int | None
    type: str
    leaf: bytes
    paths: tuple[str, ...]


def holdings(session: Session, log_id: int, subject: str) -> list[Holding]:
    """Every entry with values of this subject, in the order of their submission. Reads only."""
    key_id = _key_of(session, log_id, subject, lock=False)
    return _holdings(session, log_id, key_id) if key_id is not None else []


def erase_subject(
    session: Session, log_id: int, subject: str, *, signer: Signer, reason: str, basis: str, by: str, now: datetime
) -> list[Holding]:
    """Erase every value of a subject in this log, and append a signed entry for each entry concerned.

    Returns what was erased; empty where nothing is left, so it may be called again. `reason`, `basis` and `by` are
    codes and ids, never words about somebody. Raises StillPending, with nothing changed, while an entry waits for
    its place: the log cannot yet name it.
    """
    key_id = _key_of(session, log_id, subject, lock=True)
    if key_id is None:
        return []
    found = _holdings(session, log_id, key_id)
    if any(each.index is None for each in found):
        raise StillPending("an entry about this subject has no place in the log yet; try again in a moment")
    connection = session.connection()
    for each in found:
        assert each.index is not None
        body = write_body(signer, each.index, each.leaf, each.paths, reason=reason, basis=basis, by=by)
        receipt = accept(session, log_id, ERASED, body, now=now)
        named = {"log_id": log_id, "index": each.index, "submission_id": receipt.submission_id}
        connection.execute(insert(_ERASURE), named)
    connection.execute(delete(_OPENING).where(_OPENING.c.key_id == key_id))
    connection.execute(delete(_KEY).where(_KEY.c.id == key_id))
    if held := vault.vault_of(session):
        held.forget(key_id)
    return found


def erasures_of(session: Session, log_id: int, indexes: list[int]) -> Mapping[int | None, Sequence[int]]:
    """The submissions of the erasure entries about each of these entries."""
    found: dict[int | None, list[int]] = defaultdict(list)
    query = select(_ERASURE.c.index.label("place"), _ERASURE.c.submission_id)
    where = (_ERASURE.c.log_id == log_id, _ERASURE.c.index.in_(indexes))
    for row in session.connection().execute(query.where(*where).order_by(_ERASURE.c.submission_id)):
        found[row.place].append(row.submission_id)
    return found


def _key_of(session: Session, log_id: int, subject: str, *, lock: bool) -> int | None:
    query = select(_KEY.c.id).where(_KEY.c.log_id == log_id, _KEY.c.subject == subject)
    key_id: int | None = session.connection().execute(query.with_for_update() if lock else query).scalar()
    return key_id


def _holdings(session: Session, log_id: int, key_id: int) -> list[Holding]:
    connection = session.connection()
    query = select(
        _OPENING.c.submission_id,
        _OPENING.c.path,
        _ENTRY.c.index.label("place"),
        _ENTRY.c.envelope,
        _ENTRY.c.leaf_hash,
    ).join_from(_OPENING, _ENTRY, _ENTRY.c.submission_id == _OPENING.c.submission_id)
    rows = connection.execute(query.where(_OPENING.c.key_id == key_id).order_by(_OPENING.c.path)).all()
    placed: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        placed[row.submission_id].append(row)
    found = [
        Holding(each, of[0].place, entry.read(of[0].envelope).type, of[0].leaf_hash, tuple(row.path for row in of))
        for each, of in placed.items()
    ]
    waiting = select(_INBOX).where(_INBOX.c.log_id == log_id, _INBOX.c.openings.is_not(None))
    for row in connection.execute(waiting):
        paths = tuple(each.path for each in fields.unpack(row.openings) if each.key == key_id)
        if paths:
            found.append(Holding(row.id, None, entry.read(row.envelope).type, row.leaf_hash, paths))
    return sorted(found, key=lambda each: each.submission_id)
