"""A box for secrets that must rest in the database: opened with a key file outside it. Logs nothing."""

import hmac
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

_FILE = "box.key"


class SealBroken(Exception):
    """The sealed value was changed, or sealed with another key file."""


class Box:
    """Seals and opens values with AES-128-CBC and HMAC-SHA256 (Fernet)."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)
        self._key = key

    def seal(self, value: bytes) -> bytes:
        """Encrypt a value for a column of the database."""
        return self._fernet.encrypt(value)

    def mark(self, value: bytes) -> bytes:
        """A keyed hash by which an equal value is found again, and which tells nothing without the key file."""
        return hmac.digest(self._key, b"wayproof/mark/v1\n" + value, "sha256")

    def open(self, sealed: bytes) -> bytes:
        """The value again; raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealBroken("the key file of the box does not open this value") from None


@lru_cache
def open_box(keys: Path) -> Box:
    """The box of a house; its key file is made at the first call, readable by its owner alone."""
    path = keys / _FILE
    with suppress(FileExistsError):  # made before, or by another process just now
        write_once(path, Fernet.generate_key())
    return Box(path.read_bytes())


def write_once(path: Path, key: bytes) -> None:
    """Write beside and link, so that no other process ever reads half a key."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
