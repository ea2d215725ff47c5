"""What a measurement gives back: a value, and what it was set against in the same run."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import harmonic_mean, median


@dataclass(frozen=True)
class Figure:
    """`ratio` is value / against_value, or the other way round where less is better; it holds from `floor` up.

    A figure without a value was not measured; `why` says what is missing. It is never taken for one that holds.
    """

    figure: str
    value: float | None
    unit: str
    against: str
    against_value: float | None
    ratio: float | None
    floor: float
    spread: str = ""
    why: str = ""

    @property
    def holds(self) -> bool:
        return self.ratio is not None and self.ratio >= self.floor

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def line(self) -> str:
        if self.value is None or self.ratio is None or self.against_value is None:
            return f"{self.figure}: MISSING, {self.why}"
        held = "holds" if self.holds else "MISSED"
        return (
            f"{self.figure}: {_text(self.value)} {self.unit}, {self.ratio:.2f} of {self.against}"
            f" ({_text(self.against_value)}); floor {self.floor}: {held}; ratios {self.spread}"
        )


def compare(
    figure: str,
    unit: str,
    ours: Callable[[], float],
    against: str,
    theirs: Callable[[], float],
    floor: float,
    turns: int = 1,
) -> Figure:
    """Measure both three times, in the same weather; the run with the median ratio counts.

    A run lets the two take `turns`, so that a disk that is slow for a while is slow for both.
    """
    return _middle(figure, unit, against, floor, [_run(ours, theirs, turns) for _ in range(3)])


def at_most(figure: str, unit: str, ours: Callable[[], float], against: str, limit: float) -> Figure:
    """Measure three times what must not be above a limit; the ratio is limit / value, and 1 the floor."""
    values = [ours() for _ in range(3)]
    runs = [(limit / value, value, limit) for value in values]
    return _middle(figure, unit, against, 1.0, runs)


def at_least(figure: str, unit: str, ours: Callable[[], float], against: str, limit: float) -> Figure:
    """Measure three times what must not be below a limit; the ratio is value / limit, and 1 the floor."""
    values = [ours() for _ in range(3)]
    runs = [(value / limit, value, limit) for value in values]
    return _middle(figure, unit, against, 1.0, runs)


def missing(figure: str, unit: str, against: str, floor: float, why: str) -> Figure:
    """A figure that could not be measured."""
    return Figure(figure, None, unit, against, None, None, floor, why=why)


def _run(ours: Callable[[], float], theirs: Callable[[], float], turns: int) -> tuple[float, float, float]:
    limits, values = zip(*((theirs(), ours()) for _ in range(turns)), strict=True)
    limit, value = harmonic_mean(limits), harmonic_mean(values)  # of rates over the same work each turn
    return value / limit, value, limit


def _middle(figure: str, unit: str, against: str, floor: float, runs: list[tuple[float, float, float]]) -> Figure:
    middle = median(ratio for ratio, _, _ in runs)
    ratio, value, limit = next(run for run in runs if run[0] == middle)
    spread = f"{min(runs)[0]:.2f} to {max(runs)[0]:.2f}"
    return Figure(figure, value, unit, against, limit, ratio, floor, spread)


def _text(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
