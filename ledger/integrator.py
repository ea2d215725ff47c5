"""The integrator: the only code that gives an index and grows a tree. One per log at a time, by lease.

Safe with two at once: every claim of the lease raises the head's epoch, and the head moves by compare-and-set on
(size, epoch), so one that lost its lease writes nothing. Signing is `ledger.publisher`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger import failpoints, fields, merkle, tiles
from ledger.chain import Links
from ledger.errors import LeaseLost, UnknownLog
from ledger.fields import Kept
from ledger.merkle import CompactRange
from ledger.publisher import publish_due
from ledger.quick import Quick, Row, both, fill
from ledger.snapshot import Db, snapshot
from ledger.tables import Entry, FieldOpening, Head, Log, Submission, Tile
from ledger.tiles import TileId

__all__ = ["LEASE", "integrate_due", "publish_due"]

LEASE = timedelta(seconds=30)
MOST = 4000
"""Submissions in one transaction: more gain nothing, and on SQLite every other writer waits meanwhile."""

MAX_BATCH_BYTES = 16 * 1024 * 1024

_LOG: Table = Log.__table__  # type: ignore[assignment]
_HEAD: Table = Head.__table__  # type: ignore[assignment]
_INBOX: Table = Submission.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_TILE: Table = Tile.__table__  # type: ignore[assignment]

_ENTRY_COLUMNS = ("log_id", "index", "submission_id", "envelope", "leaf_hash", "chain")
_OPENING_COLUMNS = ("submission_id", "path", "log_id", "salt", "value", "key_id")


def _put_tile(dialect: Any) -> Any:
    put = dialect.insert(_TILE).values({name: bindparam(name) for name in ("log_id", "level", "number", "hashes")})
    return put.on_conflict_do_update(
        index_elements=[_TILE.c.log_id, _TILE.c.level, _TILE.c.number], set_={"hashes": put.excluded.hashes}
    )


_IS_DUE = (_INBOX.c.log_id == bindparam("log"), _INBOX.c.refused_at.is_(None))
_LENGTH = func.length(_INBOX.c.envelope) + func.coalesce(func.length(_INBOX.c.openings), 0)
_LENGTHS = (
    select(_INBOX.c.id, _LENGTH.label("length")).where(*_IS_DUE).order_by(_INBOX.c.id).limit(bindparam("count"))
)
_NEXT = _LENGTHS.subquery()
_ALL_OF_NEXT = select(func.max(_NEXT.c.id), func.sum(_NEXT.c.length))
# Ids become visible out of order on PostgreSQL: they give the order within a batch and mean nothing more.
_DUE = Quick(
    both(
        select(_INBOX.c.id, _INBOX.c.envelope, _INBOX.c.leaf_hash, _INBOX.c.openings.label("packed"))
        .where(*_IS_DUE, _INBOX.c.id <= bindparam("last"))
        .order_by(_INBOX.c.id)
    )
)
_PUT_TILE = Quick(
    {name: _put_tile(dialect) for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()}
)
_MOVED = Quick(
    {
        "sqlite": delete(_INBOX).where(*_IS_DUE, _INBOX.c.id.between(bindparam("first"), bindparam("last"))),
        "postgresql": text("DELETE FROM ledger_inbox WHERE id = ANY(:ids)"),
    }
)


@dataclass(frozen=True)
class _Batch:
    """The head as it was read, and the submissions that come next, in the order of their ids."""

    origin: str
    head: Any
    sound: Sequence[tuple[Row, list[Kept]]]
    broken: list[int]
    edge: dict[TileId, bytes]


@dataclass(frozen=True)
class _Growth:
    """What one transaction will write."""

    entries: list[tuple[Any, ...]]
    openings: list[tuple[Any, ...]]
    tiles: list[dict[str, Any]]
    head: dict[str, Any]


def integrate_due(db: Db, log_id: int, *, owner: str, clock: Callable[[], datetime], limit: int = MOST) -> int:
    """Give up to `limit` accepted submissions their place in the log; returns how many, 0 with nothing to do.

    owner names this integrator; another one that holds the lease is left alone (0). Everything of a batch is
    written in one transaction: entries, openings, tiles, chain, head, and the inbox rows go. A submission whose
    stored bytes do not give the hash of its receipt is passed over and marked, and the audit names it.

    Raises UnknownLog, and Tampered when the tile that must be continued was changed.
    """
    if not _has_due(db, log_id):
        return 0
    epoch = _claim(db, log_id, owner, clock())
    if epoch is None:
        return 0
    failpoints.reach("integrate.claimed")
    batch = _read(db, log_id, limit)
    growth = _grow(log_id, batch)
    failpoints.reach("integrate.grown")
    try:
        with db.begin() as session:
            _write(session, log_id, epoch, batch, growth, clock())
            failpoints.reach("integrate.written")
    except LeaseLost:
        return 0
    failpoints.reach("integrate.committed")
    return len(batch.sound)


def _has_due(db: Db, log_id: int) -> bool:
    with snapshot(db) as session:
        due = select(_INBOX.c.id).where(_INBOX.c.log_id == log_id, _INBOX.c.refused_at.is_(None)).limit(1)
        return session.connection().execute(due).first() is not None


def _claim(db: Db, log_id: int, owner: str, now: datetime) -> int | None:
    """The epoch of our lease, taken or renewed; None when another integrator holds it."""
    with snapshot(db) as session:
        query = select(_HEAD.c.epoch, _HEAD.c.lease_owner, _HEAD.c.lease_until_at)
        head = session.connection().execute(query.where(_HEAD.c.log_id == log_id)).first()
    if head is None:
        raise UnknownLog(f"there is no log {log_id}")
    if head.lease_owner == owner and head.lease_until_at > now + LEASE / 2:
        return int(head.epoch)
    free = or_(
        _HEAD.c.lease_owner.is_(None),
        _HEAD.c.lease_owner == owner,
        _HEAD.c.lease_until_at <= now,
        _HEAD.c.lease_until_at > now + 2 * LEASE,  # of a clock that ran ahead; the epoch keeps its holder out
    )
    with db.begin() as session:
        claimed = session.connection().execute(
            update(_HEAD)
            .where(_HEAD.c.log_id == log_id, _HEAD.c.epoch == head.epoch, free)
            .values(epoch=head.epoch + 1, lease_owner=owner, lease_until_at=now + LEASE)
        )
    return head.epoch + 1 if claimed.rowcount == 1 else None


def let_go(db: Db, log_id: int, owner: str) -> None:
    """Give the lease back before it ends; for whoever integrates once and not in a loop."""
    with db.begin() as session:
        mine = update(_HEAD).where(_HEAD.c.log_id == log_id, _HEAD.c.lease_owner == owner)
        session.connection().execute(mine.values(lease_owner=None, lease_until_at=None))


def _read(db: Db, log_id: int, limit: int) -> _Batch:
    with snapshot(db) as session:
        connection = session.connection()
        query = select(_HEAD, _LOG.c.origin).join_from(_HEAD, _LOG).where(_HEAD.c.log_id == log_id)
        head = connection.execute(query).one()
        rows = _DUE.rows(connection, {"log": log_id, "last": _last_of_next(session, log_id, limit)})
        edge = _edge(session, log_id, head.size)
    judged = [(row, _sound_openings(row)) for row in rows]
    sound = [(row, openings) for row, openings in judged if openings is not None]
    return _Batch(head.origin, head, sound, [row.id for row, openings in judged if openings is None], edge)


def _last_of_next(session: Session, log_id: int, limit: int) -> int:
    """The id of the last of at most `limit` submissions that are not more bytes than fit into memory with ease."""
    connection, next_ones = session.connection(), {"log": log_id, "count": limit}
    newest, length = connection.execute(_ALL_OF_NEXT, next_ones).one()
    if newest is None or length <= MAX_BATCH_BYTES:  # nearly always, and one row tells
        return int(newest or 0)
    last = total = 0
    for submission_id, length in connection.execute(_LENGTHS, next_ones):
        total += length
        if last and total > MAX_BATCH_BYTES:
            break
        last = submission_id
    return last


def _edge(session: Session, log_id: int, size: int) -> dict[TileId, bytes]:
    """The rows at the right edge of the tree, which are not full and will be continued."""
    levels = range((size.bit_length() + 7) // 8)
    wanted = [(level, size >> 8 * (level + 1)) for level in levels]
    return tiles.read_rows(session, log_id, wanted)


def _sound_openings(row: Row) -> list[Kept] | None:
    """The openings of a submission; None when its bytes are not those of its receipt."""
    if merkle.leaf_hash(row.envelope) != row.leaf_hash:
        return None
    try:
        return fields.unpack(row.packed) if row.packed else []
    except ValueError:
        return None


def _grow(log_id: int, batch: _Batch) -> _Growth:
    """Hash the batch onto the head; no transaction is open meanwhile."""
    head = batch.head
    tree, links = CompactRange(head.size, tiles.split(head.frontier)), Links(batch.origin, head.chain)
    grown = tree.extend([row.leaf_hash for row, _ in batch.sound])
    entries = [
        (log_id, index, row.id, row.envelope, row.leaf_hash, links.add(row.leaf_hash))
        for index, (row, _) in enumerate(batch.sound, start=head.size)
    ]
    openings = [
        (row.id, o.path, log_id, o.salt, o.value, o.key) for row, openings in batch.sound for o in openings
    ]
    rows = tiles.rows_of(head.size, grown, lambda tile: batch.edge.get(tile, b""))
    written = [{"log_id": log_id, "level": at[0], "number": at[1], "hashes": row} for at, row in rows.items()]
    moved = {"size": tree.size, "root": tree.root(), "chain": links.last, "frontier": b"".join(tree.hashes)}
    return _Growth(entries, openings, written, moved)


def _write(session: Session, log_id: int, epoch: int, batch: _Batch, growth: _Growth, now: datetime) -> None:
    connection = session.connection()
    here = (_HEAD.c.log_id == log_id, _HEAD.c.size == batch.head.size, _HEAD.c.epoch == epoch)
    if connection.execute(update(_HEAD).where(*here).values(**growth.head)).rowcount != 1:
        raise LeaseLost(f"the lease of log {log_id} was taken over")
    if batch.broken:
        connection.execute(update(_INBOX).where(_INBOX.c.id.in_(batch.broken)).values(refused_at=now))
    if not batch.sound:
        return
    fill(connection, _ENTRY, _ENTRY_COLUMNS, growth.entries)
    if growth.openings:
        fill(connection, _OPENING, _OPENING_COLUMNS, growth.openings)
    _PUT_TILE.each(connection, growth.tiles)
    if _take_out(connection, log_id, [row.id for row, _ in batch.sound]) != len(batch.sound):
        raise LeaseLost(f"submissions of log {log_id} went away meanwhile")


def _take_out(connection: Connection, log_id: int, ids: list[int]) -> int:
    """Delete these rows of the inbox; how many were still there.

    On SQLite nothing else can have come between the first and the last of them: no id becomes visible late there.
    """
    if connection.dialect.name == "sqlite":
        return _MOVED.each(connection, [{"log": log_id, "first": ids[0], "last": ids[-1]}])
    return _MOVED.each(connection, [{"ids": ids}])
