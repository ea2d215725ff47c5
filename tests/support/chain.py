"""A chain of our own making that can be slow, forget, fork and be another one."""

from dataclasses import dataclass, field
from datetime import datetime

MINED_AT = datetime.fromisoformat("2026-03-02T09:31:00+00:00")


@dataclass(frozen=True)
class Identity:
    chain_id: int
    genesis: str


@dataclass(frozen=True)
class Told:
    state: str
    block_hash: str | None = None
    block_number: int | None = None
    block_time: datetime | None = None
    tx: str = ""
    finality: str = "tag"
    final_by: datetime | None = None
    sources: int = 1


class Unreachable(Exception):
    permanent = False


class Refused(Exception):
    permanent = True


@dataclass
class Chain:
    """A chain with one contract and one account. Transactions wait until `mine`."""

    genesis: str = "0xgenesis"
    waiting: dict[int, tuple[str, bytes, int, bytes]] = field(default_factory=dict)
    blocks: list[tuple[str, bytes, int, bytes]] = field(default_factory=list)
    nonce: int = 0
    sent: list[tuple[int, int, int]] = field(default_factory=list)
    settled: str = "mined"
    breaks: str = ""
    name: str = "evm"

    def chain(self) -> Identity:
        if self.breaks == "chain":
            raise Unreachable
        return Identity(7, self.genesis)

    def next_nonce(self) -> int:
        while self.nonce in self.waiting:
            self.nonce += 1
        return self.nonce

    def publish(self, log_key: bytes, size: int, root: bytes, nonce: int, fee_bump: int) -> str:
        if self.breaks == "before":
            raise Unreachable
        if self.breaks == "taken":
            raise Refused
        tx = f"0x{log_key[:2].hex()}/{size}/{nonce}/{fee_bump}"
        self.waiting[nonce] = (tx, log_key, size, root)
        self.sent.append((size, nonce, fee_bump))
        if self.breaks == "after":
            raise Unreachable
        return tx

    def outcome(self, tx: str, log_key: bytes, size: int, root: bytes) -> Told:
        for number, block in enumerate(self.blocks):
            if block[1:] == (log_key, size, root):
                return Told(self.settled, f"0xblock{number}", number, MINED_AT, block[0])
        return Told("pending" if any(each[0] == tx for each in self.waiting.values()) else "unknown")

    def recorded(self, log_key: bytes) -> tuple[int, bytes] | None:
        return next(((size, root) for _, key, size, root in reversed(self.blocks) if key == log_key), None)

    def mine(self) -> None:
        """Every transaction up to the first gap of nonces goes into a block of its own."""
        while len(self.blocks) in self.waiting:
            self.blocks.append(self.waiting.pop(len(self.blocks)))
            self.nonce = len(self.blocks)

    def fork(self, depth: int = 1) -> None:
        """The newest blocks are gone, and their transactions with them."""
        del self.blocks[-depth:]
        self.nonce = len(self.blocks)
