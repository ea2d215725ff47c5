"""When devices watched a thing: directly, or through a unit that it was inside of. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session

from app.models.products import Containment
from iot import placements
from iot.reading import micros

_ROW: Table = Containment.__table__  # type: ignore[assignment]

FAR = 2**62  # µs; behind every moment
_DEPTH = 10

_Times = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """A device watched from `from_ts` to `to_ts` (µs; None: it still does)."""

    device_id: int
    from_ts: int
    to_ts: int | None


def watched(session: Session, brand_id: str, key: str) -> tuple[Window, ...]:
    """Every window in which a device watched this thing, in order of time and without overlap.

    Where two devices watched at once, the nearer one counts: the one on the box before the one in the container.
    Two statements.
    """
    reach = _reach(session, brand_id, key)
    watches = placements.of_units(session, brand_id, list(reach))
    windows: list[Window] = []
    for watch in sorted(watches, key=lambda watch: reach[watch.unit_key][0]):
        from_ts, to_ts = micros(watch.from_at), FAR if watch.to_at is None else micros(watch.to_at)
        for inside in reach[watch.unit_key][1]:
            both = max(from_ts, inside[0]), min(to_ts, inside[1])
            windows += [Window(watch.device_id, *free) for free in _free(both, windows)]
    ordered = sorted(windows, key=lambda window: window.from_ts)
    return tuple(Window(w.device_id, w.from_ts, None if w.to_ts == FAR else w.to_ts) for w in ordered)


def cut(windows: Iterable[Window], until: datetime | None) -> list[Window]:
    """What of these windows lies before a moment (aware); None leaves them as they are."""
    if until is None:
        return list(windows)
    end = micros(until)
    return [
        Window(w.device_id, w.from_ts, end if w.to_ts is None else min(w.to_ts, end))
        for w in windows
        if w.from_ts < end
    ]


def _free(wanted: _Times, taken: Iterable[Window]) -> list[_Times]:
    """The parts of a time that no window has yet."""
    free = [wanted]
    for window in taken:
        assert window.to_ts is not None
        free = [
            part
            for begin, end in free
            for part in ((begin, min(end, window.from_ts)), (max(begin, window.to_ts), end))
        ]
    return [(begin, end) for begin, end in free if begin < end]


def _reach(session: Session, brand_id: str, key: str) -> dict[str, tuple[int, list[_Times]]]:
    """The thing itself and every unit it was inside of: how many steps away, and when."""
    edges: dict[str, list[tuple[str, _Times]]] = {}
    for child, parent, from_at, until_at in session.connection().execute(_AROUND, {"brand": brand_id, "key": key}):
        times = micros(from_at), FAR if until_at is None else micros(until_at)
        edges.setdefault(child, []).append((parent, times))
    reach: dict[str, tuple[int, list[_Times]]] = {key: (0, [(-FAR, FAR)])}
    border = [(key, (-FAR, FAR))]
    for depth in range(1, _DEPTH):
        border = [
            (parent, (max(times[0], inside[0]), min(times[1], inside[1])))
            for unit, inside in border
            for parent, times in edges.get(unit, ())
            if max(times[0], inside[0]) < min(times[1], inside[1])
        ]
        for unit, times in border:
            reach.setdefault(unit, (depth, []))[1].append(times)
    return reach


def _edges_around() -> Select[Any]:
    """Every containment above a thing, at whatever time; UNION ends at what was seen, so a circle ends too."""
    columns = (_ROW.c.child_key, _ROW.c.parent_key, _ROW.c.from_at, _ROW.c.until_at)
    mine = _ROW.c.brand_id == bindparam("brand")
    around = select(*columns).where(mine, _ROW.c.child_key == bindparam("key")).cte("around", recursive=True)
    return select(around.union(select(*columns).where(mine, _ROW.c.child_key == around.c.parent_key)))


_AROUND = _edges_around()
