"""A new key for a log: stated in the log by both keys, an overlap in which both sign, and an end of the old one.

The files, beside each other: `x.key` (the log's key), `x.next.key` (while both sign), `x.retired` (public keys of
the past, each with the largest size that it speaks for). Nothing here touches the database.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ledger.entry import Envelope
from ledger.errors import NotPublished, Tampered
from ledger.mark import locked_mark, read_mark, write_durably
from ledger.note import Signer, Verifier, b64, open_note, strict_b64

ROTATED = "ledger:key:rotated"
RETIRED = "ledger:key:retired"


@dataclass(frozen=True)
class LogKeys:
    """The keys of a log as its files hold them: who signs now (two during an overlap), and who did in the past."""

    signers: tuple[Signer, ...]
    retired: tuple[Verifier, ...]

    @property
    def dated(self) -> list[str]:
        """Every public key, as `Verifier.parse_dated` reads it."""
        return [each.dated for each in (*(signer.verifier for signer in self.signers), *self.retired)]


def load_keys(path: Path) -> LogKeys:
    """The keys of a log by the file of its key; an interrupted `finish` is brought to its end. ValueError."""
    retired = _read_retired(path)
    current = Signer.load(path)
    if next_path(path).exists():
        if any(each.public == current.verifier.public for each in retired):
            with locked_mark(current):
                os.replace(next_path(path), path)
            return LogKeys((Signer.load(path),), retired)
        return LogKeys((current, Signer.load(next_path(path))), retired)
    return LogKeys((current,), retired)


def begin(path: Path) -> tuple[Signer, Signer]:
    """The old and the new key of a rotation, which begins here or has begun before; from now on both sign."""
    old = Signer.load(path)
    if not next_path(path).exists():
        Signer.create(next_path(path), old.name)
    return old, Signer.load(next_path(path))


def finish(path: Path) -> Verifier:
    """End the overlap: the new key takes the place of the old, which is destroyed. Returns the old one, dated.

    Raises NotPublished while the last checkpoint is not signed by both: whoever pinned the old key could not learn
    of the new one.
    """
    old, new = Signer.load(path), Signer.load(next_path(path))
    with locked_mark(old) as mark:
        last = mark.last()
        if (
            last is None
            or new.vkey not in open_note(read_mark(path) or b"", [old.verifier, new.verifier]).signed_by
        ):
            raise NotPublished("the last checkpoint is not signed by both keys yet; add an entry, and try again")
        ended = replace(old.verifier, until=last.size)
        lines = [each.dated for each in (*_read_retired(path), ended)]
        write_durably(_retired_path(path), "".join(f"{line}\n" for line in lines))
        os.replace(next_path(path), path)
    return ended


def rotated_body(old: Signer, new: Signer) -> dict[str, str]:
    """What the log says of a new key: the old key signs it, and the new key proves that somebody has it."""
    said = _rotated_text(old.name, new.vkey)
    signed = {"proof": b64(new.signature(said)), "signature": b64(old.signature(said))}
    return {"old": old.verifier.key_id.hex(), "vkey": new.vkey, **signed}


def retired_body(ended: Verifier, new: Signer) -> dict[str, Any]:
    """What the log says of a key that ended: up to which size it speaks, signed by its successor."""
    said = _retired_text(ended)
    return {"key": ended.key_id.hex(), "size": ended.until, "signature": b64(new.signature(said))}


def successor(body: Mapping[str, Any], old: Verifier) -> Verifier:
    """The key that follows `old` by the body of such an entry. Raises Tampered unless both keys signed it."""
    try:
        if body.keys() != {"old", "vkey", "proof", "signature"} or not all(
            isinstance(x, str) for x in body.values()
        ):
            raise ValueError("a rotation has another form")
        new = Verifier.parse(body["vkey"])
        if new.name != old.name or body["old"] != old.key_id.hex():
            raise ValueError(f"the rotation is not one of {old.name}+{old.key_id.hex()}")
        said = _rotated_text(old.name, new.vkey)
        old.verify(said, strict_b64(body["signature"]))
        new.verify(said, strict_b64(body["proof"]))
    except ValueError as error:
        raise Tampered(str(error)) from error
    return new


def follow(pinned: Sequence[Verifier], envelopes: Iterable[Envelope]) -> list[Verifier]:
    """The pinned keys and all that follow from them by rotations among these entries, given in their order.

    An entry needs no proof for this: it speaks by the signature of the key before.
    """
    known = list(pinned)
    for envelope in envelopes:
        if envelope.type != ROTATED:
            continue
        for old in [each for each in known if each.key_id.hex() == envelope.body.get("old")]:
            if envelope.log == old.name and (new := successor(envelope.body, old)) not in known:
                known.append(new)
    return known


def next_path(path: Path) -> Path:
    """Where the new key waits while both sign."""
    return path.with_suffix(".next.key")


def _retired_path(path: Path) -> Path:
    return path.with_suffix(".retired")


def _read_retired(path: Path) -> tuple[Verifier, ...]:
    try:
        lines = _retired_path(path).read_text().splitlines()
    except FileNotFoundError:
        return ()
    return tuple(Verifier.parse_dated(line) for line in lines)


def _rotated_text(origin: str, vkey: str) -> bytes:
    return f"wayproof/log-key/v1\n{origin}\n{vkey}\n".encode()


def _retired_text(ended: Verifier) -> bytes:
    return f"wayproof/log-key-retired/v1\n{ended.name}\n{ended.vkey}\n{ended.until}\n".encode()
