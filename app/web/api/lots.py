"""Lots over HTTP: the days of a lot and where it comes from."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.products import Lot
from app.provenance import lots
from app.web.api.door import door
from app.web.api.fields import Country, Moment
from app.web.api.paging import PageQuery, page
from app.web.api.product_bodies import Gtin, ShortLine
from app.web.body import Answer, Body
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.rules import machine

bp = door("lots", "Products and places")

Number = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern="^[!-~]+$"), Field(examples=["L1"])]


class LotIn(Body):
    """What is said of a lot, all of it. What it leaves open about its origin is told by its product."""

    gtin: Gtin
    lot: Number
    produced_on: date | None = None
    packed_on: date | None = None
    best_before: date | None = None
    expires_on: date | None = None
    origin_country: Country | None = None
    origin_place: ShortLine | None = None


class LotOut(Answer):
    """A lot as it is described now, and the submission that proves it."""

    gtin: str
    lot: str
    produced_on: date | None
    packed_on: date | None
    best_before: date | None
    expires_on: date | None
    origin_country: str | None
    origin_place: str | None
    key: str
    url: str
    submission: int
    updated_at: Moment


class LotsOut(Answer):
    """A page of lots."""

    lots: list[LotOut]


@bp.post("/api/v1/lots")
@machine("products:write")
@bp.input(LotIn)
@once
@bp.output(LotOut, 201)
def post_lot(session: Session, json_data: LotIn) -> dict[str, Any]:
    """Describe a lot, or describe it anew; saying the same again changes nothing."""
    brand = brand_of(session, caller().brand_id)
    return _shown(lots.describe(session, brand, **json_data.model_dump(), now=now()))


@bp.get("/api/v1/lots")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(LotsOut)
def get_lots(query_data: PageQuery) -> Any:
    """The lots that the brand has described."""
    with reading(house().db) as session:
        rows = lots.page(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "key")
    return {"lots": [_shown(row) for row in shown]}, 200, headers


def _shown(row: Lot) -> dict[str, Any]:
    gtin, lot = lots.named(row)
    facts = {name: getattr(row, name) for name in ("key", "updated_at", *lots.FACTS)}
    url = f"{house().settings.base_url}{row.key}"
    return {**facts, "gtin": gtin, "lot": lot, "url": url, "submission": row.submission_id}
