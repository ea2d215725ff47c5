"""The life of an anchor: one published checkpoint on its way to a chain, from prepared to final, or lost.

The chain itself is reached through `AnchorTarget` alone; no web3 and no address of a node is known here.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, Protocol

State = Literal["prepared", "sent", "mined", "safe", "final", "lost"]


@dataclass(frozen=True)
class ChainIdentity:
    """Which chain answers: its id, and the hash of its first block, which a chain with the same id may not share."""

    chain_id: int
    genesis: str


@dataclass(frozen=True)
class Outcome:
    """What the chain says of one anchor. unknown: it has never heard of it, or forgot it in a reorganisation.

    The block fields are set from `mined` on; block_time is UTC.
    """

    state: Literal["unknown", "pending", "mined", "safe", "final"]
    tx: str = ""
    block_hash: str | None = None
    block_number: int | None = None
    block_time: datetime | None = None


class AnchorTarget(Protocol):
    """A contract on a chain that keeps (log key, size, root), for one log key only with growing sizes.

    Each method may take seconds and raise when the node does not answer; asking again is then right.
    """

    def chain(self) -> ChainIdentity:
        """Which chain this is, asked anew each time."""

    def next_nonce(self) -> int:
        """The first nonce of our account that no transaction, pending ones included, has used."""

    def publish(self, log_key: bytes, size: int, root: bytes, nonce: int, fee_bump: int) -> str:
        """Send the transaction and give its hash. A higher fee_bump (0, 1, ...) replaces the one of the same nonce."""

    def outcome(self, tx: str, log_key: bytes, size: int, root: bytes) -> Outcome:
        """What became of it. With an empty tx (a crash forgot the hash) the contract's own record answers."""


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


def contract_key(origin: str) -> bytes:
    """The log's name on the chain: the SHA-256 of its origin, which says nothing about the brand."""
    return sha256(origin.encode()).digest()
