"""How much of which lot was in a container at a moment, from the aggregation events before it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.epcis.fsma import Lot, lots, total
from app.gs1 import identifiers

Place = tuple[datetime, int]
"""Where an event stands in time: its moment, then its row, because two events may have one moment."""


@dataclass(frozen=True, slots=True)
class Packing:
    """An aggregation event of one container."""

    at: Place
    action: str
    event: Mapping[str, Any]

    def before(self, place: Place) -> bool:
        """Whether it counts for an event at this place: what is packed at the moment of leaving is inside."""
        return self.at < place or (self.action == "ADD" and self.at[0] == place[0])


@dataclass(slots=True)
class _Inside:
    lots: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    children: dict[str, None] = field(default_factory=dict)


def held(packings: Mapping[str, Sequence[Packing]], units: Iterable[str], place: Place) -> list[Lot]:
    """The lots inside these containers and the containers in them, each lot and unit of measure once."""
    found: dict[tuple[str, str], list[str]] = {}
    seen: set[str] = set()
    waiting = list(units)
    while waiting:
        unit = waiting.pop()
        if unit in seen:
            continue
        seen.add(unit)
        inside = _inside(packings.get(unit, ()), place)
        for name, quantities in inside.lots.items():
            found.setdefault(name, []).extend(quantities)
        waiting += inside.children
    return [Lot(key, total(quantities), unit) for (key, unit), quantities in found.items()]


def _inside(packings: Sequence[Packing], place: Place) -> _Inside:
    inside = _Inside()
    for packing in sorted(packings, key=lambda each: each.at):
        if not packing.before(place):
            continue
        if packing.action == "ADD":
            _put_in(inside, packing.event)
        elif packing.action == "DELETE":
            _take_out(inside, packing.event)
    return inside


def _put_in(inside: _Inside, event: Mapping[str, Any]) -> None:
    for lot in lots(event, ["childQuantityList"]):
        inside.lots.setdefault((lot.key, lot.unit), []).append(lot.quantity)
    inside.children.update((identifiers.canonical(each), None) for each in event.get("childEPCs", ()))


def _take_out(inside: _Inside, event: Mapping[str, Any]) -> None:
    """A DELETE that names nothing takes everything; one that names no quantity takes all of that lot."""
    if not event.get("childEPCs") and not event.get("childQuantityList"):
        inside.lots.clear()
        inside.children.clear()
    for each in event.get("childEPCs", ()):
        inside.children.pop(identifiers.canonical(each), None)
    for lot in lots(event, ["childQuantityList"]):
        _reduce(inside, lot)


def _reduce(inside: _Inside, lot: Lot) -> None:
    here = inside.lots.pop((lot.key, lot.unit), None)
    if here and lot.quantity and all(here):
        left = Decimal(total(here)) - Decimal(lot.quantity)
        if left > 0:
            inside.lots[lot.key, lot.unit] = [format(left.normalize(), "f")]
