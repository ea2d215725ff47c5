"""Advice before dispatch: which service to send with, and why. Weighs price, days, customs, and what is announced.

It recommends; a person chooses. What is not known is said to be unknown and never counts as good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.models.eta import LanePrice
from app.shipping.disruptions import on_lane
from app.shipping.prices import prices
from app.shipping.ways import lanes
from app.shipping.workdays import past_holidays
from carriers.eta.live import FEW, LEGS, Lanes, Route
from carriers.eta.spans import Distribution, beyond, quantiles, together

_DAY = timedelta(days=1)
_CUSTOMS = LEGS.index("customs")
LONG_AT_CUSTOMS = 3


@dataclass(frozen=True)
class Choice:
    """One service on a lane. `risk`: the chance of missing the promised day; None where too little is known.

    `reasons` are codes of words.ADVICE, the weightiest first.
    """

    carrier: str
    service: str
    amount_minor: int
    currency: str
    first: date
    likely: date
    last: date
    keeps: bool | None  # whether the window ends by the promised day; None without one
    risk: float | None
    customs_days: int | None
    basis: str
    deliveries: int
    disruptions: tuple[str, ...]
    reasons: tuple[str, ...]
    best: bool = False


def advise(
    session: Session,
    brand: Brand,
    *,
    origin: str,
    destination: str,
    weight_g: int,
    due: date | None,
    hand_over: date,
    now: datetime,
) -> list[Choice]:
    """Every service of the price table that carries this weight on this lane, the best first; empty without one.

    The best keeps the promised day, then is the cheapest of those; where none keeps it, the earliest is. Amounts
    in different currencies are never compared: then the days decide.
    """
    known = lanes(session, brand.id, now.date())
    rows = _carrying(prices(session, brand.id, origin, destination), weight_g)
    found = [_choice(session, row, known, due, hand_over, now) for row in rows]
    one_currency = len({each.currency for each in found}) == 1
    return _with_reasons(sorted(found, key=lambda each: _rank(each, one_currency)))


def _carrying(rows: Sequence[LanePrice], weight_g: int) -> list[LanePrice]:
    """Of each service the smallest weight step that carries it."""
    found: dict[tuple[str, str], LanePrice] = {}
    for row in rows:
        best = found.get((row.carrier, row.service))
        if row.up_to_g >= weight_g and (best is None or row.up_to_g < best.up_to_g):
            found[(row.carrier, row.service)] = row
    return list(found.values())


def _choice(
    session: Session, row: LanePrice, known: Lanes, due: date | None, hand_over: date, now: datetime
) -> Choice:
    route = Route(row.origin, row.destination, row.carrier, row.service)
    legs = [known.leg(leg, route) for leg in range(1, len(LEGS))]
    seen = known.carried(route)
    days: Distribution = together(legs) if seen >= FEW else ()
    low, middle, high = quantiles(days, (0.1, 0.5, 0.9)) if days else _stated(row)
    on = on_lane(session, row.brand_id, row.origin, row.destination, {row.carrier}, now)
    extra = max((each.extra_days for each in on), default=0)
    likely = past_holidays(hand_over + (middle + extra // 2) * _DAY, row.destination)
    last = past_holidays(hand_over + (high + extra) * _DAY, row.destination)
    left = (due - hand_over).days - extra if due else 0
    customs = known.leg(_CUSTOMS, route) if days else ()
    return Choice(
        carrier=row.carrier,
        service=row.service,
        amount_minor=row.amount_minor,
        currency=row.currency,
        first=past_holidays(hand_over + low * _DAY, row.destination),
        likely=likely,
        last=last,
        keeps=None if due is None else last <= due,
        risk=beyond(days, left) if days and due else None,
        customs_days=quantiles(customs, (0.9,))[0] if customs else None,
        basis="lane" if days else "table",
        deliveries=seen,
        disruptions=tuple(each.title for each in on),
        reasons=(),
    )


def _stated(row: LanePrice) -> tuple[int, int, int]:
    return row.first_day, (row.first_day + row.last_day) // 2, row.last_day


def _rank(choice: Choice, one_currency: bool) -> tuple[object, ...]:
    late = choice.keeps is False
    price = choice.amount_minor if one_currency else 0
    by_days = (choice.last, choice.likely)
    return (late, *(by_days if late else ()), price, *by_days, choice.carrier, choice.service)


def _with_reasons(ranked: Sequence[Choice]) -> list[Choice]:
    cheapest = min((each.amount_minor for each in ranked), default=0)
    fastest = min((each.last for each in ranked), default=None)
    compared = len({each.currency for each in ranked}) == 1
    told = []
    for place, each in enumerate(ranked):
        reasons = [
            ("keeps", each.keeps is True),
            ("misses", each.keeps is False),
            ("disrupted", bool(each.disruptions)),
            ("cheapest", compared and each.amount_minor == cheapest),
            ("fastest", each.last == fastest),
            ("customs", (each.customs_days or 0) >= LONG_AT_CUSTOMS),
            ("stated_only", each.basis == "table"),
        ]
        codes = tuple(code for code, holds in reasons if holds)
        told.append(Choice(**{**each.__dict__, "reasons": codes, "best": place == 0}))
    return told
