"""How often a parcel is asked about. Pure: a stage, a history of silence and a share of chance give a span.

Quotas make this necessary: at 60 questions an hour a flat two hours would serve 120 parcels. The spans follow what
aggregators practise (3 to 6 h on the way) and slow down while nothing changes.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from carriers.vocabulary import SETTLED, Status

_SPANS = {
    None: timedelta(hours=1),  # a new number is visible at DHL after 10 to 30 minutes
    Status.REGISTERED: timedelta(hours=12),
    Status.IN_TRANSIT: timedelta(hours=6),
    Status.CUSTOMS: timedelta(hours=3),
    Status.OUT_FOR_DELIVERY: timedelta(minutes=45),
    Status.ATTEMPT_FAILED: timedelta(hours=3),
    Status.AVAILABLE_FOR_PICKUP: timedelta(hours=6),
    Status.EXCEPTION: timedelta(hours=3),
    Status.RETURNING: timedelta(hours=6),
}
AT_DESTINATION = timedelta(hours=3)  # in transit, in the country it goes to
SETTLED_SPAN = timedelta(days=1)
WATCH_SETTLED = timedelta(days=10)  # a delivery may still turn into a return
GIVE_UP = timedelta(days=90)
LONGEST = timedelta(hours=24)

_DAY_BEGINS, _DAY_ENDS = time(7), time(21)


def span(status: Status | None, unchanged: int, chance: float, *, at_destination: bool = False) -> timedelta:
    """How long to wait before the next question.

    `unchanged` counts the answers in a row without news; `chance` in [0, 1) spreads parcels of one hour by ±10 %.
    """
    if status in SETTLED:
        base = SETTLED_SPAN
    else:
        base = AT_DESTINATION if status is Status.IN_TRANSIT and at_destination else _SPANS[status]
        base = min(base * 1.5 ** min(unchanged, 4), LONGEST)
    return base * (0.9 + 0.2 * chance)


def in_daytime(at: datetime, status: Status | None, zone: str | None) -> datetime:
    """The same moment, or 7 in the morning there: nobody delivers at night, so nobody asks for it."""
    if status is not Status.OUT_FOR_DELIVERY or zone is None:
        return at
    there = at.astimezone(ZoneInfo(zone))
    if _DAY_BEGINS <= there.time() < _DAY_ENDS:
        return at
    day = there.date() if there.time() < _DAY_BEGINS else there.date() + timedelta(days=1)
    return datetime.combine(day, _DAY_BEGINS, ZoneInfo(zone)).astimezone(at.tzinfo)
