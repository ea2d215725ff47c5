"""What to say of one shipment: the forecast of its lane, what is announced on its way, and the rules above both.

Reads only; app/shipping/predictions keeps what is said.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.models.eta import Disruption
from app.models.shipments import Shipment
from app.shipping.calibrating import Tables
from app.shipping.prices import transit_table
from app.shipping.standing import Standing
from carriers.eta.calibration import horizon_of
from carriers.eta.layer import Layer
from carriers.eta.live import (
    LEGS,
    VERSION,
    Forecast,
    Lanes,
    Milestones,
    Route,
    Under,
    forecast,
    logit,
    milestones,
    with_layer,
)
from carriers.eta.spans import quantiles
from carriers.vocabulary import Status
from ledger.canonical import encode

_DAY = timedelta(days=1)
_CUSTOMS = LEGS.index("customs")


@dataclass(frozen=True)
class Told:
    """What is said of a shipment, ready to be kept."""

    p10: date
    p50: date
    p90: date
    risk: float | None
    basis: str
    deliveries: int
    rule: str | None
    plain_risk: float | None
    plain_on: date | None
    numbers: dict[str, Any]
    inputs_sha256: str

    def columns(self) -> dict[str, Any]:
        """As the columns of a prediction."""
        return {"model": VERSION, **self.__dict__}


def foretell(
    session: Session,
    shipment: Shipment,
    stands: Standing,
    known: Lanes,
    *,
    started: datetime,
    today: date,
    due: date | None,
    disruptions: Sequence[Disruption],
    layer: Layer | None,
    tables: Tables,
    drifted: bool,
    now: datetime,
) -> Told:
    """The window, the chance and the rule of a shipment, from everything that is known of it at `now`."""
    stones = milestones(started, stands.events, shipment.destination_country, None)
    under = _under(shipment, stands, stones, now)
    left = (due - today).days if due else None
    route = under.route
    table = transit_table(session, shipment.brand_id, route)
    plain = forecast(known, under, left, table)
    numbers = _numbers(under, stands, plain, left, now)
    layered = with_layer(plain, layer, numbers)
    model = _calibrated(layered, tables, left)
    told = forecast(known, under, left, table, averages=True) if drifted else model
    extra = max((each.extra_days for each in disruptions), default=0)
    middle, high = told.middle + extra // 2, told.high + extra
    usual = known.usual(route.origin, route.destination)
    return Told(
        p10=today + told.low * _DAY,
        p50=today + middle * _DAY,
        p90=today + high * _DAY,
        risk=told.risk,
        basis=told.basis,
        deliveries=told.deliveries,
        rule=_rule(stands, under, known, bool(extra), left is not None and middle > left),
        plain_risk=known.late(route.origin, route.destination) if due and told.risk is not None else None,
        plain_on=None if usual is None else max(today, started.date() + usual * _DAY),
        numbers=_kept(plain, layered, model, numbers),
        inputs_sha256=_digest(shipment, under, told, disruptions, due, today),
    )


def _under(shipment: Shipment, stands: Standing, stones: Milestones, now: datetime) -> Under:
    leg, spent = stones.under(now)
    begun = stones.handed_over or stones.started
    return Under(
        route=Route(
            shipment.origin_country or "",
            shipment.destination_country or "",
            stands.parcels[0].carrier if stands.parcels else "",
            shipment.service or "",
            shipment.mode or "",
        ),
        leg=leg,
        spent=spent,
        spent_in_all=max(0, (now - begun) // _DAY),
    )


def _numbers(under: Under, stands: Standing, told: Forecast, left: int | None, now: datetime) -> list[float]:
    """What the layer weighs: days since the last scan and on the leg, slack to the deadline, customs, peak."""
    scanned = stands.clock.last_physical_at
    silent = (now - scanned) / _DAY if scanned else float(under.spent)
    slack = 0.0 if left is None else float(left - told.middle)
    return [
        min(30.0, silent),
        min(60.0, float(under.spent)),
        max(-30.0, min(30.0, slack)),
        float(stands.headline.status is Status.CUSTOMS),
        float(now.month in (11, 12)),
    ]


def _calibrated(told: Forecast, tables: Tables, left: int | None) -> Forecast:
    """The chance as the table of its horizon knows it."""
    if told.risk is None or left is None or left < 0:
        return told
    table = tables.get(horizon_of(left))
    return told if table is None else replace(told, risk=table.of(told.risk))


def _kept(plain: Forecast, layered: Forecast, model: Forecast, numbers: list[float]) -> dict[str, Any]:
    """What learns from the outcome later: the layer from below it, the tables from before them, the drift."""
    before = None if plain.risk is None else logit(plain.risk)
    return {"before": before, "told": numbers, "raw": layered.risk, "model": model.risk}


def _rule(stands: Standing, under: Under, known: Lanes, disrupted: bool, past_promise: bool) -> str | None:
    """The rule that fires, whatever the model says; the most pressing first."""
    if stands.headline.status is Status.EXCEPTION:
        return "exception"
    if stands.clock.fires:
        return "no_movement"
    if under.leg == _CUSTOMS and _longer_than_usual(under, known):
        return "customs_long"
    if past_promise:
        return "past_promise"
    return "disruption" if disrupted else None


def _longer_than_usual(under: Under, known: Lanes) -> bool:
    seen = known.leg(_CUSTOMS, under.route)
    return bool(seen) and under.spent > quantiles(seen, (0.9,))[0]


def _digest(
    shipment: Shipment,
    under: Under,
    told: Forecast,
    disruptions: Sequence[Disruption],
    due: date | None,
    today: date,
) -> str:
    """SHA-256 of what went in, so that a prediction can be made again and compared."""
    inputs = {
        "model": VERSION,
        "shipment": shipment.id,
        "version": shipment.version,
        "today": today.isoformat(),
        "carrier": under.route.carrier,
        "service": under.route.service,
        "mode": under.route.mode,
        "lane": [under.route.origin, under.route.destination],
        "leg": LEGS[under.leg],
        "spent": under.spent,
        "spent_in_all": under.spent_in_all,
        "deliveries": told.deliveries,
        "due": due and due.isoformat(),
        "disruptions": sorted(each.id for each in disruptions),
    }
    return hashlib.sha256(encode(inputs)).hexdigest()
