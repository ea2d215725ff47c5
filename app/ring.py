"""The ring that opens what is not public in the ledger: keys of several generations in one file, kept outside it.

The file has mode 0600 and is made with the first key that it wraps. To turn the ring is `begin_generation`; what a
generation still wraps is asked of the ledger before `end_generations`.
"""

import base64
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.process import write_private
from ledger.canonical import moment_text
from ledger.errors import KeyLost

FILE = "openings.ring"
_NONCE = 12


@dataclass(frozen=True)
class FileRing:
    """The ring of a folder of keys. Reads the file anew whenever it is asked, which is once for each subject."""

    keys: Path

    @property
    def path(self) -> Path:
        """Where the ring is."""
        return self.keys / FILE

    def wrap(self, key: bytes, name: bytes) -> tuple[int, bytes]:
        """The key, encrypted for `name` by the current generation, and the number of that generation."""
        ring = self._read() or self._made()
        generation = int(ring["current"])
        nonce = secrets.token_bytes(_NONCE)
        return generation, nonce + self._key(ring, generation).encrypt(nonce, key, name)

    def unwrap(self, generation: int, wrapped: bytes, name: bytes) -> bytes:
        """The key again. Raises KeyLost."""
        try:
            return self._key(self._read(), generation).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], name)
        except (InvalidTag, ValueError) as error:
            raise KeyLost("a wrapped key in the database was changed, or is of another ring") from error

    def current(self) -> int:
        """The number of the generation that wraps now; 0 before the first."""
        return int(self._read().get("current", 0))

    def begun_at(self) -> str:
        """When the current generation began, as text; empty before the first."""
        ring = self._read()
        return str(ring["keys"][str(ring["current"])]["begun_at"]) if ring else ""

    def begin_generation(self, now: datetime) -> int:
        """A new key that wraps from now on; the earlier ones still open what they wrapped."""
        ring = self._read() or {"current": 0, "keys": {}}
        number = max((int(each) for each in ring["keys"]), default=0) + 1
        ring["keys"][str(number)] = _new(moment_text(now))
        write_private(self.path, {**ring, "current": number})
        return number

    def end_generations(self) -> int:
        """Destroy every generation but the current one; how many."""
        ring = self._read()
        ended = [each for each in ring.get("keys", {}) if int(each) != ring["current"]]
        if ended:
            kept = {each: key for each, key in ring["keys"].items() if each not in ended}
            write_private(self.path, {**ring, "keys": kept})
        return len(ended)

    def _read(self) -> dict[str, Any]:
        try:
            if self.path.stat().st_mode & 0o077:
                raise KeyLost(f"{self.path} is open to others; give it mode 0600, and turn the ring")
            ring: dict[str, Any] = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise KeyLost(f"{self.path} is not a ring of keys; restore it from its backup") from error
        return ring

    def _made(self) -> dict[str, Any]:
        """The first ring, or that of another process that was quicker: linked, so that nobody reads half of it."""
        draft = self.path.with_name(f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
        write_private(draft, {"current": 1, "keys": {"1": _new("")}})
        with suppress(FileExistsError):
            os.link(draft, self.path)
        draft.unlink()
        return self._read()

    def _key(self, ring: dict[str, Any], generation: int) -> AESGCM:
        key = ring.get("keys", {}).get(str(generation))
        if key is None:
            raise KeyLost(f"{self.path} has no key of generation {generation}; restore it from its backup")
        return AESGCM(base64.b64decode(key["key"]))


def _new(begun_at: str) -> dict[str, str]:
    return {"key": base64.b64encode(secrets.token_bytes(32)).decode(), "begun_at": begun_at}
