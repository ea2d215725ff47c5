"""The tree as the audit grows it from the entries: its roots beside the signed ones, its tiles beside the stored.

Which leaf is believed in is decided before; here only hashes are joined and compared.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from ledger.compare import Finding
from ledger.merkle import CompactRange
from ledger.tiles import WIDTH, TileId, split

Stored = Callable[[TileId], bytes | None]


class Growth:
    """The tree over all leaves so far, which must come tile by tile. Once a leaf is unknown nothing can be said.

    stored: gives a stored tile above the leaves.
    """

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self.tree: CompactRange | None = CompactRange()
        self.good_until = 0
        self.astray: tuple[int, int] | None = None
        self.rows: list[list[bytes]] = []
        self.done: list[int] = []
        self.of_entries: list[Finding] = []
        self.of_log: list[Finding] = []

    def take(self, first: int, leaves: Sequence[bytes | None], signed: Mapping[int, bytes]) -> None:
        """Put the leaves of the next tile on the tree; `signed` holds the roots that were signed, by size."""
        known = [leaf for leaf in leaves if leaf is not None]
        if self.tree is None or len(known) != len(leaves):
            self.tree = None
            return
        if len(leaves) == WIDTH and not any(first < size < first + WIDTH for size in signed):
            self._append_tile(known)
            self._compare(first + WIDTH, signed)
            return
        for size, leaf in enumerate(known, first + 1):
            self.tree.append(leaf)
            self._compare(size, signed)
        if len(leaves) == WIDTH:
            self._raise(0, _root(known))

    def _append_tile(self, leaves: list[bytes]) -> None:
        assert self.tree is not None
        top = _root(leaves)
        low = CompactRange(self.tree.size // WIDTH, self.tree.hashes)
        low.append(top)
        self.tree = CompactRange(low.size * WIDTH, low.hashes)
        self._raise(0, top)

    def _compare(self, size: int, signed: Mapping[int, bytes]) -> None:
        """The root at this size and the signed one. Of several that differ in a row the first is told."""
        if size not in signed or self.tree is None:
            return
        if signed[size] == self.tree.root():
            self.good_until = size
            self._end_astray(size)
        elif self.astray:
            self.astray = self.astray[0], size
        else:
            self.astray = size, size
            first = self.good_until
            sentence = f"The entries {first} to {size - 1} do not give the root that was signed at size {size}."
            self.of_entries.append(Finding(first, "checkpoint", sentence))

    def _end_astray(self, size: int) -> None:
        """Signed roots that differ while a later one fits: they are of another history of the same log."""
        if self.astray:
            first, last = self.astray
            these = f"size {first}" if first == last else f"the sizes {first} to {last}"
            sentence = f"What was signed at {these} is of another history than what was signed at size {size}."
            self.of_log.append(Finding(None, "checkpoint", sentence))
            self.astray = None

    def _raise(self, level: int, top: bytes) -> None:
        """The root of a full tile is a hash of the row above it; a row that is full is compared and let go."""
        while True:
            if len(self.rows) == level:
                self.rows.append([])
                self.done.append(0)
            row = self.rows[level]
            row.append(top)
            if len(row) < WIDTH:
                return
            self._compare_row(level)
            top, self.rows[level] = _root(row), []
            self.done[level] += 1
            level += 1

    def _compare_row(self, level: int) -> None:
        tile = level + 1, self.done[level]
        if self._stored(tile) != b"".join(self.rows[level]):
            first = tile[1] * WIDTH ** (tile[0] + 1)
            sentence = f"Tile {tile[0]}/{tile[1]} is not what the entries give."
            self.of_log.append(Finding(first, "tile", sentence))

    def finish(self) -> dict[int, int]:
        """Compare the rows that are not full yet. Returns how many tiles each level above the leaves has."""
        counts = {}
        for level, row in enumerate(self.rows):
            if row and self.tree is not None:
                self._compare_row(level)
            counts[level + 1] = self.done[level] + bool(row)
        return counts

    def as_json(self) -> dict[str, Any]:
        """What must be kept to go on later, at the border of two tiles."""
        return {
            "size": None if self.tree is None else self.tree.size,
            "hashes": b"".join([] if self.tree is None else self.tree.hashes).hex(),
            "rows": [b"".join(row).hex() for row in self.rows],
            "done": self.done,
            "good_until": self.good_until,
            "astray": self.astray,
        }

    def go_on(self, kept: Mapping[str, Any]) -> None:
        """Take up what `as_json` kept. Raises ValueError, KeyError or TypeError for what it did not write."""
        size = kept["size"]
        self.tree = None if size is None else CompactRange(size, split(bytes.fromhex(kept["hashes"])))
        self.rows = [split(bytes.fromhex(row)) for row in kept["rows"]]
        self.done = [int(count) for count in kept["done"]]
        self.good_until = int(kept["good_until"])
        self.astray = None if kept["astray"] is None else (int(kept["astray"][0]), int(kept["astray"][1]))


def _root(row: list[bytes]) -> bytes:
    """The root over the hashes of a full tile; layer by layer, which is faster than one by one."""
    while len(row) > 1:
        row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
    return row[0]
