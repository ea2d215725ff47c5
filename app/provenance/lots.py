"""What the brand says about its lots: their days and where they come from. Every description is an entry."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.products import Lot
from app.provenance.errors import Refused
from app.provenance.facts import lot_body
from app.provenance.texts import line
from app.provenance.touch import touch
from app.record import record
from app.texts import marked as _
from ledger.quick import Quick, both

DAYS = ("produced_on", "packed_on", "best_before", "expires_on")
FACTS = (*DAYS, "origin_country", "origin_place")

_LOT: Table = Lot.__table__  # type: ignore[assignment]
_KNOWN = Quick(both(select(_LOT).where(_LOT.c.brand_id == bindparam("brand"), _LOT.c.key == bindparam("key"))))
_COUNTRY = re.compile("[A-Z]{2}")


def describe(
    session: Session,
    brand: Brand,
    *,
    gtin: str,
    lot: str,
    produced_on: date | None = None,
    packed_on: date | None = None,
    best_before: date | None = None,
    expires_on: date | None = None,
    origin_country: str | None = None,
    origin_place: str | None = None,
    now: datetime,
) -> Lot:
    """Describe a lot, or say all of it anew; it has a passport after this. The same again changes nothing.

    `origin_country` is ISO 3166-1 alpha-2; what it leaves open is told by the product. Raises Refused naming the
    field.
    """
    key = key_of(gtin, lot)
    days = {"produced_on": produced_on, "packed_on": packed_on, "best_before": best_before}
    days["expires_on"] = expires_on
    _in_order(days)
    if origin_country is not None and not _COUNTRY.fullmatch(origin_country):
        raise Refused("origin_country", _("must be two capital letters, such as ID"))
    line("origin_place", origin_place, 120)
    facts = {**days, "origin_country": origin_country, "origin_place": origin_place}
    row = session.get(Lot, (brand.id, key))
    if row is not None and {name: getattr(row, name) for name in FACTS} == facts:
        return row
    return _say(session, brand, row or Lot(brand_id=brand.id, key=key, created_at=now), facts, now)


def key_of(gtin: str, lot: str) -> str:
    """The canonical key of a lot. Raises Refused for a GTIN or a lot number that GS1 does not allow."""
    number = gtin.strip().zfill(14)
    if not identifiers.elements_of(f"/01/{number}"):
        raise Refused("gtin", _("must be 8, 12, 13 or 14 digits with the right check digit"))
    key = identifiers.lot_of(f"/01/{number}", lot.strip())
    if key is None:
        raise Refused("lot", _("must be 1 to 20 letters, digits and signs that GS1 allows"))
    return key


def named(row: Lot) -> tuple[str, str]:
    """The GTIN and the number of a lot."""
    values = identifiers.values(row.key)
    return values["01"], values["10"]


def known(session: Session, brand_id: str, key: str) -> Any:
    """The row of the lot of this key, for its passport; None where the brand said nothing of it."""
    if "/10/" not in key:
        return None
    return _KNOWN.first(session.connection(), {"brand": brand_id, "key": key})


def page(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[Lot]:
    """The brand's lots by their keys, from behind `after` on."""
    asked = select(Lot).where(Lot.brand_id == brand_id, Lot.key > after)
    return session.scalars(asked.order_by(Lot.key).limit(limit)).all()


def written(session: Session, brand: Brand) -> Iterator[list[str]]:
    """The lots as rows of a table: GTIN, number, and what is said of them."""
    for row in session.scalars(select(Lot).where(Lot.brand_id == brand.id).order_by(Lot.key)):
        cells = (getattr(row, name) for name in FACTS)
        yield [*named(row), *("" if each is None else str(each) for each in cells)]


def _in_order(days: Mapping[str, date | None]) -> None:
    """Nothing ends, nor is packed, before it is made."""
    made = days["produced_on"]
    for name in DAYS[1:]:
        day = days[name]
        if made and day and day < made:
            raise Refused(name, _("must not be before produced_on"))


def _say(session: Session, brand: Brand, row: Lot, facts: Mapping[str, Any], now: datetime) -> Lot:
    for name, value in facts.items():
        setattr(row, name, value)
    receipt = record(session, brand.log_id, EntryType.LOT_DESCRIBED, lot_body(row), now=now)
    row.submission_id, row.updated_at = receipt.submission_id, now
    session.add(row)
    session.flush()
    touch(session, brand.id, [row.key], now)
    return row
