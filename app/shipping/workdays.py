"""Working days of a country: its weekend and its public holidays. Pure but for the table of holidays.

The package `holidays` (extra `holidays`) is asked when the first day is judged, never at start. Without it, or
for a country that it does not know, only Saturday and Sunday are free, and `knows` says so.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

_DAY = timedelta(days=1)
_WEEKEND = frozenset({5, 6})
_LONGEST_PAUSE = 30


@lru_cache(maxsize=256)
def _calendar(country: str, year: int) -> Any:
    """The holidays of a country in a year, or None where nobody knows them."""
    try:
        from holidays import country_holidays
    except ImportError:
        return None
    try:
        return country_holidays(country, years=[year]) if country else None
    except NotImplementedError:
        return None


def knows(country: str, year: int) -> bool:
    """Whether the public holidays of a country are known."""
    return _calendar(country, year) is not None


def is_holiday(day: date, country: str) -> bool:
    """Whether it is a public holiday there; False where nobody knows."""
    calendar = _calendar(country, day.year)
    return calendar is not None and day in calendar


def is_working(day: date, country: str) -> bool:
    """Whether people work there on that day."""
    calendar = _calendar(country, day.year)
    weekend = calendar.weekend if calendar is not None else _WEEKEND
    return day.weekday() not in weekend and not is_holiday(day, country)


def first_working(day: date, country: str) -> date:
    """The day itself, or the next one on which people work."""
    for _ in range(_LONGEST_PAUSE):
        if is_working(day, country):
            return day
        day += _DAY
    return day


def after_working(day: date, count: int, country: str) -> date:
    """The day after so many more working days; itself, moved to a working day, for none."""
    day = first_working(day, country)
    for _ in range(count):
        day = first_working(day + _DAY, country)
    return day


def past_holidays(day: date, country: str) -> date:
    """The day itself, or the next one that is no public holiday. Weekends are in the lane's own past already."""
    for _ in range(_LONGEST_PAUSE):
        if not is_holiday(day, country):
            return day
        day += _DAY
    return day
