"""The tree of RFC 6962: its known answers, every proof of every small tree, and every forged one refused."""

from base64 import b64decode, b64encode

import pytest

from ledger import merkle
from ledger.errors import Tampered
from ledger.merkle import CompactRange, consistency_path, inclusion_path, leaf_hash, node_hash, root
from ledger.merkle import verify_consistency as consistent
from ledger.merkle import verify_inclusion as included

A, B, C, D = (leaf_hash(each) for each in (b"a", b"b", b"c", b"d"))
LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(70)]


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH as section 2.1 writes it, by recursion."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(slow_root(leaves[:k]), slow_root(leaves[k:]))


def slow_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH as section 2.1.1 writes it."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*slow_path(index, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(index - k, leaves[k:]), slow_root(leaves[:k])]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (root([]), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        (leaf_hash(b""), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="),
        (A, "Aippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw="),
        (root([A]), "Aippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw="),
        (B, "V+s1YV1H807HFMrN9f10YIpejhAnJOgLJLKHwMJ7ajE="),
        (C, "WX/LMSgtNGVMIA00GPylcFxkjr8ybsc9jd7xGEH4dtg="),
        (D, "0HDcW42prqfcD1rUwp2JllIABZyaDOyjq9XaJJLctx0="),
        (root([A, B]), "sTeYX/SE+2ANuTEHx3sDZcgNePW0Kd7Q/Zc2HQd5mes="),
        (node_hash(C, D), "271owyVhSnPay056h6K3tK6XJLSJ5WKe6DFR/o8Or9c="),
        (root([A, B, C]), "NmQuc8JUCrEh46a/lUWwokmCzYMOsT080Z3jzmwCHsE="),
        (root([A, B, C, D]), "MzdqO9Y+mZNwioTd/mworli4NQXdH+1xG9kk7FpiOfA="),
    ],
)
def test_the_known_answers_come_out(found: bytes, expected: str) -> None:
    assert b64(found) == expected


def test_the_known_proofs_come_out() -> None:
    four, three = [A, B, C, D], [A, B, C]
    assert inclusion_path(four, 2) == [D, root([A, B])]
    assert inclusion_path(three, 2) == [root([A, B])]
    assert inclusion_path(three, 0) == [B, C]
    assert inclusion_path([A], 0) == []
    assert consistency_path([A, B], 1) == [B]
    assert consistency_path(three, 2) == [C]
    assert consistency_path(four, 2) == [node_hash(C, D)]
    assert consistency_path(four, 1) == [B, node_hash(C, D)]
    assert consistency_path(four, 3) == [C, D, root([A, B])]
    assert consistency_path(four, 4) == []


@pytest.mark.parametrize("size", range(1, 70))
def test_every_inclusion_proof_is_the_one_of_the_rfc_and_verifies(size: int) -> None:
    leaves = LEAVES[:size]
    assert root(leaves) == slow_root(leaves)
    for index in range(size):
        path = inclusion_path(leaves, index)
        assert path == slow_path(index, leaves)
        included(leaves[index], index, size, path, root(leaves))


@pytest.mark.parametrize("size", range(1, 70))
def test_every_consistency_proof_verifies(size: int) -> None:
    leaves = LEAVES[:size]
    for old in range(1, size + 1):
        consistent(old, size, consistency_path(leaves, old), root(leaves[:old]), root(leaves))


@pytest.mark.parametrize(("index", "size"), [(0, 1), (3, 8), (6, 7), (12, 13), (20, 70)])
def test_each_forged_inclusion_proof_is_refused(index: int, size: int) -> None:
    leaves = LEAVES[:size]
    good, top, leaf = inclusion_path(leaves, index), root(leaves), leaves[index]
    forged = [[*good, top], [top, *good], [*good, bytes(32)], good[::-1] if good != good[::-1] else [leaf]]
    forged += [[*good[:at], *good[at + 1 :]] for at in range(len(good))]
    forged += [[*good[:at], bytes(32), *good[at + 1 :]] for at in range(len(good))]
    forged += [[*good[:at], each[:31], *good[at + 1 :]] for at, each in enumerate(good)]
    for path in forged:
        with pytest.raises(Tampered):
            included(leaf, index, size, path, top)
    for wrong in [(leaf, index + 1, size), (leaf, size, size), (leaf, -1, size), (bytes(32), index, size)]:
        with pytest.raises(Tampered):
            included(*wrong, good, top)
    with pytest.raises(Tampered):
        included(leaf, index, size, good, bytes(32))
    with pytest.raises(Tampered):
        included(leaf[:31], index, size, good, top)


@pytest.mark.parametrize(("old", "size"), [(1, 2), (3, 4), (4, 8), (6, 7), (7, 70), (64, 70)])
def test_each_forged_consistency_proof_is_refused(old: int, size: int) -> None:
    leaves = LEAVES[:size]
    good, before, after = consistency_path(leaves, old), root(leaves[:old]), root(leaves)
    forged = [[], [*good, after], [before, *good], [*good, bytes(32)]]
    forged += [[*good[:at], *good[at + 1 :]] for at in range(len(good))]
    forged += [[*good[:at], bytes(32), *good[at + 1 :]] for at in range(len(good))]
    for path in forged:
        with pytest.raises(Tampered):
            consistent(old, size, path, before, after)
    for roots in [(bytes(32), after), (before, bytes(32)), (before[:31], after)]:
        with pytest.raises(Tampered):
            consistent(old, size, good, *roots)


def test_nothing_is_proven_from_an_empty_tree() -> None:
    for size, path in [(0, []), (1, []), (1, [A])]:
        with pytest.raises(Tampered):
            consistent(0, size, path, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT if size == 0 else A)
    with pytest.raises(ValueError):
        consistency_path([A], 0)
    with pytest.raises(Tampered):
        consistent(2, 1, [], A, A)


def test_equal_sizes_need_equal_roots_and_no_proof() -> None:
    consistent(2, 2, [], root([A, B]), root([A, B]))
    for path, after in [([A], root([A, B])), ([], A)]:
        with pytest.raises(Tampered):
            consistent(2, 2, path, root([A, B]), after)


def test_a_compact_range_can_be_put_away_and_taken_up_at_any_size() -> None:
    kept = CompactRange()
    for size, leaf in enumerate(LEAVES):
        assert kept.root() == root(LEAVES[:size])
        kept = CompactRange(kept.size, list(kept.hashes))
        kept.append(leaf)
    for size, hashes in [(3, [A]), (1, [A[:31]]), (-1, [])]:
        with pytest.raises(ValueError):
            CompactRange(size, hashes)


def test_a_leaf_is_not_a_node_and_an_odd_leaf_is_not_doubled() -> None:
    assert leaf_hash(A + B) != node_hash(A, B)
    assert root([A, B, C]) != root([A, B, C, C])
    assert b64decode(b64(merkle.EMPTY_ROOT)) != leaf_hash(b"")


def test_an_index_outside_has_no_proof() -> None:
    for index in (-1, 3):
        with pytest.raises(ValueError):
            inclusion_path([A, B, C], index)


def test_many_leaves_at_once_grow_the_same_tree_as_one_after_the_other() -> None:
    for start in range(35):
        for count in range(36):
            one, many = CompactRange(), CompactRange()
            many.extend(LEAVES[:start])
            grown = many.extend(LEAVES[start : start + count])
            for leaf in LEAVES[: start + count]:
                one.append(leaf)
            assert (many.size, many.hashes) == (one.size, one.hashes)
            for height, fresh in enumerate(grown):
                first, end = start >> height, start + count >> height
                assert fresh == [root(LEAVES[at << height : at + 1 << height]) for at in range(first, end)]
