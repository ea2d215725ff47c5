"""Master data of EPCIS documents: what is below what, for queries "with descendants"; each element is an entry."""

from collections.abc import Iterable
from datetime import datetime

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.epcis.masterdata import Element
from app.models.brands import Brand
from app.models.products import MasterData
from app.provenance.errors import NotAllowed
from app.record import record
from ledger.log import opened

_PATH = "commercial:element"
_DEEPEST = 64


def describe(
    session: Session, brand: Brand, elements: Iterable[Element], *, partner_id: str | None, now: datetime
) -> int:
    """Keep master data; what says the same as before changes nothing. How many elements were new or changed.

    Durable when the caller's transaction is. Raises NotAllowed where a partner speaks of what another described.
    """
    return sum(_describe_one(session, brand, each, partner_id, now) for each in elements)


def _describe_one(session: Session, brand: Brand, element: Element, partner_id: str | None, now: datetime) -> bool:
    value = orjson.dumps(element.value, option=orjson.OPT_SORT_KEYS)
    known = session.get(MasterData, (brand.id, element.key, element.kind))
    if known is not None:
        if partner_id not in (None, known.partner_id):
            raise NotAllowed(f"{element.key} was described by somebody else")
        before = opened(session, brand.log_id, [known.submission_id], {"commercial"})
        if any(each.value == value for each in before.get(known.submission_id, ())):
            return False
    receipt = record(
        session,
        brand.log_id,
        EntryType.MASTER_DATA_DESCRIBED,
        {"kind": element.kind, "id": element.key, "children": len(element.children), "partner": partner_id},
        now=now,
        openings={_PATH: value},
        author=partner_id,
    )
    row = known or MasterData(brand_id=brand.id, key=element.key, kind=element.kind, partner_id=partner_id)
    row.children, row.submission_id, row.described_at = list(element.children), receipt.submission_id, now
    if known is None:
        session.add(row)
        session.flush()  # the same element may stand in the document again
    return True


def descendants(session: Session, brand_id: str, keys: Iterable[str]) -> frozenset[str]:
    """These keys and all that is below them, over however many steps; a circle ends where it began."""
    found = frozenset(keys)
    edge = found
    for _ in range(_DEEPEST):
        asked = select(MasterData.children).where(MasterData.brand_id == brand_id, MasterData.key.in_(edge))
        edge = frozenset(child for children in session.scalars(asked) for child in children) - found
        if not edge:
            break
        found |= edge
    return found
