"""The nodes and proofs of a log's tree, out of its stored tiles. The rows last used are held in memory.

Nothing here writes a tile; rows as they are stored are read in tiles.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger import merkle
from ledger.errors import Tampered
from ledger.merkle import HASH_SIZE
from ledger.tiles import WIDTH, TileId, read_rows, tile_of

CACHED_TILES = 512  # about 16 KB each
TRUSTED_FOR = 5.0  # seconds until a cached tile is compared with its row again

# The seals of a pallet stand on the pages of everything on it, and the right edge beside half of the tree.
_inclusion_parts = lru_cache(maxsize=1024)(merkle.inclusion_parts)
_fold = lru_cache(maxsize=1024)(merkle.fold)


@dataclass
class _Row:
    """A stored row with the inner nodes above its hashes: layers[h] holds those of height h within the tile."""

    hashes: bytes
    layers: list[bytes]
    read_at: float
    paths: dict[tuple[int, int], list[bytes]] = field(default_factory=dict)  # of the newest, which all ask for

    @classmethod
    def of(cls, hashes: bytes, read_at: float) -> "_Row":
        layers = [hashes]
        for _ in range(7):
            below = layers[-1]
            pairs = range(0, len(below) - 63, 64)
            layers.append(b"".join(sha256(b"\x01" + below[at : at + 64]).digest() for at in pairs))
        return cls(hashes, layers, read_at)

    def node(self, height: int, number: int) -> bytes | None:
        """The node (height, number) of the whole tree, or None when the row is too narrow to give it."""
        inner = height & 7
        at = (number & (1 << 8 - inner) - 1) * HASH_SIZE
        return self.layers[inner][at : at + HASH_SIZE] or None

    def path(self, at: int, width: int) -> list[bytes]:
        """The inclusion proof of a hash of this row in the tree of its first `width`, which must be there."""
        if width == WIDTH:
            places = ((layer, (at >> height ^ 1) * HASH_SIZE) for height, layer in enumerate(self.layers))
            return [layer[start : start + HASH_SIZE] for layer, start in places]
        if (at, width) not in self.paths:
            parts = _inclusion_parts(at, width)
            self.paths[at, width] = [_fold(tuple(self._inner(*node) for node in nodes)) for nodes in parts]
        return self.paths[at, width]

    def _inner(self, height: int, number: int) -> bytes:
        return self.layers[height][number * HASH_SIZE : (number + 1) * HASH_SIZE]


class _Cache:
    """The rows last used, by database, log and tile; shared by the threads of a process, bounded."""

    def __init__(self) -> None:
        self._rows: WeakKeyDictionary[Engine, OrderedDict[tuple[int, TileId], _Row]] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, engine: Engine, log_id: int, tile: TileId) -> _Row | None:
        with self._lock:
            rows = self._rows.setdefault(engine, OrderedDict())
            found = rows.get((log_id, tile))
            if found:
                rows.move_to_end((log_id, tile))
            return found

    def put(self, engine: Engine, log_id: int, tile: TileId, row: _Row) -> None:
        with self._lock:
            rows = self._rows.setdefault(engine, OrderedDict())
            rows[log_id, tile] = row
            rows.move_to_end((log_id, tile))
            if len(rows) > CACHED_TILES:
                rows.popitem(last=False)


_cache = _Cache()


class StoredTree:
    """The nodes of one log's tree as its stored tiles give them.

    `load` first, with all the nodes that will be asked for: it costs one statement at most. fresh: take no row
    from the cache, as before signing.
    """

    def __init__(self, session: Session, log_id: int, fresh: bool = False) -> None:
        self._session = session
        self._engine = session.get_bind().engine
        self._log_id = log_id
        self._fresh = fresh
        self._oldest = monotonic() - TRUSTED_FOR
        self._rows: dict[TileId, _Row] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def load(self, nodes: Iterable[tuple[int, int]]) -> None:
        """Read what is needed for these nodes (height, number)."""
        unknown: dict[TileId, list[tuple[int, int]]] = {}
        for node in nodes:
            if node not in self._nodes:
                tile = tile_of(*node)
                row = self._rows.get(tile) or self._cached(tile)
                given = row and row.node(*node)
                if given:
                    self._nodes[node] = given
                else:
                    unknown.setdefault(tile, []).append(node)
        for tile, hashes in read_rows(self._session, self._log_id, sorted(unknown)).items():
            row = self._rows[tile] = self._renewed(tile, hashes)
            self._nodes.update((node, given) for node in unknown[tile] if (given := row.node(*node)))

    def node(self, height: int, number: int) -> bytes:
        """The hash of a full subtree. Raises Tampered when its tile is gone or too narrow."""
        try:
            return self._nodes[height, number]
        except KeyError:
            level, at = tile_of(height, number)
            raise Tampered(f"tile {level}/{at} is missing or too narrow") from None

    def fold(self, parts: Sequence[tuple[int, int]]) -> bytes:
        """The hash of adjacent full subtrees, see `merkle.fold`. Raises Tampered like `node`."""
        if len(parts) == 1 and (known := self._nodes.get(parts[0])):  # nearly always
            return known
        return _fold(tuple(self.node(*part) for part in parts))

    def root(self, size: int) -> bytes:
        """The root of the tree's first `size` leaves. Raises Tampered."""
        parts = merkle.subtrees(0, size)
        self.load(parts)
        return self.fold(parts)

    def inclusion_path(self, index: int, size: int) -> list[bytes]:
        """The inclusion proof of a leaf, sibling first. Raises ValueError for an index outside, Tampered."""
        path = self._inner_path(index, size)
        parts = merkle.inclusion_parts(index, size)[len(path) :]
        self.load(node for nodes in parts for node in nodes)
        return path + [self.fold(nodes) for nodes in parts]

    def _inner_path(self, index: int, size: int) -> list[bytes]:
        """The beginning of a proof as far as cached rows give it: one row for each eight siblings."""
        path: list[bytes] = []
        row = None
        for height in range((size - 1).bit_length()):
            sibling = index >> height ^ 1
            if (sibling + 1) << height > size:
                break
            if not height & 7:
                tile = height >> 3, index >> height + 8
                row = self._rows.get(tile) or self._cached(tile)
            node = row and row.node(height, sibling)
            if not node:
                break
            path.append(node)
        return path

    def inclusion_paths(self, indexes: Iterable[int], size: int) -> dict[int, tuple[bytes, ...] | None]:
        """The inclusion proof of each of these leaves in the tree of `size`; None where a tile of it is gone.

        Above its tile all leaves of a tile go the same way, which is looked up once.
        """
        wanted = dict.fromkeys(indexes)
        widths = {tile: min(WIDTH, size - tile * WIDTH) for tile in {at // WIDTH for at in wanted}}
        above = {
            tile: _inclusion_parts(tile * WIDTH, size)[len(_inclusion_parts(0, width)) :]
            for tile, width in widths.items()
        }
        # A tile that has its last hash is there as a whole.
        whole = [(0, tile * WIDTH + width - 1) for tile, width in widths.items()]
        self.load({*whole, *(node for parts in above.values() for nodes in parts for node in nodes)})
        upper = {tile: self._folded(parts) for tile, parts in above.items()}
        return {at: self._joined(at, widths[at // WIDTH], upper[at // WIDTH]) for at in wanted}

    def _joined(self, index: int, width: int, upper: tuple[bytes, ...] | None) -> tuple[bytes, ...] | None:
        tile, at = divmod(index, WIDTH)
        row = self._rows.get((0, tile))
        if upper is None or row is None or len(row.hashes) < width * HASH_SIZE:
            return None
        return (*row.path(at, width), *upper)

    def _folded(self, parts: Iterable[Sequence[tuple[int, int]]]) -> tuple[bytes, ...] | None:
        try:
            return tuple(map(self.fold, parts))
        except Tampered:
            return None

    def consistency_path(self, old_size: int, size: int) -> list[bytes]:
        """The consistency proof between two sizes. Raises ValueError for sizes out of order, Tampered."""
        self.load(part for parts in merkle.consistency_parts(old_size, size) for part in parts)
        return merkle.consistency_path_from(self.node, old_size, size)

    def _cached(self, tile: TileId) -> _Row | None:
        row = None if self._fresh else _cache.get(self._engine, self._log_id, tile)
        if row is None or row.read_at < self._oldest:
            return None
        self._rows[tile] = row
        return row

    def _renewed(self, tile: TileId, hashes: bytes) -> _Row:
        """The row of these bytes, hashed again only when they changed."""
        row = None if self._fresh else _cache.get(self._engine, self._log_id, tile)
        if row is None or row.hashes != hashes:
            row = _Row.of(hashes, monotonic())
        row.read_at = monotonic()
        _cache.put(self._engine, self._log_id, tile, row)
        return row
