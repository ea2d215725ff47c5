"""When a shipment that is under way will come: its legs, the time already spent, the distribution of what is left.

Pure. What a lane has shown before is given; nothing here knows a row, a brand or a customer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log

from carriers.eta.layer import Layer, sigmoid
from carriers.eta.spans import Distribution, after, beyond, faded, quantiles, shrunk, together
from carriers.event import TrackingEvent, in_order, unique
from carriers.vocabulary import Status, SubState

VERSION = "legs-2"
LEGS = ("handling", "transit", "customs", "delivery")
FEW, MANY = 30, 200
"""Deliveries of a lane below which no chance is told, and from which on the layer may speak."""

COLD_BAND = (7, 30)
"""Days from the order to the door that are usual across borders, where a lane has shown nothing of its own."""

MEMORY, PSEUDO = 365.0, 8.0
_DAY = timedelta(days=1)
_TAILS = (0.1, 0.5, 0.9)

Key = tuple[str, ...]


MODES = ("air", "sea", "road", "rail")


@dataclass(frozen=True)
class Route:
    """From which country to which, and as far as it is known with whom, by which of its services, and how."""

    origin: str
    destination: str
    carrier: str = ""
    service: str = ""
    mode: str = ""  # one of MODES

    def rungs(self) -> tuple[Key, ...]:
        """The groups that it stands on, from all there is to one service of one carrier on one lane."""
        lane, whom = (self.origin, self.destination), (self.carrier, self.service.casefold())
        return (
            (),
            *((("mode", self.mode),) if self.mode else ()),
            ("to", self.destination),
            ("lane", *lane),
            ("carrier", self.carrier, *lane),
            *((("service", *whom, *lane),) if self.service else ()),
        )


@dataclass(frozen=True)
class Past:
    """A shipment that has come: on which day (an ordinal), and how many days it spent on each of LEGS."""

    ended: int
    route: Route
    legs: tuple[int, ...]
    late: bool | None  # against its first promise; None without one


@dataclass(frozen=True)
class Under:
    """A shipment under way: its route, the leg it is on (a place in LEGS), whole days spent on it and in all."""

    route: Route
    leg: int
    spent: int
    spent_in_all: int


@dataclass(frozen=True)
class Forecast:
    """Days from today: the window that holds 8 times in 10, its middle; the chance of passing the deadline."""

    low: int
    middle: int
    high: int
    risk: float | None
    basis: str  # lane, lane_layer, averages, table, band, longer_than_seen
    deliveries: int


@dataclass(frozen=True)
class Milestones:
    """When each leg began (UTC); None where it has not, or nobody saw it."""

    started: datetime
    handed_over: datetime | None
    arrived: datetime | None
    released: datetime | None
    delivered: datetime | None

    def legs(self) -> tuple[int, ...]:
        """Whole days on each of LEGS of a shipment that was delivered; what nobody saw took no time."""
        points = [self.started, self.handed_over, self.arrived, self.released, self.delivered]
        assert self.delivered is not None
        lengths, before = [], self.started
        for point in points[1:]:
            here = min(max(point or before, before), self.delivered)
            lengths.append(round((here - before) / _DAY))
            before = here
        return tuple(lengths)

    def under(self, now: datetime) -> tuple[int, int]:
        """The leg that it is on, and how many whole days it has been there."""
        begun = [self.started, self.handed_over, self.arrived, self.released]
        leg = max(place for place, at in enumerate(begun) if at)
        since = begun[leg]
        assert since is not None
        return leg, max(0, (now - since) // _DAY)


def milestones(
    started: datetime, events: Iterable[TrackingEvent], destination: str | None, delivered: datetime | None
) -> Milestones:
    """Read the beginnings of the legs off the events of a shipment."""
    line = [event for event in in_order(unique(events)) if event.clock.utc]
    handed = next((event.clock.utc for event in line if event.physical), None)
    arrived = next((event.clock.utc for event in line if _has_arrived(event, destination)), None)
    held = [place for place, event in enumerate(line) if event.status is Status.CUSTOMS]
    released = arrived
    if held:
        behind = [event for event in line[held[-1] + 1 :] if event.physical or _is_release(event)]
        released = behind[0].clock.utc if behind else None
    return Milestones(started, handed, arrived, released, delivered)


def _has_arrived(event: TrackingEvent, destination: str | None) -> bool:
    if event.status in (Status.CUSTOMS, Status.OUT_FOR_DELIVERY, Status.AVAILABLE_FOR_PICKUP):
        return True
    here = event.place.country if event.place else None
    return event.physical and here is not None and here == destination


def _is_release(event: TrackingEvent) -> bool:
    return event.sub_state is SubState.CUSTOMS_RELEASED


class Lanes:
    """What lanes have shown, as of a day: distributions of each leg from all lanes down to one service on one."""

    def __init__(self, past: Sequence[Past], day: int) -> None:
        self._day = day
        self._legs: dict[tuple[Key, int], list[tuple[int, int]]] = {}
        self._totals: dict[Key, list[tuple[int, int]]] = {}
        self._late: dict[Key, tuple[int, int]] = {}
        self._served: set[Key] = set()  # where services were told apart
        self._memo: dict[tuple[Key, int], Distribution] = {}
        for each in sorted((each for each in past if each.ended < day), key=lambda each: each.ended):
            self._keep(each)

    def _keep(self, each: Past) -> None:
        if each.route.service:
            self._served.add(replace(each.route, service="").rungs()[-1])
        for key in each.route.rungs():
            for leg, days in enumerate(each.legs):
                self._legs.setdefault((key, leg), []).append((each.ended, days))
            self._totals.setdefault(key, []).append((each.ended, sum(each.legs)))
            if each.late is not None:
                late, known = self._late.get(key, (0, 0))
                self._late[key] = (late + each.late, known + 1)

    def deliveries(self, origin: str, destination: str) -> int:
        """How many shipments of this lane have come."""
        return len(self._totals.get(("lane", origin, destination), ()))

    def carried(self, route: Route) -> int:
        """How many have come with this carrier and service; with the carrier where none were told apart."""
        whole = replace(route, service="").rungs()[-1]
        key = route.rungs()[-1] if whole in self._served else whole
        return len(self._totals.get(key, ()))

    def leg(self, leg: int, route: Route) -> Distribution:
        """The days on a leg, by service, carrier and lane, leaning on what is coarser."""
        found: Distribution = ()
        for key in route.rungs():
            if (key, leg) not in self._memo:
                past = sorted(self._legs.get((key, leg), ()))
                self._memo[(key, leg)] = shrunk(faded(past, self._day, MEMORY), found, PSEUDO)
            found = self._memo[(key, leg)]
        return found

    def late(self, origin: str, destination: str) -> float | None:
        """The plain share of late ones on the lane: what a prediction must beat."""
        late, known = self._late.get(("lane", origin, destination), (0, 0))
        return late / known if known else None

    def usual(self, origin: str, destination: str) -> int | None:
        """The plain median of days from start to door on the lane."""
        days = sorted(total for _, total in self._totals.get(("lane", origin, destination), ()))
        return days[(len(days) - 1) // 2] if days else None


def forecast(
    lanes: Lanes, under: Under, left: int | None, table: tuple[int, int] | None = None, averages: bool = False
) -> Forecast:
    """What to say of a shipment; `left`: days from today to its deadline, if it has one.

    Of a lane that has shown little: the merchant's own transit `table` (days from hand-over), else the usual band,
    and no chance. `averages`: the calibration has drifted, so tell the lane's plain rate.
    """
    route = under.route
    seen = lanes.deliveries(route.origin, route.destination)
    if seen < FEW:
        return _cold(under, table, seen)
    now, *later = [lanes.leg(leg, route) for leg in range(under.leg, len(LEGS))]
    rest = after(now, under.spent)
    whole = together([rest or _as_long_again(under.spent), *later])
    low, middle, high = quantiles(whole, _TAILS)
    risk = beyond(whole, left) if left is not None else None
    basis = "lane" if rest else "longer_than_seen"
    if averages and risk is not None:
        risk, basis = lanes.late(route.origin, route.destination), "averages"
    return Forecast(low, middle, high, risk, basis, seen)


def _as_long_again(spent: int) -> Distribution:
    """Longer than anything ever seen: then all we know is that what has lasted long lasts on."""
    first, second = max(1, spent // 4), max(2, spent // 2)
    return ((first, 1 / 3), (second, 1 / 3), (max(spent, second + 1), 1 / 3))


def _cold(under: Under, table: tuple[int, int] | None, seen: int) -> Forecast:
    """A wide window and no chance. The table counts from hand-over, the band from the order."""
    if table and under.leg > 0:
        begin, end, spent = table[0], table[1], under.spent_in_all
    else:
        begin, end = table or COLD_BAND
        spent = 0 if table else under.spent_in_all
    low, high = max(0, begin - spent), max(1, end - spent)
    return Forecast(low, (low + high) // 2, high, None, "table" if table else "band", seen)


def with_layer(told: Forecast, layer: Layer | None, numbers: Sequence[float]) -> Forecast:
    """The forecast with the layer's say in its chance, where the lane has seen enough for that."""
    if layer is None or told.risk is None or told.basis != "lane" or told.deliveries < MANY:
        return told
    risk = sigmoid(layer.add_to(logit(told.risk), numbers))
    return Forecast(told.low, told.middle, told.high, risk, "lane_layer", told.deliveries)


def logit(chance: float) -> float:
    bounded = min(0.99, max(0.01, chance))
    return log(bounded / (1 - bounded))
