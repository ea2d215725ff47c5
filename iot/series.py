"""Lowest and highest values over time, for a chart: from readings, or over long times from five-minute rows."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from iot.tables import Reading, Rollup
from iot.upsert import insert_into

WIDTH = 300 * 1_000_000


class Bar(NamedTuple):
    """Lowest and highest value from `ts` (µs) on, for one step of the chart."""

    ts: int
    low: float
    high: float


def refresh(session: Session, device_id: int, metric: str, from_ts: int, to_ts: int) -> None:
    """Bring the five-minute rows that touch this time into line with the readings."""
    start, end = from_ts - from_ts % WIDTH, to_ts - to_ts % WIDTH + WIDTH
    bars = session.connection().execute(_READINGS, _span(device_id, metric, start, end - 1, WIDTH))
    rows = [
        {"device_id": device_id, "metric": metric, "from_ts": number * WIDTH, "low": low, "high": high}
        for number, low, high in bars
    ]
    if rows:
        statement = insert_into(session, Rollup)
        new = statement.excluded
        keys = ["device_id", "metric", "from_ts"]
        changes = {"low": new.low, "high": new.high}
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), rows)


def bars(session: Session, device_id: int, metric: str, from_ts: int, to_ts: int, step: int) -> list[Bar]:
    """The lowest and highest values in steps of `step` µs, in order; nothing from outside this time.

    From five-minute rows when the step is as long; then the first and last minutes of the time may be missing.
    """
    statement = _READINGS
    if step >= WIDTH:
        from_ts, to_ts = -(-from_ts // WIDTH) * WIDTH, to_ts // WIDTH * WIDTH - 1
        statement = _ROLLUPS
    found = session.connection().execute(statement, _span(device_id, metric, from_ts, to_ts, step))
    return sorted(Bar(number * step, low, high) for number, low, high in found)


def _span(device_id: int, metric: str, from_ts: int, to_ts: int, step: int) -> dict[str, int | str]:
    return {"device": device_id, "metric": metric, "from": from_ts, "to": to_ts, "step": step}


# Built once, over the bare tables: to build a statement costs more than to run it. literal_execute, because
# PostgreSQL must see that the step in SELECT and in GROUP BY is one and the same.
_R, _U = Reading.__table__.c, Rollup.__table__.c
_STEP = bindparam("step", type_=_R.ts.type, literal_execute=True)

_READINGS = (
    select(_R.ts // _STEP, func.min(_R.value), func.max(_R.value))
    .where(_R.device_id == bindparam("device"), _R.metric == bindparam("metric"))
    .where(_R.ts >= bindparam("from"), _R.ts <= bindparam("to"))
    .group_by(_R.ts // _STEP)
)

_ROLLUPS = (
    select(_U.from_ts // _STEP, func.min(_U.low), func.max(_U.high))
    .where(_U.device_id == bindparam("device"), _U.metric == bindparam("metric"))
    .where(_U.from_ts >= bindparam("from"), _U.from_ts <= bindparam("to"))
    .group_by(_U.from_ts // _STEP)
)
