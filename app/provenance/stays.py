"""The stays of things inside things, as far as they lead: one statement for any number of keys. Reads only."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Table, bindparam, exists, select, true
from sqlalchemy.orm import Session

from app.models.products import Containment, EpcisEvent, EventKey
from app.provenance.among import among
from app.provenance.spans import ALWAYS, Span, Step

_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_INSIDE: Table = Containment.__table__  # type: ignore[assignment]

_CHILDREN = ("child", "child_class")


def steps(
    session: Session, brand_id: str, keys: Iterable[str], *, outwards: bool, partner_id: str | None = None
) -> list[Step]:
    """Every stay that leads away from these keys, and from where it leads; UNION ends a circle. One statement.

    With a partner, only the stays that its own events say.
    """
    near, far = (_INSIDE.c.child_key, _INSIDE.c.parent_key)
    if not outwards:
        near, far = far, near
    columns = (near.label("near"), far.label("far"), _INSIDE.c.from_at, _INSIDE.c.until_at)
    mine = (_INSIDE.c.brand_id == bindparam("brand", brand_id)) & _packed_by(partner_id)
    first = select(*columns).where(mine, among(session, near, keys)).cte("away", recursive=True)
    after = select(*columns).join(first, first.c.far == near).where(mine)
    rows = session.connection().execute(select(first.union(after)))
    return [Step(row.near, row.far, Span(row.from_at, row.until_at or ALWAYS.end)) for row in rows]


def _packed_by(partner_id: str | None) -> ColumnElement[bool]:
    """That an event of the partner names both ends of a stay."""
    if partner_id is None:
        return true()
    outer, inner = _KEY.alias("outer_key"), _KEY.alias("inner_key")
    return exists().where(
        inner.c.brand_id == _INSIDE.c.brand_id,
        inner.c.key == _INSIDE.c.child_key,
        inner.c.role.in_(_CHILDREN),
        outer.c.event == inner.c.event,
        outer.c.key == _INSIDE.c.parent_key,
        outer.c.role == "parent",
        _EVENT.c.id == inner.c.event,
        _EVENT.c.partner_id == partner_id,
    )
