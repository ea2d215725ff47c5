"""When devices watched a thing: directly, or through a unit that it was inside of. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.provenance.containment import Around
from iot import placements
from iot.reading import micros
from ledger.quick import Quick, both

FAR = 2**62  # µs; behind every moment
_DEPTH = 10

_WATCHES = Quick(both(placements.OF_UNITS))

_Times = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """A device watched from `from_ts` to `to_ts` (µs; None: it still does)."""

    device_id: int
    from_ts: int
    to_ts: int | None


def watched(session: Session, brand_id: str, key: str, around: Around) -> tuple[Window, ...]:
    """Every window in which a device watched this thing, in order of time and without overlap.

    Where two devices watched at once, the nearer one counts: the one on the box before the one in the container.
    `around` is what held the thing. One statement.
    """
    reach = _reach(around, key)
    watches = _WATCHES.rows(session.connection(), {"brand": brand_id, "units": list(reach)})
    windows: list[Window] = []
    for watch in sorted(watches, key=lambda watch: reach[watch.unit_key][0]):
        times = _times(watch.from_at, watch.to_at)
        for inside in reach[watch.unit_key][1]:
            if both := _both(times, inside):
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


def _reach(around: Around, key: str) -> dict[str, tuple[int, list[_Times]]]:
    """The thing itself and every unit it was inside of: how many steps away, and when."""
    reach: dict[str, tuple[int, list[_Times]]] = {key: (0, [(-FAR, FAR)])}
    border = [(key, (-FAR, FAR))]
    for depth in range(1, _DEPTH):
        border = [
            (row.parent_key, both)
            for unit, inside in border
            for row in around.get(unit, ())
            if (both := _both(inside, _times(row.from_at, row.until_at)))
        ]
        for unit, times in border:
            reach.setdefault(unit, (depth, []))[1].append(times)
    return reach


def _times(from_at: datetime, until_at: datetime | None) -> _Times:
    return micros(from_at), FAR if until_at is None else micros(until_at)


def _both(one: _Times, other: _Times) -> _Times | None:
    """The time that two times have in common, None where they have none."""
    begin, end = max(one[0], other[0]), min(one[1], other[1])
    return (begin, end) if begin < end else None
