"""What the entries beside a proven one say of it: who signed it, what was erased of it. Part of step 14.

Each is first shown to stand under the same checkpoint (steps 13 to 15). Pure: no database, no network.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger import merkle, said
from ledger.entry import Envelope
from ledger.erasure import ERASED, verify_erasure
from ledger.errors import Tampered
from ledger.note import Verifier
from ledger.proof import OneFile
from ledger.said import KEY_ENTRIES, Keys, Said
from ledger.standing import check_standing
from ledger.steps import step


@dataclass(frozen=True)
class Told:
    """said: who signed the entry, or None. erased: paths whose openings the log says it deleted."""

    said: Said | None
    erased: tuple[str, ...]


def check_beside(file: OneFile, envelope: Envelope, keys: Sequence[Verifier]) -> Told:
    """What stands beside the entry, all of it proven. Raises StepFailed; `keys` are those of the log."""
    found = [
        (each.index, check_standing(file.checkpoint, each.entry, (), each.index, each.path))
        for each in file.beside
    ]
    with step(14, "SAID_INVALID"):
        known = Keys()
        for index, other in found:
            if other.type in KEY_ENTRIES:
                known.learn(index, other)
        signed = said.who_said(file.index, envelope, file.openings, known)
    with step(14, "ERASURE_INVALID"):
        erased = {path for _, other in found for path in _erased(file, other, keys)}
    shown = {each.path for each in file.openings}
    return Told(signed, tuple(sorted((erased & envelope.commitments.keys()) - shown)))


def _erased(file: OneFile, other: Envelope, keys: Sequence[Verifier]) -> tuple[str, ...]:
    if other.type != ERASED:
        return ()
    found = verify_erasure(other, keys)
    if found is None or found.index != file.index:
        return ()
    if found.leaf != merkle.leaf_hash(file.entry).hex():
        raise Tampered(f"the erasure of entry {file.index} names another leaf")
    return found.paths
