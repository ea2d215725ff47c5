"""Signs that an item may have been copied, each a pure function of what is known. They accuse nobody.

No place and no person is known here; a country that nobody trustworthy told never counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Protocol

from app.scanning.distances import kilometres

PLANE_KMH = 900.0
BORDER_KM = 2000.0
"""What is taken off a distance: a country is wider than its principal place, and phones roam across borders."""
_HOUR = timedelta(hours=1)
_ROUND_THE_WORLD = timedelta(hours=24)  # no two places are farther apart than a plane comes in that time

FEW_HOURS = 3
"""In how many hours something must have happened before it is more than one page that was loaded twice."""

ENOUGH_ITEMS = 20
"""How many other items of a product must have been opened before we know what is usual for it."""
LEAST_OPENINGS = 30
_TIMES_SPREAD = 10.0

RETIRED = frozenset({"inactive", "destroyed", "disposed"})
"""Dispositions (CBV 2.0) of what should not be met any more. What was sold or recalled may be."""
_RETIRING_STEPS = frozenset({"decommissioning", "destroying"})
_LIVING = frozenset({"active", "sellable_accessible", "sellable_not_accessible", "retail_sold"})


@dataclass(frozen=True, slots=True)
class Seen:
    """Openings of one item within an hour. `country` is empty where nobody trustworthy told it."""

    hour: datetime
    country: str = ""
    verdict: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign, since which hour it shows, and what it rests on as plain JSON."""

    kind: str
    since: datetime
    facts: dict[str, Any]


class Event(Protocol):
    """What of an event tells whether an item was retired. `via`: the container that it names instead."""

    @property
    def at(self) -> datetime: ...
    @property
    def event_type(self) -> str: ...
    @property
    def action(self) -> str | None: ...
    @property
    def biz_step(self) -> str | None: ...
    @property
    def disposition(self) -> str | None: ...
    @property
    def error_declared(self) -> bool: ...
    @property
    def role(self) -> str: ...
    @property
    def via(self) -> str | None: ...


def retired_at(events: Iterable[Event]) -> datetime | None:
    """When an item was taken out of use for good, by the events that name it itself; None while it is not.

    An event that was declared an error says nothing, and a later one that makes it active again ends it.
    """
    at = None
    for event in sorted(events, key=lambda each: each.at):
        if event.error_declared or event.via:
            continue
        if _retires(event):
            at = at or event.at
        elif event.disposition in _LIVING or event.biz_step == "commissioning":
            at = None
    return at


def _retires(event: Event) -> bool:
    if event.role == "input" and event.event_type == "TransformationEvent":
        return True  # it became something else
    if event.role != "epc":
        return False
    ended = event.event_type == "ObjectEvent" and event.action == "DELETE"
    return ended or event.disposition in RETIRED or event.biz_step in _RETIRING_STEPS


def retired(seen: Iterable[Seen], at: datetime | None) -> Signal | None:
    """The item was opened in an hour that began after it was retired."""
    after = sorted(each.hour for each in seen if at is not None and each.hour >= at)
    return Signal("retired", after[0], {"hours": len(set(after))}) if after else None


def unknown(seen: Iterable[Seen], *, is_known: bool) -> Signal | None:
    """No event names this serial, and it was opened in several hours: one opening may be a typing error."""
    hours = sorted({each.hour for each in seen})
    if is_known or len(hours) < FEW_HOURS:
        return None
    return Signal("unknown", hours[0], {"hours": len(hours)})


def replayed(seen: Iterable[Seen]) -> Signal | None:
    """Addresses of its tag were shown again in several hours, or from more than one country."""
    again = [each for each in seen if each.verdict == "replayed"]
    hours = sorted({each.hour for each in again})
    countries = {each.country for each in again if each.country}
    if len(hours) < FEW_HOURS and len(countries) < 2:
        return None
    return Signal("replayed", hours[0], {"hours": len(hours), "countries": sorted(countries)})


def travelled(seen: Iterable[Seen]) -> Signal | None:
    """Two openings whose countries are farther apart than a plane comes in the time that may lie between them."""
    told = sorted({(each.hour, each.country) for each in seen if each.country})
    for place, (arrived, end) in enumerate(told):
        for left, start in reversed(told[:place]):
            if arrived - left > _ROUND_THE_WORLD:
                break
            distance = kilometres(start, end)
            if distance is not None and is_impossible(distance, arrived - left):
                facts = {"from": start, "to": end, "hours_between": (arrived - left) // _HOUR}
                return Signal("travelled", arrived, {**facts, "km": round(distance)})
    return None


def is_impossible(distance_km: float, between_hours: timedelta) -> bool:
    """Whether nobody comes so far in that time. Openings of two hours may lie an hour farther apart."""
    longest = (between_hours + _HOUR) / _HOUR
    return (distance_km - BORDER_KM) / PLANE_KMH > longest


def unusual(seen: Sequence[Seen], others: Sequence[int]) -> Signal | None:
    """It was opened in far more hours and countries than other items of its product (`others`) were.

    Far more: above the median by ten times the spread (the median distance from it). None while too few others
    were opened to know what is usual.
    """
    mine = len({(each.hour, each.country) for each in seen})
    if len(others) < ENOUGH_ITEMS or mine < LEAST_OPENINGS:
        return None
    usual = median(others)
    spread = max(1.4826 * median(abs(each - usual) for each in others), usual**0.5, 1.0)
    if mine <= usual + _TIMES_SPREAD * spread:
        return None
    hours = sorted({each.hour for each in seen})
    return Signal("unusual", hours[0], {"openings": mine, "usual": round(usual), "items": len(others)})
