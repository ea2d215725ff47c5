"""What is inside what, by aggregation and association events: ADD opens, DELETE closes (EPCIS 2.0, 7.4.3).

Rows follow the time of the events, not their order of arrival: an event that comes late rebuilds its container.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.models.products import Containment, EpcisEvent, EventKey
from ledger.quick import Quick, both

_ROW: Table = Containment.__table__  # type: ignore[assignment]
_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_KEY: Table = EventKey.__table__  # type: ignore[assignment]

TYPES = ("AggregationEvent", "AssociationEvent")
_CHILD_ROLES = ("child", "child_class")
_DEEPEST = 8  # item, case, pallet, container, vessel, and some to spare


# The rows of what held something, by the key of what they held.
Around = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Stay:
    """A time inside a container; `until_at` None: still inside. `from_at` is None only for the thing itself."""

    parent_key: str
    from_at: datetime | None
    until_at: datetime | None


def follow(
    session: Session, brand_id: str, *, parent: str, children: Sequence[str], action: str | None, at: datetime
) -> None:
    """Bring the rows of `parent` up to an aggregation event that has just been stored."""
    if action == "OBSERVE" or action is None:
        return
    if _has_later(session, brand_id, parent, at):
        rebuild(session, brand_id, parent)
    elif action == "ADD":
        _open(session, brand_id, parent, children, at)
    else:
        _close(session, brand_id, parent, children, at)


def rebuild(session: Session, brand_id: str, parent: str) -> None:
    """Derive the rows of `parent` anew from all its events that were not declared an error."""
    session.execute(delete(_ROW).where(_ROW.c.brand_id == brand_id, _ROW.c.parent_key == parent))
    of_this = {"brand": brand_id, "parent": parent}
    for event_id, action, at in session.execute(_EVENTS.order_by(_EVENT.c.event_time, _EVENT.c.id), of_this).all():
        children = session.scalars(
            select(_KEY.c.key).where(
                _KEY.c.brand_id == brand_id, _KEY.c.event == event_id, _KEY.c.role.in_(_CHILD_ROLES)
            )
        ).all()
        if action == "ADD":
            _open(session, brand_id, parent, children, at)
        elif action == "DELETE":
            _close(session, brand_id, parent, children, at)


def containers(session: Session, brand_id: str, keys: list[str]) -> Around:
    """What held these things, at whatever time, and what held that, and so on. One statement."""
    around: dict[str, list[Any]] = {}
    for row in _AROUND.rows(session.connection(), {"brand": brand_id, "keys": keys}):
        around.setdefault(row.child_key, []).append(row)
    return around


def stays(around: Around, key: str) -> list[Stay]:
    """Every time that a thing was inside something, the nearest container first.

    Containers of containers count too; a stay in an outer one is cut to the time inside the inner one.
    """
    found: list[Stay] = []
    inner = [Stay(key, None, None)]
    for _ in range(_DEEPEST):
        cuts = (_cut(stay, row) for stay in inner for row in around.get(stay.parent_key, ()))
        inner = [cut for cut in dict.fromkeys(cuts) if cut and cut not in found]
        found += inner
        if not inner:
            break
    return found


def inside(session: Session, brand_id: str, keys: Iterable[str]) -> set[str]:
    """Everything that is in these things now, and in what is in them."""
    found: set[str] = set()
    fresh = set(keys)
    for _ in range(_DEEPEST):
        held = select(_ROW.c.child_key).where(_ROW.c.brand_id == brand_id, _ROW.c.parent_key.in_(fresh))
        fresh = set(session.scalars(held.where(_ROW.c.until_at.is_(None)))) - found
        found |= fresh
        if not fresh:
            break
    return found


def _around() -> Select[Any]:
    """Every row that says what holds one of the keys, or holds what holds it; UNION ends a circle."""
    columns = (_ROW.c.child_key, _ROW.c.parent_key, _ROW.c.from_at, _ROW.c.until_at)
    mine = _ROW.c.brand_id == bindparam("brand")
    keys: BindParameter[list[str]] = bindparam("keys", expanding=True)
    nearest = select(*columns).where(mine, _ROW.c.child_key.in_(keys)).cte("around", recursive=True)
    outer = select(*columns).join(nearest, nearest.c.parent_key == _ROW.c.child_key).where(mine)
    return select(nearest.union(outer))


_AROUND = Quick(both(_around()))


def _cut(inner: Stay, row: Any) -> Stay | None:
    start = max(row.from_at, inner.from_at) if inner.from_at else row.from_at
    ends = [end for end in (row.until_at, inner.until_at) if end is not None]
    end = min(ends) if ends else None
    return Stay(row.parent_key, start, end) if end is None or start <= end else None


def _has_later(session: Session, brand_id: str, parent: str, at: datetime) -> bool:
    return _LATER.first(session.connection(), {"brand": brand_id, "parent": parent, "at": at}) is not None


def _events() -> Select[Any]:
    """Events of a container; an event that was declared an error, in whatever revision, never counts."""
    said = _EVENT.alias("said")
    wrong = select(said.c.id).where(
        said.c.brand_id == _EVENT.c.brand_id, said.c.event_id == _EVENT.c.event_id, said.c.error_declared
    )
    return (
        select(_EVENT.c.id, _EVENT.c.action, _EVENT.c.event_time)
        .join(_KEY, _KEY.c.event == _EVENT.c.id)
        .where(
            _KEY.c.brand_id == bindparam("brand"),
            _KEY.c.key == bindparam("parent"),
            _KEY.c.role == "parent",
            _EVENT.c.event_type.in_(TYPES),
            ~wrong.exists(),
        )
    )


_EVENTS = _events()
_LATER = Quick(both(_EVENTS.where(_EVENT.c.event_time > bindparam("at")).limit(1)))
_HELD = Quick(
    both(
        select(_ROW.c.child_key).where(
            _ROW.c.brand_id == bindparam("brand"),
            _ROW.c.parent_key == bindparam("parent"),
            _ROW.c.until_at.is_(None),
        )
    )
)
_PUT = Quick(both(insert(_ROW).values({each.name: bindparam(each.name) for each in _ROW.c if each.name != "id"})))


def _open(session: Session, brand_id: str, parent: str, children: Iterable[str], at: datetime) -> None:
    connection = session.connection()
    inside = {row.child_key for row in _HELD.rows(connection, {"brand": brand_id, "parent": parent})}
    rows = [
        {"brand_id": brand_id, "parent_key": parent, "child_key": child, "from_at": at, "until_at": None}
        for child in dict.fromkeys(children)
        if child not in inside
    ]
    if rows:
        _PUT.each(connection, rows)


def _close(session: Session, brand_id: str, parent: str, children: Sequence[str], at: datetime) -> None:
    """A DELETE without children takes everything out."""
    closing = update(_ROW).where(
        _ROW.c.brand_id == brand_id, _ROW.c.parent_key == parent, _ROW.c.until_at.is_(None)
    )
    if children:
        closing = closing.where(_ROW.c.child_key.in_(children))
    session.connection().execute(closing.values(until_at=at))
