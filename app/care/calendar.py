"""The day of a delivery as a calendar file (RFC 5545) that moves by itself. Pure: same facts, same bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_FOLD = 75  # octets a line, RFC 5545, 3.1
_REFRESH = "PT2H"


@dataclass(frozen=True)
class Delivery:
    """One event of the calendar. `uid` stays the same for ever, `sequence` grows with every change."""

    uid: str
    sequence: int
    changed_at: datetime
    first: date
    last: date
    summary: str
    description: str
    url: str
    cancelled: bool = False


def calendar(name: str, deliveries: Sequence[Delivery]) -> str:
    """The file: an all-day event for each delivery, over all days of its window."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Wayproof//Delivery//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}",
        f"X-PUBLISHED-TTL:{_REFRESH}",
        *(line for each in deliveries for line in _event(each)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(each: Delivery) -> Iterator[str]:
    changed = each.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(each.uid)}"
    yield f"SEQUENCE:{each.sequence}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"DTSTART;VALUE=DATE:{each.first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{each.last + timedelta(days=1):%Y%m%d}"  # the first day that is not part of it
    yield f"SUMMARY:{escaped(each.summary)}"
    yield f"DESCRIPTION:{escaped(each.description)}"
    yield f"URL:{each.url}"
    yield f"STATUS:{'CANCELLED' if each.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"  # who waits for a parcel is not busy
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text value (RFC 5545, 3.3.11); characters of control, which no text may hold, become blanks."""
    plain = "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\r\n", "\n"))
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no character cut in two."""
    pieces, room = [""], _FOLD
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append(" ")
            room = _FOLD - 1
        pieces[-1] += letter
        room -= size
    return "\r\n".join(pieces)
