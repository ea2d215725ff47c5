"""One case for the verifiers, and the verdict on it: what ledger.verify says, in words that all share."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ledger.errors import StepFailed, Unsure
from ledger.verify import verify_bundle
from tests.vectors.forge import ORIGIN, b64, unb64

State = Literal["valid", "unknown", "invalid"]


@dataclass(frozen=True)
class Case:
    """A proof file, what the reader brings, and what must come out: valid, unknown or invalid.

    vkeys: keys that are pinned. brought: the rest of what a reader may bring, as the keywords of `verdict`.
    """

    name: str
    file: bytes
    state: State
    vkeys: list[str] | None = None
    brought: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The case as it stands in proofs.json, with what ledger.verify says of it."""
        said = verdict(self.file, self.vkeys, **self.brought)
        assert said["state"] == self.state, (self.name, said)
        return {
            "name": self.name,
            "file": b64(self.file),
            "trust": {"vkeys": self.vkeys, **self.brought},
            "verdict": said,
        }


def verdict(
    file: bytes,
    vkeys: list[str] | None = None,
    *,
    pin: str | None = None,
    policy: str | None = None,
    now: int | None = None,
    oldest: int | None = None,
    seen: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What ledger.verify says of a proof: what it proved, or the number and name of the step that failed.

    seen: roots (base64) by size that this log showed before.
    """
    try:
        proven = verify_bundle(
            file,
            vkeys=vkeys,
            pin=pin,
            policy=policy,
            now=None if now is None else datetime.fromtimestamp(now, UTC),
            oldest=None if oldest is None else timedelta(seconds=oldest),
            seen={ORIGIN: {int(size): unb64(root) for size, root in (seen or {}).items()}},
        )
    except StepFailed as error:
        return {"state": "invalid", "step": error.step, "error": error.error}
    except Unsure as error:
        return {"state": "unknown", "step": error.step, "error": error.error}
    first = next(iter(proven.doubts), None)
    said = proven.said
    return {
        "state": proven.state,
        "step": first and first.step,
        "error": first and first.error,
        "origin": proven.origin,
        "index": str(proven.index),
        "size": str(proven.size),
        "root": proven.root.hex(),
        "leaf": proven.leaf_hash.hex(),
        "pinned": proven.pinned,
        "seen": [[each.witness, str(each.at)] for each in proven.seen],
        "quorum": proven.quorum,
        "said": said and [said.partner, said.key, said.name, said.state, said.why],
        "erased": list(proven.erased),
        "withheld": list(proven.withheld),
        "anchored": proven.anchor is not None,
    }
