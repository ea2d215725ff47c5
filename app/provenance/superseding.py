"""What is corrected by a newer row of its own: an inspection, an audit. Each has one correction at most."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.quality import Audit, Inspection
from app.provenance.errors import AlreadyCorrected, Refused

Row = TypeVar("Row", Inspection, Audit)


def supersede(session: Session, row: Row, same: Sequence[str], what: str, rule: str) -> None:
    """Let `row` take the place of the one that it corrects, which must agree with it in the columns `same`.

    `what` is the noun of an error's sentence. Raises Refused with `rule`, or AlreadyCorrected.
    """
    table = type(row)
    old = session.scalar(select(table).where(table.brand_id == row.brand_id, table.id == row.supersedes_id))
    if old is None or any(getattr(old, name) != getattr(row, name) for name in same):
        raise Refused("supersedes", rule)
    free = update(table).where(table.id == old.id, table.superseded_by.is_(None))
    if session.connection().execute(free.values(superseded_by=row.id)).rowcount != 1:
        raise AlreadyCorrected(f"this {what} has a correction already; correct that one")
