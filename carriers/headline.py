"""Where a shipment stands, from all its events. Pure.

Always computed from the whole set, because late arrivals are normal; nothing is folded in as it comes.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from carriers.event import TrackingEvent, in_order, place_key, plain, stage, unique
from carriers.vocabulary import Reason, Status


@dataclass(frozen=True)
class Pieces:
    """n of m."""

    total: int
    delivered: int


@dataclass(frozen=True)
class Headline:
    """Where a shipment stands; `status` None: nothing has been heard. `event` is the line that says so."""

    status: Status | None
    reason: Reason | None
    at: datetime | None
    pieces: Pieces
    event: TrackingEvent | None = None


@dataclass(frozen=True)
class _State:
    """Where one piece stands: the line that says so, and where its way back began if it is on one."""

    status: Status | None = None
    reason: Reason | None = None
    event: TrackingEvent | None = None
    turned_at: str = ""


# The worst piece gives the headline: first what needs somebody, then what is furthest from the door.
_WORST_FIRST = (
    Status.EXCEPTION,
    Status.CUSTOMS,
    Status.ATTEMPT_FAILED,
    Status.RETURNING,
    Status.RETURNED,
    Status.REGISTERED,
    Status.IN_TRANSIT,
    Status.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP,
    Status.DELIVERED,
    Status.CANCELLED,
)
# What a parcel on its way back may still meet without turning round again.
_ON_THE_WAY_BACK = frozenset(
    {
        Status.IN_TRANSIT,
        Status.CUSTOMS,
        Status.OUT_FOR_DELIVERY,
        Status.ATTEMPT_FAILED,
        Status.AVAILABLE_FOR_PICKUP,
    }
)


def headline(events: Iterable[TrackingEvent], expected_pieces: Collection[str] = ()) -> Headline:
    """Where the shipment stands, from all its events in any order; of several pieces the worst counts.

    `expected_pieces` names pieces that belong to it even if nothing has been heard of them.
    """
    states = {piece: _state(line) for piece, line in by_piece(events, expected_pieces).items()}
    pieces = Pieces(len(states), sum(state.status is Status.DELIVERED for state in states.values()))
    told = [state for state in states.values() if state.status]
    if told and len(told) < len(states):  # a piece that nobody has seen yet has no more than a label
        told.append(_State(Status.REGISTERED))
    worst = min(told, key=_trouble, default=_State())
    at = worst.event.clock.utc if worst.event else None
    return Headline(worst.status, worst.reason, at, pieces, worst.event)


def worst(statuses: Iterable[Status | None]) -> Status | None:
    """How the shipments of one order stand together: as the worst; one not heard of has a label at most."""
    told = list(statuses)
    heard = [status or Status.REGISTERED for status in told]
    return min(heard, key=_WORST_FIRST.index) if any(told) else None


def _trouble(state: _State) -> tuple[int, bool]:
    return _WORST_FIRST.index(state.status or Status.CANCELLED), state.event is None


def by_piece(
    events: Iterable[TrackingEvent], expected_pieces: Collection[str] = ()
) -> dict[str, list[TrackingEvent]]:
    """The unique events of each piece in order; what names no piece belongs to every one."""
    line = in_order(unique(events))
    names = sorted({event.piece for event in line if event.piece} | set(expected_pieces)) or [""]
    return {name: [event for event in line if event.piece in (None, name)] for name in names}


def _state(line: Sequence[TrackingEvent]) -> _State:
    state = _State()
    for event in line:
        if _moves(state, event):
            state = _after(state, event)
    return state


def _moves(state: _State, event: TrackingEvent) -> bool:
    """Whether this newer line changes where the parcel stands."""
    if state.event is None:
        return True
    if event.filler or event.status is Status.REGISTERED:
        return state.event.filler and stage(event) <= stage(state.event)
    told_later = event.status in _ON_THE_WAY_BACK and not event.physical  # a duty invoice after the delivery
    return not (state.status in (Status.DELIVERED, Status.RETURNED) and told_later)


def _after(state: _State, event: TrackingEvent) -> _State:
    """The next state; on the way back a scan turns nothing round, and a delivery is a return."""
    status, reason, place = event.status, event.reason, place_key(event.place)
    if state.status is Status.RETURNING and status in _ON_THE_WAY_BACK:
        return _State(Status.RETURNING, state.reason, event, state.turned_at)
    if state.status is Status.RETURNING and status is Status.DELIVERED:
        delivered_after_all = bool(place) and place == state.turned_at
        return (
            _State(status, reason, event) if delivered_after_all else _State(Status.RETURNED, state.reason, event)
        )
    if status in (Status.RETURNING, Status.RETURNED):
        return _State(status, reason or state.reason, event, state.turned_at or place)
    return _State(status, reason, event)


def delivered_at_sender(event: TrackingEvent, sender_city: str | None) -> TrackingEvent:
    """The event, a delivery at the sender's town told as what it is: returned.

    Give no `sender_city` when sender and recipient live in the same town: then the place tells nothing.
    """
    if not sender_city or event.status is not Status.DELIVERED or event.place is None or not event.place.city:
        return event
    here = re.split(r"[,(/]", event.place.city)[-1]  # "Street 2, TOWN": some carriers put both in one field
    if plain(sender_city) in (plain(here), plain(event.place.city)):
        return replace(event, status=Status.RETURNED)
    return event
