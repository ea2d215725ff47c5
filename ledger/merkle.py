"""The Merkle tree of RFC 6962 section 2.1 with SHA-256: pure functions, bytes in, bytes out.

No storage, no entry and no JSON is known here. A `Node` function gives the hash of a full subtree: node(height,
number) covers the leaves [number * 2^height, (number + 1) * 2^height).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from ledger.errors import Tampered

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf: H(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: H(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in order; the root of no leaf is the hash of no bytes."""
    tree = CompactRange()
    tree.extend(leaves)
    return tree.root()


@dataclass
class CompactRange:
    """All that must be kept to let a tree grow: its size, and one hash for each set bit of it, largest first."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"{len(self.hashes)} hashes do not describe a tree of {self.size} leaves")
        _only_hashes(self.hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        carry = self.size
        while carry & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            carry >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> list[list[bytes]]:
        """Add many leaf hashes; gives the full subtrees that came into being, by height, in order.

        Faster than one `append` after the other, and what the tiles need: those of height 8 are the roots of the
        leaf tiles that became full, those of height 16 the roots of the tiles above.
        """
        grown, size, fresh = [], self.size, list(leaves)
        kept = {height: self.hashes.pop() for height in _bits(size)}
        height = 0
        while fresh:
            grown.append(fresh)
            row = [kept.pop(height), *fresh] if height in kept else fresh
            if len(row) & 1:
                kept[height] = row[-1]
            pairs = zip(row[::2], row[1::2], strict=False)
            fresh = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            height += 1
        self.size = size + len(leaves)
        self.hashes = [kept[height] for height in reversed(_bits(self.size))]
        return grown

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return fold(self.hashes)


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The inclusion proof of one of these leaf hashes, sibling first. Raises ValueError for an index outside."""
    return inclusion_path_from(_node_of(leaves), index, len(leaves))


def consistency_path(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the tree of these leaf hashes grew from its first `old_size`, else ValueError."""
    return consistency_path_from(_node_of(leaves), old_size, len(leaves))


def inclusion_path_from(node: Node, index: int, size: int) -> list[bytes]:
    """The inclusion proof PATH(index, D[size]) of RFC 6962 section 2.1.1; ValueError for an index outside."""
    return [fold([node(*part) for part in parts]) for parts in inclusion_parts(index, size)]


def consistency_path_from(node: Node, old_size: int, size: int) -> list[bytes]:
    """The consistency proof PROOF(old_size, D[size]) of RFC 6962 section 2.1.2.

    Raises ValueError unless 1 <= old_size <= size: nothing can be proven from an empty tree.
    """
    return [fold([node(*part) for part in parts]) for parts in consistency_parts(old_size, size)]


def inclusion_parts(index: int, size: int) -> list[list[tuple[int, int]]]:
    """For each hash of the inclusion proof the full subtrees (height, number) that `fold` joins to it."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    inner = (index ^ size - 1).bit_length()  # above, only what lies left of the leaf is beside its way
    parts = [[(height, index >> height ^ 1)] for height in range(inner - 1)]
    if inner:  # the right edge, where the sibling may be no full subtree
        parts.append(subtrees((index >> inner - 1 ^ 1) << inner - 1, size))
    heights = range(inner, index.bit_length())
    return parts + [[(height, (index >> height) - 1)] for height in heights if index >> height & 1]


def consistency_parts(old_size: int, size: int) -> list[list[tuple[int, int]]]:
    """The same for the consistency proof."""
    if not 1 <= old_size <= size:
        raise ValueError(f"no proof leads from size {old_size} to size {size}")
    return [subtrees(start, end) for start, end in _consistency_ranges(old_size, size)]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash stands at `index` under the root of a tree of `size` (RFC 9162 section 2.1.3.2).

    Raises Tampered. Neither a longer nor a shorter path passes.
    """
    if not 0 <= index < size:  # step 1
        raise Tampered(f"there is no leaf {index} in a tree of {size}")
    _require_hashes([leaf, root, *path])
    fn, sn, r = _climb(index, size - 1, leaf, path[:_NEAR])  # steps 2 and 3
    fn, sn, r = _climb_again(fn, sn, r, tuple(path[_NEAR:]))
    if sn:  # step 4
        raise Tampered("the inclusion path is too short")
    if r != root:
        raise Tampered("the inclusion path leads to another root")


def _climb(fn: int, sn: int, r: bytes, path: Sequence[bytes]) -> tuple[int, int, bytes]:
    for p in path:
        if sn == 0:
            raise Tampered("the inclusion path is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return fn, sn, r


# Leaves of one tile go the same way above it; of the same hashes, all of which are given, the end is the same.
_NEAR = 8
_climb_again = lru_cache(maxsize=1024)(_climb)


def verify_consistency(old_size: int, size: int, path: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Check that a tree of `size` grew from one of `old_size` by adding leaves (RFC 9162 section 2.1.4.2).

    Raises Tampered; also for old size 0, from which nothing can be proven.
    """
    if not 1 <= old_size <= size:  # step 1
        raise Tampered(f"no proof leads from size {old_size} to size {size}")
    _require_hashes([old_root, root, *path])
    if old_size == size:
        if path or old_root != root:
            raise Tampered("two trees of the same size have different roots, or a proof between them")
        return
    if not path:  # step 2
        raise Tampered("the consistency path is empty")
    hashes = list(path) if old_size & (old_size - 1) else [old_root, *path]
    _walk_consistency(old_size - 1, size - 1, hashes, old_root, root)


def _walk_consistency(fn: int, sn: int, hashes: list[bytes], old_root: bytes, root: bytes) -> None:
    while fn & 1:  # step 3
        fn, sn = fn >> 1, sn >> 1
    fr = sr = hashes[0]  # step 4
    for c in hashes[1:]:  # step 5
        if sn == 0:
            raise Tampered("the consistency path is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn or fr != old_root or sr != root:  # step 6
        raise Tampered("the consistency path does not join the two roots")


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The full subtrees (height, number) that make up the leaves [start, end), largest first.

    start must be a multiple of the smallest power of two that is at least end - start, as in every proof.
    """
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        found.append((height, start >> height))
        start += 1 << height
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """Join adjacent full subtrees, given largest first, to one hash; the empty root for none."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    total = hashes[-1]
    for left in reversed(hashes[:-1]):
        total = node_hash(left, total)
    return total


def _bits(size: int) -> list[int]:
    """The heights of the full subtrees of a tree, the lowest first."""
    return [height for height in range(size.bit_length()) if size >> height & 1]


def _consistency_ranges(old_size: int, size: int) -> list[tuple[int, int]]:
    ranges, start, end = [], 0, size
    while old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # else the old tree is itself this subtree, and its root is known to the verifier
        ranges.append((start, end))
    return ranges[::-1]


def _split(n: int) -> int:
    """The largest power of two strictly below n."""
    return 1 << (n - 1).bit_length() - 1


def _node_of(leaves: Sequence[bytes]) -> Node:
    def node(height: int, number: int) -> bytes:
        return root(leaves[number << height : (number + 1) << height])

    return node


def _only_hashes(hashes: Iterable[bytes]) -> None:
    if any(type(each) is not bytes or len(each) != HASH_SIZE for each in hashes):
        raise ValueError(f"a hash has {HASH_SIZE} bytes")


def _require_hashes(hashes: Iterable[bytes]) -> None:
    try:
        _only_hashes(hashes)
    except ValueError as error:
        raise Tampered(str(error)) from error
