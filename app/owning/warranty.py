"""Warranty: its terms by product and country, and until when it runs for one item. What is unknown is said so."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.owning import OwnedItem, Warranty
from app.owning.facts import warranty_body
from app.owning.places import check_country, check_href, product_of
from app.provenance.errors import Refused
from app.provenance.touch import touch
from app.record import record

STARTS = ("claim", "purchase")
_MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class Until:
    """Until when a warranty runs, or why that is not known (`no_terms`, `no_purchase`, `no_claim`)."""

    state: Literal["day", "none", "no_terms", "no_purchase", "no_claim"]
    day: date | None = None
    by_repair: bool = False


def until(terms: Any, item: OwnedItem | None, repaired: Iterable[date]) -> Until:
    """Until when the warranty of an item runs under these terms. Pure."""
    if terms is None:
        return Until("no_terms")
    if not terms.months:
        return Until("none")
    begun = None
    if item is not None:
        begun = item.sold_on if terms.starts == "purchase" else item.first_claimed_on
    if begun is None:
        return Until("no_purchase" if terms.starts == "purchase" else "no_claim")
    first = months_after(begun, terms.months)
    # A repair made after the warranty had ended does not wake it up again.
    last = first
    for day in sorted(repaired):
        if terms.repair_months and begun <= day <= last:
            last = max(last, months_after(day, terms.repair_months))
    return Until("day", last, by_repair=last > first)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def set_warranty(
    session: Session,
    brand: Brand,
    *,
    gtin: str,
    country: str = "",
    months: int,
    starts: str = "claim",
    repair_months: int = 0,
    href: str | None = None,
    now: datetime,
) -> Warranty:
    """Say the terms of a product in a country, or, without one, everywhere else. 0 months: there is none.

    `repair_months`: how long an authorised repair lets it run at least. Raises Refused naming the field.
    """
    gtin = product_of(session, brand.id, gtin)
    check_country(country)
    check_href(href)
    if starts not in STARTS:
        raise Refused("starts", f"must be one of {', '.join(STARTS)}")
    for field, number in (("months", months), ("repair_months", repair_months)):
        if not 0 <= number <= _MOST_MONTHS:
            raise Refused(field, f"must be 0 to {_MOST_MONTHS}")
    said = {"months": months, "starts": starts, "repair_months": repair_months, "href": href}
    place = Warranty.brand_id == brand.id, Warranty.gtin == gtin, Warranty.country == country
    row = session.scalars(select(Warranty).where(*place).with_for_update()).one_or_none()
    if row and all(getattr(row, name) == value for name, value in said.items()):
        return row
    if row is None:
        row = Warranty(id=new_id(), brand_id=brand.id, gtin=gtin, country=country)
    for name, value in said.items():
        setattr(row, name, value)
    receipt = record(session, brand.log_id, EntryType.WARRANTY_SET, warranty_body(row), now=now)
    row.submission_id, row.changed_at = receipt.submission_id, now
    session.add(row)
    session.flush()
    touch(session, brand.id, [f"/01/{gtin}"], now)
    return row


def terms_of(session: Session, brand_id: str, gtin: str) -> Sequence[Warranty]:
    """Every line of a product, the one for everywhere else first."""
    asked = select(Warranty).where(Warranty.brand_id == brand_id, Warranty.gtin == gtin)
    return session.scalars(asked.order_by(Warranty.country)).all()
