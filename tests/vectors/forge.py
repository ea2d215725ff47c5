"""Builds one-file proofs, good ones and forged ones, from the pure parts of the ledger. All keys are for tests.

Everything is derived from fixed seeds, so that the same case is the same bytes on every machine.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from ledger import entry, fields, merkle, proof
from ledger.anchor_claim import DirectoryPlace, write_anchor
from ledger.anchor_state import AnchorState
from ledger.checkpoint import Checkpoint
from ledger.fields import Opening
from ledger.note import Signer
from ledger.proof import Beside

ORIGIN = "wayproof/k7f3q2m9x4d8"
ADA = Signer(ORIGIN, bytes(range(32)))
CLEO = Signer("wayproof/z1z1z1z1z1z1", bytes(range(32, 64)))
FIRST_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

Leaf = bytes
Path = list[bytes]


@dataclass
class Proof:
    """The parts of a one-file proof before they become bytes; a forger changes one of them."""

    entry: bytes
    openings: list[Opening]
    index: int
    path: Path
    checkpoint: Checkpoint
    signer: Signer = ADA
    origin: str = ORIGIN
    vkey: str = ""
    header: str = proof.HEADER
    anchor: Mapping[str, Any] | None = None
    policy: str | None = None
    beside: list[Beside] = field(default_factory=list)
    rewrite: list[Callable[[str], str]] = field(default_factory=list)

    @property
    def tlog_proof(self) -> str:
        text = proof.write(self.index, self.path, self.signer.sign(self.checkpoint.text))
        text = text.replace(proof.HEADER, self.header, 1)
        for change in self.rewrite:
            text = change(text)
        return text

    def value(self) -> dict[str, Any]:
        """The proof as a JSON value."""
        vkey = self.vkey or self.signer.vkey
        return proof.bundle(
            self.entry, self.openings, self.tlog_proof, self.origin, vkey, self.anchor, self.policy, self.beside
        )

    def file(self) -> bytes:
        """The proof as a file."""
        return as_file(self.value())


def as_file(value: object) -> bytes:
    """JSON in the layout of the download."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def openings(number: int) -> list[Opening]:
    """The values outside entry `number`, with salts that are fixed, as they must never be outside a test."""
    values = {"document": f'{{"event":{number}}}'.encode(), "note/text": "kühl lagern".encode()}
    return [Opening(path, sha256(f"{number} {path}".encode()).digest(), values[path]) for path in sorted(values)]


def envelope(number: int, body: Mapping[str, Any] | None = None, origin: str = ORIGIN) -> bytes:
    """The bytes of entry `number` of a log."""
    kept = {each.path: fields.commit(origin, each).hex() for each in openings(number)}
    said = {"id": f"event-{number}", "keys": [f"/01/09506000134352/21/{number}"], "place": "Çeşme \u2028 𝄞 \x7f"}
    at = FIRST_AT + timedelta(minutes=number)
    return entry.write(origin, "epcis:event:captured", said if body is None else body, at, kept)


def in_tree(index: int, size: int, own: bytes | None = None, given: Sequence[Opening] | None = None) -> Proof:
    """A good proof of entry `index` in a log of `size` entries; `own` stands in the tree instead of it."""
    entries = [envelope(number) for number in range(size)]
    if own is not None:
        entries[index] = own
    leaves = [merkle.leaf_hash(each) for each in entries]
    checkpoint = Checkpoint(ORIGIN, size, merkle.root(leaves))
    shown = openings(index) if given is None else list(given)
    return Proof(entries[index], shown, index, merkle.inclusion_path(leaves, index), checkpoint)


def in_huge_tree(index: int, size: int) -> Proof:
    """A proof in a tree too large to build: the hashes of the path are invented, the root follows from them."""
    own = envelope(1)
    fn, sn, root, path = index, size - 1, merkle.leaf_hash(own), []
    while sn:
        if fn & 1 or fn < sn:
            path.append(sha256(len(path).to_bytes(2, "big")).digest())
            root = merkle.node_hash(path[-1], root) if fn & 1 else merkle.node_hash(root, path[-1])
        fn, sn = fn >> 1, sn >> 1
    return Proof(own, openings(1), index, path, Checkpoint(ORIGIN, size, root))


def anchor(leaves: list[bytes], size: int, directory: DirectoryPlace | None = None) -> dict[str, Any]:
    """The anchor of the log's head at `size`, as it stands in a proof in a log of these leaves."""
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    hexes = ("0x" + "11" * 32, "0x" + "22" * 32, "0x" + "33" * 32)
    state = AnchorState(1, size, merkle.root(leaves[:size]), 31337, hexes[0], hexes[1], "final", hexes[2], 7, at)
    return write_anchor(state, merkle.consistency_path(leaves, size), directory=directory)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
