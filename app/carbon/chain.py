"""A chain of transport, element by element: what each emitted, and what all of them did at least. Pure.

The structure is that of ISO 14083:2023: an element is a leg by one mode, or an operation of a hub; the activity of
a leg is mass times distance (tonne-kilometres), that of a hub is mass; an emission intensity is well-to-wheel and
says which distance it is per. An element that lacks something is unknown: it adds nothing, and no total with it is
complete.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from app.carbon.amounts import EXACT, settled

HUB = "hub"
MODES = ("air", "sea", "road", "rail", "inland_water", HUB)
DATA = ("primary", "modelled", "default")
"""How a figure is known: measured by who carried, computed by somebody's model, or a table's average."""

DISTANCES = ("gcd", "sfd", "actual")
"""Great circle, shortest feasible, driven: each is at least as long as the one before."""


@dataclass(frozen=True, slots=True)
class Distance:
    """Kilometres, and how they were measured (one of DISTANCES)."""

    km: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Intensity:
    """kg CO2e per tonne-kilometre, at a hub per tonne. `low` and `high` span what the value stands for.

    `per` is the distance that it is meant for. `longer` is the distance adjustment factor in per cent: by how much
    the longer kind of distance exceeds the shorter one, where somebody stated it.
    """

    value: Decimal
    data: str
    source: str
    per: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    longer: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """kg CO2e that somebody stated outright; `of_t` is the load that they are for, None: exactly this one."""

    kg: Decimal
    data: str
    source: str
    of_t: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a chain as far as it is known."""

    mode: str | None = None
    mass_t: Decimal | None = None
    distance: Distance | None = None
    intensity: Intensity | None = None
    stated: Stated | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """What an element emitted, in kg CO2e. `high` None: nothing says how much it was at most.

    `missing` names what is needed to know it: mass, mode, distance, distance_kind, intensity.
    """

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    data: str = ""
    source: str = ""
    activity: Decimal | None = None
    missing: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is a figure at all."""
        return self.value is not None


def figure_of(element: Element) -> Figure:
    """What an element emitted, or what is missing to say it."""
    activity = activity_of(element)
    if element.stated:
        return _of_statement(element, element.stated, activity)
    missing = _missing(element)
    if missing or element.intensity is None or element.mass_t is None:
        return Figure(activity=activity, missing=missing)
    intensity = element.intensity
    if element.mode == HUB or element.distance is None:
        return _times(element.mass_t, intensity, activity, open_end=False)
    km = _meant(element.distance, intensity)
    if km is None:
        return Figure(activity=activity, missing=("distance_kind",))
    shorter = intensity.longer is None and _order(element.distance.kind) < _order(intensity.per)
    return _times(EXACT.multiply(element.mass_t, km), intensity, activity, open_end=shorter)


def activity_of(element: Element) -> Decimal | None:
    """Tonne-kilometres by the distance as it is given, at a hub tonnes; None while either is unknown."""
    if element.mode == HUB:
        return element.mass_t
    if element.mass_t is None or element.distance is None:
        return None
    return EXACT.multiply(element.mass_t, element.distance.km)


def _of_statement(element: Element, stated: Stated, activity: Decimal | None) -> Figure:
    kg = stated.kg
    if stated.of_t is not None:
        if element.mass_t is None:
            return Figure(activity=activity, missing=("mass",))
        kg = EXACT.divide(EXACT.multiply(kg, element.mass_t), stated.of_t)
    value = settled(kg)
    return Figure(value, value, value, stated.data, stated.source, activity)


def _missing(element: Element) -> tuple[str, ...]:
    lacks = {
        "mass": element.mass_t is None,
        "mode": element.mode is None,
        "distance": element.mode != HUB and element.distance is None,
        "intensity": element.mode is not None and element.intensity is None,
    }
    return tuple(name for name, is_so in lacks.items() if is_so)


def _order(kind: str) -> int:
    return DISTANCES.index(kind)


def _meant(distance: Distance, intensity: Intensity) -> Decimal | None:
    """The kilometres that the intensity is per.

    A shorter kind without an adjustment stays as it is and gives a lower bound. A longer one would count too much,
    so without an adjustment it gives nothing.
    """
    given, wanted = _order(distance.kind), _order(intensity.per)
    if given == wanted:
        return distance.km
    if intensity.longer is None:
        return distance.km if given < wanted else None
    stretch = 1 + intensity.longer / 100
    return EXACT.multiply(distance.km, stretch) if given < wanted else EXACT.divide(distance.km, stretch)


def _times(amount: Decimal, intensity: Intensity, activity: Decimal | None, *, open_end: bool) -> Figure:
    least = intensity.value if intensity.low is None else intensity.low
    most = intensity.value if intensity.high is None else intensity.high
    return Figure(
        value=settled(EXACT.multiply(amount, intensity.value)),
        low=settled(EXACT.multiply(amount, least), ROUND_FLOOR),
        high=None if open_end else settled(EXACT.multiply(amount, most), ROUND_CEILING),
        data=intensity.data,
        source=intensity.source,
        activity=activity,
    )


@dataclass(frozen=True, slots=True)
class Total:
    """What several elements emitted together, in kg CO2e; None where nothing is known or nothing bounds it."""

    parts: int
    unknown: int
    at_least: Decimal | None
    about: Decimal | None
    at_most: Decimal | None
    by_data: dict[str, Decimal] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether there is a way, and every element of it is known."""
        return self.parts > 0 and self.unknown == 0


def total(figures: Iterable[Figure]) -> Total:
    """All of them together; the order does not matter."""
    given = list(figures)
    known = [each for each in given if each.known]
    unknown = len(given) - len(known)
    by_data = {
        kind: _sum(each.value for each in known if each.data == kind)
        for kind in DATA
        if any(each.data == kind for each in known)
    }
    bounded = known and not unknown and all(each.high is not None for each in known)
    return Total(
        parts=len(given),
        unknown=unknown,
        at_least=_sum(each.low for each in known) if known else None,
        about=_sum(each.value for each in known) if known else None,
        at_most=_sum(each.high for each in known) if bounded else None,
        by_data=by_data,
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    found = Decimal(0)
    for each in amounts:
        if each is not None:
            found = EXACT.add(found, each)
    return found
