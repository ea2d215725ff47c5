"""Reading somebody's log from its files (c2sp.org/tlog-tiles) and believing none of them: only a root counts.

Where the files come from is the caller's: HTTP, a folder. Nothing is stored here.
"""

from collections.abc import Callable, Iterator

from ledger import merkle
from ledger.checkpoint import Checkpoint
from ledger.errors import Tampered
from ledger.merkle import HASH_SIZE, CompactRange
from ledger.tile_path import TilePath
from ledger.tiles import WIDTH, split

Fetch = Callable[[str], bytes | None]
"""The file of this path below the log's prefix, such as `tile/0/000.p/5`; None when it is not there."""

MAX_BUNDLE = WIDTH * (2 + 65_535)


def check_log(fetch: Fetch, checkpoint: Checkpoint) -> None:
    """Check that the entries are those of the level-0 tiles and give the checkpoint's root. Raises Tampered."""
    follow_log(fetch, CompactRange(), checkpoint)


def follow_log(fetch: Fetch, known: CompactRange, checkpoint: Checkpoint) -> CompactRange:
    """Read the entries from the size of `known` on; the range of the grown tree, when it is the one signed.

    Whoever kept `known` from an earlier checkpoint learns that the log only grew. Raises Tampered.
    """
    tree = CompactRange(known.size, list(known.hashes))
    for leaf in _leaves(fetch, known.size, checkpoint.size):
        tree.append(leaf)
    if tree.size != checkpoint.size or tree.root() != checkpoint.root:
        raise Tampered(f"the entries of {checkpoint.origin} do not give the root signed at size {checkpoint.size}")
    return tree


def read_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises Tampered when their lengths do not fill it exactly."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if len(data) < at + 2 or len(data) < end:
            raise Tampered("a bundle of entries is cut off")
        entries.append(data[at + 2 : end])
        at = end
    return entries


def _leaves(fetch: Fetch, start: int, size: int) -> Iterator[bytes]:
    """The leaf hashes [start, size), each found in the entries and in the tile."""
    for number in range(start // WIDTH, -(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        hashed = [merkle.leaf_hash(each) for each in read_bundle(_read(fetch, TilePath(None, number, width)))]
        tile = split(_read(fetch, TilePath(0, number, width)))
        # where the partial tile is gone the full one stands for it, with more than was asked for
        if len(hashed) < width or len(tile) < width or hashed[:width] != tile[:width]:
            raise Tampered(f"the entries of bundle {number} are not those of tile 0/{number}")
        yield from tile[max(start - number * WIDTH, 0) : width]


def _read(fetch: Fetch, path: TilePath) -> bytes:
    data = fetch(f"tile/{path}")
    whole = TilePath(path.level, path.number)
    if data is None and path != whole:
        path, data = whole, fetch(f"tile/{whole}")
    if data is None:
        raise Tampered(f"the log has no file tile/{path}")
    if len(data) > MAX_BUNDLE or (path.level is not None and len(data) != path.width * HASH_SIZE):
        raise Tampered(f"the file tile/{path} has a wrong length")
    return data
