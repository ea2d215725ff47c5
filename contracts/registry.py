"""The anchor registry on a chain, as the target to which a log's roots are published.

It fits the `AnchorTarget` protocol of ledger/anchor.py by shape. The life of an anchor (rows, retries, when
to bump a fee) is decided there, never here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.artifact import artifact
from contracts.chain import Block, Chain, ChainError, ChainIdentity, Receipt, open_chain
from contracts.demo import open_demo_chain
from contracts.finality import Finality

CONTRACT = "AnchorRegistry"
NOBODY = "0x" + "00" * 20

State = Literal["unknown", "pending", "refused", "mined", "safe", "final"]


@dataclass(frozen=True)
class Outcome:
    """What has become of a publication, and the transaction it stands in, which may be another than was asked for.

    unknown: the chain has never heard of it, or forgot it. pending: a node holds it, or two nodes contradict each
    other about its block (sources 0). refused: mined in vain. From mined on the block is given; its time, UTC, is
    an upper bound: the root existed before it. finality: the rule that judges (`tag`, `depth:12`, `demo`).
    """

    state: State
    tx: str = ""
    block_hash: str | None = None
    block_number: int | None = None
    block_time: datetime | None = None
    finality: str = ""
    final_by: datetime | None = None
    sources: int = 1


@dataclass(frozen=True)
class Head:
    """The newest publication of a log on the chain: size 0 and no owner when there is none."""

    size: int
    root: bytes
    block_number: int
    owner: str


@dataclass(frozen=True)
class Publication:
    """One event of the registry: this root was published at this size. `previous_block` is 0 for the first."""

    tx: str
    size: int
    root: bytes
    block: Block
    previous_block: int


class Registry:
    """One deployed AnchorRegistry, spoken to from one account.

    A `log_key` is the id of a log on the chain: 32 random-looking bytes that name no tenant.
    """

    def __init__(self, chain: Chain, address: str):
        self._chain = chain
        self._contract: Any = chain.web3.eth.contract(_checksum(address), abi=artifact(CONTRACT).abi)
        self.address: str = self._contract.address

    @property
    def name(self) -> Literal["evm"]:
        """What kind of target this is."""
        return "evm"

    @property
    def demo(self) -> bool:
        """Whether the chain lives in memory only, so that an anchor on it is evidence of nothing."""
        return self._chain.demo

    def tick(self) -> None:
        """Make a block on the demo's chain, where nobody else does; elsewhere nothing."""
        if self._chain.tick:
            self._chain.tick()

    def chain(self) -> ChainIdentity:
        """Which chain the anchors are on. Raises ChainError."""
        return self._chain.identity()

    def next_nonce(self) -> int:
        """The account's next free nonce, counting what is pending. Raises ChainError."""
        return self._chain.next_nonce()

    def publish(self, log_key: bytes, size: int, root: bytes, nonce: int, fee_bump: int = 0) -> str:
        """Send the transaction that publishes `root` at `size`; returns its hash, 0x and 64 hex.

        A node took it, no more: ask `outcome`. The same nonce with a higher `fee_bump` replaces a stuck one.
        Raises ChainError; permanent when the log is not ours or the contract already has this size or more.
        """
        head = self.latest(log_key)
        if head.owner not in (NOBODY, self._chain.account.address):
            raise ChainError(f"this log belongs to another account: {head.owner}", permanent=True)
        if size <= head.size:
            raise ChainError(f"size {size} is not above the published {head.size}", permanent=True)
        call = self._contract.functions.publish(log_key, size, root)
        return self._chain.send(call, nonce, fee_bump)

    def outcome(self, tx: str, log_key: bytes, size: int, root: bytes) -> Outcome:
        """What has become of publishing `root` at `size`. Raises ChainError.

        The contract is asked too, so that this also finds a publication whose hash was lost in a crash (`tx` is
        empty) or one that replaced `tx` under the same nonce.
        """
        receipt = self._chain.receipt(tx) if tx else None
        if receipt and self._published_by(receipt, log_key, size, root):
            return self._settled(tx, receipt.block)
        found = self.find(log_key, size)
        if found and found.root == root:
            return self._settled(found.tx, found.block)
        if found or receipt:
            return Outcome("refused", tx)
        return Outcome("pending" if tx and self._chain.waiting(tx) else "unknown", tx)

    def recorded(self, log_key: bytes) -> tuple[int, bytes] | None:
        """The newest size and root of a log on the chain, or None. Raises ChainError."""
        head = self.latest(log_key)
        return (head.size, head.root) if head.size else None

    def latest(self, log_key: bytes) -> Head:
        """What the contract holds for a log at the newest block. Raises ChainError."""
        with self._chain.speaking():
            size, root, block_number, owner = self._contract.functions.latest(log_key).call()
        return Head(int(size), bytes(root), int(block_number), str(owner))

    def find(self, log_key: bytes, size: int) -> Publication | None:
        """The publication of a log at exactly this size, or None."""
        for publication in self.history(log_key):
            if publication.size <= size:
                return publication if publication.size == size else None
        return None

    def history(self, log_key: bytes) -> Iterator[Publication]:
        """The publications of a log, newest first: each event names the block of the one before."""
        number = self.latest(log_key).block_number
        while number:
            in_block = self._publications(log_key, number)
            yield from reversed(in_block)
            # Two publications may share a block; only the first of them points out of it.
            number = in_block[0].previous_block if in_block else 0

    def _publications(self, log_key: bytes, number: int) -> list[Publication]:
        block = self._chain.block(number)
        if block is None:
            return []
        event = self._contract.events.RootPublished()
        with self._chain.speaking():
            logs = event.get_logs(from_block=number, to_block=number, argument_filters={"log": log_key})
        found = [_publication(log, block) for log in logs]
        return sorted(found, key=lambda publication: publication.size)

    def _published_by(self, receipt: Receipt, log_key: bytes, size: int, root: bytes) -> bool:
        from web3.logs import DISCARD

        events = self._contract.events.RootPublished().process_receipt(receipt.receipt, errors=DISCARD)
        wanted = (self.address, log_key, size, root)
        return any(
            (e["address"], e["args"]["log"], e["args"]["size"], e["args"]["root"]) == wanted for e in events
        )

    def _settled(self, tx: str, block: Block) -> Outcome:
        standing = self._chain.standing(block)
        if standing.sources == 0:
            return Outcome("pending", tx, finality=standing.rule, sources=0)
        where = (block.hash, block.number, block.time)
        return Outcome(standing.settled, tx, *where, standing.rule, standing.final_by, standing.sources)


def connect(
    url: str,
    key: str,
    registry_address: str | None,
    finality: Finality | None = None,
    *,
    second_url: str = "",
    free: bool = False,
) -> Registry:
    """The registry at `registry_address` behind a JSON-RPC address; the rest as `open_chain` takes it.

    Without an address: the one that this account deployed before, else a new one. `key` is the private key of the
    account that pays and owns, in hex. Raises ChainError.
    """
    chain = open_chain(url, key, finality, second_url=second_url, free=free)
    if not registry_address:
        return deployed_before(chain) or deploy_registry(chain)
    registry = Registry(chain, registry_address)
    require_code(registry)
    return registry


def demo_chain() -> Registry:
    """A registry on a new chain in memory: enough to see how anchoring goes, and evidence of nothing."""
    return deploy_registry(open_demo_chain())


def deploy_registry(chain: Chain, patience: float = 120.0) -> Registry:
    """Deploy a new AnchorRegistry; waits at most `patience` seconds for its block. Raises ChainError."""
    compiled = artifact(CONTRACT)
    constructor = chain.web3.eth.contract(abi=compiled.abi, bytecode=compiled.bytecode).constructor()
    tx = chain.send(constructor, chain.next_nonce())
    with chain.speaking():
        receipt = chain.web3.eth.wait_for_transaction_receipt(tx, timeout=patience)  # type: ignore[arg-type]
    if receipt["status"] != 1 or receipt["contractAddress"] is None:
        raise ChainError("the chain did not take the contract", permanent=True)
    return Registry(chain, receipt["contractAddress"])


def deployed_before(chain: Chain) -> Registry | None:
    """The registry among the first contracts that the account deployed, so that a restart deploys no second one.

    Looks at the account's first 32 transactions only: the account is meant to be used for nothing else.
    """
    from eth_utils.address import to_checksum_address

    for nonce in range(min(chain.next_nonce(), 32)):
        registry = Registry(chain, to_checksum_address(_created_at(chain.account.address, nonce)))
        if _code(registry) == artifact(CONTRACT).deployed_bytecode:
            return registry
    return None


def require_code(registry: Registry) -> None:
    """Raise ChainError unless the code at the registry's address is the code this release was compiled to."""
    if _code(registry) != artifact(CONTRACT).deployed_bytecode:
        raise ChainError(f"at {registry.address} there is not the AnchorRegistry of this release", permanent=True)


def _code(registry: Registry) -> str:
    chain = registry._chain
    with chain.speaking():
        return chain.web3.eth.get_code(registry._contract.address).to_0x_hex()


def _created_at(account: str, nonce: int) -> bytes:
    """Where a contract of this account and nonce goes: a hash of both (yellow paper, section 7)."""
    import rlp  # type: ignore[import-untyped]  # comes with eth-account
    from eth_utils.crypto import keccak

    return keccak(rlp.encode([bytes.fromhex(account[2:]), nonce]))[-20:]


def _publication(log: Any, block: Block) -> Publication:
    said = log["args"]
    return Publication(
        log["transactionHash"].to_0x_hex(),
        int(said["size"]),
        bytes(said["root"]),
        block,
        int(said["previousBlock"]),
    )


def _checksum(address: str) -> Any:
    from web3 import Web3

    if not Web3.is_address(address):
        raise ChainError(f"not the address of a contract: {address}", permanent=True)
    return Web3.to_checksum_address(address)
