"""Whether something is called back: the same walk as a recall's own, from the other end. Reads only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, or_, select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.products import Recall
from app.provenance import trace
from app.provenance.way import Passed
from ledger.quick import Quick, both

_RECALL: Table = Recall.__table__  # type: ignore[assignment]

_OPEN = Quick(
    both(
        select(_RECALL)
        .where(_RECALL.c.brand_id == bindparam("brand"))
        .where(or_(_RECALL.c.closed_at.is_(None), _RECALL.c.closed_at > bindparam("now")))
        .order_by(_RECALL.c.opened_at.desc(), _RECALL.c.id.desc())
    )
)


def open_recall_of(
    session: Session, brand_id: str, family: Sequence[str], passed: Iterable[Passed], now: datetime
) -> Any:
    """The newest open recall of the thing, of what it belongs to or was in, or of what it was made of; else None.

    `family` begins with the thing. A brand that calls nothing back now, as most, costs one statement.
    """
    recalls = _OPEN.rows(session.connection(), {"brand": brand_id, "now": now})
    if not recalls:
        return None
    near = {*family, *(each.via for each in passed if each.via)}
    direct = next((row for row in recalls if row.key in near), None)
    if direct is recalls[0]:
        return direct
    above = _above(session, brand_id, family[0])
    return next((row for row in recalls if row.key in near or row.key in above), None)


def _above(session: Session, brand_id: str, key: str) -> set[str]:
    """All that a recall may name to reach this: what it was made of, what held that, and their products."""
    things = trace.up(session, brand_id, key).things
    around = trace.holders(session, brand_id, things)
    return {*things, *around, *(above for each in things for above in identifiers.parents(each))}
