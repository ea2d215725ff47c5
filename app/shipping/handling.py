"""Our own part of a promise, from the order to the carrier's first scan. Pure rules; no row lives here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from carriers.vocabulary import Status

NO_STOCK, NOT_HANDED_OVER, LABEL_ONLY = "no_stock", "not_handed_over", "label_only"
OWN_REASONS = (NO_STOCK, NOT_HANDED_OVER, LABEL_ONLY)

LABEL_LIMIT = timedelta(hours=72)
"""How long after its label a parcel may lie with us, where no handling time was promised."""

_DAY = timedelta(days=1)
_SATURDAY = 5
_NOT_MOVED = (None, Status.REGISTERED)


@dataclass(frozen=True)
class OrderPromise:
    """What a brand promises with every order: working days to hand it over, days until it is there."""

    handling_days: int
    first_day: int
    last_day: int

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "OrderPromise | None":
        """The promise in a brand's settings, or None where it makes none."""
        kept = settings.get("promise")
        return cls(**kept) if kept else None

    def hand_over_by(self, placed_at: datetime) -> datetime:
        """The end (UTC) of the last working day, Monday to Friday, of our handling."""
        return datetime.combine(working_day(placed_at.date(), self.handling_days) + _DAY, time(), UTC)

    def window(self, placed_at: datetime) -> tuple[date, date]:
        """The days on which it is to be there."""
        return placed_at.date() + self.first_day * _DAY, placed_at.date() + self.last_day * _DAY


@dataclass(frozen=True)
class Handling:
    """How far our own part has come. `asked_at` is when a carrier last answered about one of the parcels."""

    status: Status | None
    scanned: bool
    parcels: int
    label_at: datetime | None
    asked_at: datetime | None
    hand_over_by: datetime | None
    no_stock: bool

    @property
    def is_over(self) -> bool:
        """Whether a carrier has it."""
        return self.scanned or self.status not in _NOT_MOVED

    @property
    def due_at(self) -> datetime | None:
        """When the carrier should have it; None where nothing says so."""
        return self.hand_over_by or (self.label_at + LABEL_LIMIT if self.label_at else None)


def own_reason(handling: Handling, now: datetime) -> str | None:
    """Why it is late with us, one of OWN_REASONS; None while it is not, or while nobody can know.

    A label alone is late only when its carrier was asked after the time and still had no scan.
    """
    if handling.is_over:
        return None
    if handling.no_stock:
        return NO_STOCK
    if handling.due_at is None or now < handling.due_at:
        return None
    if not handling.parcels:
        return NOT_HANDED_OVER
    asked = handling.asked_at is not None and handling.asked_at >= handling.due_at
    return LABEL_ONLY if asked else None


def working_day(day: date, count: int) -> date:
    """The day that lies `count` working days (Monday to Friday) after a day."""
    while count or day.weekday() >= _SATURDAY:
        day += _DAY
        count -= count > 0 and day.weekday() < _SATURDAY
    return day
