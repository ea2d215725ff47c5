"""Anchoring into a text file: it only grows, a crash in the middle is mended, and a new file is another anchor."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.db import Db
from ledger.anchor_file import FileTarget, read_anchors
from ledger.checkpoint import open_checkpoint
from ledger.errors import Tampered
from tests.support.anchors import latest, open_directory_for_test, record, send
from tests.support.logs import OpenLog

TEN = timedelta(minutes=10)


@pytest.fixture
def book(db: Db, tmp_path: Path, now: datetime) -> OpenLog:
    return open_directory_for_test(db, tmp_path, now)


@pytest.fixture
def target(book: OpenLog, tmp_path: Path) -> FileTarget:
    return FileTarget(tmp_path / "anchors.txt", book.db, book.id)


def round_of(ada: OpenLog, book: OpenLog, target: FileTarget, turn: int) -> None:
    ada.fill(1, first=turn)
    record(book, book.now + turn * TEN)
    send(book, target, book.now + turn * TEN)
    send(book, target, book.now + turn * TEN)


def test_a_head_is_final_once_its_signed_checkpoint_is_in_the_file(
    ada: OpenLog, book: OpenLog, target: FileTarget, tmp_path: Path
) -> None:
    round_of(ada, book, target, 0)
    found = latest(ada)
    assert found is not None
    assert (found.target, found.state, found.finality) == ("file", "final", "file")
    assert found.block_time is None  # what we write ourselves proves no time
    (note,) = read_anchors((tmp_path / "anchors.txt").read_bytes())
    said = open_checkpoint(note, [book.signer.verifier])
    assert found.directory is not None
    assert (said.size, said.root) == (found.directory.size, found.directory.root)
    assert target.recorded(b"") == (said.size, said.root)


def test_the_file_only_grows(ada: OpenLog, book: OpenLog, target: FileTarget, tmp_path: Path) -> None:
    path, before = tmp_path / "anchors.txt", b""
    for turn in range(3):
        round_of(ada, book, target, turn)
        now = path.read_bytes()
        assert now.startswith(before)
        assert len(read_anchors(now)) == turn + 1
        before = now


def test_a_crash_in_the_middle_of_a_note_is_mended(
    ada: OpenLog, book: OpenLog, target: FileTarget, tmp_path: Path
) -> None:
    round_of(ada, book, target, 0)
    path = tmp_path / "anchors.txt"
    whole = path.read_bytes()
    first = whole.index(b"\n\n") + 2
    for cut in (first, first + 10, whole.rindex(b"\n\xe2") + 1, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert read_anchors(path.read_bytes()) == []
        assert target.recorded(b"") is None
        ((size, root),) = book.rows("SELECT size, root FROM ledger_checkpoint WHERE log_id = :log")
        assert target.outcome("", b"", size, bytes(root)).state == "unknown"
        target.publish(b"", size, bytes(root), 0, 0)
        assert path.read_bytes() == whole
        target.publish(b"", size, bytes(root), 0, 0)  # written once, however often
        assert path.read_bytes() == whole


def test_a_root_that_nobody_signed_is_not_written(ada: OpenLog, book: OpenLog, target: FileTarget) -> None:
    round_of(ada, book, target, 0)
    with pytest.raises(Tampered, match="no signed checkpoint"):
        target.publish(b"", 1, bytes(32), 1, 0)


def test_in_a_new_file_everything_is_anchored_again(
    ada: OpenLog, book: OpenLog, target: FileTarget, tmp_path: Path
) -> None:
    round_of(ada, book, target, 0)
    before = target.chain()
    (tmp_path / "anchors.txt").rename(tmp_path / "published.txt")
    assert target.chain() != before
    send(book, target, book.now)
    send(book, target, book.now)
    assert len(read_anchors((tmp_path / "anchors.txt").read_bytes())) == 1
