"""Erasure entries: the log's own signed word that an opening was deleted, while its commitment stays. Pure.

What is erased and why is decided elsewhere; no value that was erased is ever known here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ledger import canonical
from ledger.entry import Envelope
from ledger.errors import Tampered
from ledger.note import Signer, Verifier, b64, strict_b64

ERASED = "ledger:opening:erased"

_TEXTS = ("leaf", "reason", "basis", "by", "key", "signature")
_KEYS = {*_TEXTS, "index", "paths"}
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True)
class Erasure:
    """What an erasure entry names: the paths of one entry whose openings were deleted."""

    index: int
    leaf: str
    paths: tuple[str, ...]
    reason: str
    basis: str
    key: str


def write_body(
    signer: Signer, index: int, leaf: bytes, paths: Iterable[str], *, reason: str, basis: str, by: str
) -> dict[str, Any]:
    """The body of an erasure entry, signed by the log's key."""
    body = {
        "index": index,
        "leaf": leaf.hex(),
        "paths": sorted(paths),
        "reason": reason,
        "basis": basis,
        "by": by,
    }
    signature = signer.signature(_text(body))
    return {**body, "key": signer.verifier.key_id.hex(), "signature": b64(signature)}


def read_erasure(envelope: Envelope) -> Erasure:
    """What an entry of type ERASED says, its signature not verified. Raises Tampered for a wrong form."""
    body = envelope.body
    if body.keys() != _KEYS or type(body["index"]) is not int or not isinstance(body["paths"], list):
        raise Tampered("the erasure entry has a wrong form")
    if not all(isinstance(body[name], str) for name in _TEXTS) or not _KEY_ID.fullmatch(body["key"]):
        raise Tampered("the erasure entry has a wrong form")
    if not body["paths"] or not all(isinstance(each, str) for each in body["paths"]):
        raise Tampered("the erasure entry names no paths")
    return Erasure(body["index"], body["leaf"], tuple(body["paths"]), body["reason"], body["basis"], body["key"])


def verify_erasure(envelope: Envelope, verifiers: Sequence[Verifier]) -> Erasure | None:
    """The erasure of an entry of type ERASED when one of these keys of the log signed it.

    None when it was signed by a key that is not among them. Raises Tampered for a wrong form or signature.
    """
    found = read_erasure(envelope)
    known = [each for each in verifiers if each.name == envelope.log and each.key_id.hex() == found.key]
    try:
        signature = strict_b64(envelope.body["signature"])
    except ValueError as error:
        raise Tampered(f"the signature of the erasure entry: {error}") from error
    for each in known:
        each.verify(_text(envelope.body), signature)
    return found if known else None


def _text(body: Mapping[str, Any]) -> bytes:
    said = {name: value for name, value in body.items() if name not in ("key", "signature")}
    return f"wayproof/erasure/v1\n{sha256(canonical.encode(said)).hexdigest()}\n".encode()
