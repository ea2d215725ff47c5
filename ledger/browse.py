"""Walking through a log as a reader does: where it stands, some entries, one entry, the place of a hash.

Nothing is judged here and nothing that an entry says is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ledger.merkle import HASH_SIZE, node_hash
from ledger.tables import Entry, FieldOpening, Tile
from ledger.tiles import WIDTH

MOST_TILES = 4096  # that a search for a hash reads: the newest million entries

_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_TILE: Table = Tile.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Placed:
    """An entry in its place, as it is stored."""

    index: int
    submission_id: int
    envelope: bytes
    leaf_hash: bytes


@dataclass(frozen=True)
class Joined:
    """One step on the way to the root: the hash beside, on which side it stands, and what the two give."""

    beside: bytes
    on_left: bool
    gives: bytes


def entries(session: Session, log_id: int, first: int, end: int) -> list[Placed]:
    """The entries [first, end) that there are, in order."""
    columns = (_ENTRY.c.index, _ENTRY.c.submission_id, _ENTRY.c.envelope, _ENTRY.c.leaf_hash)
    here = (_ENTRY.c.log_id == log_id, _ENTRY.c.index >= first, _ENTRY.c.index < end)
    query = select(*columns).where(*here).order_by(_ENTRY.c.index)
    return [Placed(*row) for row in session.connection().execute(query)]


def place_of(session: Session, log_id: int, leaf: bytes) -> int | None:
    """The index at which this hash stands among the newest leaves, or None. Reads tiles, which are small."""
    query = (
        select(_TILE.c.number, _TILE.c.hashes)
        .where(_TILE.c.log_id == log_id, _TILE.c.level == 0)
        .order_by(_TILE.c.number.desc())
        .limit(MOST_TILES)
    )
    with session.connection().execute(query, execution_options={"yield_per": 100}) as rows:
        for number, hashes in rows:
            at = int(hashes.find(leaf))
            while at % HASH_SIZE and at >= 0:
                at = int(hashes.find(leaf, at + 1))
            if at >= 0:
                return int(number) * WIDTH + at // HASH_SIZE
    return None


def stored_paths(session: Session, submission_id: int) -> set[str]:
    """Which values of an entry are still stored; the values themselves are not read."""
    query = select(_OPENING.c.path).where(_OPENING.c.submission_id == submission_id)
    return set(session.connection().execute(query).scalars())


def way_up(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> list[Joined]:
    """The inclusion path as steps; the last one gives the root if path and leaf are right (RFC 9162, 2.1.3.2)."""
    steps = []
    fn, sn, r = index, size - 1, leaf
    for p in path:
        on_left = bool(fn & 1) or fn == sn
        if on_left:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        steps.append(Joined(p, on_left, r))
        fn, sn = fn >> 1, sn >> 1
    return steps
