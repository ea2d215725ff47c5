"""What a told chance was worth before: five bins for each horizon, and what they make of another. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from carriers.eta import scores
from carriers.eta.scores import Bin

HORIZONS = ("promise", "week", "day")
"""The first word about a shipment, the one that stood a week before its promised day, the one on that day."""

ENOUGH = 200
"""Outcomes below which a table would say more about chance than about us."""


@dataclass(frozen=True)
class Said:
    """A chance that was told of a shipment on a day, the day that was promised, the day that it came on."""

    on: date
    raw: float  # before any table
    told: float
    plain: float | None  # the lane's plain share of late ones
    promised: date
    came: date

    @property
    def late(self) -> bool:
        return self.came > self.promised


@dataclass(frozen=True)
class Table:
    """What the bins of a horizon came to."""

    bins: tuple[Bin, ...]

    def of(self, chance: float) -> float:
        """The chance that this told one stood for, between the bins on a straight line; never turns two round."""
        points = [(0.0, 0.0), *((each.told, each.true) for each in self.bins), (1.0, 1.0)]
        for (low, true_low), (high, true_high) in pairwise(points):
            if chance <= high:
                share = (chance - low) / (high - low) if high > low else 1.0
                return true_low + share * (true_high - true_low)
        return 1.0


def horizon_of(left: int) -> str:
    """Which table speaks of a shipment with this many days to its promised one."""
    return "promise" if left > 7 else "week" if left > 0 else "day"


def at_horizon(told: Sequence[Said], horizon: str) -> Said | None:
    """The word about one shipment that stood at a horizon; None where it had come by then, or nothing was said."""
    told = sorted(told, key=lambda each: each.on)
    if horizon == "promise":
        return told[0] if told else None
    ahead = timedelta(days=7 if horizon == "week" else 0)
    stood = [each for each in told if each.on <= each.promised - ahead and each.came >= each.promised - ahead]
    return stood[-1] if stood else None


def fit(said: Sequence[Said]) -> Table | None:
    """The table of what was said at one horizon; None of too little. Bins that turn round are told as one."""
    if len(said) < ENOUGH:
        return None
    merged: list[Bin] = []
    for each in scores.reliability([(one.raw, one.late) for one in said]):
        merged.append(each)
        while len(merged) > 1 and merged[-2].true >= merged[-1].true:
            low, high = merged[-2:]
            merged[-2:] = [_together(low, high)]
    return Table(tuple(merged))


def _together(low: Bin, high: Bin) -> Bin:
    n = low.n + high.n
    return Bin(n, (low.n * low.told + high.n * high.told) / n, (low.n * low.true + high.n * high.true) / n)
