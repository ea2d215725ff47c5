"""What is said of goods for the border and of their mass: kept by key, each saying an entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.carbon import cbam
from app.entries import EntryType
from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.carbon import GoodsFacts
from app.models.products import Passport, Product
from app.provenance.errors import Refused
from app.provenance.touch import touch
from app.record import record

Described = tuple[str, dict[str, str]]


def describe(session: Session, brand: Brand, *, key: str, facts: Mapping[str, str], now: datetime) -> GoodsFacts:
    """Say everything about a product, lot or item anew; the same again changes nothing. Raises Refused.

    The facts are commercial: the entry only commits to them.
    """
    key = identifiers.canonical(key)
    if session.get(Passport, (key, brand.id)) is None:
        raise Refused("key", "nothing has been recorded of this thing")
    kept = cbam.checked(facts)
    session.scalars(select(Brand.id).where(Brand.id == brand.id).with_for_update()).one()  # one change at a time
    row = session.get(GoodsFacts, (brand.id, key), populate_existing=True)
    if row and row.facts == kept:
        return row
    said = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    openings = {"commercial:facts": said}
    receipt = record(session, brand.log_id, EntryType.GOODS_DESCRIBED, {"key": key}, now=now, openings=openings)
    row = row or GoodsFacts(brand_id=brand.id, key=key)
    row.facts, row.submission_id, row.described_at = kept, receipt.submission_id, now
    session.add(row)
    session.flush()
    touch(session, brand.id, [key], now)
    return row


def described(session: Session, brand_id: str, keys: Sequence[str] = ()) -> list[Described]:
    """Goods and what is said of them for the border, a lot with what its product says; all goods without `keys`.

    A product whose lots are described stands in no row of its own.
    """
    mine = select(GoodsFacts.key, GoodsFacts.facts).where(GoodsFacts.brand_id == brand_id)
    said = {row.key: row.facts for row in session.execute(mine)}
    wanted = [identifiers.canonical(key) for key in keys] or _narrowest(said)
    origins = _origins(session, brand_id, wanted)
    found = [(key, _of(key, said, origins)) for key in wanted]
    return [(key, facts) for key, facts in found if keys or cbam.is_asked(facts)]


def described_one(session: Session, brand_id: str, key: str) -> Described | None:
    """The same of one thing; None where the brand has recorded nothing of it."""
    if session.get(Passport, (key, brand_id)) is None:
        return None
    return described(session, brand_id, [key])[0]


def own_facts(session: Session, brand_id: str, key: str) -> dict[str, str]:
    """What is said of this key itself, without what its product says."""
    row = session.get(GoodsFacts, (brand_id, key))
    return row.facts if row else {}


def _narrowest(said: Mapping[str, dict[str, str]]) -> list[str]:
    wide = {parent for key in said for parent in identifiers.parents(key)}
    return sorted(key for key in said if key not in wide)


def _of(key: str, said: Mapping[str, dict[str, str]], origins: Mapping[str, str]) -> dict[str, str]:
    family = [*reversed(identifiers.parents(key)), key]
    country = origins.get(identifiers.gtin(key) or "")
    given = {"country_of_origin": country} if country else {}
    return cbam.merged([given, *(said.get(each, {}) for each in family)])


def _origins(session: Session, brand_id: str, keys: Sequence[str]) -> dict[str, str]:
    """Where the products of these keys come from, as the brand described them."""
    gtins = {gtin for key in keys if (gtin := identifiers.gtin(key))}
    asked = select(Product.gtin, Product.origin_country).where(
        Product.brand_id == brand_id, Product.gtin.in_(gtins), Product.origin_country.is_not(None)
    )
    return {row.gtin: row.origin_country for row in session.execute(asked)}
