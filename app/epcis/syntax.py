"""The small grammars of EPCIS 2.0: URIs, times, zone offsets. Pure; which field uses which is in model."""

import re
from datetime import UTC, datetime
from functools import lru_cache

# An absolute URI or CURIE: a scheme (or prefix), a colon, and only characters of RFC 3986. Letters outside ASCII
# pass as well (RFC 3987): partners put them into their own identifiers, and refusing them would lose events.
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-_]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]++|[^\x00-\xa0\ud800-\udfff]++)++"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)")
_ZONE = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)")
_HEX = re.compile(r"(?:[0-9A-Fa-f])+")

LONGEST_URI = 400


def is_uri(value: object) -> bool:
    """Whether `value` is an absolute URI or a CURIE, in at most 400 characters."""
    return type(value) is str and len(value) <= LONGEST_URI and _URI.fullmatch(value) is not None


def is_zone(value: object) -> bool:
    """Whether `value` is an offset such as `+08:00`, from -14:00 to +14:00."""
    return type(value) is str and _ZONE.fullmatch(value) is not None


def is_hex(value: object) -> bool:
    """Whether `value` is xsd:hexBinary as the JSON binding writes it."""
    return type(value) is str and _HEX.fullmatch(value) is not None


def moment(value: object) -> datetime | None:
    """The aware UTC time of an xsd:dateTimeStamp (its offset is mandatory), or None; microseconds are kept."""
    return _moment(value) if type(value) is str else None


@lru_cache(maxsize=256)  # a field is judged before it is read, and the events of a document share their times
def _moment(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
