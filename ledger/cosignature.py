"""Cosignatures (c2sp.org/tlog-cosignature): a witness says when a checkpoint was the largest that it had seen.

Two kinds: Ed25519 over the time and the whole text, and ML-DSA-44 over name, time and tree. When a witness may
sign is not decided here.
"""

import os
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ledger.checkpoint import MAX_SIZE, Checkpoint
from ledger.errors import Tampered
from ledger.note import (
    COSIGNATURE,
    ML_DSA_44,
    Verifier,
    read_secret,
    signature_line,
    write_secret,
)

KINDS = (COSIGNATURE, ML_DSA_44)
_SIGNATURE_SIZES = {COSIGNATURE: 64, ML_DSA_44: 2420}


def ed25519_message(text: bytes, at: int) -> bytes:
    """What an Ed25519 cosigner signs; it says nothing of the cosigner's name, so a key has one name."""
    return b"cosignature/v1\ntime %d\n%b" % (at, text)


def ml_dsa_message(name: str, at: int, origin: str, start: int, end: int, root: bytes) -> bytes:
    """What an ML-DSA-44 cosigner signs of the leaves [start, end). ValueError for a name or origin too long."""
    parts = []
    for each in (name.encode(), origin.encode()):
        if not 1 <= len(each) <= 255:
            raise ValueError("a name and an origin under an ML-DSA cosignature have 1 to 255 bytes")
        parts.append(bytes([len(each)]) + each)
    return b"".join(
        [b"subtree/v1\n\0", parts[0], _u64(at), parts[1], _u64(start), _u64(end), root],
    )


def verify_cosignature(key: Verifier, text: bytes, checkpoint: Checkpoint, blob: bytes) -> int:
    """The time (POSIX seconds) at which this key cosigned a checkpoint; `blob` is time and signature.

    text is the complete text that `checkpoint` was read from. An ML-DSA cosignature does not cover its extension
    lines. Time 0, which claims nothing, is given back as it is. Raises Tampered.
    """
    if len(blob) != 8 + _SIGNATURE_SIZES[key.kind]:
        raise Tampered(f"the cosignature of {key.name} has a wrong length")
    at, signature = int.from_bytes(blob[:8], "big"), blob[8:]
    if at > MAX_SIZE:
        raise Tampered(f"the cosignature of {key.name} has a time beyond 2^63")
    if key.kind == COSIGNATURE:
        key.verify(ed25519_message(text, at), signature)
        return at
    try:
        message = ml_dsa_message(key.name, at, checkpoint.origin, 0, checkpoint.size, checkpoint.root)
        MLDSA44PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Tampered(f"the signature of {key.name} is wrong") from error
    return at


def can_verify(key: Verifier) -> bool:
    """Whether this machine can check signatures of this kind; else the key counts as unknown, never as failing."""
    if key.kind != ML_DSA_44:
        return True
    try:
        MLDSA44PublicKey.from_public_bytes(key.public)
    except UnsupportedAlgorithm:
        return False
    return True


class Cosigner:
    """A private cosigning key with its name; `path` is its file, or None for one that lives in memory only."""

    def __init__(self, name: str, seed: bytes, kind: int = COSIGNATURE, path: Path | None = None) -> None:
        self._private: Ed25519PrivateKey | MLDSA44PrivateKey
        if kind == ML_DSA_44:
            self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        else:
            self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self.verifier = Verifier.of(name, self._private.public_key().public_bytes_raw(), kind)
        self.path = path

    @property
    def vkey(self) -> str:
        """The public half, as text."""
        return self.verifier.vkey

    def line(self, text: str, at: datetime) -> str:
        """The signature line that says: at this time this checkpoint was the largest I have seen of its origin.

        Raises Tampered for a text that is no checkpoint.
        """
        checkpoint, seconds = Checkpoint.parse(text), int(at.timestamp())
        if self.verifier.kind == ML_DSA_44:
            tree = (checkpoint.origin, 0, checkpoint.size, checkpoint.root)
            message = ml_dsa_message(self.verifier.name, seconds, *tree)
        else:
            message = ed25519_message(text.encode(), seconds)
        return signature_line(self.verifier, _u64(seconds) + self._private.sign(message))

    @classmethod
    def create(cls, path: Path, name: str, kind: int = COSIGNATURE) -> "Cosigner":
        """A new random key in a new file of mode 0600. Raises FileExistsError."""
        cosigner = cls(name, os.urandom(32), kind, path)
        write_secret(path, cosigner.verifier, cosigner._seed)
        return cosigner

    @classmethod
    def load(cls, path: Path) -> "Cosigner":
        """The key of a file that `create` wrote. Raises ValueError; also when others may read the file."""
        name, key_id, kind, seed = read_secret(path)
        if kind not in KINDS:
            raise ValueError(f"{path} holds no cosigning key")
        cosigner = cls(name, seed, kind, path)
        if cosigner.verifier.key_id != key_id:
            raise ValueError(f"{path}: the id is not the one of the name and key")
        return cosigner


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "big")
