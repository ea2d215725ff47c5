"""What every prediction must beat: plain rates and medians, on the same walk. Pure, and simple on purpose.

They count every delivery completed before the day, also the journey's own where it came that early, as the figures
that others published of this data do; ours never count their own.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Sequence
from math import exp

from carriers.eta.spans import faded, quantiles, shrunk
from carriers.eta.table import Journey

_YEAR, _PSEUDO = 365.0, 8.0

Key = tuple[str, ...]


def _way(journey: Journey) -> Key:
    return ("way", journey.mode, journey.route)


def _lane(journey: Journey) -> Key:
    return ("lane", journey.country, journey.mode, journey.route)


def _vendor(journey: Journey) -> Key:
    return ("vendor", journey.vendor, journey.mode)


class Baselines:
    """Rates and medians by name. `learn` deliveries in the order of time, ask as of a day."""

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch
        self._faded: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._plain: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._recent: dict[Key, list[tuple[int, bool]]] = defaultdict(list)
        self._past: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        self._memo: dict[Key, int] = {}
        self._day = epoch

    def learn(self, journey: Journey) -> None:
        """A delivery was completed."""
        assert journey.delivered is not None
        assert journey.shift is not None
        weight = exp((journey.delivered - self._epoch) / _YEAR)
        for key in ((), _way(journey), _lane(journey), _vendor(journey)):
            _count(self._faded[key], weight, journey.late)
            _count(self._plain[key], 1.0, journey.late)
            insort(self._past[key], (journey.delivered, journey.shift))
        insort(self._recent[_way(journey)], (journey.delivered, journey.late))

    def rates(self, day: int) -> dict[str, Callable[[Journey], float]]:
        """The chance of being late by each of the plain ways, as of `day`."""
        return {
            "running base rate": lambda journey: self._base(),
            "last 90 days, mode x route": lambda journey: self._last_90_days(journey, day),
            "vendor x mode": lambda journey: self._leaning(self._plain, _vendor(journey), self._base(), 1.0),
            "lane": lambda journey: self.lane(journey, day),
        }

    def lane(self, journey: Journey, day: int) -> float:
        """Country, mode and route, leaning on mode and route, leaning on all; a delivery fades over a year."""
        fade = exp((self._epoch - day) / _YEAR)
        hit, seen = self._faded[()]
        way = self._leaning(self._faded, _way(journey), hit / seen if seen else 0.0, fade)
        return self._leaning(self._faded, _lane(journey), way, fade)

    def medians(self, day: int) -> dict[str, Callable[[Journey], int]]:
        """The days against the promise by each of the plain ways, as of `day`."""
        return {
            "promise": lambda journey: 0,
            "lane median": lambda journey: self._median(_lane(journey), day),
            "vendor x mode median": lambda journey: self._median(_vendor(journey), day),
        }

    def _base(self) -> float:
        hit, seen = self._plain[()]
        return hit / seen if seen else 0.0

    def _last_90_days(self, journey: Journey, day: int) -> float:
        recent = self._recent[_way(journey)]
        seen = recent[bisect_left(recent, (day - 90, False)) :]
        return (sum(late for _, late in seen) + _PSEUDO * self._base()) / (len(seen) + _PSEUDO)

    def _leaning(self, tallies: dict[Key, list[float]], key: Key, coarser: float, fade: float) -> float:
        hit, seen = tallies[key]
        return (hit * fade + _PSEUDO * coarser) / (seen * fade + _PSEUDO)

    def _median(self, key: Key, day: int) -> int:
        if day != self._day:
            self._memo.clear()
            self._day = day
        if key not in self._memo:
            whole = shrunk(faded(self._past[key], day, _YEAR), (), 0.0)
            self._memo[key] = quantiles(whole, (0.5,))[0] if whole else 0
        return self._memo[key]


def _count(tally: list[float], weight: float, late: bool) -> None:
    tally[0] += weight * late
    tally[1] += weight


def order_of_delivery(journeys: Sequence[Journey]) -> list[Journey]:
    """The completed ones, by the day on which they came."""
    done = [(each.delivered, each.id, each) for each in journeys if each.delivered is not None]
    return [each for *_, each in sorted(done)]
