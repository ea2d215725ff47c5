"""Entries read back with everything that proves them: the hot path of pages, so few statements and little work.

What is stored is given as it is, also when it was changed by hand; `ledger.verify` tells the difference.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    LargeBinary,
    Table,
    bindparam,
    func,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from ledger import anchored, fields, proof, vault
from ledger.anchor_claim import write_anchor
from ledger.anchor_state import AnchorState
from ledger.errors import NotPublished, Tampered, UnknownLog, UnknownSubmission
from ledger.fields import Kept, Opening
from ledger.proof import Beside
from ledger.quick import Quick, both
from ledger.stored_tree import StoredTree
from ledger.tables import Entry, FieldOpening, Log, PublishedCheckpoint, Submission

PUBLIC = frozenset({"public"})
Status = Literal["pending", "integrated", "published", "damaged", "missing"]

_LOG: Table = Log.__table__  # type: ignore[assignment]
_INBOX: Table = Submission.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]

_NEWEST = Quick(
    both(
        select(
            _LOG.c.origin,
            _CHECKPOINT.c.note,
            _CHECKPOINT.c.size,
            _CHECKPOINT.c.root,
            _CHECKPOINT.c.vkey,
            _CHECKPOINT.c.published_at,
        )
        .select_from(_LOG.outerjoin(_CHECKPOINT, _CHECKPOINT.c.log_id == _LOG.c.id))
        .where(_LOG.c.id == bindparam("log"))
        .order_by(_CHECKPOINT.c.size.desc())
        .limit(1)
    )
)
_WANTED: BindParameter[list[int]] = bindparam("ids", expanding=True)
# One statement, so that an entry cannot slip from the inbox into the log between two looks and seem lost. The log
# is compared in Python: with it in the WHERE, SQLite walks through the whole log instead of the few submissions.
_ITEMS = Quick(
    both(
        union_all(
            select(
                _ENTRY.c.log_id,
                _ENTRY.c.submission_id,
                _ENTRY.c.index.label("place"),
                _ENTRY.c.envelope,
                type_coerce(null(), LargeBinary).label("packed"),
            ).where(_ENTRY.c.submission_id.in_(_WANTED)),
            select(
                _INBOX.c.log_id,
                _INBOX.c.id,
                type_coerce(null(), BigInteger),
                _INBOX.c.envelope,
                _INBOX.c.openings,
            ).where(_INBOX.c.id.in_(_WANTED)),
        )
    )
)
_KEPT = (
    select(_OPENING.c.submission_id, _OPENING.c.path, _OPENING.c.salt, _OPENING.c.value, _OPENING.c.key_id)
    .where(_OPENING.c.submission_id.in_(_WANTED))
    .order_by(_OPENING.c.submission_id, _OPENING.c.path)
)
_OPENINGS = Quick(both(_KEPT))
# Not IS NULL: for that SQLite walks through its index of keys, in which every open value of the log stands.
_OPEN_TO_ALL = Quick(both(_KEPT.where(func.coalesce(_OPENING.c.key_id, 0) == 0)))


class Item(NamedTuple):
    """One submission as it is stored now.

    status: pending (accepted, no index yet); integrated (index, newer than the newest checkpoint); published
    (index and path, provable); damaged (tiles of its path are gone); missing (its row is gone from log and inbox,
    which no code of ours does). path: the inclusion proof under the evidence's checkpoint, sibling first.
    """

    submission_id: int
    status: Status
    envelope: bytes | None = None
    openings: tuple[Opening, ...] = ()
    index: int | None = None  # type: ignore[assignment]  # no place of a value is looked for
    path: tuple[bytes, ...] | None = None


@dataclass(frozen=True)
class Evidence:
    """The newest published checkpoint (all None before the first) and the items, by submission id, as asked."""

    origin: str
    checkpoint: str | None
    size: int | None
    root: bytes | None
    vkey: str | None
    published_at: datetime | None
    items: Mapping[int, Item]


def evidence(
    session: Session, log_id: int, submission_ids: Iterable[int], classes: Collection[str] = PUBLIC
) -> Evidence:
    """What is stored and provable of these submissions; at most four statements, however many they are.

    Of the openings only those of `classes` are read: what a reader may not see is not in memory either.
    Raises UnknownLog. A submission of another log is `missing` here.
    """
    connection = session.connection()
    newest = _NEWEST.first(connection, {"log": log_id})
    if newest is None:
        raise UnknownLog(f"there is no log {log_id}")
    wanted = list(dict.fromkeys(submission_ids))
    rows = _ITEMS.rows(connection, {"ids": wanted}) if wanted else []
    rows = [row for row in rows if row.log_id == log_id]
    placed = [row.submission_id for row in rows if row.place is not None]
    openings = _stored_openings(session, placed, classes)
    paths = _paths(session, log_id, [row.place for row in rows], newest.size or 0)
    items = {each: Item(each, "missing") for each in wanted}
    for row in rows:
        if row.place is None:
            openings[row.submission_id] = _unpacked(row.packed, classes, session)
        items[row.submission_id] = _item(row, openings.get(row.submission_id, ()), paths)
    origin, note, size, root, vkey, published_at = newest
    return Evidence(origin, note, size, root, vkey, published_at, items)


def bundle(
    session: Session,
    log_id: int,
    submission_id: int,
    anchor: AnchorState | None = None,
    classes: Collection[str] = PUBLIC,
    *,
    policy: str | None = None,
    explained_by: Iterable[int] = (),
) -> dict[str, Any]:
    """The one-file proof of an entry, a JSON value; `anchor` (of this log) is joined to it by a consistency proof.

    It opens what is of `classes` and verifies without the rest. Beside it are the entries `explained_by` that the
    same checkpoint covers. Raises UnknownSubmission, NotPublished while no checkpoint covers it, Tampered when its
    proof cannot be built.
    """
    more = list(explained_by)
    found = evidence(session, log_id, [submission_id, *more], classes)
    item = found.items[submission_id]
    if item.status == "missing":
        raise UnknownSubmission(f"neither the log nor its inbox holds submission {submission_id}")
    if item.status == "damaged":
        raise Tampered(f"the tiles that prove entry {item.index} are missing")
    if item.status != "published":
        raise NotPublished("the entry is not under a published checkpoint yet")
    record = anchor_record(session, log_id, found, anchor) if anchor else None
    return bundle_of(found, item, record, policy, beside_of(found, more))


def bundle_of(
    found: Evidence,
    item: Item,
    anchor: Mapping[str, Any] | None = None,
    policy: str | None = None,
    beside: Iterable[Beside] = (),
) -> dict[str, Any]:
    """The one-file proof of a `published` item, from evidence already read. No statement is made."""
    if found.checkpoint is None or found.vkey is None or item.envelope is None:
        raise NotPublished("the entry is not under a published checkpoint yet")
    if item.index is None or item.path is None:
        raise NotPublished("the entry is not under a published checkpoint yet")
    text = proof.write(item.index, item.path, found.checkpoint)
    return proof.bundle(item.envelope, item.openings, text, found.origin, found.vkey, anchor, policy, beside)


def opened(
    session: Session, log_id: int, submission_ids: Iterable[int], classes: Collection[str] = PUBLIC
) -> dict[int, list[Opening]]:
    """The openings of these classes that are stored of these submissions, without any proof: two statements."""
    connection, wanted = session.connection(), list(dict.fromkeys(submission_ids))
    if not wanted:
        return {}
    rows = [row for row in _ITEMS.rows(connection, {"ids": wanted}) if row.log_id == log_id]
    found = _stored_openings(session, [row.submission_id for row in rows if row.place is not None], classes)
    waiting = {row.submission_id: _unpacked(row.packed, classes, session) for row in rows if row.place is None}
    return found | waiting


def beside_of(found: Evidence, submission_ids: Iterable[int]) -> list[Beside]:
    """Those of these entries that stand under the evidence's checkpoint, as the proof of another carries them."""
    items = sorted((found.items[each] for each in submission_ids), key=lambda item: item.index or 0)
    return [
        Beside(item.envelope, item.index, item.path)
        for item in items
        if item.envelope is not None and item.index is not None and item.path is not None
    ]


def anchor_record(session: Session, log_id: int, found: Evidence, anchor: AnchorState) -> dict[str, Any] | None:
    """An anchor as it stands in a proof: with the consistency proof from its size to the evidence's checkpoint.

    None when the anchor is newer than the checkpoint, so that nothing joins them.
    """
    if found.size is None or not 1 <= anchor.size <= found.size:
        return None
    path = StoredTree(session, log_id).consistency_path(anchor.size, found.size)
    place = anchored.place_in(session, anchor.directory) if anchor.directory else None
    return write_anchor(anchor, path, target=anchor.target, directory=place, finality=anchor.finality)


def _stored_openings(session: Session, ids: list[int], classes: Collection[str]) -> dict[int, list[Opening]]:
    if not ids:
        return {}
    asked = _OPEN_TO_ALL if PUBLIC.issuperset(classes) else _OPENINGS
    rows = asked.rows(session.connection(), {"ids": ids})
    return _opened(session, [(row[0], Kept(*row[1:])) for row in rows], classes)


def _opened(
    session: Session, kept: Iterable[tuple[int, Kept]], classes: Collection[str]
) -> dict[int, list[Opening]]:
    """Those of these classes, by submission; a key is read only for what will be shown."""
    allowed = tuple(f"{each}:" for each in classes)
    mine = [(submission_id, each) for submission_id, each in kept if each.path.startswith(allowed)]
    found: dict[int, list[Opening]] = {}
    if mine:
        opened = vault.Opener(session.connection(), vault.vault_of(session)).open(each for _, each in mine)
        for (submission_id, _), opening in zip(mine, opened, strict=True):
            found.setdefault(submission_id, []).append(opening)
    return found


def _paths(
    session: Session, log_id: int, indexes: Iterable[int | None], size: int
) -> dict[int, tuple[bytes, ...] | None]:
    """The inclusion proof of each index below the size; None where a tile that it needs is gone."""
    below = [at for at in indexes if at is not None and 0 <= at < size]
    return StoredTree(session, log_id).inclusion_paths(below, size)


def _item(row: Any, openings: Iterable[Opening], paths: Mapping[int, tuple[bytes, ...] | None]) -> Item:
    if row.place is None:
        return Item(row.submission_id, "pending", row.envelope, tuple(openings))
    path = paths.get(row.place)
    status: Status = "published" if path is not None else "damaged" if row.place in paths else "integrated"
    return Item(row.submission_id, status, row.envelope, tuple(openings), row.place, path)


def _unpacked(packed: bytes | None, classes: Collection[str], session: Session) -> list[Opening]:
    try:
        kept = fields.unpack(packed)
    except ValueError:
        return []  # changed by hand: the commitments will find their openings missing
    return _opened(session, [(0, each) for each in kept], classes).get(0, [])
