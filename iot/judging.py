"""Judging what came: from the saved cursor in event time, again from before where readings came late.

Returns what changed; who must hear of it is the house's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from iot import alarms, limits, readings, series, stretches
from iot.alarms import AlarmChange
from iot.devices import Registered
from iot.reading import SILENT_AFTER, micros
from iot.rules import Excursion, Limits, Point, as_json, from_json, run
from iot.tables import Alarm, Cursor, Device, Latest, Reading, Rule, RuleState
from iot.units import convert

Position = tuple[int, str, int]

_AT_ONCE = 5000  # readings of one metric in one transaction, when they came in order


@dataclass(frozen=True)
class Due:
    """A device with readings to judge, and the span of their measurement."""

    device_id: int
    from_ts: int
    to_ts: int


def due(session: Session) -> list[int]:
    """The devices with readings that were not judged yet."""
    return list(session.scalars(select(Cursor.device_id).where(Cursor.judge_from_ts.is_not(None))))


def claim(session: Session, device_id: int) -> Due | None:
    """What is to be judged of a device, locked until the transaction ends; None when another worker was first."""
    row = session.scalar(select(Cursor).where(Cursor.device_id == device_id).with_for_update())
    if row is None or row.judge_from_ts is None or row.judge_to_ts is None:
        return None
    return Due(device_id, row.judge_from_ts, row.judge_to_ts)


def advance(session: Session, device: Registered, work: Due, now: datetime) -> list[AlarmChange]:
    """Judge a device's stretch by each of its rules and say what changed. Twice the same changes nothing.

    Saves the cursors; of a long stretch that came in order it judges a part and leaves the rest due.
    """
    rules = limits.of_device(session, device.id)
    horizon = _horizon(session, device, rules, work)
    changes = [change for rule in rules for change in _advance_rule(session, rule, work, horizon, device, now)]
    _measure(session, device, rules, work.from_ts, min(work.to_ts, horizon))
    changes += _end_silence(session, device, now)
    _move_cursor(session, work, horizon)
    return changes


def _horizon(session: Session, device: Registered, rules: Sequence[Rule], work: Due) -> int:
    """Up to where to judge now. Late readings are judged in one go, or alarms would flicker."""
    states = session.scalars(select(RuleState).where(RuleState.rule_id.in_([rule.id for rule in rules])))
    if any(work.from_ts <= state.ts for state in states):
        return work.to_ts
    ends = [work.to_ts]
    for metric in readings.metrics_of(session, device.id):
        moments = select(Reading.ts).where(Reading.device_id == device.id, Reading.metric == metric)
        ordered = moments.where(Reading.ts >= work.from_ts).order_by(Reading.ts)
        if (end := session.scalar(ordered.offset(_AT_ONCE).limit(1))) is not None:
            ends.append(end)
    return min(ends)


def _move_cursor(session: Session, work: Due, horizon: int) -> None:
    row = session.get_one(Cursor, work.device_id)
    more = horizon < work.to_ts
    row.judge_from_ts = horizon + 1 if more else None
    row.judge_to_ts = work.to_ts if more else None


def _advance_rule(
    session: Session, rule: Rule, work: Due, horizon: int, device: Registered, now: datetime
) -> list[AlarmChange]:
    state = session.get(RuleState, rule.id)
    if state is None:
        state = RuleState(rule_id=rule.id, ts=_begin(rule)[0], boot="", seq=0, state={})
        session.add(state)
    if work.from_ts > state.ts or state.ts == _begin(rule)[0]:
        return _go_on(session, rule, state, horizon, now)
    return _go_back(session, rule, state, device, work, now)


def _begin(rule: Rule) -> Position:
    """Just before the rule holds."""
    return micros(rule.from_at) - 1, "", 0


def _go_on(session: Session, rule: Rule, state: RuleState, horizon: int, now: datetime) -> list[AlarmChange]:
    """The ordinary path: from the saved state over what lies behind it."""
    current = from_json(state.state)
    reached = (state.ts, state.boot, state.seq)
    points = _points(session, rule, reached, until_ts=horizon)
    over, excursions = _run(rule, current, points)
    _save(state, points, over)
    after_ts = current.started_ts - 1 if current else reached[0]
    return alarms.reconcile(session, rule, excursions, after_ts=after_ts, until_ts=None, now=now)


def _go_back(
    session: Session, rule: Rule, state: RuleState, device: Registered, work: Due, now: datetime
) -> list[AlarmChange]:
    """Readings came late: judge again from the last clear reading before them to the first one behind them."""
    restart = _clear_reading(session, rule, device, Reading.ts < work.from_ts, newest=True) or _begin(rule)
    # Strictly behind: what follows a clear reading stays as judged only if that reading had a part in judging it.
    end = _clear_reading(session, rule, device, Reading.ts > work.to_ts, newest=False)
    until_ts = end[0] if end and end[0] < state.ts else None
    points, over, excursions = _rerun(session, rule, restart, until_ts)
    if until_ts is not None and over is not None:  # a twin of the clear reading, of the same moment, was outside
        until_ts = None
        points, over, excursions = _rerun(session, rule, restart, until_ts)
    if until_ts is None:
        _save(state, points, over)
    # What begins at the very moment of the restart is judged again only if a reading of that moment is.
    after_ts = restart[0] - 1 if points and points[0].ts == restart[0] else restart[0]
    return alarms.reconcile(session, rule, excursions, after_ts=after_ts, until_ts=until_ts, now=now)


def _rerun(
    session: Session, rule: Rule, restart: Position, until_ts: int | None
) -> tuple[list[Point], Excursion | None, list[Excursion]]:
    points = _points(session, rule, restart, until_ts)
    over, excursions = _run(rule, None, points)
    return points, over, excursions


def _run(
    rule: Rule, current: Excursion | None, points: Sequence[Point]
) -> tuple[Excursion | None, list[Excursion]]:
    current, excursions = run(current, points, limits.limits_of(rule))
    if rule.retired_at is None or current is None:
        return current, excursions
    retired = micros(rule.retired_at)
    return None, [each if each.ended_ts is not None else replace(each, ended_ts=retired) for each in excursions]


def _save(state: RuleState, points: Sequence[Point], over: Excursion | None) -> None:
    if points:
        state.ts, state.boot, state.seq = points[-1][:3]
    state.state = as_json(over)


def _points(session: Session, rule: Rule, position: Position, until_ts: int | None = None) -> list[Point]:
    retired = None if rule.retired_at is None else micros(rule.retired_at) - 1
    ends = [end for end in (until_ts, retired) if end is not None]
    rows = readings.after(session, rule.device_id, rule.metric, position, min(ends, default=None))
    return [
        Point(row.ts, row.boot, row.seq, convert(Decimal(row.value_text), row.unit, rule.unit))
        for row in rows
        if row.ts >= micros(rule.from_at)
    ]


def _clear_reading(
    session: Session, rule: Rule, device: Registered, when: ColumnElement[bool], *, newest: bool
) -> Position | None:
    """The newest (or oldest) reading there that certainly forgets what was before it, while the rule holds.

    Compared as floats and therefore strictly: to judge more than needed is never wrong.
    """
    law, unit = limits.limits_of(rule), device.metrics.get(rule.metric, rule.unit)
    order = [Reading.ts, Reading.boot, Reading.seq]
    row = session.execute(
        select(*order)
        .where(Reading.device_id == rule.device_id, Reading.metric == rule.metric)
        .where(when, Reading.ts >= micros(rule.from_at), and_(*_clear(law, unit)))
        .order_by(*(column.desc() if newest else column for column in order))
        .limit(1)
    ).one_or_none()
    return (row.ts, row.boot, row.seq) if row else None


def _clear(law: Limits, unit: str) -> list[Any]:
    hair = 0.0 if unit == law.unit else 1e-6
    bounds: list[Any] = [Reading.unit == unit]
    if law.low is not None:
        bounds.append(Reading.value > float(convert(law.low + law.margin, law.unit, unit)) + hair)
    if law.high is not None:
        bounds.append(Reading.value < float(convert(law.high - law.margin, law.unit, unit)) - hair)
    return bounds


def _measure(session: Session, device: Registered, rules: Sequence[Rule], from_ts: int, to_ts: int) -> None:
    longest = SILENT_AFTER * device.expected_interval_s * 1_000_000
    for metric in readings.metrics_of(session, device.id):
        before, behind = readings.neighbours(session, device.id, metric, from_ts, to_ts)
        rows = readings.between(session, device.id, metric, before, to_ts if behind is None else behind)
        laws = [limits.law(rule) for rule in rules if rule.metric == metric]
        spans = stretches.measure(((row.ts, Decimal(row.value_text), row.unit) for row in rows), laws, longest)
        series.refresh(session, device.id, metric, from_ts, to_ts)
        if spans:
            stretches.overwrite(session, device.id, metric, spans, spans[0].from_ts, spans[-1].to_ts)


@dataclass(frozen=True)
class Silent:
    """A device that has not been heard for longer than its rule of silence allows."""

    device_id: int
    rule_id: int
    since_ts: int


def silent(session: Session, now: datetime) -> list[Silent]:
    """Devices that are silent without an alarm and are due to be noticed, or alarmed for; one query.

    A device never heard is waiting, not silent. A silence is noticed first and alarmed for an expected interval
    later: that lets what a gateway brings after our own standstill come in before anybody is called.
    """
    last, wait = func.max(Latest.ts), Device.expected_interval_s
    found = (
        select(Device.id, Rule.id, last, wait, Cursor.silence_noticed_at)
        .join(Rule, and_(Rule.device_id == Device.id, Rule.kind == "silence", Rule.retired_at.is_(None)))
        .join(Latest, Latest.device_id == Device.id)
        .join(Cursor, and_(Cursor.device_id == Device.id, Cursor.judge_from_ts.is_(None)))
        .outerjoin(Alarm, and_(Alarm.rule_id == Rule.id, Alarm.closed_at.is_(None)))
        .where(Device.status == "active", Alarm.id.is_(None))
        .group_by(Device.id, Rule.id, Cursor.silence_noticed_at)
        .having(last < micros(now) - wait * (SILENT_AFTER * 1_000_000))
    )
    return [
        Silent(device_id, rule_id, since)
        for device_id, rule_id, since, seconds, noticed_at in session.execute(found)
        if noticed_at is None or now - noticed_at >= timedelta(seconds=seconds)
    ]


def notice_silence(session: Session, silence: Silent, now: datetime) -> list[AlarmChange]:
    """Notice a silence, or open its alarm when it was noticed before; nothing when a reading came meanwhile."""
    row = session.get_one(Cursor, silence.device_id, with_for_update=True)
    if silence not in silent(session, now):
        return []
    if row.silence_noticed_at is None:
        row.silence_noticed_at = now
        return []
    row.silence_noticed_at = None
    return [alarms.open_silence(session, session.get_one(Rule, silence.rule_id), silence.since_ts, now)]


def _end_silence(session: Session, device: Registered, now: datetime) -> list[AlarmChange]:
    """Close the alarm of silence once the newest reading is recent; old ones coming in late do not end it."""
    last = session.scalar(select(func.max(Latest.ts)).where(Latest.device_id == device.id))
    longest = SILENT_AFTER * device.expected_interval_s * 1_000_000
    if last is None or last < micros(now) - longest:
        return []
    session.get_one(Cursor, device.id).silence_noticed_at = None
    open_ones = [a for a in alarms.open_of_device(session, device.id) if a.kind == "silence"]
    return [alarms.close(session, a.id, "resumed", _heard_after(session, device, a), now) for a in open_ones]


def _heard_after(session: Session, device: Registered, alarm: alarms.AlarmFacts) -> int:
    since = micros(alarm.started_at)
    heard = [
        readings.neighbours(session, device.id, metric, since, since)[1]
        for metric in readings.metrics_of(session, device.id)
    ]
    return min((ts for ts in heard if ts is not None), default=since)
