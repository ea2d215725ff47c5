"""Where in an event's own JSON the values stand that a query asks for. Pure.

A finder gives every value of its place, of whatever kind, and nothing where the event has no such field.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Event = Mapping[str, Any]
Found = Iterator[Any]
Values = Callable[[Event, dict[str, str]], Found]


def objects(holder: Any, *names: str) -> Iterator[Mapping[str, Any]]:
    for name in names:
        found = holder.get(name) if isinstance(holder, Mapping) else None
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, Mapping):
                yield each


def members(holder: Mapping[str, Any], name: str) -> Iterator[Any]:
    found = holder.get(name)
    yield from found if isinstance(found, list) else [found] if found is not None else []


_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def metadata_of(event: Event) -> Iterator[Mapping[str, Any]]:
    for element in objects(event, "sensorElementList"):
        yield from objects(element, "sensorMetadata")


def reports_of(event: Event) -> Iterator[Mapping[str, Any]]:
    for element in objects(event, "sensorElementList"):
        yield from objects(element, "sensorReport")


def sensed(name: str, *, metadata: bool = False, report: bool = True) -> Values:
    def values(event: Event, _: dict[str, str]) -> Found:
        for holder in metadata_of(event) if metadata else ():
            yield from members(holder, name)
        for holder in reports_of(event) if report else ():
            yield from members(holder, name)

    return values


def quantities(unit: str | None) -> Values:
    def values(event: Event, _: dict[str, str]) -> Found:
        for each in objects(event, *_QUANTITIES):
            if unit is None or each.get("uom") == unit:
                yield each.get("quantity")

    return values


def measured(name: str, unit: str) -> Values:
    def values(event: Event, _: dict[str, str]) -> Found:
        return (each.get(name) for each in reports_of(event) if each.get("uom") == unit)

    return values


def declared_error(name: str) -> Values:
    def values(event: Event, _: dict[str, str]) -> Found:
        for each in objects(event, "errorDeclaration"):
            yield from members(each, name)

    return values


def of_event(name: str) -> Values:
    def values(event: Event, _: dict[str, str]) -> Found:
        return members(event, name)

    return values


def persisting(name: str) -> Values:
    def values(event: Event, _: dict[str, str]) -> Found:
        for each in objects(event, "persistentDisposition"):
            yield from members(each, name)

    return values


def listed(name: str, member: str) -> Values:
    """What the objects of a list hold: the transactions of `bizTransactionList`."""

    def values(event: Event, _: dict[str, str]) -> Found:
        for each in objects(event, name):
            yield from members(each, member)

    return values


def each_of(*all_values: Values) -> Values:
    def values(event: Event, known: dict[str, str]) -> Found:
        for each in all_values:
            yield from each(event, known)

    return values
