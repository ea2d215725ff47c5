"""Openings of passports, counted in memory until they are written. No database and no web page is known here.

What is counted since the last write is lost when the process is killed: a page never waits for its count.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

MOST = 20_000
"""Different openings that are held at once; beyond them no new one is counted until the next write."""

MOST_UNKNOWN = 500
"""Unknown serials of one hour that are told apart by one process; the others count for their product alone."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a passport, as coarse as it is kept."""

    brand_id: str
    key: str
    hour: datetime
    country: str = ""
    by_reader: bool = False
    verdict: str = ""


class Buffer:
    """Counts openings of one process, safely from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[Opening] = Counter()
        self._unknown: set[str] = set()
        self._hour: datetime | None = None

    def count(self, opening: Opening, unknown_of: str = "") -> None:
        """Count one more; `unknown_of` is the product of a serial that nobody made.

        Who tries serials by the thousand fills neither memory nor database: the rest counts for the product alone.
        """
        with self._lock:
            if unknown_of and not self._may_tell_apart(opening):
                opening = replace(opening, key=unknown_of)
            if opening in self._counts or len(self._counts) < MOST:
                self._counts[opening] += 1

    def take(self) -> dict[Opening, int]:
        """What was counted since the last time, which is then forgotten here."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return dict(taken)

    def _may_tell_apart(self, opening: Opening) -> bool:
        if opening.hour != self._hour:
            self._hour, self._unknown = opening.hour, set()
        if opening.key not in self._unknown and len(self._unknown) < MOST_UNKNOWN:
            self._unknown.add(opening.key)
        return opening.key in self._unknown


def hour_of(at: datetime) -> datetime:
    """The hour that a moment lies in, as coarse as a time is kept."""
    return at.replace(minute=0, second=0, microsecond=0)
