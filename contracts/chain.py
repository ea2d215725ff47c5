"""One Ethereum chain: who it is, what a transaction costs, sending, receipts, and how settled a block is.

Knows no contract and no log. web3 is imported when a chain is opened, so that importing this module stays cheap.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from contracts.finality import ByTag, Finality, Heights, Settled

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3 import Web3

GWEI = 10**9


class ChainError(Exception):
    """The chain did not do what was asked. permanent: asking again, unchanged, will not help."""

    def __init__(self, message: str, permanent: bool = False):
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True)
class ChainIdentity:
    """Which chain this is; chains that share an id are told apart by the hash of block 0 (0x and 64 hex)."""

    chain_id: int
    genesis: str


@dataclass(frozen=True)
class Block:
    """A block that was on the chain when it was read. `time` is the miner's claim, aware UTC."""

    number: int
    hash: str
    time: datetime


@dataclass(frozen=True)
class Receipt:
    """A transaction in a block that is still part of the chain. `logs` are the raw event records."""

    tx: str
    succeeded: bool
    block: Block
    receipt: Any


@dataclass(frozen=True)
class Standing:
    """How settled a block is, by which rule (`tag`, `depth:12`), and when it will be final if all goes on so.

    sources: how many of our nodes know the block by this hash: 1 of one, 2 of two; 0 when they contradict.
    """

    settled: Settled
    rule: str
    final_by: datetime | None
    sources: int


@dataclass(frozen=True)
class Chain:
    """A connection to one chain, and the account that pays. `demo`: in memory, evidence of nothing.

    second: another node, which must know a block by the same hash before it counts as safe. free: a consortium's
    chain that takes no fees. tick: makes a block, on a chain of our own.
    """

    web3: "Web3"
    account: "LocalAccount"
    finality: Finality
    demo: bool = False
    fee_ceiling: int = 500 * GWEI  # wei per unit of gas; above it nothing is sent
    failures: tuple[type[Exception], ...] = ()
    second: "Web3 | None" = None
    free: bool = False
    tick: Callable[[], object] | None = None

    def identity(self) -> ChainIdentity:
        """Ask the chain who it is. Raises ChainError."""
        with self.speaking():
            first = self.web3.eth.get_block(0)
            return ChainIdentity(int(self.web3.eth.chain_id), first["hash"].to_0x_hex())

    def next_nonce(self) -> int:
        """The nonce after every transaction of the account that the node knows, pending ones included."""
        with self.speaking():
            return int(self.web3.eth.get_transaction_count(self.account.address, "pending"))

    def fees(self, bump: int) -> dict[str, int]:
        """What to offer, in wei per unit of gas; each bump adds an eighth, since nodes want at least a tenth more
        before they replace a transaction of the same nonce. Raises ChainError above the ceiling."""
        if self.free:
            return {"gasPrice": 0}
        with self.speaking():
            base = self.web3.eth.get_block("latest").get("baseFeePerGas")
            if base is None:
                offer = {"gasPrice": int(self.web3.eth.gas_price)}
            else:
                tip = int(self.web3.eth.max_priority_fee)
                # A base fee grows by at most an eighth a block: twice the present one lasts for about six blocks.
                offer = {"maxFeePerGas": 2 * int(base) + tip, "maxPriorityFeePerGas": tip}
        raised = {name: _raised(wei, bump) for name, wei in offer.items()} if any(offer.values()) else offer
        if max(raised.values()) > self.fee_ceiling:
            raise ChainError(
                f"the fee is above the ceiling: {max(raised.values())} > {self.fee_ceiling} wei a gas"
            )
        return raised

    def send(self, call: Any, nonce: int, fee_bump: int = 0) -> str:
        """Sign `call` (a prepared contract function or constructor) and hand it to the node; returns the hash.

        The promise is only that the node took it. Sending the same nonce again replaces what is pending under it.
        Raises ChainError; permanent when the contract would refuse the call.
        """
        sender = {"from": self.account.address}
        with self.speaking():
            gas = int(call.estimate_gas(sender)) * 5 // 4
            fields = {**sender, "nonce": nonce, "gas": gas, "chainId": self.web3.eth.chain_id}
        for bump in range(fee_bump, fee_bump + 8):
            try:
                return self._hand_over(call, {**fields, **self.fees(bump)})
            except ChainError as error:
                # The base fee may have fallen since the first sending, so that a bump of today's is too small.
                if "underpriced" not in str(error):
                    raise
        raise ChainError(f"the pending transaction of nonce {nonce} offers more than we would")

    def receipt(self, tx: str) -> Receipt | None:
        """The receipt of a transaction, or None while it is in no block of the present chain."""
        from web3.exceptions import TransactionNotFound

        with self.speaking():
            try:
                found = self.web3.eth.get_transaction_receipt(tx)  # type: ignore[arg-type]
            except TransactionNotFound:
                return None
            block = self.block(found["blockNumber"])
            # A node may still hand out the receipt of a block that a reorganisation has removed.
            if block is None or block.hash != found["blockHash"].to_0x_hex():
                return None
            return Receipt(tx, found["status"] == 1, block, found)

    def waiting(self, tx: str) -> bool:
        """Whether the node holds this transaction without a block."""
        from web3.exceptions import TransactionNotFound

        with self.speaking():
            try:
                return self.web3.eth.get_transaction(tx).get("blockHash") is None  # type: ignore[arg-type]
            except TransactionNotFound:
                return False

    def block(self, number: int) -> Block | None:
        """The block that has this number now, or None when the chain does not reach it."""
        return self._block(self.web3, number)

    def standing(self, block: Block) -> Standing:
        """How settled `block` is. One that a second node does not know by this hash is not more than mined."""
        heights = self._heights()
        settled, rule = self.finality.settled(block.number, heights), self.finality.rule(heights)
        sources = self._sources(block)
        if self.second is not None and sources < 2:
            settled = "mined"
        final_by = None if settled == "final" else self._final_by(block, heights)
        return Standing(settled, "demo" if self.demo else rule, final_by, sources)

    def _sources(self, block: Block) -> int:
        if self.second is None:
            return 1
        try:
            other = self._block(self.second, block.number)
        except ChainError:
            return 1  # it does not answer, which says nothing
        return 1 if other is None else 2 if other.hash == block.hash else 0

    def _final_by(self, block: Block, heights: Heights) -> datetime | None:
        """As long after the block as the newest final block is now behind the newest one."""
        settled_to = self.finality.final_height(heights)
        newest = self.block(heights.latest)
        last_final = None if settled_to is None else self.block(settled_to)
        return None if newest is None or last_final is None else block.time + (newest.time - last_final.time)

    def _heights(self) -> Heights:
        latest = self._height("latest")
        if latest is None:
            raise ChainError("the chain does not answer: it has no newest block")
        if not isinstance(self.finality, ByTag):
            return Heights(latest)
        return Heights(latest, self._height("safe"), self._height("finalized"))

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Turn what the node or the network answers badly into ChainError."""
        from requests import RequestException
        from web3.exceptions import ContractLogicError, Web3Exception

        refusals: tuple[type[Exception], ...] = (ContractLogicError, *self.failures)
        try:
            yield
        except refusals as error:
            raise ChainError(f"the contract refuses: {error}", permanent=True) from error
        except (Web3Exception, RequestException, OSError) as error:
            raise ChainError(f"the chain does not answer: {_short(error)}") from error
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            # HTML instead of JSON, a number where a block should be: web3 stumbles over it in many ways.
            raise ChainError(f"the chain answers what no node says: {_short(error)}") from error

    def _hand_over(self, call: Any, fields: Mapping[str, Any]) -> str:
        with self.speaking():
            signed = self.account.sign_transaction(call.build_transaction(dict(fields)))
        try:
            with self.speaking():
                self.web3.eth.send_raw_transaction(signed.raw_transaction)
        except ChainError as error:
            # Signing the same twice gives the same transaction; that the node has it already is what we want.
            if "already" not in str(error):
                raise
        return signed.hash.to_0x_hex()

    def _height(self, tag: Literal["latest", "safe", "finalized"]) -> int | None:
        from web3.exceptions import BlockNotFound, Web3RPCError

        with self.speaking():
            try:
                return int(self.web3.eth.get_block(tag)["number"])
            except (BlockNotFound, Web3RPCError):
                return None

    def _block(self, node: "Web3", number: int) -> Block | None:
        from web3.exceptions import BlockNotFound

        with self.speaking():
            try:
                found = node.eth.get_block(number)
            except BlockNotFound:
                return None
            return Block(number, found["hash"].to_0x_hex(), datetime.fromtimestamp(found["timestamp"], UTC))


def open_chain(
    url: str,
    key: str,
    finality: Finality | None = None,
    *,
    second_url: str = "",
    free: bool = False,
    within: float | None = None,
) -> Chain:
    """Open the chain behind a JSON-RPC address; `key` is the paying account's private key in hex.

    second_url: another node, asked for the same block. within: seconds for one answer. Does not speak to a node
    yet. Raises ChainError when the key or the packages are missing.
    """
    try:
        from contracts.wire import ANSWER_WITHIN, open_node

        seconds = within or ANSWER_WITHIN
        node, second = open_node(url, seconds), open_node(second_url, seconds) if second_url else None
    except ImportError as error:
        raise ChainError(
            "a chain needs the package web3: pip install 'wayproof[chain]'", permanent=True
        ) from error
    return Chain(node, account_of(key), finality or ByTag(), second=second, free=free)


def account_of(key: str) -> "LocalAccount":
    """The account of a private key in hex. Raises ChainError."""
    from eth_account import Account

    try:
        account: LocalAccount = Account.from_key(key)
    except ValueError as error:
        raise ChainError("the chain key must be 32 bytes in hex", permanent=True) from error
    return account


def _raised(wei: int, bump: int) -> int:
    for _ in range(bump):
        wei += wei // 8 + 1
    return wei


def _short(error: Exception) -> str:
    """What an error says, without the page that a proxy may have answered."""
    return " ".join(str(error).split())[:300] or type(error).__name__
