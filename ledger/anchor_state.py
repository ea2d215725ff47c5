"""What is known of one anchor, as pages and proofs show it. How it comes to be is `ledger.anchor`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["prepared", "sent", "mined", "safe", "final", "lost"]


@dataclass(frozen=True)
class AnchorState:
    """An anchor as pages and proofs show it. block_time is an upper bound: the root existed before it."""

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
