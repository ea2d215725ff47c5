"""One hash over several parts that cannot be taken for another: labelled and length-prefixed. Nothing else."""

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash as HASH


def prefix(label: str, *parts: bytes) -> bytes:
    """What `digest` hashes first, where many begin alike: the label and these parts with their lengths."""
    return measured(label.encode("ascii"), *parts)


def measured(*parts: bytes) -> bytes:
    """The parts, each after its length as 8 bytes, big-endian."""
    return b"".join([each for part in parts for each in (len(part).to_bytes(8, "big"), part)])


def digest(label: str, *parts: bytes) -> bytes:
    """SHA-256 over the label and each part, every one preceded by its length as 8 bytes, big-endian."""
    return begun(label, *parts).digest()


def begun(label: str, *parts: bytes) -> "HASH":
    """The hash as it stands after these parts; more may follow, each after its length."""
    return sha256(prefix(label, *parts))
