"""Storing readings, and reading them back in order of measurement. What follows from one is not decided here."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, insert, or_, select, tuple_
from sqlalchemy.orm import Session

from iot import devices, quarantine, topics
from iot.formats import plain
from iot.reading import (
    SILENT_AFTER,
    Flag,
    Message,
    Outcome,
    Reason,
    Refusal,
    Sample,
    decimal_text,
    micros,
)
from iot.tables import Cursor, Frame, Latest, Reading
from iot.upsert import insert_into

# Clocks that were never set say 1970, 1980 (GPS) or 2000; nothing of ours was measured before.
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(days=1)


class Row(NamedTuple):
    """A stored reading as it is judged: the order of the fields is the order of readings."""

    ts: int
    boot: str
    seq: int
    value_text: str
    unit: str


@dataclass
class _Sorted:
    """A batch on its way into rows: frames in order of arrival, and per frame the samples of its device."""

    outcomes: list[Outcome] = field(default_factory=list)
    frames: list[tuple[Message, devices.Registered, list[Sample]]] = field(default_factory=list)
    quarantined: list[dict[str, Any]] = field(default_factory=list)


def take(session: Session, messages: Sequence[Message], now: datetime) -> list[Outcome]:
    """Store a batch: every sample becomes readings or a quarantine row. One outcome per message, in order.

    Durable when the caller commits, not before; a repeated delivery changes nothing but adds its frame.
    """
    known = devices.by_username(session, {user for m in messages if (user := topics.user_of(m.topic))})
    batch = _sort(messages, known, now)
    quarantine.keep(session, batch.quarantined)
    rows = _reading_rows(batch.frames, _keep_frames(session, batch.frames, now), now)
    if rows:
        _keep_readings(session, rows)
    return batch.outcomes


def _sort(messages: Sequence[Message], known: dict[str, devices.Registered], now: datetime) -> _Sorted:
    batch = _Sorted()
    for message in messages:
        user = topics.user_of(message.topic)
        device = known.get(user) if user else None
        samples, refused = _judge(message, user, device, now)
        batch.outcomes.append(Outcome(device.username if device else None, samples, refused))
        batch.quarantined += [quarantine.row(message, refusal, now) for refusal in refused]
        if device and samples:
            batch.frames.append((message, device, samples))
    return batch


def _judge(
    message: Message, user: str | None, device: devices.Registered | None, now: datetime
) -> tuple[list[Sample], list[Refusal]]:
    if user is None:
        return [], [Refusal(Reason.WRONG_TOPIC, "a topic is wayproof/{brand}/{device}/readings")]
    if device is None:
        return [], [Refusal(Reason.UNKNOWN_DEVICE, f"no device {user} is registered")]
    if device.status != "active":
        return [], [Refusal(Reason.DEVICE_RETIRED, f"{user} is {device.status}")]
    latest, earliest = micros(now + MAX_AHEAD), micros(EARLIEST)
    kept: list[Sample] = []
    refused: list[Refusal] = []
    for position, found in enumerate(plain.parse(message.payload)):
        if isinstance(found, Refusal):
            refused.append(found)
        elif found.device not in (None, device.name):
            refused.append(_refuse(found, position, Reason.OTHER_DEVICE, "the payload names another device"))
        elif not earliest <= found.ts <= latest:
            refused.append(_refuse(found, position, Reason.CLOCK_OUT_OF_RANGE, f"ts is {found.ts // 1000} ms"))
        else:
            kept.append(found)
    return kept, refused


def _refuse(sample: Sample, position: int, reason: Reason, detail: str) -> Refusal:
    return Refusal(reason, detail, position, sample.seq, sample.boot)


def _keep_frames(
    session: Session, frames: Sequence[tuple[Message, devices.Registered, list[Sample]]], now: datetime
) -> list[int]:
    if not frames:
        return []
    rows = [
        {
            "topic": message.topic,
            "payload": message.payload,
            "sha256": hashlib.sha256(message.payload).hexdigest(),
            "recv_at": now,
        }
        for message, _, _ in frames
    ]
    return list(session.scalars(insert(Frame).returning(Frame.id, sort_by_parameter_order=True), rows))


def _reading_rows(
    frames: Sequence[tuple[Message, devices.Registered, list[Sample]]], frame_ids: Sequence[int], now: datetime
) -> list[dict[str, Any]]:
    arrived = micros(now)
    rows = [
        {
            "device_id": device.id,
            "metric": metric,
            "ts": sample.ts,
            "boot": sample.boot,
            "seq": sample.seq if sample.seq is not None else _stand_in(decimal_text(number)),
            "value": float(number),
            "value_text": decimal_text(number),
            "unit": device.metrics.get(metric, ""),
            "flags": _flags(sample.ts, arrived, device.expected_interval_s),
            "recv_at": now,
            "frame_id": frame_id,
        }
        for (_, device, samples), frame_id in zip(frames, frame_ids, strict=True)
        for sample in samples
        for metric, number in sample.values.items()
    ]
    # One order of locks for every writer, or two of them could wait for each other on PostgreSQL.
    rows.sort(key=lambda row: (row["device_id"], row["metric"], row["ts"], row["boot"], row["seq"]))
    return rows


def _stand_in(value_text: str) -> int:
    """The key of a reading without a counter: its value, so that two values of one moment are two readings."""
    return -1 - int.from_bytes(hashlib.sha256(value_text.encode()).digest()[:6], "big")


def _flags(ts: int, arrived: int, expected_interval_s: int) -> int:
    return Flag.LATE.value if arrived - ts > SILENT_AFTER * expected_interval_s * 1_000_000 else 0


def _keep_readings(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(insert_into(session, Reading).on_conflict_do_nothing(), rows)
    _move_latest(session, rows)
    _widen_cursors(session, rows)


def _move_latest(session: Session, rows: list[dict[str, Any]]) -> None:
    """The rows are in order of measurement, so the last one of a metric is its newest."""
    columns = ("device_id", "metric", "ts", "value", "value_text", "unit", "recv_at")
    newest = {(row["device_id"], row["metric"]): {name: row[name] for name in columns} for row in rows}
    statement = insert_into(session, Latest)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["device_id", "metric"],
        set_={name: new[name] for name in columns[2:]},
        where=new.ts > Latest.ts,
    )
    session.execute(statement, list(newest.values()))


def _widen_cursors(session: Session, rows: list[dict[str, Any]]) -> None:
    spans: dict[int, tuple[int, int]] = {}
    for row in rows:
        low, high = spans.get(row["device_id"], (row["ts"], row["ts"]))
        spans[row["device_id"]] = (min(low, row["ts"]), max(high, row["ts"]))
    for device_id, (low, high) in spans.items():
        widen(session, device_id, low, high, sealing=True)


def widen(session: Session, device_id: int, from_ts: int, to_ts: int, *, sealing: bool) -> None:
    """Widen what is to be judged, and with `sealing` what is to be sealed, by this span of measurement time."""
    statement = insert_into(session, Cursor)
    new = statement.excluded
    changes = {
        "judge_from_ts": case(
            (or_(Cursor.judge_from_ts.is_(None), new.judge_from_ts < Cursor.judge_from_ts), new.judge_from_ts),
            else_=Cursor.judge_from_ts,
        ),
        "judge_to_ts": case(
            (or_(Cursor.judge_to_ts.is_(None), new.judge_to_ts > Cursor.judge_to_ts), new.judge_to_ts),
            else_=Cursor.judge_to_ts,
        ),
    }
    if sealing:
        changes["seal_from_ts"] = case(
            (or_(Cursor.seal_from_ts.is_(None), new.seal_from_ts < Cursor.seal_from_ts), new.seal_from_ts),
            else_=Cursor.seal_from_ts,
        )
    values = {
        "device_id": device_id,
        "judge_from_ts": from_ts,
        "judge_to_ts": to_ts,
        "seal_from_ts": from_ts if sealing else None,
    }
    session.execute(statement.on_conflict_do_update(index_elements=["device_id"], set_=changes), values)


def after(
    session: Session, device_id: int, metric: str, position: tuple[int, str, int], until_ts: int | None = None
) -> list[Row]:
    """Readings behind (ts, boot, seq), in that order, those of `until_ts` included."""
    order = tuple_(Reading.ts, Reading.boot, Reading.seq)
    found = _rows(device_id, metric).where(Reading.ts >= position[0], order > position)
    if until_ts is not None:
        found = found.where(Reading.ts <= until_ts)
    return _fetch(session, found.order_by(Reading.ts, Reading.boot, Reading.seq))


def between(session: Session, device_id: int, metric: str, from_ts: int, to_ts: int) -> list[Row]:
    """Readings with from_ts <= ts <= to_ts in order of (ts, boot, seq)."""
    found = _rows(device_id, metric).where(Reading.ts >= from_ts, Reading.ts <= to_ts)
    return _fetch(session, found.order_by(Reading.ts, Reading.boot, Reading.seq))


def neighbours(session: Session, device_id: int, metric: str, from_ts: int, to_ts: int) -> tuple[int, int | None]:
    """When the last reading before a span was (its begin when there is none), and the first one after it."""
    moments = select(Reading.ts).where(Reading.device_id == device_id, Reading.metric == metric)
    before = session.scalar(moments.where(Reading.ts < from_ts).order_by(Reading.ts.desc()).limit(1))
    behind = session.scalar(moments.where(Reading.ts > to_ts).order_by(Reading.ts).limit(1))
    return (from_ts if before is None else before), behind


def metrics_of(session: Session, device_id: int) -> list[str]:
    """The metrics that a device has sent."""
    return list(
        session.scalars(select(Latest.metric).where(Latest.device_id == device_id).order_by(Latest.metric))
    )


class Newest(NamedTuple):
    """The newest reading of a metric by time of measurement."""

    device_id: int
    metric: str
    ts: int
    value_text: str
    unit: str


def latest(session: Session, device_ids: Collection[int]) -> list[Newest]:
    """The newest reading of every metric of these devices, by device and metric."""
    columns = (Latest.device_id, Latest.metric, Latest.ts, Latest.value_text, Latest.unit)
    found = select(*columns).where(Latest.device_id.in_(device_ids)).order_by(Latest.device_id, Latest.metric)
    return [Newest(*row) for row in session.execute(found)]


def _rows(device_id: int, metric: str) -> Any:
    columns = (Reading.ts, Reading.boot, Reading.seq, Reading.value_text, Reading.unit)
    return select(*columns).where(Reading.device_id == device_id, Reading.metric == metric)


def _fetch(session: Session, statement: Any) -> list[Row]:
    return [Row(*row) for row in session.execute(statement)]
