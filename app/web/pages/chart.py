"""A chart of a condition as shapes for an SVG: band, line, gaps, ticks. Pure; the template draws it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.telemetry.conditions import Condition, Point

WIDTH, HEIGHT = 360.0, 170.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 30.0, 6.0, 8.0, 20.0
_SMALLEST_GAP = 1.5  # units; a shorter gap is still drawn, so that none disappears


@dataclass(frozen=True, slots=True)
class Mark:
    """A tick: where it stands and what it says (a number, or a moment for the template to write)."""

    at: float
    label: str | datetime


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything to draw, in units of a 360 by 170 view."""

    band: Box | None
    limits: tuple[float, ...]
    lines: tuple[str, ...]
    spans: tuple[str, ...]
    outside: tuple[tuple[float, float], ...]
    gaps: tuple[Box, ...]
    rows: tuple[Mark, ...]
    columns: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    first: float
    last: float
    low: float
    high: float

    def x(self, at: datetime) -> float:
        share = (at.timestamp() - self.first) / ((self.last - self.first) or 1)
        return round(_LEFT + min(max(share, 0), 1) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(HEIGHT - _BOTTOM - min(max(share, 0), 1) * (HEIGHT - _TOP - _BOTTOM), 1)


def draw(condition: Condition) -> Chart | None:
    """The chart of a condition, None while it has no reading."""
    if not condition.series:
        return None
    low, high = _number(condition.low), _number(condition.high)
    scale = _scale(condition, low, high)
    stretches = list(runs(condition.series, condition.gaps))
    return Chart(
        band=_band(scale, low, high),
        limits=tuple(scale.y(limit) for limit in (low, high) if limit is not None),
        lines=tuple(_line(scale, run) for run in stretches),
        spans=tuple(_span(scale, run) for run in stretches if any(point.high > point.low for point in run)),
        outside=tuple(_outside(scale, condition.series, low, high)),
        gaps=tuple(_gap(scale, *gap) for gap in condition.gaps),
        rows=tuple(Mark(scale.y(value), _short(value)) for value in _rows(scale, low, high)),
        columns=_columns(scale),
    )


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _scale(condition: Condition, low: float | None, high: float | None) -> _Scale:
    limits = [limit for limit in (low, high) if limit is not None]
    lowest = min([point.low for point in condition.series] + limits)
    highest = max([point.high for point in condition.series] + limits)
    margin = (highest - lowest) * 0.12 or 1
    moments = [point.at for point in condition.series] + [end for gap in condition.gaps for end in gap]
    return _Scale(min(moments).timestamp(), max(moments).timestamp(), lowest - margin, highest + margin)


def runs(series: Sequence[Point], gaps: Sequence[tuple[datetime, datetime]]) -> Iterable[list[Point]]:
    """The points between gaps; a line is never drawn over time without data."""
    run: list[Point] = []
    ends = iter(sorted(start for start, _ in gaps))
    limit = next(ends, None)
    for point in series:
        while limit is not None and point.at > limit:
            if run:
                yield run
            run, limit = [], next(ends, None)
        run.append(point)
    if run:
        yield run


def _line(scale: _Scale, run: list[Point]) -> str:
    points = [f"{scale.x(p.at)} {scale.y((p.low + p.high) / 2)}" for p in run]
    return f"M{'L'.join(points if len(points) > 1 else points * 2)}"


def _span(scale: _Scale, run: list[Point]) -> str:
    above = [f"{scale.x(p.at)} {scale.y(p.high)}" for p in run]
    below = [f"{scale.x(p.at)} {scale.y(p.low)}" for p in reversed(run)]
    return f"M{'L'.join(above + below)}Z"


def _outside(
    scale: _Scale, series: Sequence[Point], low: float | None, high: float | None
) -> Iterable[tuple[float, float]]:
    for point in series:
        if high is not None and point.high > high:
            yield scale.x(point.at), scale.y(point.high)
        elif low is not None and point.low < low:
            yield scale.x(point.at), scale.y(point.low)


def _band(scale: _Scale, low: float | None, high: float | None) -> Box | None:
    if low is None and high is None:
        return None
    top = scale.y(scale.high if high is None else high)
    bottom = scale.y(scale.low if low is None else low)
    return Box(_LEFT, top, WIDTH - _LEFT - _RIGHT, round(bottom - top, 1))


def _gap(scale: _Scale, start: datetime, end: datetime) -> Box:
    left = scale.x(start)
    width = max(round(scale.x(end) - left, 1), _SMALLEST_GAP)
    return Box(min(left, WIDTH - _RIGHT - width), _TOP, width, HEIGHT - _TOP - _BOTTOM)


def _rows(scale: _Scale, low: float | None, high: float | None) -> list[float]:
    chosen = [limit for limit in (low, high) if limit is not None]
    return chosen or [scale.low, scale.high]


def _columns(scale: _Scale) -> tuple[Mark, ...]:
    moments = (datetime.fromtimestamp(at, UTC) for at in (scale.first, scale.last))
    return tuple(Mark(scale.x(moment), moment) for moment in moments)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of the time watched, each a share of one; together they are one."""

    inside: float
    outside: float
    unknown: float


def shares(condition: Condition) -> Shares | None:
    """How much of the time was inside, outside and unknown; None when no time was watched."""
    whole = condition.inside_s + condition.outside_s + condition.unknown_s
    if not whole:
        return None
    return Shares(condition.inside_s / whole, condition.outside_s / whole, condition.unknown_s / whole)
