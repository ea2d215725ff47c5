"""What a measurement gives back: a value, and what it was set against in the same run."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """`ratio` is value / against_value; the figure holds when it is not below `floor`."""

    figure: str
    value: float
    unit: str
    against: str
    against_value: float
    ratio: float
    floor: float
    spread: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def line(self) -> str:
        held = "holds" if self.ratio >= self.floor else "MISSED"
        return (
            f"{self.figure}: {self.value:,.0f} {self.unit}, {self.ratio:.2f} of {self.against}"
            f" ({self.against_value:,.0f}); floor {self.floor}: {held}; ratios {self.spread}"
        )


def compare(
    figure: str, unit: str, ours: Callable[[], float], against: str, theirs: Callable[[], float], floor: float
) -> Figure:
    """Measure both three times in turn, in the same weather; the run with the median ratio counts."""
    runs = []
    for _ in range(3):
        limit = theirs()
        value = ours()
        runs.append((value / limit, value, limit))
    middle = median(ratio for ratio, _, _ in runs)
    ratio, value, limit = next(run for run in runs if run[0] == middle)
    spread = f"{min(runs)[0]:.2f} to {max(runs)[0]:.2f}"
    return Figure(figure, value, unit, against, limit, ratio, floor, spread)
