"""What a device measured over a time, as spans inside, outside and unknown that add up to it. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from iot import limits, readings, stretches
from iot.reading import SILENT_AFTER, Kind
from iot.stretches import InForce, Span
from iot.tables import Cursor, Device, Reading, Rule


@dataclass(frozen=True)
class Watcher:
    """A device and the metric it is asked for, with the limits that hold now, in their unit.

    `judged_to`: what was measured from here on (µs) is not judged yet; None when all is.
    """

    device_id: int
    name: str
    metric: str
    sent_unit: str
    longest: int
    low: str | None
    high: str | None
    unit: str
    judged_to: int | None


@dataclass(frozen=True)
class Last:
    """The last reading of a time."""

    ts: int
    value: Decimal
    value_text: str
    unit: str


def watchers(session: Session, device_ids: Collection[int]) -> dict[int, Watcher]:
    """These devices, each with the temperature it measures, or its first metric; one query."""
    found: dict[int, Watcher] = {}
    for device_id, name, interval, metrics, judged_to, metric, low, high, unit in session.connection().execute(
        _WATCHERS, {"ids": list(device_ids)}
    ):
        main = "temperature" if "temperature" in metrics else min(metrics)
        longest = SILENT_AFTER * interval * 1_000_000
        plain = Watcher(device_id, name, main, metrics[main], longest, None, None, metrics[main], judged_to)
        if metric == main:
            found[device_id] = replace(plain, low=low, high=high, unit=unit)
        else:
            found.setdefault(device_id, plain)
    return found


def last_reading(session: Session, watcher: Watcher, from_ts: int, to_ts: int) -> Last | None:
    """The newest reading of this time by time of measurement."""
    span = {"device": watcher.device_id, "metric": watcher.metric, "from": from_ts, "to": to_ts}
    row = session.connection().execute(_LAST, span).one_or_none()
    return Last(row.ts, Decimal(row.value_text), row.value_text, row.unit) if row else None


def spans(session: Session, watcher: Watcher, from_ts: int, to_ts: int, last: Last | None) -> list[Span]:
    """How this time divides, without a hole: it begins at `from_ts`, ends at `to_ts`, and its end is no guess.

    What no reading speaks for is unknown. `last` is the last reading of the time.
    """
    if last is None:
        return stretches.joined([Span(from_ts, to_ts, "unknown")])
    dirty = watcher.judged_to is not None and watcher.judged_to <= to_ts
    known = stretches.between(session, watcher.device_id, watcher.metric, from_ts, to_ts)
    laws: Sequence[InForce] = []
    if dirty or _tail_matters(known, last, to_ts):
        laws = [
            limits.law(rule)
            for rule in limits.of_device(session, watcher.device_id)
            if rule.metric == watcher.metric
        ]
    if dirty:
        known = _with_fresh(session, watcher, known, to_ts, laws)
    return _closed(stretches.clip(known, from_ts, to_ts), watcher, from_ts, to_ts, last, laws)


def _tail_matters(known: Sequence[Span], last: Last, to_ts: int) -> bool:
    return not known or max(span.to_ts for span in known) < to_ts or last.ts < to_ts


def _with_fresh(
    session: Session, watcher: Watcher, known: Sequence[Span], to_ts: int, laws: Sequence[InForce]
) -> list[Span]:
    """The stored spans up to what is not judged yet, and from there on what the readings themselves say."""
    assert watcher.judged_to is not None
    before, _ = readings.neighbours(session, watcher.device_id, watcher.metric, watcher.judged_to, to_ts)
    rows = readings.between(session, watcher.device_id, watcher.metric, before, to_ts)
    fresh = stretches.measure(((row.ts, Decimal(row.value_text), row.unit) for row in rows), laws, watcher.longest)
    return stretches.joined([*stretches.clip(known, known[0].from_ts if known else before, before), *fresh])


def _closed(
    known: list[Span], watcher: Watcher, from_ts: int, to_ts: int, last: Last, laws: Sequence[InForce]
) -> list[Span]:
    """Fill the time before the first span and behind the last one."""
    ending: Kind = stretches.verdict(last.ts, last.value, last.unit, laws)
    first_ts, first_kind = (known[0].from_ts, known[0].kind) if known else (last.ts, ending)
    end_ts = known[-1].to_ts if known else last.ts
    head = first_kind if first_ts - from_ts <= watcher.longest else "unknown"
    tail = ending if to_ts - last.ts <= watcher.longest else "unknown"
    return stretches.joined([Span(from_ts, first_ts, head), *known, Span(end_ts, to_ts, tail)])


# Built once, over the bare tables: pages ask this often, and to build a statement costs more than to run it.
_D, _C, _L, _R = (table.__table__.c for table in (Device, Cursor, Rule, Reading))
_WATCHERS = (
    select(
        _D.id,
        _D.name,
        _D.expected_interval_s,
        _D.metrics,
        _C.judge_from_ts,
        _L.metric,
        _L.low,
        _L.high,
        _L.unit,
    )
    .select_from(Device.__table__)
    .outerjoin(Cursor.__table__, _C.device_id == _D.id)
    .outerjoin(Rule.__table__, and_(_L.device_id == _D.id, _L.kind != "silence", _L.retired_at.is_(None)))
    .where(_D.id.in_(bindparam("ids", expanding=True)))
)

_LAST = (
    select(_R.ts, _R.value_text, _R.unit)
    .where(_R.device_id == bindparam("device"), _R.metric == bindparam("metric"))
    .where(_R.ts >= bindparam("from"), _R.ts <= bindparam("to"))
    .order_by(_R.ts.desc(), _R.boot.desc(), _R.seq.desc())
    .limit(1)
)
