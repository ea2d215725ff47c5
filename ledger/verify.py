"""The offline verifier of one-file proofs. No database, no network, no clock; its browser twin is verify.js.

The steps have the same numbers in every verifier of the project: 1-9 say that the log signed the checkpoint, 13
and 15 that the entry stands under it, 14 that the entry and its openings are the recorded ones, 16 that an
anchored root begins the signed tree. Steps 10-12 (witnesses) and 17 (remembering) have nothing to check here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger import entry, merkle, note, proof
from ledger.anchor_claim import AnchorClaim, read_anchor
from ledger.checkpoint import Checkpoint
from ledger.entry import Envelope
from ledger.errors import Tampered
from ledger.fields import Opening, verify_opening
from ledger.note import Verifier
from ledger.proof import OneFile
from ledger.steps import step

HEAD_TYPE = "directory:head:recorded"
CheckAnchor = Callable[[AnchorClaim], None]


@dataclass(frozen=True)
class Verified:
    """What a proof proved. Everything in it was checked, except that `anchored` says how far that went.

    pinned: the key came from the caller, not from the file under test. withheld: values that the entry commits to
    and that the file does not show (erased, or kept back). anchored: `valid` when the caller's check confirmed it,
    `unknown` when nobody asked the chain or no anchor covers the entry; `anchor` is then only a claim, or None.
    """

    origin: str
    size: int
    root: bytes
    index: int
    leaf_hash: bytes
    envelope: Envelope
    openings: tuple[Opening, ...]
    withheld: tuple[str, ...]
    pinned: bool
    anchored: Literal["valid", "unknown"]
    anchor: AnchorClaim | None


@dataclass(frozen=True)
class Line:
    """One result for people: never turn `unknown` into `valid`. why is a sentence, empty when valid."""

    state: Literal["valid", "invalid", "unknown"]
    why: str = ""


@dataclass(frozen=True)
class Examination:
    """The four results of a proof, each on its own."""

    unchanged: Line
    included: Line
    signed: Line
    anchored: Line


def verify_bundle(
    data: bytes, *, vkeys: Sequence[str] | None, check_anchor: CheckAnchor | None = None
) -> Verified:
    """Verify a one-file proof with pinned keys; with None, with the key that the file brings (`pinned` is False).

    check_anchor asks the chain about the anchor and raises Tampered when it does not confirm it.
    Raises Tampered, its text beginning with the number of the step that failed.
    """
    pinned = None if vkeys is None else _keys(vkeys)
    file = proof.read(data)
    _check_signed(file, pinned or _keys([file.vkey]))
    envelope = verify_entry(file.checkpoint, file.entry, file.openings, file.index, file.path)
    anchor = _check_anchor(file)
    asked = anchor is not None and check_anchor is not None
    if anchor is not None and check_anchor is not None:
        with step(16, "ANCHOR_REFUSED"):
            check_anchor(anchor)
    return Verified(
        origin=file.origin,
        size=file.checkpoint.size,
        root=file.checkpoint.root,
        index=file.index,
        leaf_hash=merkle.leaf_hash(file.entry),
        envelope=envelope,
        openings=file.openings,
        withheld=tuple(sorted(envelope.commitments.keys() - {each.path for each in file.openings})),
        pinned=pinned is not None,
        anchored="valid" if asked else "unknown",
        anchor=anchor,
    )


def examine(data: bytes, *, vkeys: Sequence[str] | None, check_anchor: CheckAnchor | None = None) -> Examination:
    """The same checks for a page: each of the four results by itself, so that no failure hides another.

    Never raises for what the file holds.
    """
    try:
        pinned = None if vkeys is None else _keys(vkeys)
        file = proof.read(data)
        keys = pinned or _keys([file.vkey])
    except Tampered as error:
        return Examination(*[Line("invalid", str(error))] * 4)
    included = _line(lambda: _check_included(file.checkpoint, file.entry, file.index, file.path))
    unchanged = _line(lambda: _check_unchanged(file.checkpoint, file.entry, file.openings))
    if unchanged.state == "valid":  # the bytes shown are the recorded ones only if they lead to the root
        unchanged = included
    return Examination(
        unchanged, included, _line(lambda: _check_signed(file, keys)), _anchored(file, check_anchor)
    )


def verify_checkpoint(data: bytes, vkeys: Sequence[str]) -> Checkpoint:
    """The checkpoint of a note that one of these keys, named like its origin, signed (steps 1, 6-9); Tampered."""
    keys = _keys(vkeys)
    checkpoint = proof.read_checkpoint(data)
    _check_signature(data, checkpoint, keys)
    return checkpoint


def verify_entry(
    checkpoint: Checkpoint, data: bytes, openings: Sequence[Opening], index: int, path: Sequence[bytes]
) -> Envelope:
    """The entry of these bytes, which stands at `index` under a checkpoint already verified (steps 13-15).

    For a page that has many entries under one checkpoint. Raises Tampered.
    """
    _require_place(index, checkpoint.size, path)
    envelope = _check_unchanged(checkpoint, data, openings)
    with step(15, "ROOT_MISMATCH"):
        merkle.verify_inclusion(merkle.leaf_hash(data), index, checkpoint.size, path, checkpoint.root)
    return envelope


def _line(check: Callable[[], object]) -> Line:
    try:
        check()
    except Tampered as error:
        return Line("invalid", str(error))
    return Line("valid")


def _keys(vkeys: Sequence[str]) -> list[Verifier]:
    with step(1, "POLICY_INVALID"):
        if not vkeys:
            raise ValueError("no verifier key is given")
        return [Verifier.parse(each) for each in vkeys]


def _check_signed(file: OneFile, keys: Sequence[Verifier]) -> None:
    with step(8, "ORIGIN_UNKNOWN"):
        if file.origin != file.checkpoint.origin:
            raise Tampered(f"the checkpoint is of {file.checkpoint.origin!r}, not of {file.origin!r}")
    _check_signature(file.note, file.checkpoint, keys)


def _check_signature(data: bytes, checkpoint: Checkpoint, keys: Sequence[Verifier]) -> None:
    own = [each for each in keys if each.name == checkpoint.origin]
    with step(8, "ORIGIN_UNKNOWN"):
        if not own:
            raise Tampered(f"no given key is one of {checkpoint.origin!r}")
    with step(9, "LOG_SIGNATURE_INVALID"):
        signed = _signed_by(data, own)
    with step(9, "LOG_SIGNATURE_MISSING"):
        if not signed:
            raise Tampered("no known key signed this note")


def _signed_by(data: bytes, keys: Sequence[Verifier]) -> list[str]:
    text, lines = note.split_note(data)
    signed = []
    for name, blob in lines:
        for key in keys:
            if (name, blob[:4]) == (key.name, key.key_id):
                key.verify(text, blob[4:])
                signed.append(key.vkey)
    return signed


def _check_included(checkpoint: Checkpoint, data: bytes, index: int, path: Sequence[bytes]) -> None:
    _require_place(index, checkpoint.size, path)
    with step(15, "ROOT_MISMATCH"):
        merkle.verify_inclusion(merkle.leaf_hash(data), index, checkpoint.size, path, checkpoint.root)


def _check_unchanged(checkpoint: Checkpoint, data: bytes, openings: Sequence[Opening]) -> Envelope:
    with step(14, "ENTRY_MISMATCH"):
        envelope = entry.read(data)
        if envelope.log != checkpoint.origin:
            raise Tampered(f"the entry is of the log {envelope.log!r}, not of {checkpoint.origin!r}")
        for each in openings:
            verify_opening(envelope.log, each, envelope.commitments)
    return envelope


def _require_place(index: int, size: int, path: Sequence[bytes]) -> None:
    with step(13, "INDEX_OUT_OF_RANGE"):
        if not 0 <= index < size:
            raise Tampered(f"there is no entry {index} in a log of {size}")
    inner = (index ^ (size - 1)).bit_length()
    with step(13, "PROOF_LENGTH"):
        if len(path) != inner + (index >> inner).bit_count():
            raise Tampered(f"the path of entry {index} in a log of {size} has not {len(path)} hashes")


def _check_anchor(file: OneFile) -> AnchorClaim | None:
    """The anchor's claim, its root shown to begin the signed tree; None when it says nothing of the entry."""
    if file.anchor is None:
        return None
    with step(16, "ANCHOR_MALFORMED"):
        claim = read_anchor(file.anchor)
    signed = file.checkpoint
    with step(16, "INCONSISTENT"):
        merkle.verify_consistency(claim.size, signed.size, claim.consistency, claim.root, signed.root)
    with step(16, "ANCHOR_MISMATCH"):
        _check_directory(claim, signed.origin)
    return claim if file.index < claim.size and claim.is_firm else None


def _check_directory(claim: AnchorClaim, origin: str) -> None:
    """The directory log holds exactly this head, and the entry of it leads to the directory's own root."""
    place = claim.directory
    if place is None:
        return
    head = entry.read(place.entry)
    said = {"origin": origin, "size": claim.size, "root": note.b64(claim.root)}
    if head.type != HEAD_TYPE or head.body != said:
        raise Tampered("the directory's entry is not this head of the log")
    merkle.verify_inclusion(merkle.leaf_hash(place.entry), place.index, place.size, place.path, place.root)


def _anchored(file: OneFile, check_anchor: CheckAnchor | None) -> Line:
    try:
        claim = _check_anchor(file)
        if claim is None:
            return Line("unknown", "no anchor covers this entry yet")
        if check_anchor is None:
            return Line("unknown", f"block {claim.block_number} of chain {claim.chain_id} was not asked")
        with step(16, "ANCHOR_REFUSED"):
            check_anchor(claim)
    except Tampered as error:
        return Line("invalid", str(error))
    return Line("valid")
