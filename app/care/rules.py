"""When a message may reach a person, and when it is out of date. Pure; the worker asks, no row is read here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Holiday = Callable[[date], bool]  # whether a day is one, at the place in question

AT_ANY_HOUR = frozenset({"recall", "excursion"})
"""Warnings about safety: somebody may be about to use the goods."""

ON_WORKING_DAYS = frozenset({"update", "marketing"})
"""What can wait for a day on which people want to hear from us."""

MARKETING_A_WEEK = 2
PAUSE = timedelta(hours=12)
"""Between two messages about one shipment, where the second one asks for nothing new."""

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_FURTHEST = 30  # days that we look ahead; no row of holidays is longer


@dataclass(frozen=True)
class Hours:
    """The part of a day in which messages may arrive, at the recipient; the end is not part of it."""

    begin: time = time(8)
    end: time = time(21)

    @property
    def always(self) -> bool:
        """Whether there are no quiet hours: the day ends when it begins."""
        return self.begin == self.end


def first_good_moment(
    kind: str, now: datetime, zone: ZoneInfo, hours: Hours, holiday: Holiday = lambda _: False
) -> datetime:
    """When a message of this kind may arrive, `now` at the earliest; in UTC.

    Quiet hours are the recipient's. Where a day has no such hour (a change of the clocks), the next hour counts.
    """
    if kind in AT_ANY_HOUR or (hours.always and kind != "marketing"):
        return now
    hours = Hours() if hours.always else hours
    local = now.astimezone(zone)
    for ahead in range(_FURTHEST):
        day = local.date() + ahead * _DAY
        if kind in ON_WORKING_DAYS and holiday(day):
            continue
        begin, end = _at(day, hours.begin, zone), _at(day, hours.end, zone)
        if max(now, begin) < end:
            return max(now, begin)
    return now


def last_working_day(day: date, holidays: Sequence[Holiday], earliest: date) -> date:
    """The last day up to `day` that is a holiday at neither end; `earliest` where there is none since."""
    while day > earliest and any(holiday(day) for holiday in holidays):
        day -= _DAY
    return max(day, earliest)


def after_marketing(sent: Sequence[datetime], now: datetime) -> datetime:
    """When the next marketing mail may go after those that were `sent`: at most two in any seven days."""
    newest = sorted(sent, reverse=True)[:MARKETING_A_WEEK]
    if len(newest) < MARKETING_A_WEEK:
        return now
    return max(now, newest[-1] + _WEEK)


def after_last(told: datetime | None, now: datetime, *, presses: bool) -> datetime:
    """When the next message about a shipment may follow the one that was `told`; at once where it presses.

    A clock that was set back makes `told` lie ahead; the pause is counted from there all the same.
    """
    if told is None or presses:
        return now
    return max(now, told + PAUSE)


@dataclass(frozen=True)
class Situation:
    """What is known about a shipment when its message comes to its turn."""

    settled: bool = False  # delivered, returned, cancelled
    newest_promise: int = 0
    newer_told: bool = False  # a newer message about the same shipment says it all
    erased: bool = False


def out_of_date(kind: str, promise: int, now: Situation) -> str:
    """Why a message is not true any more, as a code; empty while it is.

    A warning about the goods themselves stays true when the parcel has arrived: just then it counts.
    """
    if now.erased:
        return "erased"
    if kind not in ("delay", "update"):
        return ""
    if now.settled:
        return "arrived"
    if now.newest_promise > promise:
        return "promise_moved"
    return "newer_told" if now.newer_told else ""


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """A local time as UTC; an hour that the clocks leave out becomes the one after it."""
    return datetime.combine(day, hour, zone).astimezone(UTC)
