"""Watching somebody's log from outside: it must only grow, and say the same to everybody.

A folder holds the last checkpoint that verified and the tree behind it; on a contradiction both signed notes are
kept as evidence and nothing is overwritten. How files are fetched is the caller's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from ledger import policy
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import LedgerError, Tampered
from ledger.mark import write_durably
from ledger.merkle import CompactRange
from ledger.note import ED25519, split_note
from ledger.policy import Policy
from ledger.reader import Fetch, follow_log


class Contradiction(LedgerError):
    """A log signed something that does not follow from what it signed before; both notes are in `evidence`."""

    def __init__(self, sentence: str, evidence: Path) -> None:
        super().__init__(sentence)
        self.evidence = evidence


@dataclass(frozen=True)
class Look:
    """What one look found. stale: the log showed a smaller tree than before, as a slow cache does, too.

    ahead: the witnesses that have seen a larger tree than is shown here; if that stays so, something is hidden.
    """

    state: Literal["first", "grown", "same", "stale"]
    checkpoint: Checkpoint
    ahead: tuple[str, ...] = ()


def look(
    fetch: Fetch, wanted: Policy, folder: Path, now: datetime, views: Mapping[str, bytes] = MappingProxyType({})
) -> Look:
    """Fetch the newest checkpoint, check it by the policy, and every new entry by the tree that was kept.

    views: what witnesses have seen of this log, by their names; the log signed that, so it must fit, too.
    Raises Contradiction; StepFailed or Unsure for a checkpoint that the policy does not accept; OSError.
    """
    note = fetch("checkpoint")
    if note is None:
        raise FileNotFoundError("the log shows no checkpoint")
    seen = policy.check(note, wanted, now=now)
    last, tree = _read(folder)
    if last is not None:
        if last.origin != seen.origin:
            raise _contradiction(folder, note, now, f"this is {seen.origin}, and {last.origin} was watched here")
        if seen.size == last.size and seen.root != last.root:
            raise _contradiction(folder, note, now, f"{seen.origin} signed two roots for size {seen.size}")
    ahead = _compare(fetch, wanted, tree, note, views, folder, now)
    if last is not None and seen.size <= last.size:
        return Look("same" if seen.size == last.size else "stale", seen, ahead)
    try:
        grown = follow_log(fetch, tree, seen)
    except Tampered as error:
        raise _contradiction(folder, note, now, str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"note": note.decode(), "hashes": [each.hex() for each in grown.hashes]}
    write_durably(folder / "last.json", json.dumps(kept, indent=1, ensure_ascii=False))
    return Look("grown" if last else "first", seen, ahead)


def _compare(
    fetch: Fetch,
    wanted: Policy,
    tree: CompactRange,
    note: bytes,
    views: Mapping[str, bytes],
    folder: Path,
    now: datetime,
) -> tuple[str, ...]:
    """Compare what witnesses saw with what is shown here; who has seen more. Raises Contradiction."""
    shown, ahead = Checkpoint.parse(split_note(note)[0].decode()), []
    for name, view in views.items():
        try:
            seen = open_checkpoint(view, [each for each in wanted.logs if each.kind == ED25519])
        except Tampered:
            continue  # the log did not sign it, so it says nothing of the log
        if seen.origin != shown.origin:
            continue
        if seen.size > shown.size:
            ahead.append(name)
        elif seen.size == shown.size and seen.root != shown.root:
            sentence = f"{shown.origin} signed two roots for size {shown.size}, one of them for {name}"
            raise _contradiction(folder, note, now, sentence, view)
        elif tree.size <= seen.size:
            try:
                follow_log(fetch, tree, seen)
            except Tampered as error:
                raise _contradiction(
                    folder, note, now, f"what {name} has seen does not fit: {error}", view
                ) from error
    return tuple(ahead)


def _read(folder: Path) -> tuple[Checkpoint | None, CompactRange]:
    """What was kept: the last checkpoint and its tree. Raises ValueError for a damaged file."""
    try:
        kept = json.loads((folder / "last.json").read_text("utf-8"))
    except FileNotFoundError:
        return None, CompactRange()
    except ValueError as error:
        raise _damaged(folder) from error
    try:
        last = Checkpoint.parse(split_note(kept["note"].encode())[0].decode())
        tree = CompactRange(last.size, [bytes.fromhex(each) for each in kept["hashes"]])
    except (Tampered, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder) from error
    if tree.root() != last.root:
        raise _damaged(folder)
    return last, tree


def _damaged(folder: Path) -> ValueError:
    return ValueError(f"{folder / 'last.json'} is damaged; with another folder the watch begins anew")


def _contradiction(
    folder: Path, note: bytes, now: datetime, sentence: str, view: bytes | None = None
) -> Contradiction:
    evidence = folder / f"evidence-{now:%Y%m%dT%H%M%SZ}"
    evidence.mkdir(parents=True, exist_ok=True)
    if (folder / "last.json").exists():
        kept = json.loads((folder / "last.json").read_text("utf-8"))
        write_durably(evidence / "before", kept["note"])
    if view is not None:
        write_durably(evidence / "witness", view.decode())
    write_durably(evidence / "now", note.decode())
    return Contradiction(sentence, evidence)
