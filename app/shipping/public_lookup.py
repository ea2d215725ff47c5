"""What anybody may know of tracking numbers: who carries them and, where we follow them, how they stand.

Never whose parcel it is, never a town, a street, an order or the carrier's free words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.models.shipments import Parcel, Shipment
from app.shipping.views import ParcelView, shipment_view
from carriers.numbers import LONGEST, Candidate, detect, normalised, resembling, spoiled, within

MOST = 40
LONGEST_TEXT = 6_000
_SPLIT = re.compile(r"[\n\r,;\t|]+")


class LookupRefused(ValueError):
    """What was typed can't be looked up; `count` numbers were given where that is the reason."""

    def __init__(self, reason: str, count: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason  # nothing, too_many, too_long
        self.count = count


@dataclass(frozen=True)
class Found:
    """A number as typed, who may carry it (`alike`: nothing confirms that), and its parcel if we follow one."""

    number: str
    candidates: tuple[Candidate, ...]
    alike: tuple[Candidate, ...]
    spoiled: bool
    parcel: ParcelView | None


def read_numbers(text: str) -> list[str]:
    """The numbers that somebody typed or pasted, each once. Raises LookupRefused."""
    if len(text) > LONGEST_TEXT:
        raise LookupRefused("too_long")
    lines = [_printable(line) for line in _SPLIT.split(text)]
    typed = [part for line in lines for part in _parts(line)]
    numbers = list({normalised(each): each for each in typed if normalised(each)}.values())
    if not numbers:
        raise LookupRefused("nothing")
    if len(numbers) > MOST:
        raise LookupRefused("too_many", len(numbers))
    return numbers


def _printable(line: str) -> str:
    """A line with blanks for what is no character: no database takes a NUL."""
    return " ".join("".join(char if char.isprintable() else " " for char in line).split())


def _parts(line: str) -> list[str]:
    """A line is one number with blanks in it, unless its words are numbers of their own or it only holds some."""
    words = line.split()
    if detect(line):
        return [line]
    several = len(words) > 1 and all(detect(word) for word in words)
    inside = [] if several else within(line)  # an address that was copied, or a sentence of a mail
    return inside or (words if several or len(normalised(line)) > LONGEST else [line])


def look_up(session: Session, numbers: Sequence[str]) -> list[Found]:
    """What is known of each number, in their order; of a number that was used again, the newest parcel."""
    followed = _followed(session, [normalised(number) for number in numbers])
    return [
        Found(
            number=number[:LONGEST],
            candidates=tuple(detect(number)[:3]),
            alike=tuple(resembling(number)[:3]),
            spoiled=spoiled(number),
            parcel=followed.get(normalised(number)),
        )
        for number in numbers
    ]


def _followed(session: Session, numbers: Sequence[str]) -> dict[str, ParcelView]:
    everybody = select(Brand.id)  # named so that the index by brand and number is used
    asked = (
        select(Parcel.tracking_number, Shipment.brand_id, Shipment.id)
        .join(Shipment, Shipment.id == Parcel.shipment_id)
        .where(Parcel.brand_id.in_(everybody), Parcel.tracking_number.in_(numbers))
        .order_by(Parcel.created_at, Parcel.id)
    )
    newest = {row.tracking_number: (row.brand_id, row.id) for row in session.execute(asked)}
    views = {number: shipment_view(session, *where) for number, where in newest.items()}
    return {number: view.public for number, view in views.items() if view}
