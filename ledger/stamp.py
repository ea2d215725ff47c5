"""Stamps: that a file existed, proven by a salted hash in a log. The file and its hash stay with their owner.

The owner makes the salt and the commitment; the log gets the commitment alone. The certificate is the ordinary
one-file proof with the opening added, so that every verifier reads it. No database and no server is known here.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger import canonical, fields, proof
from ledger.errors import NotCanonical, Tampered
from ledger.fields import Opening
from ledger.note import b64, strict_b64
from ledger.proof import OneFile

STAMPED = "stamp:file:recorded"
PATH = "commercial:file"
PENDING = "wayproof-stamp-pending/1"

_PENDING_PARTS = {"format", "origin", "salt", "value", "submission"}


@dataclass(frozen=True)
class Stamp:
    """What the owner of a file keeps until the certificate is there: without the salt nothing can be shown."""

    origin: str
    opening: Opening
    submission: int | None = None

    @property
    def commitment(self) -> bytes:
        """What the log gets."""
        return fields.commit(self.origin, self.opening)

    def as_json(self) -> dict[str, Any]:
        """The value that `read_pending` reads."""
        return {
            "format": PENDING,
            "origin": self.origin,
            "salt": b64(self.opening.salt),
            "value": b64(self.opening.value),
            "submission": self.submission,
        }


def fingerprint(path: Path) -> bytes:
    """SHA-256 and size of a file, as canonical JSON. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        size = file.tell()
    return canonical.encode({"sha256": digest.hexdigest(), "size": size})


def make(origin: str, value: bytes) -> Stamp:
    """A stamp of a fingerprint for the log of this origin, with a fresh salt."""
    return Stamp(origin, Opening(PATH, secrets.token_bytes(fields.SALT_SIZE), value))


def certificate(bundle: Mapping[str, Any], opening: Opening) -> dict[str, Any]:
    """The proof of the stamp's entry with its opening, which the log never had."""
    shown = {"path": opening.path, "salt": b64(opening.salt), "value": b64(opening.value)}
    return {**bundle, "openings": [shown]}


def read_pending(value: Any) -> Stamp | None:
    """The stamp that waits for its certificate; None for another kind of file. Raises ValueError."""
    if not isinstance(value, dict) or value.get("format") != PENDING:
        return None
    texts = all(isinstance(value.get(name), str) for name in ("origin", "salt", "value"))
    submission = value.get("submission")
    if value.keys() != _PENDING_PARTS or not texts or not (submission is None or type(submission) is int):
        raise ValueError("the waiting stamp has a wrong form")
    opening = Opening(PATH, strict_b64(value["salt"]), strict_b64(value["value"]))
    return Stamp(value["origin"], opening, submission)


def read_certificate(data: bytes) -> tuple[OneFile, Opening]:
    """A certificate and the opening of its stamp, its form alone. Raises Tampered."""
    file = proof.read(data)
    opening = next((each for each in file.openings if each.path == PATH), None)
    if opening is None or len(file.openings) != 1:
        raise Tampered("this is no certificate of a stamp: it does not open exactly one file")
    return file, opening


def check_file(opening: Opening, path: Path) -> None:
    """Check that this is the file of the certificate. Raises Tampered, or OSError."""
    try:
        said = canonical.decode(opening.value)
    except NotCanonical as error:
        raise Tampered(f"the certificate's fingerprint is malformed: {error}") from error
    if not isinstance(said, dict) or said.keys() != {"sha256", "size"}:
        raise Tampered("the certificate's fingerprint is malformed")
    if fingerprint(path) != opening.value:
        raise Tampered(f"{path.name} is not the file that was stamped")
