"""How good predictions were: rank, error, calibration, drift. Pure; every figure is of pairs (told, true)."""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 5

Told = Sequence[tuple[float, bool]]
"""The chance that was told, and whether it came true."""


@dataclass(frozen=True)
class Bin:
    """One line of a reliability table: what was told on average, and how often it came true."""

    n: int
    told: float
    true: float


def auc(told: Told) -> float | None:
    """The chance that a late one was told a higher risk than one that came in time; ties count half."""
    ordered = sorted(told)
    late = sum(true for _, true in ordered)
    if not 0 < late < len(ordered):
        return None
    ranks, place = 0.0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ranks += (place + end + 1) / 2 * sum(true for _, true in ordered[place:end])
        place = end
    return (ranks - late * (late + 1) / 2) / (late * (len(ordered) - late))


def average_precision(told: Told) -> float | None:
    """The mean share of late ones among those ranked at least as high, over the late ones."""
    ordered = sorted(told, key=lambda pair: -pair[0])
    hits, total = 0, 0.0
    for place, (_, true) in enumerate(ordered, 1):
        if true:
            hits += 1
            total += hits / place
    return total / hits if hits else None


def brier(told: Told) -> float | None:
    """The mean squared distance of chance and truth; zero is perfect."""
    return sum((chance - true) ** 2 for chance, true in told) / len(told) if told else None


def reliability(told: Told, bins: int = BINS) -> list[Bin]:
    """Equally many predictions a line, from the lowest told chance to the highest."""
    ordered = sorted(told, key=lambda pair: pair[0])
    size = len(ordered)
    parts = [ordered[i * size // bins : (i + 1) * size // bins] for i in range(bins)]
    return [
        Bin(len(part), sum(chance for chance, _ in part) / len(part), sum(true for _, true in part) / len(part))
        for part in parts
        if part
    ]


def calibration_gap(told: Told, bins: int = BINS) -> float | None:
    """The mean distance between what was told and what came true, over the lines of the reliability table."""
    lines = reliability(told, bins)
    return sum(abs(line.told - line.true) for line in lines) / len(lines) if lines else None


def riskiest_tenth(told: Told) -> tuple[float, float] | None:
    """Among the tenth that was told the highest risk: which share came true, and which share of all that did."""
    ordered = sorted(told, key=lambda pair: -pair[0])
    top, late = ordered[: len(ordered) // 10], sum(true for _, true in told)
    if not top or not late:
        return None
    hits = sum(true for _, true in top)
    return hits / len(top), hits / late


MANY = 500
"""From how many on the lines of a reliability table are worth comparing one by one."""


def drift_gap(told: Told, enough: int = 30) -> float | None:
    """How far what was told lies from what came true: over five bins of many, on the whole of some, None of few.

    The bins of few differ by chance alone: six shipments a line are off by fifteen points and mean nothing.
    """
    if len(told) < enough:
        return None
    if len(told) >= MANY:
        return calibration_gap(told)
    return abs(sum(chance for chance, _ in told) - sum(true for _, true in told)) / len(told)


def drifted(told: Told, allowed: float = 0.05, enough: int = 30) -> bool:
    """Whether recent predictions missed what happened by more than `allowed`; never said of too few."""
    gap = drift_gap(told, enough)
    return gap is not None and gap > allowed
