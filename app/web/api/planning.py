"""When an order would come, and with which service to send it, over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from app.brands.tenants import brand_of
from app.db import reading
from app.shipping.advice import Choice, advise
from app.shipping.estimate import estimate
from app.web.api.door import door
from app.web.api.fields import Country, Moment, Service
from app.web.body import Answer, Query
from app.web.context import caller, house, now
from app.web.rules import machine
from carriers.eta.live import FEW, Route
from carriers.zones import zone_of

bp = door("planning", "Planning")

Carrier = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{1,29}$")]


class EstimateQuery(Query):
    """Between which countries, with which carrier (any without one), and ordered when (now without)."""

    origin: Country
    destination: Country
    carrier: Carrier | None = None
    service: Service | None = None
    ordered_at: Moment | None = None


class DaysOut(Answer):
    """Dates at the destination, both ends included."""

    date_from: Annotated[date, Field(alias="from")]
    date_to: Annotated[date, Field(alias="to")]


class CoverOut(Answer):
    """How often the window is meant to hold, and how often first windows have held on this lane."""

    meant: str
    measured: str | None
    tried: int


class EstimateOut(Answer):
    """The window of an order. `basis`: lane (our own deliveries), table, promise, or band (nothing is known)."""

    origin: str
    destination: str
    carrier: str | None
    ordered_at: Moment
    ships_on: date
    window: DaysOut
    likely_on: date
    time_zone: str | None
    basis: str
    deliveries: int
    coverage: CoverOut
    holidays_known: bool
    disruptions: list[str]


class AdviceQuery(Query):
    """What goes where: countries, weight in grams, handed over when, and promised until when."""

    origin: Country
    destination: Country
    weight_g: Annotated[int, Field(ge=1, le=10_000_000)]
    due: date | None = None
    hand_over: date | None = None


class ChoiceOut(Answer):
    """A service: its price, its days, and why it stands here."""

    carrier: str
    service: str
    amount_minor: int
    currency: str
    window: DaysOut
    likely_on: date
    keeps_promise: bool | None
    risk: str | None
    customs_days: int | None
    basis: str
    deliveries: int
    disruptions: list[str]
    reasons: list[str]
    best: bool


class AdviceOut(Answer):
    """Every service of the price table that carries it, the best first; empty: the table has none here."""

    choices: list[ChoiceOut]


@bp.get("/api/v1/estimate")
@machine("shipments:read", "warehouse", "support", "auditor")
@bp.input(EstimateQuery, location="query")
@bp.output(EstimateOut)
def get_estimate(query_data: EstimateQuery) -> Any:
    """“Order today, arrives …”: handling, cut-off and holidays at both ends are counted in.

    With fewer than 30 deliveries on the lane the price table's days are told, else the brand's promise, else the
    7 to 30 days that are usual across borders; `basis` says which.
    """
    with reading(house().db) as session:
        told = estimate(
            session,
            brand_of(session, caller().brand_id),
            route=Route(
                query_data.origin, query_data.destination, query_data.carrier or "", query_data.service or ""
            ),
            ordered_at=query_data.ordered_at or now(),
        )
    return {
        "origin": told.origin,
        "destination": told.destination,
        "carrier": told.carrier or None,
        "ordered_at": told.ordered_at,
        "ships_on": told.ships_on,
        "window": {"from": told.first, "to": told.last},
        "likely_on": told.likely,
        "time_zone": zone_of(told.destination),
        "basis": told.basis,
        "deliveries": told.deliveries,
        "coverage": {"meant": "0.8", "measured": _share(told.cover.held), "tried": told.cover.tried},
        "holidays_known": told.holidays_known,
        "disruptions": list(told.disruptions),
    }


@bp.get("/api/v1/advice")
@machine("shipments:read", "warehouse", "support", "auditor")
@bp.input(AdviceQuery, location="query")
@bp.output(AdviceOut)
def get_advice(query_data: AdviceQuery) -> Any:
    """With which service to send it, before it is sent, and why."""
    at: datetime = now()
    with reading(house().db) as session:
        found = advise(
            session,
            brand_of(session, caller().brand_id),
            origin=query_data.origin,
            destination=query_data.destination,
            weight_g=query_data.weight_g,
            due=query_data.due,
            hand_over=query_data.hand_over or at.date(),
            now=at,
        )
    return {"choices": [_choice(each) for each in found]}


def _choice(each: Choice) -> dict[str, Any]:
    return {
        "carrier": each.carrier,
        "service": each.service,
        "amount_minor": each.amount_minor,
        "currency": each.currency,
        "window": {"from": each.first, "to": each.last},
        "likely_on": each.likely,
        "keeps_promise": each.keeps,
        "risk": _share(each.risk) if each.deliveries >= FEW else None,
        "customs_days": each.customs_days,
        "basis": each.basis,
        "deliveries": each.deliveries,
        "disruptions": list(each.disruptions),
        "reasons": list(each.reasons),
        "best": each.best,
    }


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
