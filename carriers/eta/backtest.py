"""The walk through the past: what would have been said on the first of each month, and how it turned out.

Pure. Months go by in order; before a month is judged, exactly the deliveries completed before its first day are
learned. The outcome of a journey is looked at only when it is scored.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from carriers.eta import scores
from carriers.eta.baselines import Baselines, order_of_delivery
from carriers.eta.model import Model
from carriers.eta.rates import HORIZONS
from carriers.eta.table import Journey
from carriers.eta.window import Window, Windows

OURS, RATES_ALONE, LANE = "ours", "ours, rates alone", "lane"


@dataclass(frozen=True)
class Row:
    """What one way of predicting reached: rank at the promise and while still open, error, calibration."""

    name: str
    auc: float | None
    still_open: dict[int, float | None]
    average_precision: float | None
    brier: float | None
    calibration_gap: float | None
    riskiest_tenth: tuple[float, float] | None


@dataclass(frozen=True)
class Result:
    """The figures of a walk over the journeys that were to be judged."""

    journeys: int
    late: float
    open_late: dict[int, tuple[int, float]]  # how many were still open at each horizon, and how many of them late
    rows: list[Row]
    days: dict[str, float]  # mean error of the point estimate, in days
    cover: float  # of our window, closed at both ends
    width: float
    reliability: list[scores.Bin]

    def row(self, name: str) -> Row:
        return next(row for row in self.rows if row.name == name)


@dataclass
class _Notes:
    """What was said of one journey, by each way of saying it; `still_open` is ours by horizon."""

    journey: Journey
    risks: dict[str, float]
    still_open: dict[int, float]
    days: dict[str, int]
    window: Window


def walk(train: Sequence[Journey], test: Sequence[Journey], since: int | None = None) -> Result:
    """Judge `test` (without one: `train` from the day `since`), having walked through all that came before."""
    wanted = {each.id for each in test} if test else {e.id for e in train if since is None or e.scheduled >= since}
    everything = sorted([*train, *test], key=lambda each: (each.scheduled, each.id))
    notes = [
        each for each in _notes(everything) if each.journey.id in wanted and each.journey.delivered is not None
    ]
    if not notes:
        raise ValueError("there is nothing to score: no shipment of that time has been delivered")
    return _result(notes)


def _notes(journeys: Sequence[Journey]) -> Iterator[_Notes]:
    """What is said of each journey on the first of the month of its promise."""
    done = order_of_delivery(journeys)
    epoch = min(each.as_of for each in journeys)
    model, windows, baselines = Model(epoch), Windows(), Baselines(epoch)
    learned = 0
    for day, month in groupby(journeys, key=lambda each: each.as_of):
        while learned < len(done) and (done[learned].delivered or 0) < day:
            for pupil in (model, windows, baselines):
                pupil.learn(done[learned])
            learned += 1
        yield from _month(list(month), day, model, windows, baselines)


def _month(
    journeys: Sequence[Journey], day: int, model: Model, windows: Windows, baselines: Baselines
) -> Iterator[_Notes]:
    told = zip(journeys, model.judge(journeys, day), windows.judge(journeys, day), strict=True)
    rates, medians = baselines.rates(day), baselines.medians(day)
    for journey, risk, window in told:
        yield _Notes(
            journey,
            risks={name: rate(journey) for name, rate in rates.items()}
            | {RATES_ALONE: risk.rates, OURS: risk.promise},
            still_open=risk.still_open,
            days={name: median(journey) for name, median in medians.items()} | {OURS: window.middle},
            window=window,
        )


def _result(notes: Sequence[_Notes]) -> Result:
    late = [each.journey.late for each in notes]
    within = [each.window.low <= (each.journey.shift or 0) <= each.window.high for each in notes]
    return Result(
        journeys=len(notes),
        late=sum(late) / len(late),
        open_late={horizon: _open_late(notes, horizon) for horizon in HORIZONS},
        rows=[_row(name, notes) for name in notes[0].risks],
        days={name: _error(notes, name) for name in notes[0].days},
        cover=sum(within) / len(within),
        width=sum(each.window.high - each.window.low for each in notes) / len(notes),
        reliability=scores.reliability([(each.risks[OURS], each.journey.late) for each in notes]),
    )


def _open_late(notes: Sequence[_Notes], horizon: int) -> tuple[int, float]:
    late = [each.journey.late for each in notes if each.journey.open_at(horizon)]
    return len(late), sum(late) / max(1, len(late))


def _row(name: str, notes: Sequence[_Notes]) -> Row:
    told = [(each.risks[name], each.journey.late) for each in notes]
    return Row(
        name,
        scores.auc(told),
        {horizon: scores.auc(_told_open(name, notes, horizon)) for horizon in HORIZONS},
        scores.average_precision(told),
        scores.brier(told),
        scores.calibration_gap(told),
        scores.riskiest_tenth(told),
    )


def _told_open(name: str, notes: Sequence[_Notes], horizon: int) -> list[tuple[float, bool]]:
    """What was said of those still open. Ours knows that they are; the plain rates say what they said before."""
    said: Callable[[_Notes], float] = (
        (lambda each: each.still_open[horizon]) if name == OURS else (lambda each: each.risks[name])
    )
    return [(said(each), each.journey.late) for each in notes if each.journey.open_at(horizon)]


def _error(notes: Sequence[_Notes], name: str) -> float:
    return sum(abs((each.journey.shift or 0) - each.days[name]) for each in notes) / len(notes)
