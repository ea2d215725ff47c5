"""Tiles: their paths, widths and bytes are those of c2sp.org/tlog-tiles."""

from hashlib import sha256

import pytest

from app.db import reading
from ledger import merkle, stored_tree
from ledger.errors import Tampered
from ledger.served import checkpoint_file, find_log, tile_file
from ledger.stored_tree import StoredTree
from ledger.tile_path import TilePath, number_path
from ledger.tiles import grow, read_entries, read_tile, rows_of
from tests.support.logs import OpenLog

LEAVES = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(66_000)]


@pytest.mark.parametrize(
    ("number", "path"),
    [
        (0, "000"),
        (67, "067"),
        (999, "999"),
        (1000, "x001/000"),
        (1234, "x001/234"),
        (1234067, "x001/x234/067"),
        (10**9, "x001/x000/x000/000"),
    ],
)
def test_a_number_is_written_and_read_in_groups_of_three(number: int, path: str) -> None:
    assert number_path(number) == path
    assert TilePath.parse(f"0/{path}") == TilePath(0, number)
    assert TilePath.parse(f"entries/{path}.p/255") == TilePath(None, number, 255)
    assert str(TilePath.parse(f"63/{path}.p/1")) == f"63/{path}.p/1"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "0/0",
        "0/0000",
        "0/x000/001",
        "0/001/000",
        "0/x001",
        "0/001.p/0",
        "0/001.p/256",
        "0/001.p/999",
        "0/001.p/01",
        "0/001.p/",
        "0/001.p/1/",
        "0/001.p/1.p/1",
        "0/001p/1",
        "0/00a",
        "0/-01",
        "0/x١٢٣/000",
        "0//000",
        "/000",
        "00/000",
        "64/000",
        "-1/000",
        "٠/000",
        "Entries/000",
        "entries",
        "entries/000 ",
        "0/x001/x001/x001/x001/x001/x001/001",
    ],
)
def test_a_path_with_another_spelling_is_refused(path: str) -> None:
    with pytest.raises(ValueError):
        TilePath.parse(path)


def test_rows_of_a_tree_that_is_hashed_already_are_those_that_would_be_hashed() -> None:
    tree, stored = merkle.CompactRange(), dict[tuple[int, int], bytes]()
    for step in (1, 254, 1, 1, 700, 64_000, 1_043):
        size = tree.size
        leaves = LEAVES[size : size + step]
        rows = rows_of(size, tree.extend(leaves), lambda tile: stored.get(tile, b""))
        assert rows == grow(size, leaves, lambda tile: stored.get(tile, b""))
        stored.update(rows)


def test_rows_grow_the_same_in_one_step_and_in_many() -> None:
    at_once = grow(0, LEAVES, lambda tile: b"")
    stored: dict[tuple[int, int], bytes] = {}
    size = 0
    for step in (1, 255, 1, 700, 64_000, 1043):
        stored.update(grow(size, LEAVES[size : size + step], lambda tile: stored.get(tile, b"")))
        size += step
    assert size == len(LEAVES)
    assert stored == at_once
    widths = {
        level: sum(len(row) // 32 for (own, _), row in stored.items() if own == level) for level in (0, 1, 2)
    }
    assert widths == {0: 66_000, 1: 257, 2: 1}
    assert stored[2, 0] == merkle.root(LEAVES[:65_536])


def test_a_row_that_is_too_narrow_is_not_continued() -> None:
    with pytest.raises(Tampered):
        grow(3, LEAVES[:1], lambda tile: bytes(32))


def test_the_four_letters_give_the_known_tile(ada: OpenLog) -> None:
    rows = grow(0, [merkle.leaf_hash(each) for each in (b"a", b"b", b"c", b"d")], lambda tile: b"")
    expected = "74c8144027d6f2570f8df0d44cea121cebd2ae6dbcf6a756172eed9202824dc2"
    assert sha256(rows[0, 0]).hexdigest() == expected


def test_a_tile_and_its_bundle_are_served_at_every_width_that_was_published(ada: OpenLog) -> None:
    ada.fill(300)
    with reading(ada.db) as session:
        envelopes = [row[0] for row in ada.rows('SELECT envelope FROM ledger_entry ORDER BY "index"')]
        assert read_tile(session, ada.id, 0, 0) == b"".join(map(merkle.leaf_hash, envelopes[:256]))
        assert read_tile(session, ada.id, 0, 1, 7) == b"".join(map(merkle.leaf_hash, envelopes[256:263]))
        assert read_tile(session, ada.id, 1, 0, 1) == merkle.root(
            [merkle.leaf_hash(each) for each in envelopes[:256]]
        )
        assert read_tile(session, ada.id, 0, 1, 45) is None
        assert read_tile(session, ada.id, 0, 2, 1) is None
        bundle = read_entries(session, ada.id, 1, 2)
        assert bundle == b"".join(len(each).to_bytes(2, "big") + each for each in envelopes[256:258])
        assert read_entries(session, ada.id, 1, 45) is None


@pytest.mark.parametrize("size", [1, 5, 256, 300, 513])
def test_consistency_proofs_from_tiles_verify(ada: OpenLog, size: int) -> None:
    ada.fill(size)
    leaves = [row[0] for row in ada.rows('SELECT leaf_hash FROM ledger_entry ORDER BY "index"')]
    with reading(ada.db) as session:
        tree = StoredTree(session, ada.id)
        for old in {1, size // 2, size - 1, size} - {0}:
            path = tree.consistency_path(old, size)
            merkle.verify_consistency(old, size, path, merkle.root(leaves[:old]), tree.root(size))


def test_a_changed_tile_is_seen_although_it_was_cached(ada: OpenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    (submission, *_) = ada.fill(3)
    before = ada.evidence(submission).items[submission].path
    ada.sql("UPDATE ledger_tile SET hashes = :new WHERE log_id = :log", new=bytes(96))
    monkeypatch.setattr(stored_tree, "TRUSTED_FOR", 0.0)  # as after five seconds
    assert before != ada.evidence(submission).items[submission].path
    ada.sql("DELETE FROM ledger_tile WHERE log_id = :log")
    assert ada.evidence(submission).items[submission].status == "damaged"


def test_only_what_a_published_checkpoint_implies_is_served(ada: OpenLog) -> None:
    def widths(level: int | None, number: int) -> list[int]:
        with reading(ada.db) as session:
            paths = [TilePath(level, number, width) for width in range(1, 257)]
            return [each.width for each in paths if tile_file(session, ada.id, each) is not None]

    assert widths(0, 0) == []
    ada.fill(3)
    ada.fill(2, first=3)
    assert widths(0, 0) == [3, 5]
    assert widths(None, 0) == [3, 5]
    ada.accept(5)
    ada.integrate()  # and not yet signed
    assert widths(0, 0) == [3, 5]
    ada.fill(595, first=6)
    assert widths(0, 0) == [3, 5, 256]
    assert (widths(0, 1), widths(0, 2), widths(0, 3)) == ([256], [89], [])
    assert (widths(None, 1), widths(None, 2), widths(1, 0), widths(2, 0)) == ([256], [89], [2], [])
    with reading(ada.db) as session:
        assert tile_file(session, ada.id, TilePath(63, 10**17, 7)) is None
        assert tile_file(session, ada.id, TilePath(0, 10**17)) is None


def test_a_log_is_found_by_its_public_name_only(ada: OpenLog, cleo: OpenLog) -> None:
    ada.fill(1)
    with reading(ada.db) as session:
        assert find_log(session, "ada1") == ada.id
        assert find_log(session, "cleo1") == cleo.id
        assert find_log(session, "wayproof/ada1") is None
        assert checkpoint_file(session, cleo.id) is None
        assert checkpoint_file(session, ada.id) == ada.evidence().checkpoint.encode()


def test_a_proof_from_cached_rows_is_the_one_of_the_tree(ada: OpenLog) -> None:
    ada.fill(700)
    leaves = [
        leaf for (leaf,) in ada.rows('SELECT leaf_hash FROM ledger_entry WHERE log_id = :log ORDER BY "index"')
    ]
    with reading(ada.db) as session:
        for _ in range(2):  # past the cache, and out of it
            tree = StoredTree(session, ada.id)
            for size in (1, 2, 255, 256, 257, 511, 700):
                for index in {0, 1, size // 2, size - 1}:
                    if index < size:
                        assert tree.inclusion_path(index, size) == merkle.inclusion_path(leaves[:size], index)
        for index, size in ((-1, 3), (3, 3), (0, 0)):
            with pytest.raises(ValueError):
                tree.inclusion_path(index, size)
        with pytest.raises(Tampered):
            tree.inclusion_path(0, 701)
