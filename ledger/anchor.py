"""The life of an anchor: one published checkpoint on its way to a chain, from prepared to final, or lost.

The chain itself is reached through `AnchorTarget` alone; no web3 and no address of a node is known here.
"""

from datetime import datetime
from hashlib import sha256
from typing import Protocol


class ChainIdentity(Protocol):
    """Which chain answers: its id, and the hash of its first block, which tells apart chains of one id."""

    @property
    def chain_id(self) -> int: ...
    @property
    def genesis(self) -> str: ...


class Outcome(Protocol):
    """What the chain says of one anchor.

    state: unknown (never heard of it, or forgot it in a reorganisation), pending, refused (mined without effect),
    mined, safe, final. The block is given from mined on; block_time is UTC.
    """

    @property
    def state(self) -> str: ...
    @property
    def block_hash(self) -> str | None: ...
    @property
    def block_number(self) -> int | None: ...
    @property
    def block_time(self) -> datetime | None: ...


class AnchorTarget(Protocol):
    """A contract on a chain that keeps (log key, size, root), for one log key only with growing sizes.

    Each method may take seconds and raise when the node does not answer; asking again is then right.
    """

    def chain(self) -> ChainIdentity:
        """Which chain this is, asked anew each time."""

    def next_nonce(self) -> int:
        """The first nonce of our account that no transaction, pending ones included, has used."""

    def publish(self, log_key: bytes, size: int, root: bytes, nonce: int, fee_bump: int) -> str:
        """Send the transaction and give its hash; a higher fee_bump (0, 1, ...) replaces the one of this nonce."""

    def outcome(self, tx: str, log_key: bytes, size: int, root: bytes) -> Outcome:
        """What became of it. With an empty tx (a crash forgot the hash) the contract's own record answers."""


def contract_key(origin: str) -> bytes:
    """The log's name on the chain: the SHA-256 of its origin, which says nothing about the brand."""
    return sha256(origin.encode()).digest()
