"""What a brand states of its products for after the sale, by country: warranty and advice, over HTTP.

Verbs are in app/owning.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.owning import Guidance, Warranty
from app.owning import guidance, warranty
from app.owning.facts import guidance_body, warranty_body
from app.owning.places import product_of
from app.provenance.errors import Refused
from app.web.api.door import door
from app.web.api.fields import Country, Language
from app.web.body import Answer, Body, Query
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import Problem
from app.web.rules import machine

bp = door("after_sale_terms", "Ownership, warranty and repair")

Gtin = Annotated[str, StringConstraints(pattern="^([0-9]{8}|[0-9]{12,14})$"), Field(examples=["09521234543213"])]
Address = Annotated[str, StringConstraints(pattern="^https://[!-~]{3,990}$")]
Text = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class WarrantyIn(Body):
    """The terms of a product in a country, or, without one, everywhere else. 0 months: there is none."""

    gtin: Gtin
    country: Country | None = None
    months: Annotated[int, Field(ge=0, le=1200)]
    starts: Literal["claim", "purchase"] = "claim"
    repair_months: Annotated[int, Field(ge=0, le=1200)] = 0
    href: Address | None = None


class WarrantyOut(Answer):
    """Terms as they are stated now; an empty country is everywhere else."""

    gtin: str
    country: str
    months: int
    starts: str
    repair_months: int
    href: str | None


class WarrantiesOut(Answer):
    """Every line of a product."""

    warranties: list[WarrantyOut]


class GuidanceIn(Body):
    """What to do with a product in a country, by language; an empty text hides the topic there."""

    gtin: Gtin
    topic: Literal["care", "repair", "recycling", "dropoff", "post"]
    country: Country | None = None
    text: dict[Language, Text]
    href: Address | None = None


class GuidanceOut(Answer):
    """A line of advice as it stands now; an empty country is everywhere else."""

    gtin: str
    topic: str
    country: str
    text: dict[str, str]
    href: str | None


class AllGuidanceOut(Answer):
    """Every line of a product."""

    guidance: list[GuidanceOut]


class ProductQuery(Query):
    """A product."""

    gtin: Gtin


@bp.post("/api/v1/warranties")
@machine("products:write")
@bp.input(WarrantyIn)
@once
@bp.output(WarrantyOut, 201)
def post_warranty(session: Session, json_data: WarrantyIn) -> dict[str, Any]:
    """State the terms of a product's warranty, by country where the law differs."""
    given = json_data.model_dump() | {"country": json_data.country or ""}
    return warranty_body(warranty.set_warranty(session, brand_of(session, caller().brand_id), **given, now=now()))


@bp.get("/api/v1/warranties")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(ProductQuery, location="query")
@bp.output(WarrantiesOut)
def get_warranties(query_data: ProductQuery) -> dict[str, Any]:
    """The terms of a product in every country."""
    with reading(house().db) as session:
        gtin = _product(session, query_data.gtin)
        rows: list[Warranty] = list(warranty.terms_of(session, caller().brand_id, gtin))
    return {"warranties": [warranty_body(row) for row in rows]}


@bp.post("/api/v1/guidance")
@machine("products:write")
@bp.input(GuidanceIn)
@once
@bp.output(GuidanceOut, 201)
def post_guidance(session: Session, json_data: GuidanceIn) -> dict[str, Any]:
    """Say how to care for, repair, recycle or hand in a product, by country and language."""
    given = json_data.model_dump() | {"country": json_data.country or ""}
    return guidance_body(guidance.set_guidance(session, brand_of(session, caller().brand_id), **given, now=now()))


@bp.get("/api/v1/guidance")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(ProductQuery, location="query")
@bp.output(AllGuidanceOut)
def get_guidance(query_data: ProductQuery) -> dict[str, Any]:
    """What is said of a product in every country."""
    with reading(house().db) as session:
        gtin = _product(session, query_data.gtin)
        rows: list[Guidance] = list(guidance.guidance_of(session, caller().brand_id, gtin))
    return {"guidance": [guidance_body(row) for row in rows]}


def _product(session: Session, gtin: str) -> str:
    """The GTIN of a product of the brand; the 404 problem for any other."""
    try:
        return product_of(session, caller().brand_id, gtin)
    except Refused:
        raise Problem("not-found") from None
