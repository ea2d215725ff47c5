"""How far two countries are apart at least. Pure; the places come with the time zones of the tzdata package.

Source: zone.tab of the IANA time zone database, the principal place of each zone by ISO 3166 country. A country
with several zones has several places, and the nearest two of two countries count.
"""

from functools import cache, lru_cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

_EARTH_KM = 6371.0
Place = tuple[float, float]


@lru_cache(maxsize=4096)
def kilometres(one: str, other: str) -> float | None:
    """The great circle between the nearest principal places of two countries; None where one is not known."""
    here, there = places().get(one, ()), places().get(other, ())
    return min((_between(a, b) for a in here for b in there), default=None)


@cache
def places() -> dict[str, tuple[Place, ...]]:
    """By country its principal places, as latitude and longitude in degrees."""
    found: dict[str, tuple[Place, ...]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if line and not line.startswith("#"):
            country, coordinates, _ = line.split("\t", 2)
            found[country] = (*found.get(country, ()), _read(coordinates))
    return found


def is_country(code: str) -> bool:
    """Whether this is a country's code (ISO 3166) that we know a place of."""
    return code in places()


def _read(text: str) -> Place:
    """ISO 6709: degrees and minutes, perhaps seconds, of latitude and longitude with their signs."""
    split = max(text.rfind("+"), text.rfind("-"))
    return _degrees(text[:split], 2), _degrees(text[split:], 3)


def _degrees(text: str, digits: int) -> float:
    sign, rest = (-1.0 if text[0] == "-" else 1.0), text[1:]
    seconds = rest[digits + 2 :] or "0"
    return sign * (int(rest[:digits]) + int(rest[digits : digits + 2]) / 60 + int(seconds) / 3600)


def _between(one: Place, other: Place) -> float:
    """The haversine formula."""
    north, south = radians(one[0]), radians(other[0])
    half = sin((south - north) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))
