"""What any node of a chain says of an anchor that a proof claims: is that root there, and in which block.

For a reader who trusts neither the log nor its operator. Nothing is sent and no account is needed.
"""

import secrets
from dataclasses import dataclass

from contracts.artifact import artifact
from contracts.chain import Block, Chain, ChainIdentity, Standing, open_chain

CONTRACT = "AnchorRegistry"


@dataclass(frozen=True)
class Found:
    """A root that the chain holds: the block of its event, how settled that is, and the contract that tells it.

    Whoever runs that contract is not known here, nor needed: that the root is in the block proves its age.
    """

    block: Block
    standing: Standing
    contract: str


def reading_chain(url: str) -> Chain:
    """The chain behind a JSON-RPC address, to read only. Raises ChainError when web3 is not installed."""
    return open_chain(url, f"0x{secrets.token_hex(32)}")  # an account that owns nothing and never signs


def identity_of(chain: Chain) -> ChainIdentity:
    """Which chain it is. Raises ChainError."""
    return chain.identity()


def find_root(chain: Chain, tx: str, size: int, root: bytes) -> Found | None:
    """The event of this transaction that published `root` at `size`, or None. Raises ChainError."""
    from web3.logs import DISCARD

    receipt = chain.receipt(tx)
    if receipt is None or not receipt.succeeded:
        return None
    contract = chain.web3.eth.contract(abi=artifact(CONTRACT).abi)
    for event in contract.events.RootPublished().process_receipt(receipt.receipt, errors=DISCARD):
        if (event["args"]["size"], event["args"]["root"]) == (size, root):
            return Found(receipt.block, chain.standing(receipt.block), event["address"])
    return None
