"""When a scheduled query runs: by second, minute, hour, day, month; in UTC (EPCIS 2.0, section 8.2.5.3). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_RANGES = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
_PART = re.compile(r"(\d{1,2})|\[(\d{1,2})-(\d{1,2})\]", re.ASCII)
_LONGEST_WAIT = timedelta(days=366 * 8)  # from one 29 February to the next, over a century without one


class BadSchedule(ValueError):
    """The schedule names no moment; `field` is the part that is wrong."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


@dataclass(frozen=True, slots=True)
class Schedule:
    """Allowed numbers by field, each in order; a field that was left out allows all of its range. Monday is 1."""

    allowed: Mapping[str, tuple[int, ...]]

    def after(self, at: datetime) -> datetime:
        """The first moment of the schedule behind `at`, in UTC to the second."""
        at = at.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        day = at.replace(hour=0, minute=0, second=0)
        while day < at + _LONGEST_WAIT:
            if self._has(day) and (moment := self._within(day, at)):
                return moment
            day += timedelta(days=1)
        raise BadSchedule("dayOfMonth", "there is no such day")

    def _has(self, day: datetime) -> bool:
        allowed = self.allowed
        in_month = day.month in allowed["month"] and day.day in allowed["dayOfMonth"]
        return in_month and day.isoweekday() in allowed["dayOfWeek"]

    def _within(self, day: datetime, at: datetime) -> datetime | None:
        for hour in self.allowed["hour"]:
            if day + timedelta(hours=hour + 1) <= at:
                continue
            for minute in self.allowed["minute"]:
                start = day + timedelta(hours=hour, minutes=minute)
                if start + timedelta(minutes=1) <= at:
                    continue
                moments = (start + timedelta(seconds=second) for second in self.allowed["second"])
                if found := next((each for each in moments if each >= at), None):
                    return found
        return None


def parse(value: Any) -> Schedule:
    """Read a schedule as it is sent: lists of numbers and ranges, as `"0,30"` or `"[1-5]"`. Raises BadSchedule."""
    if not isinstance(value, Mapping) or not value:
        raise BadSchedule("", "must be an object with one of second, minute, hour, dayOfMonth, month, dayOfWeek")
    for name in value:
        if name not in _RANGES:
            raise BadSchedule(str(name), "there is no such part of a schedule")
    allowed = {name: _numbers(name, value[name]) if name in value else _all(name) for name in _RANGES}
    schedule = Schedule(allowed)
    schedule.after(datetime(2000, 1, 1, tzinfo=UTC))
    return schedule


def _all(name: str) -> tuple[int, ...]:
    lowest, highest = _RANGES[name]
    return tuple(range(lowest, highest + 1))


def _numbers(name: str, value: Any) -> tuple[int, ...]:
    lowest, highest = _RANGES[name]
    found: set[int] = set()
    for part in value.split(",") if isinstance(value, str) and len(value) <= 200 else [""]:
        match = _PART.fullmatch(part.strip())
        first, last = (int(match[1] or match[2]), int(match[1] or match[3])) if match else (1, 0)
        if not lowest <= first <= last <= highest:
            raise BadSchedule(name, f"must be numbers from {lowest} to {highest}, such as 5 or 1,3 or [2-4]")
        found.update(range(first, last + 1))
    return tuple(sorted(found))
