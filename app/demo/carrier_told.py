"""What the stand-in for the carriers knows of a parcel it was asked about, before any vendor's form."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.demo.carrier_script import Line, Script

Json = dict[str, Any]

# kind of a line -> what a carrier says
WORDS = {
    "label": "Shipment information received",
    "picked_up": "Picked up from the sender",
    "departed": "Departed the facility",
    "arrived": "Arrived at the facility",
    "flown": "Departed on flight",
    "customs": "Presented to customs",
    "customs_inspection": "Held by customs for inspection",
    "customs_documents": "Held by customs: documents are missing",
    "customs_duties": "Held by customs until duties are paid",
    "customs_released": "Released by customs",
    "out": "Out for delivery",
    "delivered": "Delivered",
}


@dataclass(frozen=True)
class Told:
    """A number, its parcel if there is one, what has happened to it (oldest first) and when it is expected."""

    number: str
    script: Script | None
    lines: list[Line]
    expected: datetime | None


@dataclass(frozen=True)
class Said:
    """An answer: an object is sent as JSON, a text as XML."""

    status: int
    answer: Json | list[Json] | str


def words(line: Line) -> str:
    """What the line says."""
    return WORDS[line.kind]


def iso(line: Line) -> str:
    """Local time with its offset."""
    return line.local.isoformat(timespec="seconds")


def utc(line: Line) -> str:
    """The same moment in UTC, with nine digits of a fraction as some carriers send it."""
    return f"{line.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000000000Z"


def naive(line: Line) -> str:
    """Local time without a zone."""
    return f"{line.local:%Y-%m-%dT%H:%M:%S}"


def day(moment: datetime | None) -> str | None:
    """A calendar date, if there is a moment."""
    return f"{moment:%Y-%m-%d}" if moment else None
