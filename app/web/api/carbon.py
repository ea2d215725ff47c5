"""Transport carbon and CBAM over HTTP: state a leg, ask for the sums, take them away as tables."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.carbon import cbam, factors, goods, report, stating, whole
from app.carbon.known import in_force, own_factor
from app.db import reading
from app.spreadsheet import as_csv
from app.web.api.fields import Key, Line
from app.web.api.spec import answers, tells
from app.web.api.tracing import table
from app.web.body import Answer, Body, Query
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import machine

bp = APIBlueprint("carbon", __name__, tag="Carbon and CBAM")  # no `door`: who wants a table may accept text/csv

Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?$"), Field(examples=["12.5"])]
Mode = Literal["air", "sea", "road", "rail", "inland_water", "hub"]
Kind = Literal["gcd", "sfd", "actual"]
Code = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9_.-]{0,39}$"), Field(examples=["hgv-artic"])]
Name = Annotated[str, StringConstraints(max_length=400, pattern=r"^[^\x00-\x1f\x7f]*$")]
Subject = Annotated[Name, Field(min_length=3, examples=["/01/09521234543213/10/L1"])]


class LegIn(Body):
    """What one part of a way emitted, by whoever carried it, by a model, or only how it was carried (`default`).

    Of a thing: origin and destination, one and the same for a hub. Of a delivery: `shipment:ID` and its leg.
    """

    subject: Subject
    origin: Annotated[Name, Field(examples=["/414/9521234000006"])] = ""
    destination: Annotated[Name, Field(examples=["/414/9521234000013"])] = ""
    leg: Annotated[int, Field(ge=0, le=stating.MOST_LEGS)] = 0
    mode: Mode
    data: Literal["primary", "modelled", "default"]
    vehicle: Code | None = None
    emissions_kg: Amount | None = None
    activity: Amount | None = None
    intensity: Amount | None = None
    per: Kind | None = None
    longer_percent: Amount | None = None
    mass_kg: Amount | None = None
    distance_km: Amount | None = None
    distance_kind: Kind | None = None
    source: Line | None = None
    file_sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None


class LegOut(Answer):
    """A statement, and the submission that proves when it was made."""

    id: str
    subject: str
    submission: int


class PartOut(Answer):
    """A part of a way: what it emitted at least, about and at most, how that is known, or what is missing."""

    part: str
    mode: str | None
    origin: str | None
    destination: str | None
    leg: str | None
    departed: str | None
    arrived: str | None
    mass_kg: str | None
    distance_km: str | None
    distance_kind: str | None
    activity: str | None
    intensity: str | None
    intensity_per: str | None
    data: str | None
    at_least_kg: str | None
    about_kg: str | None
    at_most_kg: str | None
    missing: list[str]
    told_by: str | None
    source: str | None
    file_sha256: str | None
    table: str | None


class TotalOut(Answer):
    """A sum in kg CO2e. It is complete only where no part is unknown; null is what is not known, never zero."""

    parts: int
    unknown: int
    complete: bool
    at_least_kg: str | None
    about_kg: str | None
    at_most_kg: str | None
    by_data: dict[str, str]


class CarbonOut(Answer):
    """What the way of one unit emitted, part by part."""

    key: str
    mass_kg: str | None
    parts: list[PartOut]
    total: TotalOut
    table: str


class ShipmentCarbonOut(Answer):
    """What the ways of the things in a shipment emitted."""

    shipment: str
    things: list[CarbonOut]
    total: TotalOut


class FactorIn(Body):
    """An intensity of yours: kg CO2e well-to-wheel per tonne-km by the distance `per`, at a hub per tonne."""

    code: Code
    mode: Mode
    intensity: Amount
    low: Amount | None = None
    high: Amount | None = None
    per: Kind | None = None
    longer_percent: Amount | None = None
    source: Line


class FactorOut(Answer):
    """An intensity in force. `own`: the brand entered it; all others are of our table."""

    code: str
    mode: str
    intensity: str
    low: str | None
    high: str | None
    per: str | None
    source: str
    own: bool


class FactorsOut(Answer):
    """The table and the brand's own, which go before it; the source and licence of the table."""

    table: str
    source: str
    licence: str
    factors: list[FactorOut]


class GoodsIn(Body):
    """Everything that is said of goods for the border and of their mass; fields as in docs/carbon."""

    key: Key
    facts: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=200)]],
        Field(max_length=40, examples=[{"cn_code": "73181552", "gross_mass_kg": "0.045"}]),
    ]


class GoodsOut(Answer):
    """What is said of goods, the product's facts beneath their own, and what a CBAM report still lacks."""

    key: str
    facts: dict[str, str]
    missing: list[str]


class KeyQuery(Query):
    """A thing."""

    key: Key


class BorderQuery(Query):
    """Which goods, all that were described without one, and the reporting period: 2026 or 2026-Q1."""

    key: Key | None = None
    period: Annotated[str, Field(max_length=7, examples=["2026-Q1"])] = ""


@bp.post("/api/v1/carbon/legs")
@machine("events:write", "warehouse", "support")
@bp.input(LegIn)
@once
@bp.output(LegOut, 201)
def post_leg(session: Session, json_data: LegIn) -> dict[str, Any]:
    """State what a part of a way emitted. A partner may speak of things that it recorded events of."""
    brand = brand_of(session, caller().brand_id)
    given = stating.Given(**json_data.model_dump())
    row = stating.state(session, brand, given, partner_id=caller().partner_id, now=now())
    return {"id": row.id, "subject": row.subject, "submission": row.submission_id}


@bp.get("/api/v1/carbon")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(KeyQuery, location="query")
@bp.output(CarbonOut)
def get_carbon(query_data: KeyQuery) -> dict[str, Any]:
    """What the way of one unit of a thing emitted."""
    with reading(house().db) as session:
        return report.as_json(found(whole.of_thing(session, caller().brand_id, query_data.key, now())))


@bp.get("/api/v1/shipments/<shipment_id>/carbon")
@machine("shipments:read", "warehouse", "support", "auditor")
@bp.output(ShipmentCarbonOut)
def get_shipment_carbon(shipment_id: str) -> dict[str, Any]:
    """What the ways of everything in a shipment emitted, the delivery with them."""
    with reading(house().db) as session:
        things, sum_ = found(whole.of_shipment(session, caller().brand_id, shipment_id, now()))
        return {
            "shipment": shipment_id,
            "things": [report.as_json(each) for each in things],
            "total": report.total_json(sum_),
        }


@bp.get("/carbon.csv")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(KeyQuery, location="query")
@tells(responses=answers(200, "A row for each part of the way", {"type": "string"}, "text/csv"))
def get_carbon_table(query_data: KeyQuery) -> Response:
    """The same as a table, a row for each part of the way."""
    with reading(house().db) as session:
        rows = report.rows(found(whole.of_thing(session, caller().brand_id, query_data.key, now())))
    return table(as_csv(report.HEADER, rows), "carbon.csv")


@bp.post("/api/v1/carbon/factors")
@machine("products:write", "owner")
@bp.input(FactorIn)
@once
@bp.output(FactorOut, 201)
def post_factor(session: Session, json_data: FactorIn) -> dict[str, Any]:
    """Enter an intensity of your own; it goes before our table from now on."""
    row = stating.set_factor(session, brand_of(session, caller().brand_id), **json_data.model_dump(), now=now())
    return asdict(own_factor(row))


@bp.get("/api/v1/carbon/factors")
@machine("events:read", "warehouse", "support", "auditor")
@bp.output(FactorsOut)
def get_factors() -> dict[str, Any]:
    """The intensities in force for legs of which only the mode or the vehicle was stated."""
    with reading(house().db) as session:
        rows = in_force(session, caller().brand_id)
    source = {"table": factors.VERSION, "source": factors.SOURCE, "licence": factors.LICENCE}
    return {**source, "factors": [asdict(row) for row in rows]}


@bp.post("/api/v1/goods")
@machine("products:write", "owner")
@bp.input(GoodsIn)
@once
@bp.output(GoodsOut, 201)
def post_goods(session: Session, json_data: GoodsIn) -> dict[str, Any]:
    """Say what a border asks about a product or a lot, and what one unit weighs; all of it anew."""
    brand = brand_of(session, caller().brand_id)
    row = goods.describe(session, brand, key=json_data.key, facts=json_data.facts, now=now())
    return _goods(found(goods.described_one(session, brand.id, row.key)))


@bp.get("/api/v1/goods")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(KeyQuery, location="query")
@bp.output(GoodsOut)
def get_goods(query_data: KeyQuery) -> dict[str, Any]:
    """What is said of goods for the border, and what a CBAM report still lacks."""
    with reading(house().db) as session:
        return _goods(found(goods.described_one(session, caller().brand_id, query_data.key)))


@bp.get("/cbam.csv")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(BorderQuery, location="query")
@tells(responses=answers(200, "A row for each of the goods", {"type": "string"}, "text/csv"))
def get_cbam_table(query_data: BorderQuery) -> Response:
    """The fields of a CBAM report, a row for each of the goods; what is unknown is empty and named as missing."""
    with reading(house().db) as session:
        keys = [query_data.key] if query_data.key else []
        rows = goods.described(session, caller().brand_id, keys)
    return table(as_csv(cbam.HEADER, cbam.cells(rows, cbam.period(query_data.period))), "cbam.csv")


def _goods(described: goods.Described) -> dict[str, Any]:
    key, facts = described
    return {"key": key, "facts": facts, "missing": cbam.missing(facts)}
