"""The risk of coming late for journeys of a table: rates, a small logistic layer, a level that follows the news.

Pure. It walks: what it says of a day rests on nothing but deliveries completed before that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from carriers.eta.layer import Example, Layer, fit, level, sigmoid
from carriers.eta.rates import HORIZONS, Rates
from carriers.eta.table import Journey

VERSION = "rates-3"
RIDGE, LEVEL_RIDGE = 200.0, 20.0
ENOUGH = 200
"""Completed deliveries below which the layer stays off and the rates speak alone."""

_YEAR, _RECENT, _FORGOTTEN = 365.0, 120.0, 3 * 365
_REFIT_MONTHS = 3


@dataclass(frozen=True)
class Risk:
    """The chance of being late: when it was promised, and given that it is still open at each horizon.

    `rates` is what the rates alone say, without the layer and the level, to be set beside it.
    """

    promise: float
    rates: float
    still_open: dict[int, float]


@dataclass
class _Judged:
    journey: Journey
    rates: list[float]  # log-odds: at the promise, then at each horizon
    numbers: tuple[float, ...]
    raw: list[float]  # the log-odds with the layer on top, before the level


class Model:
    """`judge` asks for journeys of a month, `learn` tells deliveries, in the order of time."""

    def __init__(self, epoch: int) -> None:
        self._rates = Rates(epoch)
        self._judged: list[_Judged] = []
        self._layers: list[Layer | None] = [None] * (1 + len(HORIZONS))
        self._months = 0

    def learn(self, journey: Journey) -> None:
        """A delivery was completed."""
        self._rates.add(journey)

    def judge(self, journeys: Sequence[Journey], day: int) -> list[Risk]:
        """The risk of each, as of `day`; all deliveries before it have been learned, and none since."""
        known = [
            each
            for each in self._judged
            if each.journey.delivered is not None
            and each.journey.delivered < day
            and day - _FORGOTTEN < each.journey.scheduled < day
        ]
        if self._months % _REFIT_MONTHS == 0:
            self._layers = [self._refit(variant, known, day) for variant in range(len(self._layers))]
        self._months += 1
        levels = [_level(variant, known, day) for variant in range(len(self._layers))]
        judged = [self._place(journey, day) for journey in journeys]
        self._judged += judged
        return [_risk(each, levels) for each in judged]

    def _place(self, journey: Journey, day: int) -> _Judged:
        rates = self._rates.logits(journey, day)
        numbers = (*_own_numbers(journey), *self._rates.early(journey, day))
        raw = [
            layer.add_to(offset, numbers) if layer else offset
            for layer, offset in zip(self._layers, rates, strict=True)
        ]
        return _Judged(journey, rates, numbers, raw)

    def _refit(self, variant: int, known: Sequence[_Judged], day: int) -> Layer | None:
        examples: list[Example] = [
            (_weight(each, day), each.rates[variant], each.numbers, each.journey.late)
            for each in _among(variant, known)
        ]
        return fit(examples, RIDGE, self._layers[variant]) if len(examples) >= ENOUGH else None


def _among(variant: int, known: Sequence[_Judged]) -> Sequence[_Judged]:
    """The examples of a variant: all for the promise, those that were still open for a horizon."""
    return known if variant == 0 else [e for e in known if e.journey.open_at(HORIZONS[variant - 1])]


def _weight(each: _Judged, day: int) -> float:
    assert each.journey.delivered is not None
    return exp((each.journey.delivered - day) / _YEAR)


def _level(variant: int, known: Sequence[_Judged], day: int) -> float:
    """By how much all log-odds were too low of late."""
    told = [
        (exp((each.journey.scheduled - day) / _RECENT), each.raw[variant], each.journey.late)
        for each in _among(variant, known)
    ]
    return level(told, LEVEL_RIDGE) if told else 0.0


def _risk(judged: _Judged, levels: Sequence[float]) -> Risk:
    promise, *still_open = (sigmoid(a + b) for a, b in zip(judged.raw, levels, strict=True))
    return Risk(promise, sigmoid(judged.rates[0]), dict(zip(HORIZONS, still_open, strict=True)))


def _own_numbers(journey: Journey) -> tuple[float, ...]:
    """What the shipment itself tells: days from order to promise, weight, lines, value; else usual ones."""
    lead = None if journey.ordered is None else max(1, journey.scheduled - journey.ordered)
    return (
        4.6 if lead is None else log(lead),
        float(lead is None),
        log(journey.weight + 1) if journey.weight else 6.0,
        log(journey.lines),
        log((journey.value or 0) + 1),
    )
