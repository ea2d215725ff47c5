"""How long things took: fading distributions of days for groups, what they give, and the update by time spent.

Pure. A distribution is days with their chances; a fine group leans on the coarser one by imagined shipments.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from math import exp

Distribution = tuple[tuple[int, float], ...]
"""(days, chance) by days, the chances adding up to one; empty when nothing was ever seen."""

Past = Sequence[tuple[int, int]]
"""(the day on which it ended, how many days), in the order of those days."""

_FORGOTTEN = 6.0  # memories: what is older weighs less than 0.25 %


def faded(past: Past, day: int, memory: float) -> dict[int, float]:
    """The weights of the days that were seen before `day`; one that ended now weighs one."""
    weights: dict[int, float] = {}
    begin = bisect_left(past, (int(day - _FORGOTTEN * memory),))
    for ended, days in past[begin:]:
        if ended >= day:
            break
        weights[days] = weights.get(days, 0.0) + exp((ended - day) / memory)
    return weights


def shrunk(weights: Mapping[int, float], coarser: Distribution, pseudo: float) -> Distribution:
    """The weights as chances, leaning on the coarser distribution by `pseudo` imagined shipments."""
    mixed = dict(weights)
    for days, chance in coarser:
        mixed[days] = mixed.get(days, 0.0) + pseudo * chance
    total = sum(mixed.values())
    return tuple((days, mixed[days] / total) for days in sorted(mixed) if mixed[days] > 0) if total > 0 else ()


def quantiles(distribution: Distribution, levels: Sequence[float]) -> list[int]:
    """The days within which these shares lie; `levels` ascend."""
    found, reached, place = [], 0.0, 0
    for level in levels:
        while place < len(distribution) - 1 and reached + distribution[place][1] < level - 1e-9:
            reached += distribution[place][1]
            place += 1
        found.append(distribution[place][0])
    return found


def still_open(distribution: Distribution, spent: int) -> Distribution:
    """What is left of it once `spent` days have passed without an end: the survivors, as chances again.

    Empty when nothing that was ever seen took that long.
    """
    left = [(days, chance) for days, chance in distribution if days >= spent]
    total = sum(chance for _, chance in left)
    return tuple((days, chance / total) for days, chance in left) if total > 0 else ()


def after(distribution: Distribution, spent: int) -> Distribution:
    """The same as days from now on."""
    return tuple((days - spent, chance) for days, chance in still_open(distribution, spent))


def together(parts: Iterable[Distribution]) -> Distribution:
    """The distribution of the sum of independent parts, one after the other. An empty part makes it empty."""
    sums: Distribution = ((0, 1.0),)
    for part in parts:
        mixed: dict[int, float] = {}
        for days, chance in sums:
            for more, other in part:
                mixed[days + more] = mixed.get(days + more, 0.0) + chance * other
        sums = tuple(sorted(mixed.items()))
    return sums


def beyond(distribution: Distribution, days: int) -> float:
    """The chance of more than `days`."""
    return sum(chance for each, chance in distribution if each > days)
