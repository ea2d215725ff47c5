"""Asking a chain about the anchor that a proof claims, for `wayproof verify --chain`. Nothing is sent to it."""

from ledger.anchor_claim import AnchorClaim
from ledger.errors import Tampered, Unsure
from ledger.verify import CheckAnchor

_STEP = 16


def asking(url: str) -> CheckAnchor:
    """A check of anchors with the node at this JSON-RPC address: says how settled the block is.

    The check raises Tampered when the chain holds another root or none, Unsure when it gave no answer.
    """
    from contracts.chain import ChainError
    from contracts.claims import Found, find_root, identity_of, reading_chain

    def check(claim: AnchorClaim) -> str:
        if claim.target != "evm" or claim.tx is None:
            raise Unsure(_STEP, "ANCHOR_NOT_ASKED", "the anchor is not on a chain")
        try:
            chain = reading_chain(url)
            identity = identity_of(chain)
            if (str(identity.chain_id), identity.genesis) != (claim.chain_id, claim.genesis):
                sentence = f"the node is of chain {identity.chain_id}, the anchor of chain {claim.chain_id}"
                raise Unsure(_STEP, "ANCHOR_NOT_ASKED", sentence)
            found: Found | None = find_root(chain, claim.tx, *claim.published)
        except ChainError as error:
            raise Unsure(_STEP, "ANCHOR_NOT_ASKED", f"the chain did not answer: {error}") from error
        if found is None:
            raise Tampered("the chain holds no such root in this transaction")
        if (found.block.number, found.block.hash) != (claim.block_number, claim.block_hash):
            raise Tampered(f"the root stands in block {found.block.number}, not in the block that the proof names")
        standing = f"{found.standing.settled} by {found.standing.rule}"
        at = f"{found.block.time:%Y-%m-%d %H:%M:%SZ}"
        return f"block {found.block.number} of {at}, {standing}, told by {found.contract}"

    return check
