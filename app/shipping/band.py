"""When a region's or a carrier's delivery rate leaves its usual band. A pure rule with minimum counts."""

from dataclasses import dataclass
from math import exp, lgamma, log, log1p

FEWEST_BEFORE = 50
FEWEST_NOW = 15
RARE = 0.001
"""How seldom chance alone may look like this: the rule asks about every carrier and country."""


@dataclass(frozen=True)
class Count:
    """How many promises came due, and how many of them were kept."""

    due: int
    kept: int

    @property
    def share(self) -> float:
        """The share that was kept; 0 of 0 is 0."""
        return self.kept / self.due if self.due else 0.0


def leaves_band(before: Count, now: Count) -> bool:
    """Whether fewer promises are kept now than chance explains, given how many were kept before.

    The earlier share is taken one standard error worse than it was counted, since it is a count too. False while
    either count is too small to say anything.
    """
    if before.due < FEWEST_BEFORE or now.due < FEWEST_NOW:
        return False
    share = min(before.share, 1 - 1 / (before.due + 1))  # nothing that was counted is certain
    careful = max(share - (share * (1 - share) / before.due) ** 0.5, 1e-9)
    return now.share < careful and at_most(now.kept, now.due, careful) < RARE


def at_most(kept: int, due: int, share: float) -> float:
    """The probability of at most `kept` of `due` at this share (binomial)."""
    return min(1.0, sum(exp(_log_chance(k, due, share)) for k in range(kept + 1)))


def _log_chance(k: int, n: int, share: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return ways + k * log(share) + (n - k) * log1p(-share)
