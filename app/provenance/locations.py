"""Where things happen: names and coordinates for the places that events name by GLN or URI."""

from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import Location
from app.provenance.errors import Refused
from app.texts import marked as _


def describe(
    session: Session,
    brand: Brand,
    *,
    identifier: str,
    name: str,
    city: str | None = None,
    country: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    zone: str | None = None,
    now: datetime,
) -> Location:
    """Name a place, or name it anew. `identifier` is a GLN's path, Digital Link, EPC URN, or any URI.

    `country` is ISO 3166-1 alpha-2, coordinates are WGS 84 degrees, `zone` an IANA name. Raises Refused.
    """
    key = identifiers.canonical(identifier)
    _check(key, name, country, latitude, longitude, zone)
    known = select(Location).where(Location.brand_id == brand.id, Location.key == key)
    location = session.scalars(known).one_or_none()
    if location is None:
        location = Location(id=new_id(), brand_id=brand.id, key=key, created_at=now)
        session.add(location)
    location.name, location.city, location.country = name, city, country
    location.latitude, location.longitude, location.zone = latitude, longitude, zone
    return location


def _check(
    key: str, name: str, country: str | None, latitude: float | None, longitude: float | None, zone: str | None
) -> None:
    if not 0 < len(key) <= 400:
        raise Refused("identifier", _("must be 1 to 400 characters"))
    if not 0 < len(name) <= 120:
        raise Refused("name", _("must be 1 to 120 characters"))
    if country is not None and not (len(country) == 2 and country.isascii() and country.isupper()):
        raise Refused("country", _("must be two capital letters, such as ID"))
    if (latitude is None) != (longitude is None):
        raise Refused("latitude", _("latitude and longitude belong together"))
    if latitude is not None and longitude is not None and not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("latitude", _("must lie within ±90, and the longitude within ±180 degrees"))
    if zone is not None and zone not in available_timezones():
        raise Refused("zone", _("must be an IANA time zone such as Asia/Jakarta"))
