"""Alarms as rows: at most one open for each rule and device, brought into line with what the readings say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from iot.reading import decimal_text, micros, moment
from iot.rules import Excursion
from iot.tables import Alarm, Rule

Change = Literal["opened", "changed", "closed"]


@dataclass(frozen=True)
class AlarmChange:
    """What happened to an alarm, for the house to act on; `alarm` as it is now.

    opened: it is new (and may be over already, when its readings came late); closed: it is over, or never was;
    changed: late readings moved its beginning, end or peak.
    """

    change: Change
    alarm: "AlarmFacts"


@dataclass(frozen=True)
class AlarmFacts:
    """An alarm as others may hold it. `peak` and `limit` are decimals in `unit`; a silence has no peak."""

    id: int
    brand_id: str
    device_id: int
    rule_id: int
    kind: str
    metric: str
    unit: str
    limit: str
    started_at: datetime
    ended_at: datetime | None
    peak: str | None
    peak_at: datetime | None
    ended: str | None
    revision: int
    submission_id: int | None


def reconcile(
    session: Session,
    rule: Rule,
    excursions: Sequence[Excursion],
    *,
    after_ts: int,
    until_ts: int | None,
    now: datetime,
) -> list[AlarmChange]:
    """Make the alarms that begin after `after_ts` (and by `until_ts`) say what these excursions say.

    An alarm keeps its identity as long as an excursion overlaps it. Doing it twice changes nothing.
    """
    rows = _rows(session, rule, after_ts, until_ts)
    pairs, fresh, orphans = _match(rows, excursions)
    changes = [_drop(row, excursions, now) for row in orphans if row.ended not in ("merged", "withdrawn")]
    session.flush()  # what closes must be written before what opens: only one may be open
    for row, excursion in sorted(pairs, key=lambda pair: pair[1].ended_ts is None):
        changes += _amend(row, rule, excursion, now)
        session.flush()
    return changes + [_open(session, rule, excursion, now) for excursion in fresh]


def _rows(session: Session, rule: Rule, after_ts: int, until_ts: int | None) -> list[Alarm]:
    found = select(Alarm).where(Alarm.rule_id == rule.id, Alarm.started_ts > after_ts)
    if until_ts is not None:
        found = found.where(Alarm.started_ts <= until_ts)
    return list(session.scalars(found.order_by(Alarm.started_ts, Alarm.id)))


def _match(
    rows: Sequence[Alarm], excursions: Sequence[Excursion]
) -> tuple[list[tuple[Alarm, Excursion]], list[Excursion], list[Alarm]]:
    """Pairs of alarm and excursion that overlap, earliest first; then the excursions and the alarms left over."""
    left = list(rows)
    pairs: list[tuple[Alarm, Excursion]] = []
    fresh: list[Excursion] = []
    for excursion in excursions:
        row = next((row for row in left if _overlap(row, excursion)), None)
        if row is None:
            fresh.append(excursion)
        else:
            left.remove(row)
            pairs.append((row, excursion))
    return pairs, fresh, left


def _overlap(row: Alarm, excursion: Excursion) -> bool:
    return (excursion.ended_ts is None or row.started_ts < excursion.ended_ts) and (
        row.ended_ts is None or excursion.started_ts < row.ended_ts
    )


def _drop(row: Alarm, excursions: Sequence[Excursion], now: datetime) -> AlarmChange:
    """Late readings showed that this alarm was part of another excursion, or none."""
    row.ended = "merged" if any(_overlap(row, each) for each in excursions) else "withdrawn"
    row.ended_ts = row.started_ts if row.ended_ts is None else row.ended_ts
    row.closed_at = row.closed_at or now
    row.revision += 1
    return AlarmChange("closed", _facts(row))


def _amend(row: Alarm, rule: Rule, excursion: Excursion, now: datetime) -> list[AlarmChange]:
    was_closed, before = row.closed_at is not None, _said(row)
    row.started_ts, row.limit = excursion.started_ts, decimal_text(excursion.limit)
    row.peak, row.peak_ts = decimal_text(excursion.peak), excursion.peak_ts
    row.ended_ts, row.ended = excursion.ended_ts, _ending(rule, excursion)
    row.closed_at = None if excursion.ended_ts is None else row.closed_at or now
    if _said(row) == before:
        return []
    row.revision += 1
    return [AlarmChange("closed" if row.closed_at and not was_closed else "changed", _facts(row))]


def _ending(rule: Rule, excursion: Excursion) -> str | None:
    if excursion.ended_ts is None:
        return None
    replaced = rule.retired_at is not None and micros(rule.retired_at) == excursion.ended_ts
    return "replaced" if replaced else "returned"


def _said(row: Alarm) -> tuple[object, ...]:
    return row.started_ts, row.ended_ts, row.peak, row.peak_ts, row.limit, row.ended


def _open(session: Session, rule: Rule, excursion: Excursion, now: datetime) -> AlarmChange:
    row = _new(rule, rule.kind, excursion.limit, excursion.started_ts, now)
    row.peak, row.peak_ts = decimal_text(excursion.peak), excursion.peak_ts
    if excursion.ended_ts is not None:
        row.ended_ts, row.ended, row.closed_at = excursion.ended_ts, _ending(rule, excursion), now
    session.add(row)
    session.flush()
    return AlarmChange("opened", _facts(row))


def _new(rule: Rule, kind: str, limit: Decimal, started_ts: int, now: datetime) -> Alarm:
    return Alarm(
        brand_id=rule.brand_id,
        device_id=rule.device_id,
        rule_id=rule.id,
        kind=kind,
        metric=rule.metric,
        unit=rule.unit,
        limit=decimal_text(limit),
        started_ts=started_ts,
        revision=0,
        opened_at=now,
    )


def open_silence(session: Session, rule: Rule, since_ts: int, now: datetime) -> AlarmChange:
    """Nothing was heard since `since_ts`; the rule's high limit is the longest silence allowed, in seconds."""
    row = _new(rule, "silence", Decimal(rule.high or 0), since_ts, now)
    session.add(row)
    session.flush()
    return AlarmChange("opened", _facts(row))


def close(session: Session, alarm_id: int, ended: str, ended_ts: int, now: datetime) -> AlarmChange:
    """End an open alarm, saying how."""
    row = session.get_one(Alarm, alarm_id)
    row.ended_ts, row.ended, row.closed_at = max(ended_ts, row.started_ts), ended, now
    row.revision += 1
    session.flush()
    return AlarmChange("closed", _facts(row))


def open_of_device(session: Session, device_id: int) -> list[AlarmFacts]:
    """The alarms of a device that are open now."""
    rows = session.scalars(select(Alarm).where(Alarm.device_id == device_id, Alarm.closed_at.is_(None)))
    return [_facts(row) for row in rows]


def open_of_brand(session: Session, brand_id: str) -> list[AlarmFacts]:
    """The brand's alarms that are open now, oldest first."""
    found = select(Alarm).where(Alarm.brand_id == brand_id, Alarm.closed_at.is_(None))
    return [_facts(row) for row in session.scalars(found.order_by(Alarm.started_ts))]


@dataclass(frozen=True)
class Stay:
    """A stay outside the limits as a page shows it; moments in µs, `peak` and `limit` decimals in `unit`."""

    alarm_id: int
    started_ts: int
    ended_ts: int | None
    peak: str
    peak_ts: int
    limit: str
    unit: str
    submission_id: int | None


def excursions_of(session: Session, device_id: int, metric: str, from_ts: int, to_ts: int) -> list[Stay]:
    """Excursions of a device that touch this time and were not taken back, oldest first."""
    span = {"device": device_id, "metric": metric, "from": from_ts, "to": to_ts}
    return [Stay(*row) for row in session.connection().execute(_STAYS, span)]


# Built once, over the bare table: pages ask this often, and to build a statement costs more than to run it.
_A = Alarm.__table__.c
_STAYS = (
    select(_A.id, _A.started_ts, _A.ended_ts, _A.peak, _A.peak_ts, _A.limit, _A.unit, _A.submission_id)
    .where(_A.device_id == bindparam("device"), _A.metric == bindparam("metric"), _A.kind != "silence")
    .where(_A.started_ts < bindparam("to"), or_(_A.ended_ts.is_(None), _A.ended_ts > bindparam("from")))
    .where(or_(_A.ended.is_(None), _A.ended.notin_(("merged", "withdrawn"))))
    .order_by(_A.started_ts)
)


def note_submission(session: Session, alarm_id: int, submission_id: int) -> None:
    """Remember under which submission the log holds the newest word about this alarm."""
    session.get_one(Alarm, alarm_id).submission_id = submission_id


def _facts(row: Alarm) -> AlarmFacts:
    return AlarmFacts(
        row.id,
        row.brand_id,
        row.device_id,
        row.rule_id,
        row.kind,
        row.metric,
        row.unit,
        row.limit,
        moment(row.started_ts),
        None if row.ended_ts is None else moment(row.ended_ts),
        row.peak,
        None if row.peak_ts is None else moment(row.peak_ts),
        row.ended,
        row.revision,
        row.submission_id,
    )
