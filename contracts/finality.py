"""How settled a block is: by the node's own tags, or by how many blocks stand on it. Pure; no node is asked."""

from dataclasses import dataclass
from typing import Literal

Settled = Literal["mined", "safe", "final"]

BY_TAG = "tag"


@dataclass(frozen=True)
class Heights:
    """The numbers of the newest, the newest safe and the newest finalized block; None where there is no tag."""

    latest: int
    safe: int | None = None
    finalized: int | None = None


@dataclass(frozen=True)
class ByDepth:
    """A block is settled when so many blocks stand on it; for chains without meaningful tags."""

    safe: int
    final: int

    def rule(self, heights: Heights) -> str:
        """The rule in one word, as proofs and pages name it."""
        del heights
        return f"depth:{self.final}"

    def settled(self, block: int, heights: Heights) -> Settled:
        above = heights.latest - block
        if above >= self.final:
            return "final"
        return "safe" if above >= self.safe else "mined"

    def final_height(self, heights: Heights) -> int | None:
        """The newest block that is final by this rule; None while the chain is too short."""
        return heights.latest - self.final if heights.latest >= self.final else None


DEPTH = ByDepth(safe=6, final=12)


@dataclass(frozen=True)
class ByTag:
    """A block is settled when the node's tags `safe` and `finalized` have reached it.

    A node without these tags, and a development chain that calls its newest block finalized, which says nothing,
    are judged by depth instead.
    """

    otherwise: ByDepth = DEPTH

    def rule(self, heights: Heights) -> str:
        return BY_TAG if _has_tags(heights) else self.otherwise.rule(heights)

    def settled(self, block: int, heights: Heights) -> Settled:
        if heights.finalized is None or not _has_tags(heights):
            return self.otherwise.settled(block, heights)
        if block <= heights.finalized:
            return "final"
        return "safe" if heights.safe is not None and block <= heights.safe else "mined"

    def final_height(self, heights: Heights) -> int | None:
        return heights.finalized if _has_tags(heights) else self.otherwise.final_height(heights)


Finality = ByTag | ByDepth


def _has_tags(heights: Heights) -> bool:
    return heights.finalized is not None and heights.finalized < heights.latest
