"""Anchoring without a chain: the directory's signed checkpoints, one after the other, in a text file.

The file only grows, and each checkpoint is on the disk before it counts. It proves as much as the place where it
is published: put it where you can't take it back (a mailing list, a partner's archive, another company's server).
What is anchored, and when, is `ledger.anchor`.
"""

import fcntl
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Table, select

from ledger.anchor_state import Target
from ledger.checkpoint import Checkpoint
from ledger.errors import Tampered
from ledger.note import split_note
from ledger.snapshot import Db, snapshot
from ledger.tables import PublishedCheckpoint

_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]
_HEADER = b"# wayproof anchors: signed checkpoints of a directory log, oldest first. Publish this file. id "


@dataclass(frozen=True)
class FileIdentity:
    """A file instead of a chain: no number, and the hash of its first line instead of a first block."""

    chain_id: int
    genesis: str


@dataclass(frozen=True)
class Written:
    """What became of a checkpoint: `final` once it is in the file, at this place (1, 2, ...), else `unknown`."""

    state: str
    tx: str = ""
    block_number: int | None = None
    block_hash: str | None = None
    block_time: datetime | None = None
    finality: str = "file"
    final_by: datetime | None = None
    sources: int = 1


class FileTarget:
    """One anchor file. Only for the log whose checkpoints it was opened for."""

    def __init__(self, path: Path, db: Db, log_id: int) -> None:
        self._path = path
        self._db = db
        self._log_id = log_id

    @property
    def name(self) -> Target:
        return "file"

    def chain(self) -> FileIdentity:
        """Which file this is; a new one is begun where there is none. Raises OSError."""
        if not self._path.exists():
            _begin(self._path)
        with self._path.open("rb") as file:
            first = file.readline(400)
        return FileIdentity(0, sha256(first).hexdigest())

    def next_nonce(self) -> int:
        """How many checkpoints the file holds."""
        return len(read_anchors(self._read()))

    def publish(self, log_key: bytes, size: int, root: bytes, nonce: int, fee_bump: int) -> str:
        """Append the signed checkpoint of this size, once; returns its SHA-256. Durable when it returns.

        Raises Tampered when the database has no signed checkpoint of this root at this size.
        """
        del log_key, nonce, fee_bump
        note = self._note(size, root)
        with self._path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            data = file.read()
            notes = read_anchors(data)
            if note not in notes:
                file.truncate(_header(data) + sum(len(each) + 1 for each in notes))  # a crash may have cut one off
                file.seek(0, os.SEEK_END)
                file.write(note + b"\n")
                file.flush()
                os.fsync(file.fileno())
        return sha256(note).hexdigest()

    def outcome(self, tx: str, log_key: bytes, size: int, root: bytes) -> Written:
        """Whether the file holds a checkpoint of this size and root, and at which place."""
        del log_key
        for place, note in enumerate(read_anchors(self._read()), start=1):
            said = _said(note)
            if (said.size, said.root) == (size, root):
                return Written("final", sha256(note).hexdigest(), place)
        return Written("unknown", tx)

    def recorded(self, log_key: bytes) -> tuple[int, bytes] | None:
        """The last checkpoint of the file."""
        del log_key
        notes = read_anchors(self._read())
        if not notes:
            return None
        said = _said(notes[-1])
        return said.size, said.root

    def _read(self) -> bytes:
        return self._path.read_bytes() if self._path.exists() else b""

    def _note(self, size: int, root: bytes) -> bytes:
        here = (_CHECKPOINT.c.log_id == self._log_id, _CHECKPOINT.c.size == size, _CHECKPOINT.c.root == root)
        with snapshot(self._db) as session:
            note: str | None = session.connection().execute(select(_CHECKPOINT.c.note).where(*here)).scalar()
        if note is None:
            raise Tampered(f"there is no signed checkpoint of this root at size {size}")
        return note.encode()


def read_anchors(data: bytes) -> list[bytes]:
    """The signed notes of an anchor file, as they are, unverified; a beginning of one at the end is left out."""
    parts = data[_header(data) :].split(b"\n\n")
    whole = parts[:-1]  # what follows the last empty line is nothing, or was cut off by a crash
    pairs = zip(whole[::2], whole[1::2], strict=False)
    return [text + b"\n\n" + signatures + b"\n" for text, signatures in pairs]


def _header(data: bytes) -> int:
    """How many bytes stand before the first note."""
    return data.index(b"\n\n") + 2 if data.startswith(b"#") else 0


def _said(note: bytes) -> Checkpoint:
    text, _ = split_note(note)
    return Checkpoint.parse(text.decode())


def _begin(path: Path) -> None:
    """A new file with its first line, whole or not at all; one that another worker began is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with fresh.open("xb") as file:
        file.write(_HEADER + secrets.token_hex(16).encode() + b"\n\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
