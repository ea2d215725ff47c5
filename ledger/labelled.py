"""One hash over several parts that cannot be taken for another: labelled and length-prefixed. Nothing else."""

from hashlib import sha256


def digest(label: str, *parts: bytes) -> bytes:
    """SHA-256 over the label and each part, every one preceded by its length as 8 bytes, big-endian."""
    hashing = sha256()
    for part in (label.encode("ascii"), *parts):
        hashing.update(len(part).to_bytes(8, "big"))
        hashing.update(part)
    return hashing.digest()
