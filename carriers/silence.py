"""The 72-hour clock: how long nobody has touched the parcel. Pure rules over the events of a shipment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from carriers.event import TrackingEvent, in_order, unique
from carriers.headline import by_piece, headline
from carriers.vocabulary import SETTLED, Status, SubState

LIMIT = timedelta(hours=72)

# Legs on which nobody can scan, with the time that is ordinary there. Past it even they are stuck.
EXPECTED = {
    SubState.SEA_HAUL: timedelta(days=45),
    SubState.POST_EXPORT: timedelta(days=14),
    SubState.AIR_HAUL: timedelta(days=7),
}

_OFF = SETTLED | {Status.AVAILABLE_FOR_PICKUP}
_END_OF_DAY_ANYWHERE = timedelta(hours=36)  # a date ends last at UTC-12, 36 h after its midnight UTC


class Silence(StrEnum):
    """What a silence is: a gap that this leg is known for, or a parcel that is stuck."""

    STUCK = "stuck"
    EXPECTED_GAP = "expected_gap"


@dataclass(frozen=True)
class Clock72h:
    """The reading of the clock. `fires_at` is None while the clock is off; `kind` is None until it fires."""

    fires: bool
    last_physical_at: datetime | None
    last_physical: TrackingEvent | None
    fires_at: datetime | None
    kind: Silence | None


def last_physical(events: Iterable[TrackingEvent]) -> TrackingEvent | None:
    """The newest physical scan of any leg; while some pieces are under way, of those pieces."""
    lines = by_piece(events)
    under_way = [line for line in lines.values() if headline(line).status not in SETTLED]
    touched = [
        event for line in (under_way or lines.values()) for event in line if event.physical and event.clock.on
    ]
    line = in_order(unique(touched))
    return line[-1] if line else None


def silence_of(last: TrackingEvent, now: datetime, usual: timedelta | None = None) -> Silence:
    """What the silence since this scan is. `usual` is what nine in ten parcels took here, where that is known."""
    until = expected_until(last, usual)
    return Silence.EXPECTED_GAP if until and now <= until else Silence.STUCK


def expected_until(last: TrackingEvent, usual: timedelta | None = None) -> datetime | None:
    """When an expected gap ends and the parcel counts as stuck; None where none is expected."""
    allowed = EXPECTED.get(last.sub_state) if last.sub_state else None
    longest = max((each for each in (allowed, usual) if each), default=None)
    return _latest(last) + longest if longest else None


def clock_72h(events: Iterable[TrackingEvent], now: datetime) -> Clock72h:
    """The 72-hour clock at `now` (aware UTC).

    Runs from the newest physical scan; labels, notices, estimates and plans do not reset it. It is off when the
    parcel is delivered, returned, cancelled or waits for pick-up, and before the first physical scan.
    """
    everything = list(events)
    last = last_physical(everything)
    last_at = last.clock.utc if last else None
    if last is None or headline(everything).status in _OFF:
        return Clock72h(False, last_at, last, None, None)
    fires_at = _latest(last) + LIMIT
    fires = now >= fires_at
    return Clock72h(fires, last_at, last, fires_at, silence_of(last, now) if fires else None)


def _latest(event: TrackingEvent) -> datetime:
    """The moment of an event, or the last one it can have been when only its date is known."""
    if event.clock.utc:
        return event.clock.utc
    assert event.clock.on is not None
    midnight = datetime.combine(event.clock.on, time(), UTC)
    if event.clock.local and not event.clock.placeholder:
        return event.clock.local.replace(tzinfo=UTC) + timedelta(hours=12)
    return midnight + _END_OF_DAY_ANYWHERE
