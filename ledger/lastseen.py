"""What a reader remembers of logs, steps 16 and 17: the sizes and roots that were once shown to be signed.

A log that shows another root at a size once seen has told two stories. Kept in one JSON file of the reader's own.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ledger.anchor_claim import AnchorClaim
from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.errors import StepFailed, Unsure
from ledger.note import b64, strict_b64

FORMAT = "wayproof-seen/1"
KEPT = 1000  # sizes of one log; the largest are kept


@dataclass
class LastSeen:
    """The roots that were seen, by origin and size."""

    roots: dict[str, dict[int, bytes]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "LastSeen":
        """The memory in a file; an absent file is an empty one. Raises ValueError for a file of another kind."""
        if not path.exists():
            return cls()
        value = json.loads(path.read_bytes())
        if not isinstance(value, dict) or value.get("format") != FORMAT or not isinstance(value.get("logs"), dict):
            raise ValueError(f"{path} is no {FORMAT} file")
        return cls(
            {
                origin: {parse_decimal(size): strict_b64(root) for size, root in sizes.items()}
                for origin, sizes in value["logs"].items()
            }
        )

    def of(self, origin: str) -> Mapping[int, bytes]:
        """What was seen of one log."""
        return self.roots.get(origin, {})

    def remember(self, origin: str, size: int, root: bytes) -> None:
        """Keep a checkpoint that was verified with a pinned key."""
        sizes = self.roots.setdefault(origin, {})
        sizes[size] = root
        for old in sorted(sizes)[:-KEPT]:
            del sizes[old]

    def save(self, path: Path) -> None:
        """Write the memory so that a crash leaves the old one or the new one (step 17)."""
        logs = {
            origin: {str(size): b64(sizes[size]) for size in sorted(sizes)} for origin, sizes in self.roots.items()
        }
        draft = path.with_name(f"{path.name}.new")
        with draft.open("w") as file:
            json.dump({"format": FORMAT, "logs": logs}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def compare(seen: Mapping[int, bytes], checkpoint: Checkpoint, anchor: AnchorClaim | None) -> Unsure | None:
    """Step 16 against what was seen: None when it fits, a doubt when it cannot be told.

    The anchor's consistency proof, verified before, joins the checkpoint to the size that is anchored.
    Raises StepFailed when the log has shown two trees.
    """
    if not seen:
        return None
    for size, root, error in (
        (checkpoint.size, checkpoint.root, "EQUIVOCATION"),
        *([(anchor.size, anchor.root, "INCONSISTENT")] if anchor else []),
    ):
        if seen.get(size, root) != root:
            raise StepFailed(16, error, f"at size {size} the log once had another root")
    newest = max(seen)
    if checkpoint.size in seen or (anchor and anchor.size == newest):
        return None
    if checkpoint.size < newest:
        return Unsure(
            16, "ROLLBACK_SUSPECTED", f"size {newest} was seen before, and this is only {checkpoint.size}"
        )
    return Unsure(16, "CONSISTENCY_MISSING", f"nothing joins size {checkpoint.size} to {newest}, which was seen")
