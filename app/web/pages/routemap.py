"""The way over the earth as shapes for an SVG: stops, legs, and the part of the world to show. Pure.

Longitude and latitude are the plane's x and -y (equirectangular), as in the outline of static/world.svg.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SHAPE = 2.0  # width to height
_SMALLEST = 14.0  # degrees of longitude: a map of one town still shows its country
_MARGIN = 0.22


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the way, in degrees; `number` counts from one in the order of the first visit."""

    x: float
    y: float
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a stop, set where it stays inside the picture."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class RouteMap:
    """What to draw; every length is in degrees, `unit` is one hundredth of the width.

    `worlds` are the left edges at which the outline is needed: two, where the view crosses 180 degrees.
    """

    view: str
    unit: float
    worlds: tuple[int, ...]
    legs: tuple[str, ...]
    stops: tuple[Stop, ...]
    labels: tuple[Label, ...]


def draw(places: Sequence[tuple[float, float, str]]) -> RouteMap | None:
    """The map of (latitude, longitude, name) in the order of the way; None below two different places."""
    stops = tuple(_stops(_unrolled(places)))
    if len({(stop.x, stop.y) for stop in stops}) < 2:
        return None
    left, top, width = _frame(stops)
    legs = tuple(_leg(one, other) for one, other in pairwise(stops))
    worlds = tuple(edge for edge in (-540, -180, 180) if edge < left + width and edge + 360 > left)
    labels = tuple(_labels(stops, left, width))
    view = f"{left:.2f} {top:.2f} {width:.2f} {width / _SHAPE:.2f}"
    return RouteMap(view, width / 100, worlds, legs, stops, labels)


def _labels(stops: Sequence[Stop], left: float, width: float) -> Iterable[Label]:
    """The last stop first, then the first, then those that have room."""
    unit, taken = width / 100, list[tuple[float, float]]()
    for stop in (stops[-1], *stops[:-1]):
        if any(abs(stop.x - x) < 24 * unit and abs(stop.y - y) < 6 * unit for x, y in taken):
            continue
        taken.append((stop.x, stop.y))
        share = (stop.x - left) / width
        anchor = "start" if share < 0.2 else "end" if share > 0.8 else "middle"
        yield Label(stop.x, stop.y + 5.4 * unit, anchor, stop.name)


def _unrolled(places: Sequence[tuple[float, float, str]]) -> Iterable[tuple[float, float, str]]:
    """Longitudes without a jump, so that a way over the Pacific is drawn over the Pacific."""
    before: float | None = None
    for latitude, longitude, name in places:
        if before is not None:
            longitude += 360 * round((before - longitude) / 360)
        before = longitude
        yield longitude, -latitude, name


def _stops(points: Iterable[tuple[float, float, str]]) -> Iterable[Stop]:
    last: tuple[float, float] | None = None
    number = 0
    for x, y, name in points:
        if (x, y) != last:
            number += 1
            last = x, y
            yield Stop(round(x, 2), round(y, 2), number, name)


def _leg(one: Stop, other: Stop) -> str:
    """A curve that bows away from the equator, as great circles do on this plane."""
    far = abs(other.x - one.x)
    bow = min(far * 0.18, 12) * (-1 if (one.y + other.y) <= 0 else 1)
    middle_x, middle_y = (one.x + other.x) / 2, (one.y + other.y) / 2 + bow
    return f"M{one.x} {one.y}Q{middle_x:.2f} {middle_y:.2f} {other.x} {other.y}"


def _frame(stops: Sequence[Stop]) -> tuple[float, float, float]:
    xs, ys = [stop.x for stop in stops], [stop.y for stop in stops]
    width = max(
        (max(xs) - min(xs)) * (1 + 2 * _MARGIN), (max(ys) - min(ys)) * (1 + 2 * _MARGIN) * _SHAPE, _SMALLEST
    )
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2 - width * 0.03
    return middle_x - width / 2, middle_y - width / _SHAPE / 2, width
