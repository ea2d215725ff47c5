"""The queries that a brand keeps under names. What a query may say is decided in app/epcis/definition."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from app.epcis.definition import Definition
from app.ids import new_id
from app.models.products import NamedQuery
from app.provenance.errors import NameTaken
from app.provenance.upsert import dialect_of, insert_into

_QUERY: Table = NamedQuery.__table__  # type: ignore[assignment]


def keep(session: Session, brand_id: str, definition: Definition, now: datetime) -> None:
    """Keep a query under its name. Raises NameTaken, also when somebody else takes it at the same moment."""
    row = {
        "id": new_id(),
        "brand_id": brand_id,
        "name": definition.name,
        "query": definition.query,
        "created_at": now,
    }
    kept = insert_into(_QUERY, dialect_of(session)).values(row).on_conflict_do_nothing().returning(_QUERY.c.id)
    if session.connection().execute(kept).first() is None:
        raise NameTaken(definition.name)


def drop(session: Session, brand_id: str, name: str) -> bool:
    """Forget a query; False where the brand has none of this name."""
    named = delete(NamedQuery).where(NamedQuery.brand_id == brand_id, NamedQuery.name == name)
    return session.connection().execute(named).rowcount == 1


def named(session: Session, brand_id: str, name: str) -> NamedQuery | None:
    """The query of this name."""
    return session.scalar(select(NamedQuery).where(NamedQuery.brand_id == brand_id, NamedQuery.name == name))


def listed(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[NamedQuery]:
    """Queries, the oldest first, from behind the id `after` on."""
    asked = select(NamedQuery).where(NamedQuery.brand_id == brand_id, NamedQuery.id > after)
    return session.scalars(asked.order_by(NamedQuery.id).limit(limit)).all()
