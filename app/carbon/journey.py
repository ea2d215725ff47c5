"""The way of a thing as a chain of transport: legs between places, hubs, the delivery. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from app.carbon.amounts import EXACT
from app.carbon.chain import Distance, Element, Figure, Total, figure_of, total
from app.carbon.earth import great_circle
from app.carbon.statements import Factors, Statement, counting, element_of
from app.provenance.passport import Place, Step


class Mass(NamedTuple):
    """What one unit weighs with its packing, and of which key that was said."""

    kg: Decimal
    key: str


@dataclass(frozen=True, slots=True)
class Part:
    """One element of the way: a leg, a hub, or a leg of the delivery (which names no places, only its number)."""

    kind: Literal["leg", "hub", "delivery"]
    origin: Place | None
    destination: Place | None
    leg: int
    departed_at: datetime | None
    arrived_at: datetime | None
    told_by: str | None
    element: Element
    figure: Figure
    stated: Statement | None


@dataclass(frozen=True, slots=True)
class Journey:
    """What the way of one unit emitted. `shown`: the brand wants the block even where nothing is known.

    `delivery` is the subject of statements about its delivery, empty where no shipment carries it.
    """

    key: str
    mass: Mass | None
    parts: tuple[Part, ...]
    total: Total
    shown: bool
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the brand's record knows for the sums; `subjects` may speak for the thing, the nearest first."""

    subjects: tuple[str, ...] = ()
    stated: tuple[Statement, ...] = ()
    factors: Factors | None = None
    mass: Mass | None = None
    delivery: str = ""
    delivery_legs: tuple[int, ...] = ()
    shown: bool = False


class Hop(NamedTuple):
    """From one place to the next: the last step at the one, the first at the other."""

    last: Step
    first: Step


def journey(key: str, steps: Sequence[Step], known: Known) -> Journey:
    """The chain of a thing from the steps of its way, in the order of their time."""
    mass_t = EXACT.divide(known.mass.kg, Decimal(1000)) if known.mass else None
    parts = [*_way(hops(steps), known, mass_t), *_delivery(known, mass_t)]
    return Journey(
        key, known.mass, tuple(parts), total(each.figure for each in parts), known.shown, known.delivery
    )


def hops(steps: Iterable[Step]) -> list[Hop]:
    """Where the place changes; a step without a place, or declared an error, says nothing of it."""
    found, last = [], None
    for step in steps:
        if step.place is None or step.error_declared:
            continue
        if last and last.place and last.place.key != step.place.key:
            found.append(Hop(last, step))
        last = step
    return found


def _way(found: Sequence[Hop], known: Known, mass_t: Decimal | None) -> Iterable[Part]:
    for number, (last, first) in enumerate(found):
        if number:
            yield _hub(found[number - 1].first, last, known, mass_t)
        yield _leg(last, first, known, mass_t)


def _leg(last: Step, first: Step, known: Known, mass_t: Decimal | None) -> Part:
    origin, destination = last.place, first.place
    assert origin  # hops has looked
    assert destination
    stated = counting(known.stated, known.subjects, origin.key, destination.key)
    element = element_of(stated, _on_map(origin, destination), mass_t, known.factors or {})
    told_by = stated.partner if stated else first.partner or last.partner
    return Part("leg", origin, destination, 0, last.at, first.at, told_by, element, figure_of(element), stated)


def _hub(first: Step, last: Step, known: Known, mass_t: Decimal | None) -> Part:
    place = first.place
    assert place  # hops has looked
    stated = counting(known.stated, known.subjects, place.key, place.key)
    element = element_of(stated, None, mass_t, known.factors or {}) if stated else Element("hub", mass_t)
    if stated is None and (own := (known.factors or {}).get("hub")):
        element = Element("hub", mass_t, intensity=own)
    told_by = stated.partner if stated else first.partner or last.partner
    return Part("hub", place, place, 0, first.at, last.at, told_by, element, figure_of(element), stated)


def _delivery(known: Known, mass_t: Decimal | None) -> Iterable[Part]:
    for leg in known.delivery_legs:
        stated = counting(known.stated, [known.delivery], "", "", leg)
        element = element_of(stated, None, mass_t, known.factors or {})
        told_by = stated.partner if stated else None
        yield Part("delivery", None, None, leg, None, None, told_by, element, figure_of(element), stated)


def _on_map(origin: Place, destination: Place) -> Distance | None:
    if origin.latitude is None or origin.longitude is None:
        return None
    if destination.latitude is None or destination.longitude is None:
        return None
    return great_circle(origin.latitude, origin.longitude, destination.latitude, destination.longitude)
