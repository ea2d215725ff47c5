"""The condition of one thing over the time it was watched, for its passport. Reads only; judges nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.provenance.containment import containers
from app.telemetry.windows import FAR, Window, cut, watched
from iot import alarms, history, seal, series
from iot.history import Last, Watcher
from iot.reading import SILENT_AFTER, decimal_text, moment
from iot.stretches import Span
from iot.units import convert, symbol

_POINTS = 200
_SEALS = 12
_READINGS_DRAWN = 3000  # of more than these, a chart is drawn from the five-minute rows


@dataclass(frozen=True)
class Latest:
    """The newest reading by time of measurement."""

    at: datetime
    value: str
    unit: str


@dataclass(frozen=True)
class Point:
    """One point of a chart: lowest and highest value of a short span that begins at `at`."""

    at: datetime
    low: float
    high: float


@dataclass(frozen=True)
class Excursion:
    """A stay outside the band that a rule raised; `ended_at` None: not over. `peak` is a decimal in `unit`."""

    alarm_id: int
    device_name: str
    started_at: datetime
    ended_at: datetime | None
    peak: str
    peak_at: datetime
    limit: str
    unit: str
    submission_id: int | None


@dataclass(frozen=True, eq=False)
class Condition:
    """What the sensors say about one thing; equal only to itself, so that a page can keep what it drew of it.

    Seconds of `inside`, `outside` and `unknown` add up to the time watched. `unit` is a UN/CEFACT code (CEL),
    `symbol` what a person reads (°C). `low` and `high` are decimals in `unit`, None where no limit is set; then
    all time counts as unknown. `gaps` are spans without data longer than three expected intervals.
    `seal_submission_ids` are those of the newest seals, newest first; `seal_count` counts all.
    """

    metric: str
    unit: str
    symbol: str
    low: str | None
    high: str | None
    latest: Latest | None
    inside_s: int
    outside_s: int
    unknown_s: int
    watched: list[tuple[datetime, datetime]]
    series: list[Point]
    gaps: list[tuple[datetime, datetime]]
    excursions: list[Excursion]
    seal_submission_ids: list[int]
    seal_count: int
    devices: list[str]


def conditions(session: Session, brand_id: str, key: str, until: datetime | None = None) -> Condition | None:
    """The condition of the thing with this passport key, or None when no device ever watched it.

    A device watched it when it was placed on the thing, or on a unit that the thing was inside of at that time.
    `until` (aware, UTC) ends what is still watched, so that a silence up to that moment counts as unknown; without
    it a watch that goes on ends with its last reading.
    """
    return condition_of(session, watched(session, brand_id, key, containers(session, brand_id, [key])), until)


def condition_of(session: Session, windows: Iterable[Window], until: datetime | None) -> Condition | None:
    """The condition of whatever was watched in these windows, see `conditions`: one for a whole container."""
    windows = cut(windows, until)
    if not windows:
        return None
    known = history.watchers(session, {window.device_id for window in windows})
    main = known[windows[0].device_id]
    parts = [_part(session, window, known[window.device_id]) for window in windows]
    return _condition(session, main, [part for part in parts if part.watcher.metric == main.metric])


@dataclass(frozen=True)
class _Part:
    """What one device says about one window of time."""

    watcher: Watcher
    from_ts: int
    to_ts: int
    last: Last | None
    spans: list[Span]


def _part(session: Session, window: Window, watcher: Watcher) -> _Part:
    # A reading at the very end of a window is the first one of what the device watches next.
    to_ts = window.to_ts if window.to_ts is not None else FAR
    last = history.last_reading(session, watcher, window.from_ts, to_ts - 1)
    if window.to_ts is None:
        to_ts = last.ts + 1 if last else window.from_ts
    spans = history.spans(session, watcher, window.from_ts, to_ts, last)
    return _Part(watcher, window.from_ts, to_ts, last, spans)


def _condition(session: Session, main: Watcher, parts: list[_Part]) -> Condition:
    seconds = _seconds(parts)
    last = max((part.last for part in parts if part.last), key=lambda last: last.ts, default=None)
    windows = [(part.watcher.device_id, part.from_ts, part.to_ts) for part in parts]
    count, submission_ids = seal.submissions(session, windows, newest=_SEALS)
    return Condition(
        metric=main.metric,
        unit=main.unit,
        symbol=symbol(main.unit),
        low=main.low,
        high=main.high,
        latest=_latest(last, main) if last else None,
        inside_s=seconds["in"],
        outside_s=seconds["out"],
        unknown_s=seconds["unknown"],
        watched=[(moment(part.from_ts), moment(part.to_ts)) for part in parts],
        series=_series(session, main, parts),
        gaps=[
            (moment(span.from_ts), moment(span.to_ts))
            for part in parts
            for span in part.spans
            if span.kind == "unknown"
        ],
        excursions=_excursions(session, parts),
        seal_submission_ids=submission_ids,
        seal_count=count,
        devices=list(dict.fromkeys(part.watcher.name for part in parts)),
    )


def _seconds(parts: list[_Part]) -> dict[str, int]:
    """Whole seconds in, out and unknown; time that no limit was set for is as unknown as a gap."""
    micro = {"in": 0, "out": 0}
    for part in parts:
        for span in part.spans:
            if span.kind in micro:
                micro[span.kind] += span.to_ts - span.from_ts
    seconds = {kind: length // 1_000_000 for kind, length in micro.items()}
    total = sum(part.to_ts - part.from_ts for part in parts) // 1_000_000
    return {**seconds, "unknown": total - sum(seconds.values())}


def _latest(last: Last, main: Watcher) -> Latest:
    if last.unit == main.unit:
        return Latest(moment(last.ts), last.value_text, main.unit)
    value = convert(last.value, last.unit, main.unit)
    return Latest(moment(last.ts), decimal_text(round(value, 2)), main.unit)


def _series(session: Session, main: Watcher, parts: list[_Part]) -> list[Point]:
    """At most `_POINTS` points over all windows together."""
    total = sum(part.to_ts - part.from_ts for part in parts)
    # A window may begin and end inside a step, so each takes one point more than its share.
    step = max(total // max(_POINTS - len(parts) * 2, 1), 1_000_000)
    if total * SILENT_AFTER // main.longest > _READINGS_DRAWN:
        step = max(step, series.WIDTH)
    bars = [
        (bar, part.watcher.sent_unit)
        for part in parts
        for bar in series.bars(session, part.watcher.device_id, main.metric, part.from_ts, part.to_ts - 1, step)
    ]
    return [
        Point(moment(bar.ts), _in_unit(bar.low, unit, main.unit), _in_unit(bar.high, unit, main.unit))
        for bar, unit in bars
    ]


def _in_unit(value: float, source: str, target: str) -> float:
    return value if source == target else float(convert(Decimal(str(value)), source, target))


def _excursions(session: Session, parts: list[_Part]) -> list[Excursion]:
    found: dict[int, Excursion] = {}
    for part in parts:
        watcher = part.watcher
        for stay in alarms.excursions_of(session, watcher.device_id, watcher.metric, part.from_ts, part.to_ts):
            found[stay.alarm_id] = Excursion(
                stay.alarm_id,
                watcher.name,
                moment(stay.started_ts),
                None if stay.ended_ts is None else moment(stay.ended_ts),
                stay.peak,
                moment(stay.peak_ts),
                stay.limit,
                stay.unit,
                stay.submission_id,
            )
    return sorted(found.values(), key=lambda excursion: excursion.started_at)
