"""From a condition to what a page says of it: figures, chart, table, excursions. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.telemetry.conditions import Condition, Excursion, Point
from app.texts import Texts
from app.web.pages import chart

_ROWS = 24  # of the table; a chart of 200 points is read in spans


@dataclass(frozen=True, slots=True)
class Reading:
    """A number as people read it, with its sign."""

    value: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Row:
    """A span of the table: its lowest and highest value, or how long there was no data."""

    when: str
    low: str = ""
    high: str = ""
    gap: str = ""


@dataclass(frozen=True, slots=True)
class ConditionPage:
    """A condition in words and shapes."""

    metric: str
    latest: Reading | None
    range: str
    shares: chart.Shares | None
    chart: chart.Chart | None
    excursions: tuple[str, ...]
    table: tuple[Row, ...]
    seals: int
    zone: str


def page(condition: Condition, t: Texts, zone: str = "UTC") -> ConditionPage:
    """The condition as a page shows it, in the language of `t`, with times in `zone`."""
    latest, judged = condition.latest, condition.low is not None or condition.high is not None
    return ConditionPage(
        metric=metric_name(condition.metric, t),
        latest=Reading(number(latest.value, t), condition.symbol) if latest else None,
        range=band(condition.low, condition.high, condition.symbol, t),
        shares=chart.shares(condition) if judged else None,
        chart=chart.draw(condition),
        excursions=tuple(_excursion(one, condition.symbol, t, zone) for one in condition.excursions),
        table=tuple(_table(condition, t, zone)),
        seals=condition.seal_count,
        zone=zone,
    )


def metric_name(metric: str, t: Texts) -> str:
    """What a metric is called."""
    names = {"temperature": t.gettext("temperature"), "humidity": t.gettext("humidity")}
    return names.get(metric, metric)


def number(value: str | float, t: Texts) -> str:
    """A decimal as this language writes it, at most two digits behind the point."""
    return t.number(round(Decimal(str(value)), 2).normalize() + 0)


def band(low: str | None, high: str | None, symbol: str, t: Texts) -> str:
    """Limits as people write them: `2 to 8 °C`."""
    if low is not None and high is not None:
        values = {"low": number(low, t), "high": f"{number(high, t)} {symbol}"}
        return t.gettext("%(low)s to %(high)s", **values)
    if high is not None:
        return t.gettext("at most %(high)s", high=f"{number(high, t)} {symbol}")
    return t.gettext("at least %(low)s", low=f"{number(low, t)} {symbol}") if low is not None else ""


def _excursion(one: Excursion, symbol: str, t: Texts, zone: str) -> str:
    facts = {
        "peak": f"{number(one.peak, t)} {symbol}",
        "limit": f"{number(one.limit, t)} {symbol}",
        "moment": t.moment(one.started_at, zone),
    }
    if one.ended_at is None:
        return t.gettext("Out of range since %(moment)s: %(peak)s, the limit is %(limit)s.", **facts)
    time = t.ago((one.ended_at - one.started_at).total_seconds())
    return t.gettext(
        "Out of range for %(time)s from %(moment)s: %(peak)s, the limit is %(limit)s.", time=time, **facts
    )


def _table(condition: Condition, t: Texts, zone: str) -> Iterable[Row]:
    rows = [(gap[0], _gap_row(gap, t, zone)) for gap in condition.gaps]
    rows += [(points[0].at, _span_row(points, t, zone)) for points in _spans(condition)]
    return (row for _, row in sorted(rows, key=lambda row: row[0]))


def _gap_row(gap: tuple[datetime, datetime], t: Texts, zone: str) -> Row:
    return Row(t.moment(gap[0], zone), gap=t.ago((gap[1] - gap[0]).total_seconds()))


def _span_row(points: list[Point], t: Texts, zone: str) -> Row:
    low, high = min(point.low for point in points), max(point.high for point in points)
    return Row(t.moment(points[0].at, zone), number(low, t), number(high, t))


def _spans(condition: Condition) -> Iterable[list[Point]]:
    """The series in at most 24 spans, never across a gap."""
    size = max(1, -(-len(condition.series) // _ROWS))
    for run in chart.runs(condition.series, condition.gaps):
        for at in range(0, len(run), size):
            yield run[at : at + size]
