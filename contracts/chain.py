"""One Ethereum chain: who it is, what a transaction costs, sending, receipts, and how settled a block is.

Knows no contract and no log. web3 is imported when a chain is opened, so that importing this module stays cheap.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3 import Web3

GWEI = 10**9
ANSWER_WITHIN = 20  # seconds for one JSON-RPC call

Settled = Literal["mined", "safe", "final"]


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
class ByTag:
    """A block is settled when the node's tags `safe` and `finalized` have reached it.

    Development chains call their newest block finalized, which says nothing: there, a block stays `mined`.
    """

    def settled(self, block: int, heights: "Heights") -> Settled:
        if heights.finalized >= heights.latest:
            return "mined"
        if block <= heights.finalized:
            return "final"
        return "safe" if block <= heights.safe else "mined"


@dataclass(frozen=True)
class ByDepth:
    """A block is settled when so many blocks stand on it; for chains without meaningful tags."""

    safe: int
    final: int

    def settled(self, block: int, heights: "Heights") -> Settled:
        above = heights.latest - block
        if above >= self.final:
            return "final"
        return "safe" if above >= self.safe else "mined"


@dataclass(frozen=True)
class Heights:
    """The numbers of the newest, the newest safe and the newest finalized block; 0 where the node knows none."""

    latest: int
    safe: int
    finalized: int


Finality = ByTag | ByDepth


@dataclass(frozen=True)
class Chain:
    """A connection to one chain, and the account that pays. `demo`: in memory, evidence of nothing."""

    web3: "Web3"
    account: "LocalAccount"
    finality: Finality
    demo: bool = False
    fee_ceiling: int = 500 * GWEI  # wei per unit of gas; above it nothing is sent
    failures: tuple[type[Exception], ...] = ()

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
        with self.speaking():
            base = self.web3.eth.get_block("latest").get("baseFeePerGas")
            if base is None:
                offer = {"gasPrice": int(self.web3.eth.gas_price)}
            else:
                tip = int(self.web3.eth.max_priority_fee)
                # A base fee grows by at most an eighth a block: twice the present one lasts for about six blocks.
                offer = {"maxFeePerGas": 2 * int(base) + tip, "maxPriorityFeePerGas": tip}
        raised = {name: _raised(wei, bump) for name, wei in offer.items()}
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
        from web3.exceptions import BlockNotFound

        with self.speaking():
            try:
                found = self.web3.eth.get_block(number)
            except BlockNotFound:
                return None
            return Block(number, found["hash"].to_0x_hex(), datetime.fromtimestamp(found["timestamp"], UTC))

    def settled(self, block: Block) -> Settled:
        """How settled `block` is, by this chain's rule of finality."""
        if isinstance(self.finality, ByDepth):
            return self.finality.settled(block.number, Heights(self._height("latest"), 0, 0))
        heights = Heights(self._height("latest"), self._height("safe"), self._height("finalized"))
        return self.finality.settled(block.number, heights)

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
            raise ChainError(f"the chain does not answer: {error}") from error

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

    def _height(self, tag: Literal["latest", "safe", "finalized"]) -> int:
        from web3.exceptions import BlockNotFound, Web3RPCError

        with self.speaking():
            try:
                return int(self.web3.eth.get_block(tag)["number"])
            except (BlockNotFound, Web3RPCError):
                if tag == "latest":
                    raise
                return 0


def open_chain(url: str, key: str, finality: Finality | None = None) -> Chain:
    """Open the chain behind a JSON-RPC address; `key` is the paying account's private key in hex.

    Does not speak to the node yet. Raises ChainError when the key or the packages are missing.
    """
    Web3 = _web3()
    from web3 import HTTPProvider
    from web3.middleware import ExtraDataToPOAMiddleware

    web3 = Web3(HTTPProvider(url, request_kwargs={"timeout": ANSWER_WITHIN}))
    # Harmless elsewhere; without it the blocks of clique and BSC-like chains cannot be read.
    web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    return Chain(web3, _account(key), finality or ByTag())


def open_demo_chain() -> Chain:
    """A new chain in this process's memory, gone with it; blocks come with transactions only.

    Its first block holds random bytes, so that no two demo chains have one identity.
    """
    depth = sys.getrecursionlimit()
    try:
        return _demo_chain()
    finally:
        # py_ecc lifts it to 100,000, at which deeply nested JSON of a stranger ends the process.
        sys.setrecursionlimit(depth)


def _demo_chain() -> Chain:
    import os

    Web3 = _web3()
    try:
        from eth_tester import EthereumTester, PyEVMBackend
        from eth_tester.exceptions import TransactionFailed
        from web3 import EthereumTesterProvider
    except ImportError as error:
        raise ChainError("the demo chain needs the packages of wayproof[demo]", permanent=True) from error

    first = PyEVMBackend.generate_genesis_params({"extra_data": os.urandom(32)})
    tester = EthereumTester(backend=PyEVMBackend(genesis_parameters=first))
    web3 = Web3(EthereumTesterProvider(tester))
    # eth-tester says of its newest block that it is finalized; only depth means something here.
    rich = "0x" + f"{1:064x}"
    return Chain(web3, _account(rich), ByDepth(safe=6, final=12), demo=True, failures=(TransactionFailed,))


def _web3() -> "type[Web3]":
    try:
        from web3 import Web3
    except ImportError as error:
        raise ChainError(
            "a chain needs the package web3: pip install 'wayproof[chain]'", permanent=True
        ) from error
    return Web3


def _account(key: str) -> "LocalAccount":
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
