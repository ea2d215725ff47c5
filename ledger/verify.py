"""The offline verifier of one-file proofs. No database, no network. Twins: verify.js, wayproof_verify.py.

The steps have the same numbers and names in every verifier of the project (docs/verify.md): 1 what the reader
brings, 2-7 the form, 8-9 the log signed, 10-12 witnesses by policy, 13 and 15 the entry stands under the
checkpoint, 14 entry, openings, signer and erasures, 16 the anchor and what was seen before. Step 17, remembering,
is ledger.lastseen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ledger import canonical, entry, lastseen, merkle, note, proof
from ledger.anchor_claim import AnchorClaim, read_anchor
from ledger.beside import check_beside
from ledger.checkpoint import Checkpoint
from ledger.entry import Envelope
from ledger.errors import Tampered, Unsure
from ledger.fields import Opening
from ledger.policy import Seen
from ledger.proof import OneFile
from ledger.said import Said
from ledger.standing import check_standing
from ledger.steps import step
from ledger.trust import Trust, check_signature, check_signed

HEAD_TYPE = "directory:head:recorded"
CheckAnchor = Callable[[AnchorClaim], str | None]
"""Asks the chain; says what it found. Raises Tampered when it refuses, Unsure when it gave no answer."""


_UNPINNED = "the key came with the file; compare its pin with one that you have from elsewhere"


@dataclass(frozen=True)
class Verified:
    """What a proof proved. Everything in it was checked; what could not be is in `doubts`, never taken as valid.

    pinned: the key came from the caller, not from the file under test. erased: values that the entry commits to
    and that the log says, signed, it deleted; withheld: those that the file does not show for another reason.
    said: who signed the event itself, or None. anchored: `valid` when the caller's check confirmed it, `unknown`
    when nobody asked the chain or no anchor covers the entry; `anchor` is then only a claim, or None.
    """

    origin: str
    size: int
    root: bytes
    index: int
    leaf_hash: bytes
    envelope: Envelope
    openings: tuple[Opening, ...]
    withheld: tuple[str, ...]
    erased: tuple[str, ...]
    said: Said | None
    pinned: bool
    seen: tuple[Seen, ...]
    quorum: Literal["valid", "unknown", "none"]
    anchored: Literal["valid", "unknown"]
    anchor: AnchorClaim | None
    doubts: tuple[Unsure, ...]

    @property
    def state(self) -> Literal["valid", "unknown"]:
        """The whole in one word. What is invalid was raised."""
        return "unknown" if self.doubts else "valid"


def verify_bundle(
    data: bytes,
    *,
    vkeys: Sequence[str] | None,
    pin: str | None = None,
    policy: str | bytes | None = None,
    now: datetime | None = None,
    oldest: timedelta | None = None,
    seen: Mapping[str, Mapping[int, bytes]] | None = None,
    check_anchor: CheckAnchor | None = None,
) -> Verified:
    """Verify a one-file proof by what the caller trusts: keys, a pin, a policy; with nothing, `pinned` is False.

    seen: roots by origin and size that were shown before (`ledger.lastseen`). check_anchor asks the chain about
    the anchor. Raises StepFailed, a Tampered, for the first step that failed; Unsure when what the caller brings
    is broken.
    """
    trust = Trust.read(vkeys, pin, policy, now=now, oldest=oldest)
    file = proof.read(data)
    judged = check_signed(file, trust)
    envelope = check_standing(file.checkpoint, file.entry, file.openings, file.index, file.path)
    told = check_beside(file, envelope, judged.keys)
    claim = check_claim(file)
    doubts = [] if trust.is_pinned else [Unsure(1, "TRUST_ANCHOR_UNPINNED", _UNPINNED)]
    doubts += judged.doubts
    if doubt := lastseen.compare((seen or {}).get(file.origin, {}), file.checkpoint, claim):
        doubts.append(doubt)
    anchor, anchored = covering(file, claim), False
    if anchor is not None and check_anchor is not None:
        try:
            ask(anchor, check_anchor)
            anchored = True
        except Unsure as doubt:
            doubts.append(doubt)
    hidden = envelope.commitments.keys() - {each.path for each in file.openings} - set(told.erased)
    return Verified(
        origin=file.origin,
        size=file.checkpoint.size,
        root=file.checkpoint.root,
        index=file.index,
        leaf_hash=merkle.leaf_hash(file.entry),
        envelope=envelope,
        openings=file.openings,
        withheld=tuple(sorted(hidden)),
        erased=told.erased,
        said=told.said,
        pinned=trust.is_pinned,
        seen=judged.seen,
        quorum=judged.quorum,
        anchored="valid" if anchored else "unknown",
        anchor=anchor,
        doubts=tuple(doubts),
    )


def verify_checkpoint(data: bytes, vkeys: Sequence[str]) -> Checkpoint:
    """The checkpoint of a note that one of these keys, named like its origin, signed (steps 1, 6-9); Tampered."""
    trust = Trust.read(vkeys)
    checkpoint = proof.read_checkpoint(data)
    check_signature(data, checkpoint, trust.keys or ())
    return checkpoint


def verify_entry(
    checkpoint: Checkpoint, data: bytes, openings: Sequence[Opening], index: int, path: Sequence[bytes]
) -> Envelope:
    """The entry of these bytes, which stands at `index` under a checkpoint already verified (steps 13-15).

    For a page that has many entries under one checkpoint. Raises StepFailed.
    """
    return check_standing(checkpoint, data, openings, index, path)


def check_claim(file: OneFile) -> AnchorClaim | None:
    """The anchor's claim (step 16), its root shown to begin the signed tree and to stand in the directory."""
    if file.anchor is None:
        return None
    with step(16, "ANCHOR_MALFORMED"):
        claim = read_anchor(file.anchor)
    signed = file.checkpoint
    with step(16, "INCONSISTENT"):
        merkle.verify_consistency(claim.size, signed.size, claim.consistency, claim.root, signed.root)
    with step(16, "ANCHOR_MISMATCH"):
        _check_directory(claim, signed.origin)
    return claim


def covering(file: OneFile, claim: AnchorClaim | None) -> AnchorClaim | None:
    """The claim when it is of this entry and of a block; None when it says nothing yet."""
    return claim if claim and file.index < claim.size and claim.is_firm else None


def ask(claim: AnchorClaim, check_anchor: CheckAnchor) -> str:
    """What the chain says of the claim (step 16). Raises StepFailed when it refuses, Unsure without an answer."""
    with step(16, "ANCHOR_REFUSED"):
        return check_anchor(claim) or ""


def _check_directory(claim: AnchorClaim, origin: str) -> None:
    """The directory log holds exactly this head, and the entry of it leads to the directory's own root."""
    place = claim.directory
    if place is None:
        return
    head = entry.read(place.entry)
    said = {"origin": origin, "size": claim.size, "root": note.b64(claim.root)}
    if head.type != HEAD_TYPE or canonical.encode(head.body) != canonical.encode(said):
        raise Tampered("the directory's entry is not this head of the log")
    merkle.verify_inclusion(merkle.leaf_hash(place.entry), place.index, place.size, place.path, place.root)
