"""A stranger reads a log from its files: whatever was changed in them, the root does not come out."""

from pathlib import Path

import pytest

from ledger.checkpoint import Checkpoint
from ledger.errors import NotPublished, Tampered
from ledger.merkle import CompactRange, leaf_hash, root
from ledger.reader import check_log, follow_log, read_bundle
from ledger.static import tiles_of, write_files
from ledger.tile_path import number_path
from ledger.tiles import grow
from tests.support.logs import OpenLog

ENTRIES = [b"entry %d" % number for number in range(600)]


class Files(dict[str, bytes]):
    """A log held in memory, with the tiles of one size only."""

    def __init__(self, entries: list[bytes]) -> None:
        super().__init__()
        leaves = [leaf_hash(each) for each in entries]
        self.checkpoint = Checkpoint("example.com/demo", len(entries), root(leaves))
        rows = grow(0, leaves, lambda tile: b"")
        for (level, number), hashes in rows.items():
            self[f"tile/{level}/{number_path(number)}{_partial(len(hashes) // 32)}"] = hashes
        for first in range(0, len(entries), 256):
            bundle = entries[first : first + 256]
            name = f"tile/entries/{number_path(first // 256)}{_partial(len(bundle))}"
            self[name] = b"".join(len(each).to_bytes(2, "big") + each for each in bundle)


def _partial(width: int) -> str:
    return "" if width == 256 else f".p/{width}"


@pytest.mark.parametrize("size", [0, 1, 4, 255, 256, 257, 512, 600])
def test_the_root_comes_out_of_the_files(size: int) -> None:
    files = Files(ENTRIES[:size])
    check_log(files.get, files.checkpoint)
    assert {f"tile/{each}" for each in tiles_of(size)} == set(files)


def test_the_worked_bundle_is_read() -> None:
    assert Files([b"a", b"b", b"c", b"d"])["tile/entries/000.p/4"].hex() == "000161000162000163000164"
    assert read_bundle(bytes.fromhex("0001610000000163")) == [b"a", b"", b"c"]
    for cut in ("00", "0001", "000261", "00016100"):
        with pytest.raises(Tampered):
            read_bundle(bytes.fromhex(cut))


@pytest.mark.parametrize("size", [3, 300])
def test_a_full_tile_stands_for_the_partial_one_that_is_gone(size: int) -> None:
    check_log(Files(ENTRIES[:512]).get, Files(ENTRIES[:size]).checkpoint)


@pytest.mark.parametrize("name", ["tile/0/000", "tile/entries/000", "tile/entries/001.p/44", "tile/0/001.p/44"])
def test_every_changed_file_is_found(name: str) -> None:
    for change in (lambda b: b[:-1], lambda b: b + b"\0", lambda b: bytes([b[0] ^ 1]) + b[1:], lambda b: b""):
        files = Files(ENTRIES[:300])
        files[name] = change(files[name])
        with pytest.raises(Tampered):
            check_log(files.get, files.checkpoint)
    files = Files(ENTRIES[:300])
    del files[name]
    with pytest.raises(Tampered, match="no file"):
        check_log(files.get, files.checkpoint)


def test_entries_and_tile_changed_alike_do_not_give_the_signed_root() -> None:
    files, signed = Files([*ENTRIES[:100], b"another", *ENTRIES[101:300]]), Files(ENTRIES[:300]).checkpoint
    with pytest.raises(Tampered, match="root"):
        check_log(files.get, signed)


def test_whoever_kept_the_tree_reads_only_what_is_new_and_sees_a_split() -> None:
    asked = []
    files = Files(ENTRIES[:600])

    def fetch(path: str) -> bytes | None:
        asked.append(path)
        return files.get(path)

    known = follow_log(Files(ENTRIES[:300]).get, CompactRange(), Files(ENTRIES[:300]).checkpoint)
    assert follow_log(fetch, known, files.checkpoint).size == 600
    assert not [path for path in asked if "/000" in path]
    other = Files([b"rewritten", *ENTRIES[1:600]])
    with pytest.raises(Tampered, match="root"):
        follow_log(other.get, known, other.checkpoint)


def test_a_log_written_as_files_reads_back_and_goes_on(ada: OpenLog, tmp_path: Path) -> None:
    folder = tmp_path / "files"

    def fetch(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    with pytest.raises(NotPublished):
        write_files(ada.db, ada.id, folder)
    ada.fill(300)
    folder.mkdir()
    known = follow_log(fetch, CompactRange(), write_files(ada.db, ada.id, folder))
    before = (folder / "tile/0/000").stat().st_mtime_ns
    ada.fill(300, first=300)
    checkpoint = write_files(ada.db, ada.id, folder)
    assert (checkpoint.size, (folder / "tile/0/000").stat().st_mtime_ns) == (600, before)
    follow_log(fetch, known, checkpoint)
    assert (folder / "checkpoint").read_bytes() == ada.evidence().checkpoint.encode()
    assert not list(folder.rglob("*.new"))
