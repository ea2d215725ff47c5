"""The tree as rows of 256 hashes (C2SP tlog-tiles): growing them, and reading them as they are stored and served.

Who may grow a log is not decided here; the nodes and proofs of a stored tree are in stored_tree. Level 0 holds
leaf hashes; a hash at level L+1 is the root of one full tile of level L. A row grows until it has 256 hashes; the
narrower tile of an earlier checkpoint is its beginning.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Table, bindparam, select, tuple_
from sqlalchemy.orm import Session

from ledger import merkle
from ledger.errors import Tampered
from ledger.merkle import HASH_SIZE
from ledger.tables import Entry, Tile

WIDTH = 256
FULL = WIDTH * HASH_SIZE

TileId = tuple[int, int]
_TILE: Table = Tile.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_READ = select(_TILE.c.level, _TILE.c.number, _TILE.c.hashes).where(
    _TILE.c.log_id == bindparam("log"),
    tuple_(_TILE.c.level, _TILE.c.number).in_(bindparam("wanted", expanding=True)),
)


def grow(size: int, leaves: Sequence[bytes], stored: Callable[[TileId], bytes]) -> dict[TileId, bytes]:
    """The rows that change when these leaf hashes follow a tree of `size`; `stored` gives a row that exists.

    Raises Tampered when a row that must be continued has not the width that the size says.
    """
    changed: dict[TileId, bytes] = {}
    level, hashes = 0, list(leaves)
    while hashes:
        rows = _continued(size, level, hashes, stored)
        changed.update(rows)
        hashes = [merkle.root(split(each)) for each in rows.values() if len(each) == FULL]
        level += 1
    return changed


def rows_of(size: int, grown: Sequence[Sequence[bytes]], stored: Callable[[TileId], bytes]) -> dict[TileId, bytes]:
    """The same for leaves that `CompactRange.extend` has hashed already: `grown` is what it gave."""
    changed: dict[TileId, bytes] = {}
    for level, hashes in enumerate(grown[::8]):
        changed.update(_continued(size, level, hashes, stored))
    return changed


def _continued(
    size: int, level: int, hashes: Sequence[bytes], stored: Callable[[TileId], bytes]
) -> dict[TileId, bytes]:
    """The rows of one level that these hashes continue, or begin."""
    number, width = divmod(size >> 8 * level, WIDTH)
    row = stored((level, number)) if width else b""
    if len(row) != width * HASH_SIZE:
        raise Tampered(f"tile {level}/{number} has not the {width} hashes that a tree of {size} needs")
    row += b"".join(hashes)
    return {(level, number + at // FULL): row[at : at + FULL] for at in range(0, len(row), FULL)}


def split(hashes: bytes) -> list[bytes]:
    """The hashes of a row, one by one."""
    return [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]


def tile_of(height: int, number: int) -> TileId:
    """The tile (level, number) that holds, or whose hashes give, the tree's node (height, number)."""
    return height // 8, number >> 8 - height % 8


def read_rows(session: Session, log_id: int, wanted: Sequence[TileId]) -> dict[TileId, bytes]:
    """The rows of these tiles that exist, as they are stored, past the cache."""
    found = session.connection().execute(_READ, {"log": log_id, "wanted": list(wanted)}) if wanted else ()
    return {(level, number): hashes for level, number, hashes in found}


def read_tile(session: Session, log_id: int, level: int, number: int, width: int = WIDTH) -> bytes | None:
    """A tile of exactly this width as it is served, or None when the tree does not hold it yet."""
    row = read_rows(session, log_id, [(level, number)]).get((level, number), b"")
    return row[: width * HASH_SIZE] if len(row) >= width * HASH_SIZE else None


def read_entries(session: Session, log_id: int, number: int, width: int = WIDTH) -> bytes | None:
    """An entry bundle of exactly this width (each entry: its length in two bytes, its bytes), or None."""
    first = number * WIDTH
    rows = session.connection().execute(
        select(_ENTRY.c.envelope)
        .where(_ENTRY.c.log_id == log_id, _ENTRY.c.index >= first, _ENTRY.c.index < first + width)
        .order_by(_ENTRY.c.index)
    )
    entries = rows.scalars().all()
    if len(entries) != width:
        return None
    return b"".join(len(each).to_bytes(2, "big") + each for each in entries)
