"""How often the passports of a brand are opened, by product, country and week; small numbers are not told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import reading
from app.models.products import Product
from app.models.scanning import ScanWeek
from app.scanning import store
from app.texts import Texts
from app.web.context import caller, house, now
from app.web.pages.staff import page, reader
from app.web.rules import staff

bp = Blueprint("scanned", __name__)

WEEKS = 8


@dataclass(frozen=True, slots=True)
class OpenedProduct:
    """A product with its rows: week, country, how often."""

    gtin: str
    name: str
    rows: list[tuple[str, str, str]]


@bp.get("/scans")
@staff("auditor")
def overview() -> Response:
    """The last eight weeks, the product that is opened most first."""
    with reading(house().db) as session:
        desk = reader(session)
        since = store.monday(now()) - timedelta(weeks=WEEKS - 1)
        rows = store.weeks(session, caller().brand_id, since)
        names = _names(session, caller().brand_id, desk.t)
    shown = list(_products(rows, names, desk.t))
    told = {"few": store.FEW, "weeks": WEEKS, "days": house().settings.scan_days}
    return page("staff/scans.html", desk, products=shown, header=house().settings.country_header, **told)


def _products(rows: Iterable[ScanWeek], names: dict[str, str], t: Texts) -> Iterator[OpenedProduct]:
    grouped = [(gtin, list(group)) for gtin, group in groupby(rows, key=lambda row: row.gtin)]
    for gtin, group in sorted(grouped, key=lambda pair: -sum(row.count for row in pair[1])):
        lines = [
            (
                t.day(row.week),
                t.country(row.country) if row.country else t.gettext("Unknown"),
                _count(row.count, t),
            )
            for row in group
        ]
        yield OpenedProduct(gtin, names.get(gtin) or gtin or t.gettext("Units and other things"), lines)


def _count(count: int, t: Texts) -> str:
    """Few openings could be those of somebody whom the brand knows."""
    return t.number(count) if count >= store.FEW else f"<{store.FEW}"


def _names(session: Session, brand_id: str, t: Texts) -> dict[str, str]:
    asked = select(Product.gtin, Product.name).where(Product.brand_id == brand_id)
    return {gtin: t.named(name) for gtin, name in session.execute(asked)}
