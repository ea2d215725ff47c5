"""Limits over readings, judged in event time. The rule is pure; rows are judged in iot/judging.

What makes late readings simple: a reading inside the *clear* limits forgets everything before it. So the state at
any moment follows from the readings since the last such reading, and a stretch may be judged again from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from iot.reading import decimal_text
from iot.units import convert


class Point(NamedTuple):
    """A reading as a rule sees it: measured at `ts` (µs), `value` in the unit of the limits."""

    ts: int
    boot: str
    seq: int
    value: Decimal


@dataclass(frozen=True)
class Limits:
    """What is allowed: `low` ≤ value ≤ `high` (None: no limit on that side), in `unit`.

    An excursion is raised when values have been outside for `delay` µs of event time, from the first of them on,
    and ends with the first value that is inside by `margin` at least (hysteresis).
    """

    low: Decimal | None
    high: Decimal | None
    unit: str
    margin: Decimal = Decimal(0)
    delay: int = 0

    @property
    def kind(self) -> str:
        """above, below or band, by the limits that are set."""
        if self.low is None:
            return "above"
        return "below" if self.high is None else "band"

    def beyond(self, value: Decimal) -> Decimal:
        """How far outside the limits a value is; zero or less when it is allowed."""
        over = value - self.high if self.high is not None else None
        under = self.low - value if self.low is not None else None
        return max(side for side in (over, under) if side is not None)

    def crossed(self, value: Decimal) -> Decimal:
        """The limit that this outside value is beyond."""
        if self.high is not None and (self.low is None or value > self.high):
            return self.high
        assert self.low is not None
        return self.low

    def read(self, value: Decimal, unit: str) -> Decimal:
        """A value of another temperature unit in the unit of these limits. Raises UnitMismatch."""
        return convert(value, unit, self.unit)

    def clears(self, value: Decimal) -> bool:
        """Whether a value proves the return: inside by the margin."""
        return self.beyond(value) <= -self.margin


@dataclass(frozen=True)
class Excursion:
    """A stay outside the limits, from the first value outside to the one that proved the return (None: not yet).

    `raised` once it has lasted the delay. `limit` is the one it crossed first.
    """

    started_ts: int
    limit: Decimal
    peak: Decimal
    peak_ts: int
    raised: bool = False
    ended_ts: int | None = None


def step(current: Excursion | None, point: Point, limits: Limits) -> tuple[Excursion | None, Excursion | None]:
    """One reading further: (the excursion that goes on, the raised excursion that this reading ended).

    `current` None means inside. Pure: the same readings in the same order always give the same excursions.
    """
    if current is None:
        return _begin(point, limits), None
    if limits.clears(point.value):
        return None, replace(current, ended_ts=point.ts) if current.raised else None
    if limits.beyond(point.value) > limits.beyond(current.peak):
        current = replace(current, peak=point.value, peak_ts=point.ts)
    # Within the margin it is not raised: it must be outside when the delay is over.
    if limits.beyond(point.value) > 0 and point.ts - current.started_ts >= limits.delay:
        current = replace(current, raised=True)
    return current, None


def _begin(point: Point, limits: Limits) -> Excursion | None:
    if limits.beyond(point.value) <= 0:
        return None
    limit = limits.crossed(point.value)
    return Excursion(point.ts, limit, point.value, point.ts, raised=limits.delay == 0)


def run(
    current: Excursion | None, points: Iterable[Point], limits: Limits
) -> tuple[Excursion | None, list[Excursion]]:
    """Step through readings in order of (ts, boot, seq): what goes on at the end, and all that were raised."""
    ended: list[Excursion] = []
    for point in points:
        current, over = step(current, point, limits)
        if over:
            ended.append(over)
    return current, ended + ([current] if current and current.raised else [])


def as_json(current: Excursion | None) -> dict[str, Any]:
    """A state that can be kept in a row; `from_json` gives it back."""
    if current is None:
        return {}
    return {
        "started": current.started_ts,
        "limit": decimal_text(current.limit),
        "peak": decimal_text(current.peak),
        "peak_ts": current.peak_ts,
        "raised": current.raised,
    }


def from_json(state: dict[str, Any]) -> Excursion | None:
    """The state that `as_json` kept."""
    if not state:
        return None
    limit, peak = Decimal(state["limit"]), Decimal(state["peak"])
    return Excursion(state["started"], limit, peak, state["peak_ts"], state["raised"])
