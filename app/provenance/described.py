"""Which elements of master data fit what a query asks, so that it asks for what names them. Only reads."""

from collections.abc import Iterator

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.readers import PUBLIC, Reader
from app.epcis.context import STANDARD_PREFIXES
from app.epcis.described import Described
from app.epcis.elements_named import names_one_of
from app.epcis.query import Naming, Query, narrowed
from app.epcis.vocabulary import BIZ_STEP, DISPOSITION
from app.models.brands import Brand
from app.models.products import MasterData
from ledger.log import opened

_COLUMNS = {"readPoint": "read_point", "bizLocation": "biz_location"}
_WORDS = {"bizStep": ("biz_step", BIZ_STEP), "disposition": ("disposition", DISPOSITION)}
_CLASSES = ("epc_class", "child_class", "input_class", "output_class")


def resolved(session: Session, brand_id: str, query: Query, reader: Reader) -> Query:
    """The query, narrowed to what has the asked master data; what its reader may not see, nothing has."""
    for each in query.described:
        keys = tuple(_keys(session, brand_id, each, reader))
        query = narrowed(query, _named(each.field, keys))
    return query


def _named(field: str, keys: tuple[str, ...]) -> Query:
    """The events that name one of these elements in this field."""
    if field in _COLUMNS:
        return Query(equal={_COLUMNS[field]: keys})
    if field in _WORDS:
        column, words = _WORDS[field]
        return Query(equal={column: tuple(words.bare(key, STANDARD_PREFIXES) for key in keys)})
    if field == "epcClass":
        return Query(names=(Naming(_CLASSES, keys),))
    return Query(conditions=(names_one_of(field, keys),))


def _keys(session: Session, brand_id: str, asked: Described, reader: Reader) -> Iterator[str]:
    rows = session.scalars(select(MasterData).where(MasterData.brand_id == brand_id)).all()
    seen = {row.submission_id: row.key for row in rows if reader.sees(row.partner_id) > PUBLIC}
    log_id = session.scalars(select(Brand.log_id).where(Brand.id == brand_id)).one()
    for submission_id, parts in opened(session, log_id, list(seen), reader.classes).items():
        if any(asked.fits(orjson.loads(part.value)) for part in parts if part.path == "commercial:element"):
            yield seen[submission_id]
