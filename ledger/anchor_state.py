"""What is known of one anchor, as pages and proofs show it. How it comes to be is `ledger.anchor`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["prepared", "sent", "mined", "safe", "final", "lost"]
Target = Literal["evm", "file"]

FIRM = ("mined", "safe", "final")
ON_THE_WAY = ("prepared", "sent")


@dataclass(frozen=True)
class InDirectory:
    """Where the anchored directory holds a log's head: the entry with its index, and the directory's own head."""

    log_id: int
    entry: bytes
    index: int
    size: int
    root: bytes


@dataclass(frozen=True)
class AnchorState:
    """An anchor as pages and proofs show it. block_time is an upper bound: the root existed before it.

    size and root are of the log asked about; `directory` says how the target has them, None for a log that is
    anchored itself. finality: the rule that judged (`tag`, `depth:12`, `demo`, `file`); final_by: when it will be
    final, if the chain goes on as it did. sources: how many of our nodes know the block; 1 is a single source.
    finding: what the last comparison of the log with its anchors found wrong.
    """

    log_id: int
    size: int
    root: bytes
    chain_id: int
    genesis: str
    tx: str
    state: State
    block_hash: str | None
    block_number: int | None
    block_time: datetime | None
    target: Target = "evm"
    finality: str | None = None
    final_by: datetime | None = None
    sources: int = 1
    directory: InDirectory | None = None
    finding: str | None = None
