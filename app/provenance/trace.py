"""Up and down from a thing: what it was made of, what became of it, and what held it when. Reads only.

A statement for a whole generation, never one for each thing. A circle ends, because nothing is walked twice.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, exists, select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.products import Containment, EpcisEvent, EventKey, Passport
from app.provenance.among import among
from app.provenance.spans import ALWAYS, Span, Step, walk

_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_PASSPORT: Table = Passport.__table__  # type: ignore[assignment]
_INSIDE: Table = Containment.__table__  # type: ignore[assignment]

INPUTS = ("input", "input_class")
OUTPUTS = ("output", "output_class")

Spans = Mapping[str, tuple[Span, ...]]


class Link(NamedTuple):
    """One step, from what was before to what came of it. kind: `lot`, `product`, `inside` or `made`.

    Of `made` one end is the event, `event:{row}`: ten things made of ten others are twenty links, not a hundred.
    """

    source: str
    target: str
    kind: str
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(slots=True)
class Trace:
    """What was reached from `start`: `things` by their distance, `units` by the times they held one of them.

    `events` are the transformations that were passed, by row, with their time.
    """

    start: str
    things: dict[str, int] = field(default_factory=dict)
    units: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    events: dict[int, datetime] = field(default_factory=dict)
    links: dict[Link, None] = field(default_factory=dict)


def down(session: Session, brand_id: str, key: str) -> Trace:
    """What became of a thing: the items of a lot, what was made of them, what that is or was inside of.

    Of a container it is what it held. The other contents of a container are not reached.
    """
    found = Trace(key)
    fresh = _opened(session, brand_id, found, key)
    while fresh:
        below = _items(session, brand_id, found, fresh)
        around = _held(session, brand_id, found, fresh)
        below |= _made(session, brand_id, found, {**around, **_always(fresh)}, INPUTS, OUTPUTS)
        fresh = _new(found, below)
    return found


def up(session: Session, brand_id: str, key: str) -> Trace:
    """What a thing was made of, step by step back to the first; of a container, of what it held."""
    found = Trace(key)
    fresh = _opened(session, brand_id, found, key)
    siblings = set(fresh)  # of a lot that was used all items count; of the lot of one item only the lot
    while fresh:
        above = _lots(session, brand_id, found, fresh) - found.things.keys()
        items = _items(session, brand_id, found, siblings & fresh) - found.things.keys()
        made = _made(session, brand_id, found, _always({*fresh, *above, *items}), OUTPUTS, INPUTS)
        made |= _contents_when_used(session, brand_id, found, made)
        _new(found, above | items)
        fresh = siblings = _new(found, made)
    return found


def contents(session: Session, brand_id: str, units: Spans) -> dict[str, tuple[Span, ...]]:
    """What was inside these at the given times, and inside that, each with its times; the units themselves too."""
    return walk(units, _steps(session, brand_id, units, outwards=False))


def holders(session: Session, brand_id: str, keys: Collection[str]) -> dict[str, tuple[Span, ...]]:
    """What held these at whatever time, and what held that meanwhile, each with its times; without the keys."""
    found = walk(_always(keys), _steps(session, brand_id, keys, outwards=True))
    return {key: spans for key, spans in found.items() if key not in keys}


def _opened(session: Session, brand_id: str, found: Trace, key: str) -> set[str]:
    """Where a walk begins: at the thing, and at all that it held when it is a container."""
    inside = contents(session, brand_id, {key: (ALWAYS,)})
    found.things.update((each, int(each != key)) for each in inside)
    for step in _steps(session, brand_id, [key], outwards=False):
        found.links[_stay(step.far, step.near, step.span)] = None
    return set(inside)


def _new(found: Trace, keys: set[str]) -> set[str]:
    """Those of the keys that were not reached before; they are from now on."""
    fresh = keys - found.things.keys()
    distance = 1 + max(found.things.values(), default=0)
    found.things.update(dict.fromkeys(sorted(fresh), distance))
    return fresh


def _always(keys: Iterable[str]) -> dict[str, tuple[Span, ...]]:
    return dict.fromkeys(keys, (ALWAYS,))


def _items(session: Session, brand_id: str, found: Trace, keys: set[str]) -> set[str]:
    """The items of these lots, the lots and items of these products."""
    if not keys:
        return set()
    mine = select(_PASSPORT.c.key, _PASSPORT.c.lot_key).where(_PASSPORT.c.brand_id == brand_id)
    rows = session.connection().execute(mine.where(among(session, _PASSPORT.c.lot_key, keys))).all()
    links = [Link(row.lot_key, row.key, "lot") for row in rows]
    for key in (each for each in keys if identifiers.level(each) == "product"):
        if number := identifiers.gtin(key):
            below = session.scalars(
                select(_PASSPORT.c.key).where(
                    _PASSPORT.c.brand_id == brand_id, _PASSPORT.c.gtin == number, _PASSPORT.c.key != key
                )
            )
            links += (Link(key, each, "product") for each in below)
    found.links.update(dict.fromkeys(links))
    return {link.target for link in links}


def _lots(session: Session, brand_id: str, found: Trace, keys: set[str]) -> set[str]:
    """The lots of these items."""
    asked = select(_PASSPORT.c.key, _PASSPORT.c.lot_key).where(
        _PASSPORT.c.brand_id == brand_id, _PASSPORT.c.lot_key.is_not(None), among(session, _PASSPORT.c.key, keys)
    )
    links = [Link(row.lot_key, row.key, "lot") for row in session.connection().execute(asked)]
    found.links.update(dict.fromkeys(links))
    return {link.source for link in links}


def _held(session: Session, brand_id: str, found: Trace, keys: set[str]) -> dict[str, tuple[Span, ...]]:
    """What held these, kept in the trace with its times."""
    steps = _steps(session, brand_id, keys, outwards=True)
    around = walk(_always(keys), steps)
    for step in steps:
        if step.near in around:
            found.links[_stay(step.near, step.far, step.span)] = None
    units = {key: spans for key, spans in around.items() if key not in found.things}
    for key, spans in units.items():
        found.units[key] = tuple(sorted({*found.units.get(key, ()), *spans}))
    return units


def _made(
    session: Session, brand_id: str, found: Trace, near: Spans, here: tuple[str, ...], there: tuple[str, ...]
) -> set[str]:
    """The other side of the transformations that name one of these at a time that counts. Two statements."""
    asked = (
        select(_KEY.c.event, _KEY.c.key, _EVENT.c.event_time)
        .join_from(_KEY, _EVENT, _EVENT.c.id == _KEY.c.event)
        .where(_KEY.c.brand_id == brand_id, _KEY.c.role.in_(here), among(session, _KEY.c.key, near))
        .where(not_in_error())
    )
    rows = [
        row
        for row in session.connection().execute(asked)
        if any(span.has(row.event_time) for span in near[row.key])
    ]
    if not rows:
        return set()
    found.events.update((row.event, row.event_time) for row in rows)
    events = {row.event for row in rows}
    other = select(_KEY.c.event, _KEY.c.key).where(_KEY.c.role.in_(there), among(session, _KEY.c.event, events))
    beyond = session.connection().execute(other).all()
    forwards = here == INPUTS
    _keep_made(found, rows, before=forwards)
    _keep_made(found, beyond, before=not forwards)
    return {row.key for row in beyond}


def _keep_made(found: Trace, rows: Iterable[Any], *, before: bool) -> None:
    for row in rows:
        event = f"event:{row.event}"
        found.links[Link(row.key, event, "made") if before else Link(event, row.key, "made")] = None


def _contents_when_used(session: Session, brand_id: str, found: Trace, keys: set[str]) -> set[str]:
    """What was in the containers among these at the moment when a transformation took them."""
    used: dict[str, tuple[Span, ...]] = {}
    for link in list(found.links):
        if link.kind == "made" and link.source in keys and link.source not in found.things:
            at = found.events[int(link.target.removeprefix("event:"))]
            used[link.source] = (*used.get(link.source, ()), Span(at, at))
    if not used:
        return set()
    inside = contents(session, brand_id, used)
    for step in _steps(session, brand_id, used, outwards=False):
        if step.far in inside:
            found.links[_stay(step.far, step.near, step.span)] = None
    return inside.keys() - keys


def _stay(inner: str, outer: str, span: Span) -> Link:
    return Link(inner, outer, "inside", span.start, None if span.end == ALWAYS.end else span.end)


def _steps(session: Session, brand_id: str, keys: Iterable[str], *, outwards: bool) -> list[Step]:
    """Every stay that leads away from these keys, and from where it leads; UNION ends a circle. One statement."""
    near, far = (_INSIDE.c.child_key, _INSIDE.c.parent_key)
    if not outwards:
        near, far = far, near
    columns = (near.label("near"), far.label("far"), _INSIDE.c.from_at, _INSIDE.c.until_at)
    mine = _INSIDE.c.brand_id == bindparam("brand", brand_id)
    first = select(*columns).where(mine, among(session, near, keys)).cte("away", recursive=True)
    after = select(*columns).join(first, first.c.far == near).where(mine)
    rows = session.connection().execute(select(first.union(after)))
    return [Step(row.near, row.far, Span(row.from_at, row.until_at or ALWAYS.end)) for row in rows]


def not_in_error() -> Any:
    """That nobody declared the event an error: neither this revision of it nor a later one."""
    other = _EVENT.alias("other")
    return ~exists().where(
        other.c.brand_id == _EVENT.c.brand_id,
        other.c.event_id == _EVENT.c.event_id,
        other.c.error_declared,
    )
