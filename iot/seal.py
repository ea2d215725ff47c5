"""Sealing a device's readings window by window: the Merkle root that the house puts into the brand's log.

A window is 15 minutes of the device's time, longer for a device that speaks seldom (fifteen of its intervals), cut
into parts of 1,000 readings. A window is sealed once its end lies an allowance for lateness back; readings that
come after that get a supplement, and a sealed root never changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session

from iot import readings
from iot.devices import Registered
from iot.reading import SILENT_AFTER, decimal_text, micros, moment
from iot.tables import Cursor, Frame, Reading, Seal
from ledger.canonical import encode
from ledger.merkle import leaf_hash
from ledger.merkle import root as merkle_root

LATENESS = timedelta(minutes=30)
MAX_READINGS = 1000
_SHORTEST_WINDOW_S = 900
_INTERVALS = 15


class Leaf(NamedTuple):
    """A reading as it is sealed; its fields in the order of leaves. `frame` is the SHA-256 of its message."""

    ts: int
    boot: str
    seq: int
    metric: str
    value: str
    unit: str
    frame: str


@dataclass(frozen=True)
class Sealed:
    """A new seal, for an entry of the log. Extremes are decimals by metric; gaps are pauses longer than allowed.

    `previous_root` is that of the device's seal before this one; `supplement_to` the root that the window's first
    readings were sealed under, None for those.
    """

    id: int
    device: Registered
    window_at: datetime
    first_at: datetime
    last_at: datetime
    count: int
    root: str
    extremes: dict[str, tuple[str, str, str]]
    gaps: list[tuple[datetime, datetime]]
    previous_root: str | None
    supplement_to: str | None


def leaf_bytes(device: str, leaf: Leaf) -> bytes:
    """The canonical bytes of a reading; SHA-256 with the leaf prefix of RFC 6962 goes over them."""
    return encode({"device": device, **leaf._asdict()})


def root(device: str, leaves: Iterable[Leaf]) -> bytes:
    """The RFC 6962 root over readings in order of (ts, boot, seq, metric)."""
    return merkle_root([leaf_hash(leaf_bytes(device, leaf)) for leaf in leaves])


def window_us(device: Registered) -> int:
    """The length of this device's windows."""
    return max(_SHORTEST_WINDOW_S, _INTERVALS * device.expected_interval_s) * 1_000_000


def due(session: Session, now: datetime) -> list[int]:
    """Devices with readings older than the allowance that are not sealed."""
    ripe = micros(now - LATENESS)
    return list(session.scalars(select(Cursor.device_id).where(Cursor.seal_from_ts < ripe)))


def seal_next(session: Session, device: Registered, now: datetime) -> list[Sealed]:
    """Seal the earliest ripe window of a device, if there is one, in all its parts. Safe to call twice."""
    cursor = session.scalar(select(Cursor).where(Cursor.device_id == device.id).with_for_update())
    if cursor is None or cursor.seal_from_ts is None:
        return []
    width = window_us(device)
    window = _window_of_next(session, device, cursor.seal_from_ts, width)
    if window is not None and window + width > micros(now - LATENESS):
        return []
    cursor.seal_from_ts = None if window is None else window + width
    if window is None:
        return []
    leaves = _leaves(session, device, Reading.ts >= window, Reading.ts < window + width, Reading.seal_id.is_(None))
    earlier = _first_of_window(session, device, window)
    return [_seal(session, device, window, part, earlier, now) for part in _parts(leaves)]


def _window_of_next(session: Session, device: Registered, from_ts: int, width: int) -> int | None:
    first = session.scalar(
        select(func.min(Reading.ts)).where(
            *_of(session, device.id), Reading.ts >= from_ts - from_ts % width, Reading.seal_id.is_(None)
        )
    )
    return None if first is None else first - first % width


def _of(session: Session, device_id: int) -> tuple[ColumnElement[bool], ...]:
    """A device's readings; with the metrics named, so that both engines walk along the primary key."""
    return Reading.device_id == device_id, Reading.metric.in_(readings.metrics_of(session, device_id))


def _leaves(session: Session, device: Registered, *which: ColumnElement[bool]) -> list[Leaf]:
    columns = (Reading.ts, Reading.boot, Reading.seq, Reading.metric, Reading.value_text, Reading.unit)
    found = (
        select(*columns, Frame.sha256)
        .join(Frame, Frame.id == Reading.frame_id)
        .where(*_of(session, device.id), *which)
    )
    return sorted(Leaf(*row) for row in session.execute(found))


def _parts(leaves: Sequence[Leaf]) -> Iterator[list[Leaf]]:
    for start in range(0, len(leaves), MAX_READINGS):
        yield list(leaves[start : start + MAX_READINGS])


def _seal(
    session: Session, device: Registered, window: int, leaves: Sequence[Leaf], earlier: Seal | None, now: datetime
) -> Sealed:
    before = _newest(session, device)
    row = Seal(
        device_id=device.id,
        window_ts=window,
        ordinal=_count_of_window(session, device, window),
        first_ts=leaves[0].ts,
        last_ts=leaves[-1].ts,
        count=len(leaves),
        root=root(device.username, leaves).hex(),
        created_at=now,
    )
    session.add(row)
    session.flush()
    _mark(session, device.id, leaves, row.id)
    return Sealed(
        row.id,
        device,
        moment(window),
        moment(row.first_ts),
        moment(row.last_ts),
        row.count,
        row.root,
        _extremes(leaves),
        _gaps(session, device, leaves),
        before.root if before else None,
        earlier.root if earlier else None,
    )


def _newest(session: Session, device: Registered) -> Seal | None:
    return session.scalar(select(Seal).where(Seal.device_id == device.id).order_by(Seal.id.desc()).limit(1))


def _first_of_window(session: Session, device: Registered, window: int) -> Seal | None:
    found = select(Seal).where(Seal.device_id == device.id, Seal.window_ts == window, Seal.ordinal == 0)
    return session.scalar(found)


def _count_of_window(session: Session, device: Registered, window: int) -> int:
    found = select(func.count(Seal.id)).where(Seal.device_id == device.id, Seal.window_ts == window)
    return session.scalar(found) or 0


def _mark(session: Session, device_id: int, leaves: Sequence[Leaf], seal_id: int) -> None:
    """Row by row: what another worker commits in between has no place under this root."""
    table = Reading.__table__
    keys = ("metric", "ts", "boot", "seq")
    mine = [table.c[name] == bindparam(f"_{name}") for name in keys]
    marking = update(Reading).where(Reading.device_id == device_id, *mine).values(seal_id=seal_id)
    rows = [{f"_{name}": getattr(leaf, name) for name in keys} for leaf in leaves]
    session.connection().execute(marking, rows)


def _extremes(leaves: Sequence[Leaf]) -> dict[str, tuple[str, str, str]]:
    """(lowest, highest, unit) by metric, as decimal text."""
    found: dict[str, tuple[str, str, str]] = {}
    by_metric = sorted(leaves, key=lambda leaf: leaf.metric)
    for metric, group in groupby(by_metric, key=lambda leaf: leaf.metric):
        members = list(group)
        values = [Decimal(leaf.value) for leaf in members]
        found[metric] = decimal_text(min(values)), decimal_text(max(values)), members[-1].unit
    return found


def _gaps(session: Session, device: Registered, leaves: Sequence[Leaf]) -> list[tuple[datetime, datetime]]:
    """Pauses that end inside these readings, the one before the first of them included."""
    before = session.scalar(
        select(func.max(Reading.ts)).where(*_of(session, device.id), Reading.ts < leaves[0].ts)
    )
    moments = ([] if before is None else [before]) + [leaf.ts for leaf in leaves]
    longest = SILENT_AFTER * device.expected_interval_s * 1_000_000
    return [(moment(a), moment(b)) for a, b in pairwise(moments) if b - a > longest]


def members(session: Session, device: Registered, seal_id: int) -> list[Leaf]:
    """The readings under a seal, in the order of its leaves: what a root is computed again from."""
    seal = session.get_one(Seal, seal_id)
    span = (Reading.ts >= seal.first_ts, Reading.ts <= seal.last_ts)
    return _leaves(session, device, *span, Reading.seal_id == seal_id)


def note_submission(session: Session, seal_id: int, submission_id: int) -> None:
    """Remember under which submission the log holds this seal."""
    session.get_one(Seal, seal_id).submission_id = submission_id


def submissions(session: Session, windows: Sequence[tuple[int, int, int]], newest: int) -> tuple[int, list[int]]:
    """How many seals touch these (device, from_ts, to_ts), and the submissions of the `newest` of them."""
    ids: set[int] = set()
    for device_id, from_ts, to_ts in windows:
        span = {"device": device_id, "from": from_ts, "to": to_ts}
        ids.update(session.connection().execute(_TOUCHING, span).scalars())
    return len(ids), sorted(ids, reverse=True)[:newest]


# Built once, over the bare table: pages ask this often, and to build a statement costs more than to run it.
_S = Seal.__table__.c
_TOUCHING = (
    select(_S.submission_id)
    .where(_S.device_id == bindparam("device"), _S.submission_id.is_not(None))
    .where(_S.last_ts >= bindparam("from"), _S.first_ts <= bindparam("to"))
)
