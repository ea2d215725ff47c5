"""How long parcels lie on each leg, from what was scanned before. Pure; the house says of which parcels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from carriers.event import TrackingEvent, in_order, unique
from carriers.vocabulary import Status, SubState

ENOUGH = 8
"""From how many dwells on we say what is usual; below it we say how few there are."""

_HAULS = (SubState.SEA_HAUL, SubState.AIR_HAUL, SubState.POST_EXPORT)
LEGS = ("origin", "sea_haul", "air_haul", "post_export", "transit", "customs", "destination")


@dataclass(frozen=True)
class Usual:
    """What is usual on a leg: of `count` dwells half were at most `median` long, nine in ten at most `p90`."""

    count: int
    median: timedelta
    p90: timedelta

    @property
    def is_enough(self) -> bool:
        """Whether it is more than a handful of chances."""
        return self.count >= ENOUGH


def leg_of(event: TrackingEvent, origin: str | None, destination: str | None) -> str:
    """The leg that a parcel is on after this event, one of LEGS; `origin` and `destination` are countries."""
    if event.sub_state in _HAULS:
        return event.sub_state.value
    if event.status is Status.CUSTOMS:
        return "customs"
    here = event.place.country if event.place else None
    if here and here == destination:
        return "destination"
    return "origin" if here and here == origin else "transit"


def dwells(
    events: Iterable[TrackingEvent], origin: str | None, destination: str | None
) -> Sequence[tuple[str, timedelta]]:
    """How long one parcel lay on each leg: from each physical scan to the next."""
    scans = [event for event in in_order(unique(events)) if event.physical and event.clock.utc]
    found = []
    for scan, after in pairwise(scans):
        assert scan.clock.utc
        assert after.clock.utc
        found.append((leg_of(scan, origin, destination), after.clock.utc - scan.clock.utc))
    return found


def usual(lengths: Iterable[timedelta]) -> Usual | None:
    """What is usual among these dwells; None without any."""
    ordered = sorted(lengths)
    if not ordered:
        return None
    return Usual(len(ordered), ordered[(len(ordered) - 1) // 2], ordered[-(-9 * len(ordered) // 10) - 1])
