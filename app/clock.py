"""The one clock of the house. Verbs and rules get `now` as an argument; only doors and loops ask here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import select

from app.db import Db, reading
from app.models.demo import DemoClock

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time of the machine, aware, UTC."""
    return datetime.now(UTC)


class SteeredClock:
    """The clock of the demo: the machine's time plus an offset that a step of the demo may move forward.

    The offset is a row, so that every process sees it; it is read again after a second.
    """

    def __init__(self, db: Db) -> None:
        self._db = db
        self._offset = timedelta()
        self._read_at = float("-inf")

    def __call__(self) -> datetime:
        if monotonic() - self._read_at > 1:
            with reading(self._db) as session:
                self._offset = timedelta(seconds=session.scalar(select(DemoClock.offset_s)) or 0)
            self._read_at = monotonic()
        return system_clock() + self._offset
