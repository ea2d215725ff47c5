"""How far two places are from each other over the ground, at least. Pure."""

from decimal import ROUND_FLOOR, Decimal
from math import asin, cos, radians, sin, sqrt

from app.carbon.chain import Distance

_MEAN_RADIUS_KM = 6371.0088  # IUGG; a sphere is within half a per cent of the Earth
_TENTH = Decimal("0.1")


def great_circle(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> Distance | None:
    """The great-circle distance; None between places that are one on the map, because no leg has length zero."""
    north, to_north = radians(latitude), radians(to_latitude)
    half = sin((to_north - north) / 2) ** 2
    half += cos(north) * cos(to_north) * sin(radians(to_longitude - longitude) / 2) ** 2
    km = 2 * _MEAN_RADIUS_KM * asin(sqrt(min(1.0, half)))
    rounded = Decimal(km).quantize(_TENTH, rounding=ROUND_FLOOR)
    return Distance(rounded, "gcd") if rounded > 0 else None
