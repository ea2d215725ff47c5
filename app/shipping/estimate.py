"""“Order today, arrives …”: the days on which an order would come, what that rests on, and how often it held."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.shipping.disruptions import on_lane
from app.shipping.handling import OrderPromise
from app.shipping.predictions import lane_name
from app.shipping.prices import transit_table
from app.shipping.scores import Cover, cover_of
from app.shipping.ways import lanes
from app.shipping.workdays import after_working, first_working, knows, past_holidays
from carriers.eta.live import COLD_BAND, FEW, LEGS, Lanes, Route
from carriers.eta.spans import quantiles, together
from carriers.zones import zone_of

CUT_OFF = time(14)
"""Until when an order is handled on its day, where a brand's settings (`cut_off`, "HH:MM") say nothing else."""

CUT_OFF_KEY = "cut_off"

USUAL_HANDLING_DAYS = 1
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Estimate:
    """When an order would come, in dates at the destination; both ends of the window count."""

    origin: str
    destination: str
    carrier: str
    ordered_at: datetime
    ships_on: date  # at the origin
    first: date
    likely: date
    last: date
    basis: str  # lane, table, promise, band
    deliveries: int
    cover: Cover
    holidays_known: bool  # at both ends
    disruptions: tuple[str, ...]


def estimate(session: Session, brand: Brand, *, route: Route, ordered_at: datetime) -> Estimate:
    """The window of an order between two countries, by any carrier and service where none is named."""
    origin, destination, carrier = route.origin, route.destination, route.carrier
    ordered_on, ships_on = _begin(brand, origin, ordered_at)
    known = lanes(session, brand.id, ordered_on)
    seen = known.deliveries(origin, destination)
    basis, first, likely, last = _days(session, brand, known, route)
    from_day = ordered_on if basis in ("promise", "band") else ships_on
    on = on_lane(session, brand.id, origin, destination, {carrier} if carrier else set(), ordered_at)
    extra = max((each.extra_days for each in on), default=0)
    days = (from_day + first * _DAY, from_day + (likely + extra // 2) * _DAY, from_day + (last + extra) * _DAY)
    early, middle, late = (past_holidays(max(day, ships_on), destination) for day in days)
    return Estimate(
        origin=origin,
        destination=destination,
        carrier=carrier,
        ordered_at=ordered_at,
        ships_on=ships_on,
        first=early,
        likely=middle,
        last=late,
        basis=basis,
        deliveries=seen,
        cover=cover_of(session, brand.id, lane_name(origin, destination)),
        holidays_known=knows(origin, ships_on.year) and knows(destination, late.year),
        disruptions=tuple(each.title for each in on),
    )


def _begin(brand: Brand, origin: str, ordered_at: datetime) -> tuple[date, date]:
    """The day of the order at the origin, and the day on which the carrier gets it."""
    zone = zone_of(origin)
    local = ordered_at.astimezone(ZoneInfo(zone) if zone else UTC)
    told = brand.settings.get(CUT_OFF_KEY)
    cut_off = time.fromisoformat(told) if told else CUT_OFF
    begin = local.date() if local.time() <= cut_off else local.date() + _DAY
    promise = OrderPromise.of(brand.settings)
    handling = promise.handling_days if promise else USUAL_HANDLING_DAYS
    return local.date(), after_working(first_working(begin, origin), handling, origin)


def _days(session: Session, brand: Brand, known: Lanes, route: Route) -> tuple[str, int, int, int]:
    """What it rests on, and the days to the window: from hand-over; of a promise or the band from the order."""
    if known.deliveries(route.origin, route.destination) >= FEW:
        legs = [known.leg(leg, route) for leg in range(1, len(LEGS))]
        low, middle, high = quantiles(together(legs), (0.1, 0.5, 0.9))
        return "lane", low, middle, high
    if table := transit_table(session, brand.id, route):
        return "table", table[0], sum(table) // 2, table[1]
    if promise := OrderPromise.of(brand.settings):
        return "promise", promise.first_day, (promise.first_day + promise.last_day) // 2, promise.last_day
    return "band", COLD_BAND[0], sum(COLD_BAND) // 2, COLD_BAND[1]
