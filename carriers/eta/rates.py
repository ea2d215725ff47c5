"""How often things were late: fading counts for groups of shipments, from the coarse to the fine.

Pure. A fine group that has seen little leans on the coarser one above it by a few imagined shipments. Each group
keeps three memories (a year, a quarter, six weeks), for what was true last year is only half true now.
"""

from collections.abc import Sequence
from math import exp, log

from carriers.eta.table import Journey

MEMORIES = (365.0, 90.0, 45.0)
HORIZONS = (14, 7, 3, 1, 0)
"""Days before the promise at which a shipment that is still open is judged again."""

PSEUDO = 4.0
"""By how many imagined shipments a group leans on the one above it, in each of its three memories."""

USUAL_LATE, USUAL_EARLY = 0.1, 0.3  # what is believed before anything has been seen

_ALL, _LATE, _EARLY, _OPEN = 0, 1, 2, 3  # places in a tally; behind _OPEN one for each horizon
_SIZE = _OPEN + len(HORIZONS)
_AMONG = (_ALL, *range(_OPEN, _SIZE))
"""Late among what: all shipments, then those still open at each horizon."""

Tally = list[float]
Key = tuple[str, ...]


def chains(journey: Journey) -> tuple[tuple[Key, ...], ...]:
    """The four ladders of groups that a shipment stands on, each from coarse to fine."""
    j = journey
    way = (j.mode, j.route)
    return (
        (("way", *way), ("site", j.site, *way), ("site to", j.site, j.country, *way)),
        (("way", *way), ("vendor", j.vendor, *way), ("vendor to", j.vendor, j.country, *way)),
        (("way", *way), ("lane", j.country, *way)),
        (("to", j.country, j.route), ("goods to", j.country, j.group, j.route)),
    )


_NOTHING: Tally = [0.0] * (_SIZE * len(MEMORIES))


class Rates:
    """Counts of completed deliveries. `add` in the order of delivery; what is read is as of a day."""

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch  # weights are kept relative to this day, so that nothing has to fade in place
        self._tallies: dict[Key, Tally] = {}
        self._memo: dict[tuple[Key, ...], list[float]] = {}
        self._day = epoch

    def add(self, journey: Journey) -> None:
        """Learn a completed delivery."""
        told = self._told(journey)
        for key in {("all",), *(key for chain in chains(journey) for key in chain)}:
            tally = self._tallies.setdefault(key, [0.0] * len(told))
            for place, weight in enumerate(told):
                tally[place] += weight
        self._memo.clear()

    def logits(self, journey: Journey, day: int) -> list[float]:
        """The mean log-odds of being late over all ladders and memories: of all, then of those open at a horizon.

        Never counts the journey itself, should it have been delivered before `day`.
        """
        ladders = [[("all",), *chain] for chain in chains(journey)]
        sums = [0.0] * len(_AMONG)
        for ladder in ladders:
            for place, value in enumerate(self._ladder(ladder, journey, day)):
                sums[place] += value
        return [value / (len(ladders) * len(MEMORIES)) for value in sums]

    def early(self, journey: Journey, day: int) -> tuple[float, float]:
        """The log-odds of coming before the promised day: from this site this year, on this lane this quarter."""
        own = self._own(journey, day)
        site, _, lane, _ = chains(journey)
        return (
            _logit(self._chance([("all",), *site], 0, _EARLY, _ALL, day, own, USUAL_EARLY)),
            _logit(self._chance([("all",), *lane], 1, _EARLY, _ALL, day, own, USUAL_EARLY)),
        )

    def _ladder(self, ladder: list[Key], journey: Journey, day: int) -> list[float]:
        """The log-odds along one ladder, summed over the memories. Shipments of one group share the answer."""
        own = self._own(journey, day)
        if day != self._day:
            self._memo.clear()
            self._day = day
        if own is None and (known := self._memo.get(tuple(ladder))):
            return known
        sums = [
            sum(
                _logit(self._chance(ladder, memory, _LATE, among, day, own, USUAL_LATE))
                for memory in range(len(MEMORIES))
            )
            for among in _AMONG
        ]
        if own is None:
            self._memo[tuple(ladder)] = sums
        return sums

    def _chance(
        self,
        ladder: Sequence[Key],
        memory: int,
        what: int,
        among: int,
        day: int,
        own: Tally | None,
        usual: float,
    ) -> float:
        base, fade = memory * _SIZE, exp((self._epoch - day) / MEMORIES[memory])
        chance = usual
        for key in ladder:
            tally = self._tallies.get(key)
            if tally is None:
                continue
            hit, seen = tally[base + what], tally[base + among]
            if own is not None:
                hit, seen = hit - own[base + what], seen - own[base + among]
            chance = (max(0.0, hit) * fade + PSEUDO * chance) / (max(0.0, seen) * fade + PSEUDO)
        return chance

    def _own(self, journey: Journey, day: int) -> Tally | None:
        return self._told(journey) if journey.delivered is not None and journey.delivered < day else None

    def _told(self, journey: Journey) -> Tally:
        """What one delivery adds to each of its groups."""
        assert journey.delivered is not None
        assert journey.shift is not None
        told: Tally = []
        for memory in MEMORIES:
            weight = exp((journey.delivered - self._epoch) / memory)
            told += [weight, weight * journey.late, weight * (journey.shift < 0)]
            told += [weight * journey.open_at(horizon) for horizon in HORIZONS]
        return told


def _logit(chance: float) -> float:
    bounded = min(0.995, max(0.005, chance))
    return log(bounded / (1 - bounded))
