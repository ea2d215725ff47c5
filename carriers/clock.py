"""The clock facts of an event: what was received, and how far it can be trusted. Pure; asks no clock.

A stamp is kept as received. Its UTC is only called given when the carrier gave an offset, a zone or a UTC half;
a date stays a date; a stamp that cannot exist costs the event its time and nothing else.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST = date(2000, 1, 1)  # zero epochs and "0001-01-01" are placeholders, not history
AHEAD = timedelta(hours=26)  # no zone is further from UTC; what is later than this has not happened yet


class How(StrEnum):
    """How the UTC of a stamp was found. Only `given` may be shown without saying so."""

    GIVEN = "given"
    FROM_LOCATION = "from_location"
    FROM_CARRIER = "from_carrier"
    ASSUMED = "assumed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Clock:
    """`text` as received; `local` the reading without zone; `on` its calendar date; `utc` aware or None.

    `placeholder`: the clock part only fills the field (midnight without a zone), so `on` is all that is known.
    """

    text: str
    local: datetime | None = None
    on: date | None = None
    offset: timedelta | None = None
    utc: datetime | None = None
    how: How = How.UNKNOWN
    placeholder: bool = False


_DATES = {
    "ymd": r"(?P<year>\d{4})[-/.]?(?P<month>\d{2})[-/.]?(?P<day>\d{2})",
    "dmy": r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})",
    "mdy": r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4})",
}
_TIME = (
    r"(?P<hour>\d{1,2})(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
)
_ZONE = r"\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
_OFFSET = re.compile(r"[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?", re.ASCII)
_STAMPS = {
    order: re.compile(rf"\s*{day}(?:(?:[Tt]|\s+){_TIME}{_ZONE})?\s*", re.ASCII) for order, day in _DATES.items()
}


def read(text: str, *, zone: str | None = None, how: How = How.GIVEN, order: str = "ymd") -> Clock:
    """The clock facts of one stamp; never raises.

    In: ISO 8601 and its near relatives (basic form, blank for T, 1 to 9 digits of fraction, hour only, AM/PM).
    `zone` is an IANA name or offset used when the stamp has none, and `how` says where it came from. `order` is
    that of the carrier's dates (ymd, dmy, mdy): no stamp is guessed to be one or the other.
    """
    text = text[:64]
    try:
        quick = _plain_iso(text) if order == "ymd" else None
        if quick:
            return _read_quickly(text, quick, zone, how)
        found = _STAMPS[order].fullmatch(text)
        return _resolved(text, found, zone, how) if found else Clock(text)
    except (ValueError, OverflowError):
        return Clock(text)


def _plain_iso(text: str) -> datetime | None:
    """The stamp in the form that most carriers use, to the second and with or without an offset; else None."""
    if len(text) not in (19, 25) or text[4] != "-" or text[7] != "-" or text[10] != "T" or text[13] != ":":
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    usual = found.year >= EARLIEST.year and (len(text) == 19 or text[22] == ":")
    return found if usual and (found.tzinfo is None or abs(found.utcoffset() or _NONE) <= _FURTHEST) else None


_NONE, _FURTHEST = timedelta(), timedelta(hours=14)


def _read_quickly(text: str, found: datetime, zone: str | None, how: How) -> Clock:
    on = found.date()
    if found.tzinfo:
        local = datetime.combine(on, found.time())
        offset = found.utcoffset() or _NONE
        return _made(text, local, on, offset, _utc_of(local, offset), How.GIVEN)
    midnight = not (found.hour or found.minute or found.second)
    if midnight or zone is None or (place := zone_named(zone)) is None:
        return Clock(text, found, on, placeholder=midnight)
    offset = place.utcoffset(found) or _NONE
    return _made(text, found, on, offset, _utc_of(found, offset), how)


def _made(text: str, local: datetime, on: date, offset: timedelta, utc: datetime, how: How) -> Clock:
    """A Clock in one step: a frozen class is filled field by field, which takes longer than to read the stamp."""
    made = object.__new__(Clock)
    facts = {
        "text": text,
        "local": local,
        "on": on,
        "offset": offset,
        "utc": utc,
        "how": how,
        "placeholder": False,
    }
    object.__setattr__(made, "__dict__", facts)
    return made


_BEGIN, _BEGIN_UTC = datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)  # noqa: DTZ001  # naive like a reading


def _utc_of(local: datetime, offset: timedelta) -> datetime:
    """The moment of a reading; by sums, because `replace(tzinfo=...)` takes ten times as long."""
    return _BEGIN_UTC + (local - offset - _BEGIN)


def _resolved(text: str, found: re.Match[str], zone: str | None, how: How) -> Clock:
    on = date(int(found["year"]), int(found["month"]), int(found["day"]))
    if on < EARLIEST:
        return Clock(text)
    if found["hour"] is None:
        return Clock(text, on=on)
    local = datetime.combine(on, _time_of_day(found))
    if found["zone"]:
        return placed(Clock(text, local, on), _fixed(found["zone"]), How.GIVEN)
    if zone is None or local.time() == time():
        return Clock(text, local, on, placeholder=local.time() == time())
    return placed(Clock(text, local, on), zone_named(zone), how)


def _time_of_day(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    if found["half"] and hour <= 12:  # "13:05 PM" exists: then the clock has 24 hours and PM says nothing
        hour = hour % 12 + (12 if found["half"][0] in "Pp" else 0)
    second = min(int(found["second"] or 0), 59)  # a leap second is told as the one before
    micro = int((found["fraction"] or "0").ljust(6, "0")[:6])
    return time(hour, int(found["minute"] or 0), second, micro)


def placed(clock: Clock, zone: timezone | ZoneInfo | None, how: How) -> Clock:
    """The same stamp with its UTC, read in `zone`; unchanged when there is no zone or no reading."""
    if zone is None or clock.local is None or clock.placeholder:
        return clock
    aware = clock.local.replace(tzinfo=zone)
    return Clock(clock.text, clock.local, clock.on, aware.utcoffset(), aware.astimezone(UTC), how)


@lru_cache(1024)
def zone_named(name: str) -> timezone | ZoneInfo | None:
    """An IANA zone or a fixed offset (`+02:00`, `Z`), or None when there is no such thing."""
    if _OFFSET.fullmatch(name):
        try:
            return _fixed(name)
        except ValueError:
            return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def _fixed(text: str) -> timezone:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if span > timedelta(hours=14) or int(digits[2:]) > 59:
        raise ValueError(f"{text} is no offset on Earth")
    return timezone(-span if text[0] == "-" else span)


def with_utc_half(clock: Clock, utc: Clock) -> Clock:
    """A local reading joined with the UTC reading that the carrier gave beside it (UPS, DHL eCommerce)."""
    if utc.local is None:
        return clock
    moment = utc.local.replace(tzinfo=UTC)
    offset = clock.local - utc.local if clock.local else None
    if offset is not None and not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        offset = None  # the halves contradict each other; the UTC half was given as such
    return replace(clock, utc=moment, offset=offset, how=How.GIVEN, placeholder=False)


def believed(clock: Clock, received_at: datetime | None) -> Clock:
    """The clock, or only its text when it lies in the future of the moment we received it."""
    if received_at is None:
        return clock
    late = clock.utc is not None and clock.utc > received_at + AHEAD
    if late or (clock.on is not None and clock.on > (received_at + AHEAD).date()):
        return Clock(clock.text)
    return clock
