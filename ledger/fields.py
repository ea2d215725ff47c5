"""Commitments: what an entry promises about a value kept outside it, and the openings that keep the promise.

No entry and no database is known here. A value can be erased by deleting its opening; the commitment stays.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from secrets import token_bytes
from typing import NamedTuple

from ledger import labelled
from ledger.errors import Tampered

CLASSES = ("public", "commercial", "personal")
"""Who may see a value: everybody, those who deal with the goods, or only who has a reason that is written down."""

SALT_SIZE = 32
_LABEL = "wayproof/commitment/v1"


@dataclass(frozen=True)
class Opening:
    """A committed value with its random salt. path is class and name, such as `commercial:document`."""

    path: str
    salt: bytes
    value: bytes


class Kept(NamedTuple):
    """An opening as it rests in the database. With a `key`, salt is a nonce and value is encrypted."""

    path: str
    salt: bytes
    value: bytes
    key: int | None = None


def class_of(path: str) -> str:
    """The class in front of an opening's path. Raises ValueError for a path without class or name."""
    given, colon, name = path.partition(":")
    if given not in CLASSES or not colon or not name:
        raise ValueError(f"{path[:40]!r} has no class: a path is public:…, commercial:… or personal:…")
    return given


def disclose(openings: Iterable[Opening], classes: Iterable[str]) -> list[Opening]:
    """Those of the openings that a reader of these classes may see; each verifies without the others."""
    allowed = tuple(f"{each}:" for each in classes)
    return [each for each in openings if each.path.startswith(allowed)]


def seal(values: Mapping[str, bytes], draw: Callable[[int], bytes] = token_bytes) -> list[Opening]:
    """Openings for these values, by path, each with a fresh salt, so that a short value cannot be guessed."""
    return [Opening(path, draw(SALT_SIZE), values[path]) for path in sorted(values)]


def commit(origin: str, opening: Opening) -> bytes:
    """The commitment of 32 bytes: a hash over label, log origin, path, salt and value, each length-prefixed."""
    return sha256(_before(origin, opening.path) + labelled.measured(opening.salt, opening.value)).digest()


@lru_cache(maxsize=256)  # an entry has few paths, and all entries of a kind the same ones
def _before(origin: str, path: str) -> bytes:
    return prefix(origin) + labelled.measured(path.encode())


def prefix(origin: str) -> bytes:
    """What every commitment of a log hashes first, before path, salt and value."""
    return labelled.prefix(_LABEL, origin.encode())


def verify_opening(origin: str, opening: Opening, commitments: Mapping[str, str]) -> None:
    """Check an opening against the entry's commitments (hex by path). Raises Tampered."""
    if opening.path not in commitments:
        raise Tampered(f"the entry commits to nothing named {opening.path!r}")
    if commit(origin, opening).hex() != commitments[opening.path]:
        raise Tampered(f"the value of {opening.path!r} is not the one the entry commits to")


def pack(kept: Iterable[Kept]) -> bytes | None:
    """Openings as they are stored, as bytes for the inbox, until the integrator gives each its own row."""
    parts = [
        part
        for each in kept
        for part in (each.path.encode(), each.salt, each.value, b"" if each.key is None else b"%d" % each.key)
    ]
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts) or None


def unpack(packed: bytes | None) -> list[Kept]:
    """The openings of `pack`. Raises ValueError for bytes that it did not write."""
    parts, rest = [], memoryview(packed or b"")
    while rest:
        size = int.from_bytes(rest[:8], "big")
        if len(rest) < 8 + size:
            raise ValueError("the packed openings are cut off")
        parts.append(bytes(rest[8 : 8 + size]))
        rest = rest[8 + size :]
    if len(parts) % 4:
        raise ValueError("the packed openings are cut off")
    fours = zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True)
    return [Kept(path.decode(), salt, value, int(key) if key else None) for path, salt, value, key in fours]
