"""How a device's time divides into inside, outside and unknown, kept joined so that weeks are a few rows.

A reading speaks for the time until the next one, as long as that comes within three expected intervals; a longer
pause is a gap, and about a gap nothing is known. Nothing here raises an alarm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from iot.reading import Kind
from iot.rules import Limits
from iot.tables import Stretch


class Span(NamedTuple):
    """A run of time in one condition, in µs."""

    from_ts: int
    to_ts: int
    kind: Kind


@dataclass(frozen=True)
class InForce:
    """Limits and the time they hold, in µs (`to_ts` None: still)."""

    from_ts: int
    to_ts: int | None
    limits: Limits


def measure(points: Iterable[tuple[int, Decimal, str]], laws: Sequence[InForce], longest: int) -> list[Span]:
    """The spans between these readings (ts, value, unit), in order of time; `longest` µs is the longest pause."""
    spans: list[Span] = []
    before: tuple[int, Kind] | None = None
    for ts, value, unit in points:
        if before is not None and ts > before[0]:
            kind: Kind = "unknown" if ts - before[0] > longest else before[1]
            spans.append(Span(before[0], ts, kind))
        before = ts, verdict(ts, value, unit, laws)
    return joined(spans)


def verdict(ts: int, value: Decimal, unit: str, laws: Sequence[InForce]) -> Kind:
    """in or out by the limits in force at that moment; measured when there are none."""
    for law in laws:
        if law.from_ts <= ts and (law.to_ts is None or ts < law.to_ts):
            return "out" if law.limits.beyond(law.limits.read(value, unit)) > 0 else "in"
    return "measured"


def joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours of one kind as one; empty ones left out. Gaps stay apart, because each is a fact of its own."""
    result: list[Span] = []
    for span in spans:
        if span.to_ts <= span.from_ts:
            continue
        last = result[-1] if result else None
        if last and last.to_ts == span.from_ts and last.kind == span.kind != "unknown":
            result[-1] = Span(last.from_ts, span.to_ts, span.kind)
        else:
            result.append(span)
    return result


def clip(spans: Iterable[Span], from_ts: int, to_ts: int) -> list[Span]:
    """The parts of these spans inside a window."""
    cut = (Span(max(s.from_ts, from_ts), min(s.to_ts, to_ts), s.kind) for s in spans)
    return [span for span in cut if span.from_ts < span.to_ts]


def overwrite(
    session: Session, device_id: int, metric: str, new: Sequence[Span], from_ts: int, to_ts: int
) -> None:
    """Let these spans say what the time from `from_ts` to `to_ts` was; what touches it is kept and joined."""
    old = between(session, device_id, metric, from_ts, to_ts)
    left = [Span(s.from_ts, min(s.to_ts, from_ts), s.kind) for s in old if s.from_ts < from_ts]
    right = [Span(max(s.from_ts, to_ts), s.to_ts, s.kind) for s in old if s.to_ts > to_ts]
    rows = joined([*left, *new, *right])
    if rows == old:
        return
    of_metric = (Stretch.device_id == device_id, Stretch.metric == metric)
    if old:
        session.execute(delete(Stretch).where(*of_metric, Stretch.from_ts.in_([s.from_ts for s in old])))
    if rows:
        session.execute(insert(Stretch), [{"device_id": device_id, "metric": metric, **s._asdict()} for s in rows])


def between(session: Session, device_id: int, metric: str, from_ts: int, to_ts: int) -> list[Span]:
    """The stored spans that touch this time, whole, in order."""
    span = {"device": device_id, "metric": metric, "from": from_ts, "to": to_ts}
    return [Span(begin, end, kind) for begin, end, kind in session.connection().execute(_BETWEEN, span)]


# Built once, over the bare table: pages ask this often, and to build a statement costs more than to run it.
_S = Stretch.__table__.c
_BETWEEN = (
    select(_S.from_ts, _S.to_ts, _S.kind)
    .where(_S.device_id == bindparam("device"), _S.metric == bindparam("metric"))
    .where(_S.from_ts <= bindparam("to"), _S.to_ts >= bindparam("from"))
    .order_by(_S.from_ts)
)
