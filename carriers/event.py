"""A tracking event, which tellings of it are the same, and in which order events happened. Pure.

Where they leave the parcel is `carriers.headline`; what an answer of a carrier looks like belongs to the adapters,
what its words mean to `carriers.wording`.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from carriers.clock import Clock, How
from carriers.vocabulary import Reason, Status, SubState

__all__ = [
    "Clock",
    "How",
    "Place",
    "Reason",
    "Status",
    "SubState",
    "TrackingEvent",
    "in_order",
    "place_key",
    "plain",
    "sameness",
    "stage",
    "unique",
]


@dataclass(frozen=True)
class Place:
    """Where an event happened, as far as it is public: never a street when the carrier tells it apart."""

    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def __str__(self) -> str:
        return ", ".join(part for part in (self.city, self.region, self.postal_code, self.country) if part)


@dataclass(frozen=True)
class TrackingEvent:
    """One line of a parcel's history. `physical`: somebody or something touched the parcel.

    `piece` tells pieces of one shipment apart, None means all of it; `carrier_ref` tells two shipments with one
    number apart; `received_at` is when the line first reached us, aware UTC, None while nobody has said so.
    """

    carrier: str
    tracking_number: str
    clock: Clock
    status: Status
    reason: Reason | None = None
    sub_state: SubState | None = None
    physical: bool = True
    code: str | None = None
    description: str = ""
    remark: str = ""
    place: Place | None = None
    piece: str | None = None
    carrier_ref: str | None = None
    received_at: datetime | None = None

    @property
    def occurred_text(self) -> str:
        """The stamp as received."""
        return self.clock.text

    @property
    def occurred_local(self) -> datetime | None:
        """The reading of the clock at the place, naive; None for a date without a clock."""
        return self.clock.local

    @property
    def occurred_on(self) -> date | None:
        """The calendar date at the place."""
        return self.clock.on

    @property
    def occurred_utc(self) -> datetime | None:
        """Aware UTC, or None when it can't be known."""
        return self.clock.utc

    @property
    def offset(self) -> timedelta | None:
        """What the place was ahead of UTC."""
        return self.clock.offset

    @property
    def how(self) -> How:
        """How the UTC was found."""
        return self.clock.how

    @property
    def filler(self) -> bool:
        """Labels, plans, estimates and "on its way" lines: told, but moving nothing."""
        return not self.physical and self.status in (Status.REGISTERED, Status.IN_TRANSIT)


# ---- 1. Which events are the same -----------------------------------------------------------------------------


def unique(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """The events without repetitions, each with its fullest text and place and its first arrival.

    Same = carrier, number, piece, minute, code (without one: the description) and place; a line that comes again
    with a place it lacked before is the same line. The result does not depend on the order of arrival.
    """
    groups: dict[tuple[object, str], list[TrackingEvent]] = {}
    seen: dict[object, list[str]] = {}
    for event in sorted(events, key=lambda e: (place_key(e.place) == "", place_key(e.place), _tie(e))):
        key, place = sameness(event), place_key(event.place)
        places = seen.setdefault(key, [])
        if not place and places:  # sorted last: joins the first place that shares all the rest
            place = places[0]
        if place not in places:
            places.append(place)
        groups.setdefault((key, place), []).append(event)
    return sorted((_merged(group) for group in groups.values()), key=_tie)


def sameness(event: TrackingEvent) -> tuple[object, ...]:
    """What two tellings of one event share, its place left aside."""
    clock = event.clock
    minute = clock.utc or (None if clock.placeholder else clock.local)
    when = minute.replace(second=0, microsecond=0).isoformat() if minute else str(clock.on or clock.text)
    what = event.code or plain(event.description)
    return (event.carrier, event.tracking_number, event.piece or "", when, what)


def place_key(place: Place | None) -> str:
    """A place without letter case, blanks, accents and punctuation; empty when there is none."""
    if place is None:
        return ""
    return plain(place.city or str(place))


def plain(text: str) -> str:
    """Letters and digits only, in lower case, accents removed."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if char.isalnum())


def _merged(group: Sequence[TrackingEvent]) -> TrackingEvent:
    best = max(group, key=lambda e: (len(e.description), e.physical, _tie(e)))
    arrivals = [event.received_at for event in group if event.received_at]
    place = max((event.place for event in group if event.place), key=lambda p: (len(str(p)), str(p)), default=None)
    return replace(best, place=place, received_at=min(arrivals, default=None))


# ---- 2. In which order ----------------------------------------------------------------------------------------

_STAGE = {
    Status.REGISTERED: 0,
    Status.IN_TRANSIT: 20,
    Status.CUSTOMS: 30,
    Status.OUT_FOR_DELIVERY: 50,
    Status.EXCEPTION: 55,
    Status.ATTEMPT_FAILED: 60,
    Status.AVAILABLE_FOR_PICKUP: 65,
    Status.DELIVERED: 70,
    Status.RETURNING: 80,
    Status.RETURNED: 90,
    Status.CANCELLED: 95,
}


def stage(event: TrackingEvent) -> int:
    """How far along a parcel's way an event stands; orders what happened at the same time."""
    if event.sub_state is SubState.ACCEPTED:
        return 10
    if event.sub_state is SubState.CUSTOMS_RELEASED:
        return 35
    return _STAGE[event.status]


def in_order(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """Oldest first: by the time it happened, then by stage, then by arrival.

    A date without a clock stands among the lines of its day by stage; a line without any time stands as far back
    as its stage allows, before whatever happened after it had reached us.
    """
    everything = list(events)
    if one_each := _by_moment(everything):
        return one_each
    line = sorted((e for e in everything if e.clock.utc), key=lambda e: (e.clock.utc, stage(e), _tie(e)))
    readings = [e for e in everything if not e.clock.utc and e.clock.local and not e.clock.placeholder]
    times = {id(e): _moment(e, line) for e in readings}
    timed = sorted([*line, *readings], key=lambda e: (e.clock.utc or times[id(e)], stage(e), _tie(e)))
    placed = {id(event) for event in timed}
    rest = sorted((e for e in everything if id(e) not in placed), key=lambda e: (stage(e), _tie(e)))
    for event in sorted((e for e in rest if e.clock.on), key=lambda e: str(e.clock.on)):
        timed.insert(_slot_in_day(timed, event), event)
    for event in (e for e in rest if not e.clock.on):
        timed.insert(_slot_by_stage(timed, event), event)
    return timed


def _by_moment(events: list[TrackingEvent]) -> list[TrackingEvent]:
    """The usual case: every event has a moment, and no two share theirs. Empty when it is another."""
    moments = {event.clock.utc: event for event in events if event.clock.utc}
    return [moments[moment] for moment in sorted(moments)] if len(moments) == len(events) else []


def _moment(event: TrackingEvent, known: Sequence[TrackingEvent]) -> datetime:
    """For the order only: a local reading with the offset of the nearest event that has one."""
    local = event.clock.local
    assert local is not None

    def distance(other: TrackingEvent) -> tuple[bool, timedelta, timedelta]:
        assert other.clock.local
        assert other.clock.offset is not None
        elsewhere = place_key(other.place) != place_key(event.place)
        return elsewhere, abs(other.clock.local - local), other.clock.offset

    with_offset = [other for other in known if other.clock.local and other.clock.offset is not None]
    offset = min(map(distance, with_offset))[2] if with_offset else timedelta()
    return (local - offset).replace(tzinfo=UTC)


def _slot_in_day(line: Sequence[TrackingEvent], event: TrackingEvent) -> int:
    slot = 0
    for position, other in enumerate(line, 1):
        if (_day(other), stage(other)) <= (_day(event), stage(event)):
            slot = position
    return slot


def _slot_by_stage(line: Sequence[TrackingEvent], event: TrackingEvent) -> int:
    slot = 0
    for position, other in enumerate(line, 1):
        known = event.received_at is None or other.clock.utc is None or other.clock.utc <= event.received_at
        if known and stage(other) <= stage(event):
            slot = position
    return slot


def _day(event: TrackingEvent) -> date:
    return event.clock.on or (event.clock.utc.date() if event.clock.utc else date.min)


def _tie(event: TrackingEvent) -> tuple[str, ...]:
    """A total order for what no rule tells apart, so that every arrival order gives the same result."""
    arrival = event.received_at.isoformat() if event.received_at else ""
    words = (event.code or "", event.description, event.status, event.reason or "", str(event.place or ""))
    return (arrival, event.clock.text, event.piece or "", event.carrier, event.tracking_number, *words)
