"""The high-water mark of a signing key: the last checkpoint it signed, in a file beside it, never in the database.

A database restored from a backup is behind its mark, and then nothing may be signed. Of the tree nothing is known.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import LeaseLost, RolledBack, Tampered
from ledger.note import Signer


def mark_path(key_path: Path) -> Path:
    """The mark of a key file: the same name, ending in `.mark`."""
    return key_path.with_suffix(".mark")


def read_mark(key_path: Path) -> bytes | None:
    """The signed checkpoint in the mark of this key file, unverified, or None when nothing was signed yet."""
    try:
        return mark_path(key_path).read_bytes()
    except FileNotFoundError:
        return None


class Mark:
    """The mark of one key while its lock is held. A key without a file has none, and nothing is kept for it."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def last(self) -> Checkpoint | None:
        """The last checkpoint that was signed. Raises RolledBack when the mark is not one of this key's."""
        data = read_mark(self._signer.path) if self._signer.path else None
        if data is None:
            return None
        try:
            return open_checkpoint(data, [self._signer.verifier])
        except Tampered as error:
            raise RolledBack(f"the high-water mark of {self._signer.name} is damaged: {error}") from error

    def raise_to(self, note: str) -> None:
        """Replace the mark, durably; a crash leaves the old one or the new one."""
        if self._signer.path is None:
            return
        write_durably(mark_path(self._signer.path), note)


@contextmanager
def locked_mark(signer: Signer) -> Iterator[Mark]:
    """The mark, held by a lock on the key file, so that two processes cannot lower it by overtaking each other.

    Raises LeaseLost when the key was replaced while we waited: whoever signs must load the new one.
    """
    if signer.path is None:
        yield Mark(signer)
        return
    with open(signer.path, "rb") as key:
        fcntl.flock(key, fcntl.LOCK_EX)
        if not os.path.samestat(os.fstat(key.fileno()), signer.path.stat()) or signer.is_replaced():
            raise LeaseLost(f"the key of {signer.name} was replaced meanwhile")
        yield Mark(signer)


def write_durably(path: Path, text: str) -> None:
    """Replace a file; a crash leaves the old one or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    with open(fresh, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
