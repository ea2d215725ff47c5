"""An entry under a checkpoint, steps 13 to 15 of every verifier: its place, its bytes and openings, its path."""

from collections.abc import Sequence

from ledger import entry, merkle
from ledger.checkpoint import Checkpoint
from ledger.entry import Envelope
from ledger.errors import Tampered
from ledger.fields import Opening, verify_opening
from ledger.steps import step


def check_standing(
    checkpoint: Checkpoint, data: bytes, openings: Sequence[Opening], index: int, path: Sequence[bytes]
) -> Envelope:
    """The entry of these bytes, which stands at `index` under the checkpoint. Raises StepFailed."""
    check_place(index, checkpoint.size, path)
    envelope = check_content(checkpoint, data, openings)
    check_path(checkpoint, data, index, path)
    return envelope


def check_place(index: int, size: int, path: Sequence[bytes]) -> None:
    """Step 13: the tree has such a place, and the path the length of it."""
    with step(13, "INDEX_OUT_OF_RANGE"):
        if not 0 <= index < size:
            raise Tampered(f"there is no entry {index} in a log of {size}")
    inner = (index ^ (size - 1)).bit_length()
    with step(13, "PROOF_LENGTH"):
        if len(path) != inner + (index >> inner).bit_count():
            raise Tampered(f"the path of entry {index} in a log of {size} has not {len(path)} hashes")


def check_content(checkpoint: Checkpoint, data: bytes, openings: Sequence[Opening]) -> Envelope:
    """Step 14: it is an entry of this log, and every opening is what it commits to."""
    with step(14, "ENTRY_MISMATCH"):
        envelope = entry.read(data)
        if envelope.log != checkpoint.origin:
            raise Tampered(f"the entry is of the log {envelope.log!r}, not of {checkpoint.origin!r}")
        for each in openings:
            verify_opening(envelope.log, each, envelope.commitments)
    return envelope


def check_path(checkpoint: Checkpoint, data: bytes, index: int, path: Sequence[bytes]) -> None:
    """Step 15: the path leads from these bytes to the root."""
    with step(15, "ROOT_MISMATCH"):
        merkle.verify_inclusion(merkle.leaf_hash(data), index, checkpoint.size, path, checkpoint.root)
