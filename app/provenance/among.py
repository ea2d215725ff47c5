"""A condition over any number of keys: the whole list travels as one parameter. No subject lives here."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Integer, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.provenance.upsert import dialect_of


def among(session: Session, column: ColumnElement[Any], values: Iterable[str | int]) -> ColumnElement[bool]:
    """Whether the column holds one of these texts or whole numbers, however many they are."""
    listed = list(values)
    if dialect_of(session) == "postgresql":
        kind = BigInteger() if isinstance(column.type, Integer) else Text()
        return column == any_(bindparam(None, listed, type_=ARRAY(kind)))
    each = func.json_each(orjson.dumps(listed).decode()).table_valued("value")
    return column.in_(select(each.c.value))
