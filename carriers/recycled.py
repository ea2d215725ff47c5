"""Numbers are used again: which lines of an answer belong to our parcel and not to one that had its number. Pure.

S10 numbers come back after a year, DHL forgets most after ninety days. So a parcel is known by carrier, number and
the window in which we first saw it, never by its number alone.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from carriers.event import TrackingEvent

BEFORE = timedelta(days=45)  # how long a parcel may have been on its way before anybody told us of it


def of_this_parcel(
    events: Iterable[TrackingEvent], first_seen: datetime, before: timedelta = BEFORE
) -> list[TrackingEvent]:
    """The lines that can be of a parcel first seen then; none when the whole history is that of another one.

    A line without any time stays while some other line does.
    """
    begin = first_seen - before
    kept = [(event, _latest(event)) for event in events]
    dated = [latest for _, latest in kept if latest]
    if dated and max(dated) <= begin:
        return []
    return [event for event, latest in kept if latest is None or latest > begin]


def _latest(event: TrackingEvent) -> datetime | None:
    """The last moment at which a line can have happened, None when nothing is known of its time."""
    clock = event.clock
    if clock.utc:
        return clock.utc
    if clock.on is None:
        return None
    return datetime.combine(clock.on, time(), UTC) + timedelta(hours=36)  # a date ends last at UTC-12
