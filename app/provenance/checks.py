"""The check of a record, step by step as docs and the verifier number it: unchanged, included, signed, anchored.

Judges what ledger.log.evidence found against what the page is about to show. It reads no row itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from app.provenance.passport import Check, CheckState
from ledger import fields, merkle
from ledger.anchor_state import FIRM, AnchorState
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.entry import Envelope, read
from ledger.errors import Tampered
from ledger.evidence import Evidence, Item
from ledger.note import Verifier

# Compares an entry with the row that is shown; raises Tampered where they differ.
Shown = Callable[[Envelope, Mapping[str, bytes]], None]


# The state of an anchor in a block, and the sentence of it.
_HOW_FIRM: dict[str, tuple[CheckState, str]] = {
    "mined": ("pending", "mined"),
    "safe": ("ok", "safe"),
    "final": ("ok", "ok"),
}


class Verdict(NamedTuple):
    """What was found about one submission. `broken` says what is wrong with its content or its place."""

    submission_id: int
    changed: str | None
    displaced: str | None
    index: int | None  # type: ignore[assignment]  # no place of a value is looked for
    leaf_hash: str
    provable: bool

    @property
    def intact(self) -> bool:
        return self.changed is None and self.displaced is None


def verdicts(found: Evidence, shown: Mapping[int, Sequence[Shown]]) -> dict[int, Verdict]:
    """Judge every submission of the evidence; `shown` compares those that rows stand for."""
    return {
        each.submission_id: _verdict(
            found.origin, found.size, found.root, each, tuple(shown.get(each.submission_id, ()))
        )
        for each in found.items.values()
    }


def checks(
    found: Evidence, judged: Iterable[Verdict], *, vkey: str | None, anchor: AnchorState | None
) -> tuple[Check, ...]:
    """The four lines of the check. `vkey` pins the log's key; without it the stored one is used."""
    judged = tuple(judged)
    return (
        _unchanged(judged),
        _included(judged, found),
        _signed(found, vkey),
        _anchored(judged, anchor, found),
    )


@lru_cache(maxsize=256)
def _verdict(origin: str, size: int | None, root: bytes | None, item: Item, shown: tuple[Shown, ...]) -> Verdict:
    """Judge one submission. Of the same bytes, all of which are given, the verdict is always the same.

    What a container went through, and the seals of its sensor, come again with everything that was inside.
    """
    leaf = merkle.leaf_hash(item.envelope) if item.envelope is not None else b""
    return Verdict(
        submission_id=item.submission_id,
        changed=_reason(_unaltered, origin, item, shown),
        displaced=_reason(_in_place, size, root, item, leaf),
        index=item.index,
        leaf_hash=leaf.hex(),
        provable=item.status == "published",
    )


def _reason(rule: Callable[..., None], *given: Any) -> str | None:
    try:
        rule(*given)
    except Tampered as error:
        return str(error)
    return None


def _unaltered(origin: str, item: Item, shown: Sequence[Shown]) -> None:
    """Step 1: the entry is well formed and of this log, its openings fit, and the rows say what it says."""
    if item.envelope is None:
        raise Tampered("the entry is gone")
    envelope = read(item.envelope)
    if envelope.log != origin:
        raise Tampered("the entry belongs to another log")
    for opening in item.openings:
        fields.verify_opening(origin, opening, envelope.commitments)
    for comparison in shown:
        comparison(envelope, {opening.path: opening.value for opening in item.openings})


def _in_place(size: int | None, root: bytes | None, item: Item, leaf: bytes) -> None:
    """Step 2: the leaf is in the tree, at its index, under the root of the newest checkpoint."""
    if item.status == "damaged":
        raise Tampered("a part of the tree is gone")
    if item.status == "missing":
        raise Tampered("the entry is gone")
    if item.status == "published":
        assert item.index is not None
        assert item.path is not None
        assert size is not None
        assert root is not None
        merkle.verify_inclusion(leaf, item.index, size, item.path, root)


def _unchanged(judged: tuple[Verdict, ...]) -> Check:
    bad = [each for each in judged if each.changed]
    state: CheckState = "bad" if bad else "ok" if judged else "unknown"
    return _check(
        "unchanged",
        state,
        count=len(judged),
        bad=len(bad),
        entry=_first(bad),
        reason=bad[0].changed if bad else "",
    )


def _included(judged: tuple[Verdict, ...], found: Evidence) -> Check:
    bad = [each for each in judged if each.displaced]
    waiting = [each for each in judged if not each.provable]
    state: CheckState = "bad" if bad else "pending" if waiting else "ok" if judged else "unknown"
    return _check(
        "included",
        state,
        count=len(judged),
        bad=len(bad),
        waiting=len(waiting),
        size=found.size or 0,
        entry=_first(bad),
        reason=bad[0].displaced if bad else "",
    )


def _signed(found: Evidence, vkey: str | None) -> Check:
    """Step 3: a key of this log signed exactly this size and root."""
    facts = {"size": found.size or 0, "key": vkey or found.vkey or ""}
    if found.checkpoint is None or found.vkey is None:
        return _check("signed", "pending", **facts)
    opened = _opened(found.checkpoint, vkey or found.vkey)
    if opened is None or opened != Checkpoint(found.origin, found.size or 0, found.root or b""):
        return _check("signed", "bad", **facts)
    return _check("signed", "ok", **facts)


@lru_cache(maxsize=256)
def _opened(note: str, vkey: str) -> Checkpoint | None:
    try:
        return open_checkpoint(note.encode(), [Verifier.parse(vkey)])
    except (Tampered, ValueError):
        return None


def _anchored(judged: tuple[Verdict, ...], anchor: AnchorState | None, found: Evidence) -> Check:
    """Step 4: a chain has the root of a tree that holds these entries. In a block that is not final: pending."""
    if anchor is None:
        return _check("anchored", "unknown")
    facts = {"size": anchor.size, "chain": anchor.chain_id, "tx": anchor.tx, "block": anchor.block_number or ""}
    facts |= {"finality": anchor.finality or "", "sources": anchor.sources, "found": anchor.finding or ""}
    facts["final_by"] = anchor.final_by.isoformat() if anchor.final_by else ""
    if anchor.finding or (anchor.size == found.size and anchor.root != found.root):
        return _check("anchored", "bad", **facts)
    covers = all(each.index is not None and each.index < anchor.size for each in judged)
    if anchor.state not in FIRM or not covers:
        return _check("anchored", "pending", **facts)
    state, finer = _HOW_FIRM["final" if anchor.target == "file" else anchor.state]
    if anchor.finality in ("demo", "file"):
        finer = anchor.finality
    return replace(_check("anchored", state, **facts), text=f"anchored.{finer}")


def _first(bad: list[Verdict]) -> object:
    return bad[0].submission_id if bad else ""


def _check(name: str, state: CheckState, **facts: object) -> Check:
    return Check(name, state, f"{name}.{state}", {key: str(value) for key, value in facts.items()})
