"""The window of days in which a journey of a table is expected to end, and the level that keeps its cover honest.

Pure. The window shrinks or widens month by month so that eight in ten of the recent ones would have ended in it.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from carriers.eta.spans import Distribution, faded, quantiles, shrunk
from carriers.eta.table import Journey

COVER = 0.8
MEMORY, PSEUDO = 90.0, 20.0
_TAILS = tuple(round(0.02 * step, 2) for step in range(1, 19))
_LEVELS = (*_TAILS, 0.5, *(1 - tail for tail in reversed(_TAILS)))
_USUAL = _TAILS.index(0.1)
_RECENT, _ENOUGH = 120.0, 20

Key = tuple[str, ...]


@dataclass(frozen=True)
class Window:
    """Days against the promised day: the earliest and latest that we expect, and the middle."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True)
class _Told:
    journey: Journey
    days: tuple[int, ...]  # at each of _LEVELS

    def within(self, tail: int) -> bool:
        shift = self.journey.shift
        return shift is not None and self.days[tail] <= shift <= self.days[-1 - tail]


def groups(journey: Journey) -> tuple[Key, ...]:
    """From all shipments to those from one vendor to one country by one way."""
    j = journey
    way = (j.mode, j.route)
    return ((), ("way", *way), ("lane", j.country, *way), ("vendor to", j.vendor, j.country, *way))


class Windows:
    """`judge` asks for journeys of a month, `learn` tells deliveries, in the order of time."""

    def __init__(self) -> None:
        self._past: dict[Key, list[tuple[int, int]]] = {}
        self._told: list[_Told] = []
        self._memo: dict[Key, Distribution] = {}

    def learn(self, journey: Journey) -> None:
        """A delivery was completed."""
        assert journey.delivered is not None
        assert journey.shift is not None
        for key in groups(journey):
            insort(self._past.setdefault(key, []), (journey.delivered, journey.shift))

    def judge(self, journeys: Sequence[Journey], day: int) -> list[Window]:
        """The window of each as of `day`; all deliveries before it have been learned, and none since."""
        self._memo.clear()
        tail = self._tail(day)
        told = [_Told(each, tuple(self._days(each, day))) for each in journeys]
        self._told += told
        middle = len(_TAILS)
        return [Window(each.days[tail], each.days[middle], each.days[-1 - tail]) for each in told]

    def _tail(self, day: int) -> int:
        """Which tails to cut off: those that would have left eight in ten of the recent ones inside."""
        known = [
            (exp((each.journey.scheduled - day) / _RECENT), each)
            for each in self._told
            if each.journey.scheduled < day
            and each.journey.delivered is not None
            and each.journey.delivered < day
            and each.journey.scheduled > day - 6 * _RECENT
        ]
        total = sum(weight for weight, _ in known)
        if total < _ENOUGH:
            return _USUAL

        def missed(tail: int) -> float:
            return abs(sum(weight for weight, each in known if each.within(tail)) / total - COVER)

        return min(range(len(_TAILS)), key=missed)

    def _days(self, journey: Journey, day: int) -> list[int]:
        own = journey.delivered is not None and journey.delivered < day
        found: Distribution = ()
        for key in groups(journey):
            if own:
                found = shrunk(self._without(key, journey, day), found, PSEUDO)
            else:
                if key not in self._memo:
                    self._memo[key] = shrunk(faded(self._past.get(key, ()), day, MEMORY), found, PSEUDO)
                found = self._memo[key]
        return quantiles(found, _LEVELS) if found else [0] * len(_LEVELS)

    def _without(self, key: Key, journey: Journey, day: int) -> dict[int, float]:
        """A journey that had come before `day` must not be told its own end."""
        assert journey.delivered is not None
        assert journey.shift is not None
        weights = faded(self._past.get(key, ()), day, MEMORY)
        if journey.shift in weights:
            weights[journey.shift] -= exp((journey.delivered - day) / MEMORY)
            if weights[journey.shift] < 1e-9:
                del weights[journey.shift]
        return weights
