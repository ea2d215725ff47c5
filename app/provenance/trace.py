"""Up and down from a thing: what it was made of, what became of it, and what held it when. Reads only.

A statement for a whole generation, never one for each thing. A circle ends, because nothing is walked twice.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, exists, select, true
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.products import EpcisEvent, EventKey, Passport
from app.provenance.among import among
from app.provenance.spans import ALWAYS, Span, Step, walk
from app.provenance.stays import steps

_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_PASSPORT: Table = Passport.__table__  # type: ignore[assignment]

INPUTS = ("input", "input_class")
OUTPUTS = ("output", "output_class")

Spans = Mapping[str, tuple[Span, ...]]


class Link(NamedTuple):
    """One step, from what was before to what came of it. kind: `lot`, `product`, `inside` or `made`.

    Of `made` one end is the act, `event:{row}`: ten things made of ten others are twenty links, not a hundred.
    Events that share a transformationID are one act; `event` is the row of the one that names the other end.
    """

    source: str
    target: str
    kind: str
    from_at: datetime | None = None
    until_at: datetime | None = None
    event: int | None = None


@dataclass(slots=True)
class Trace:
    """What was reached from `start`: `things` by their distance, `units` by the times they held one of them.

    `events` are the transformation events that were passed, by row, with their time; `acts` the act of each.
    """

    start: str
    things: dict[str, int] = field(default_factory=dict)
    units: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    events: dict[int, datetime] = field(default_factory=dict)
    acts: dict[int, int] = field(default_factory=dict)
    links: dict[Link, None] = field(default_factory=dict)


def down(session: Session, brand_id: str, key: str, partner_id: str | None = None) -> Trace:
    """What became of a thing: the items of a lot, what was made of them, what that is or was inside of.

    Of a container it is what it held. The other contents of a container are not reached. With a partner, only what
    the events of this partner say.
    """
    way = _Walk(session, brand_id, partner_id, Trace(key))
    fresh = way.begin()
    while fresh:
        below = way.items(fresh)
        around = way.held(fresh)
        below |= {link.target for link in way.made({**around, **_always(fresh)}, INPUTS, OUTPUTS)}
        fresh = way.new(below)
    return way.found


def up(session: Session, brand_id: str, key: str, partner_id: str | None = None) -> Trace:
    """What a thing was made of, step by step back to the first; of a container, of what it held."""
    way = _Walk(session, brand_id, partner_id, Trace(key))
    fresh = way.begin()
    siblings = set(fresh)  # of a lot that was used all items count; of the lot of one item only the lot
    while fresh:
        above = way.lots(fresh) - way.found.things.keys()
        items = way.items(siblings & fresh) - way.found.things.keys()
        links = way.made(_always({*fresh, *above, *items}), OUTPUTS, INPUTS)
        made = {link.source for link in links} | way.contents_when_used(links)
        way.new(above | items)
        fresh = siblings = way.new(made)
    return way.found


def contents(session: Session, brand_id: str, units: Spans) -> dict[str, tuple[Span, ...]]:
    """What was inside these at the given times, and inside that, each with its times; the units themselves too."""
    return walk(units, steps(session, brand_id, units, outwards=False))


def holders(session: Session, brand_id: str, keys: Collection[str]) -> dict[str, tuple[Span, ...]]:
    """What held these at whatever time, and what held that meanwhile, each with its times; without the keys."""
    found = walk(_always(keys), steps(session, brand_id, keys, outwards=True))
    return {key: spans for key, spans in found.items() if key not in keys}


def names(session: Session, brand_id: str, key: str, partner_id: str | None) -> bool:
    """Whether the record names the thing: as far as this partner wrote it, where one is given."""
    asked = select(_PASSPORT.c.key).where(_PASSPORT.c.brand_id == brand_id, _PASSPORT.c.key == key)
    return session.scalar(asked.where(_named_by(partner_id))) is not None


@dataclass(slots=True)
class _Walk:
    """One walk through a brand's record, as far as a partner wrote it, where one is given."""

    session: Session
    brand_id: str
    partner_id: str | None
    found: Trace
    distance: int = 0

    def begin(self) -> set[str]:
        """At the thing, and at all that it held when it is a container."""
        key = self.found.start
        stays = self._steps([key], outwards=False)
        inside = walk({key: (ALWAYS,)}, stays)
        self.found.things.update((each, int(each != key)) for each in inside)
        self.distance = int(len(inside) > 1)
        self._keep(_stay(step.far, step.near, step.span) for step in stays)
        return set(inside)

    def new(self, keys: set[str]) -> set[str]:
        """Those of the keys that were not reached before; they are from now on."""
        fresh = keys - self.found.things.keys()
        self.distance += bool(fresh)
        self.found.things.update(dict.fromkeys(sorted(fresh), self.distance))
        return fresh

    def items(self, keys: set[str]) -> set[str]:
        """The items of these lots, the lots and items of these products."""
        if not keys:
            return set()
        mine = select(_PASSPORT.c.key, _PASSPORT.c.lot_key).where(_PASSPORT.c.brand_id == self.brand_id)
        mine = mine.where(_named_by(self.partner_id))
        rows = self._rows(mine.where(among(self.session, _PASSPORT.c.lot_key, keys)))
        links = [Link(row.lot_key, row.key, "lot") for row in rows]
        for key in (each for each in keys if identifiers.level(each) == "product"):
            if number := identifiers.gtin(key):
                below = mine.where(_PASSPORT.c.gtin == number, _PASSPORT.c.key != key)
                links += (Link(key, row.key, "product") for row in self._rows(below))
        self._keep(links)
        return {link.target for link in links}

    def lots(self, keys: set[str]) -> set[str]:
        """The lots of these items."""
        asked = select(_PASSPORT.c.key, _PASSPORT.c.lot_key).where(
            _PASSPORT.c.brand_id == self.brand_id,
            _PASSPORT.c.lot_key.is_not(None),
            among(self.session, _PASSPORT.c.key, keys),
            _named_by(self.partner_id),
        )
        links = [Link(row.lot_key, row.key, "lot") for row in self._rows(asked)]
        self._keep(links)
        return {link.source for link in links}

    def held(self, keys: set[str]) -> dict[str, tuple[Span, ...]]:
        """What held these, kept in the trace with its times."""
        stays = self._steps(keys, outwards=True)
        around = walk(_always(keys), stays)
        self._keep(_stay(step.near, step.far, step.span) for step in stays if step.near in around)
        units = {key: spans for key, spans in around.items() if key not in self.found.things}
        for key, spans in units.items():
            self.found.units[key] = tuple(sorted({*self.found.units.get(key, ()), *spans}))
        return units

    def made(self, near: Spans, here: tuple[str, ...], there: tuple[str, ...]) -> list[Link]:
        """The links to the other side of the transformations that name one of these at a time that counts."""
        mine = _KEY.c.brand_id == self.brand_id
        asked = self._naming(here).where(mine, among(self.session, _KEY.c.key, near), not_in_error())
        rows = [row for row in self._rows(asked) if any(span.has(row.event_time) for span in near[row.key])]
        if not rows:
            return []
        self._join(rows)
        acts = {self.found.acts[row.event] for row in rows}
        events = sorted(event for event, act in self.found.acts.items() if act in acts)
        beyond = self._rows(self._naming(there).where(among(self.session, _KEY.c.event, events)))
        forwards = here == INPUTS
        self._keep(self._links(rows, before=forwards))
        links = list(self._links(beyond, before=not forwards))
        self._keep(links)
        return links

    def contents_when_used(self, links: Iterable[Link]) -> set[str]:
        """What was in the containers among these sources at the moment when a transformation took them."""
        used: dict[str, tuple[Span, ...]] = {}
        for link in links:
            if link.event is not None and link.source not in self.found.things:
                at = self.found.events[link.event]
                used[link.source] = (*used.get(link.source, ()), Span(at, at))
        if not used:
            return set()
        stays = self._steps(used, outwards=False)
        inside = walk(used, stays)
        self._keep(_stay(step.far, step.near, step.span) for step in stays if step.far in inside)
        return inside.keys() - used.keys()

    def _join(self, rows: Iterable[Any]) -> None:
        """The acts of these events: all that share a transformationID are one (EPCIS 2.0, 7.4.6)."""
        self.found.acts.update((row.event, row.event) for row in rows if not row.transformation)
        shared = {row.transformation for row in rows if row.transformation}
        if not shared:
            return
        asked = select(_EVENT.c.id, _EVENT.c.transformation).where(
            _EVENT.c.brand_id == self.brand_id,
            among(self.session, _EVENT.c.transformation, shared),
            self._own(),
            not_in_error(),
        )
        first: dict[str, int] = {}
        for row in self._rows(asked.order_by(_EVENT.c.id)):
            self.found.acts[row.id] = first.setdefault(row.transformation, row.id)

    def _naming(self, roles: tuple[str, ...]) -> Any:
        """The keys that events name so. By key the caller adds the brand; by event it would lead SQLite astray."""
        return (
            select(_KEY.c.event, _KEY.c.key, _EVENT.c.event_time, _EVENT.c.transformation)
            .join_from(_KEY, _EVENT, _EVENT.c.id == _KEY.c.event)
            .where(_KEY.c.role.in_(roles), self._own())
        )

    def _links(self, rows: Iterable[Any], *, before: bool) -> Iterable[Link]:
        """A link between each key and the act of its event, whose time is kept."""
        for row in rows:
            self.found.events[row.event] = row.event_time
            act = f"event:{self.found.acts[row.event]}"
            source, target = (row.key, act) if before else (act, row.key)
            yield Link(source, target, "made", event=row.event)

    def _own(self) -> ColumnElement[bool]:
        return true() if self.partner_id is None else _EVENT.c.partner_id == self.partner_id

    def _steps(self, keys: Iterable[str], *, outwards: bool) -> list[Step]:
        return steps(self.session, self.brand_id, keys, outwards=outwards, partner_id=self.partner_id)

    def _keep(self, links: Iterable[Link]) -> None:
        self.found.links.update(dict.fromkeys(links))

    def _rows(self, asked: Any) -> list[Any]:
        return list(self.session.connection().execute(asked))


def _always(keys: Iterable[str]) -> dict[str, tuple[Span, ...]]:
    return dict.fromkeys(keys, (ALWAYS,))


def _stay(inner: str, outer: str, span: Span) -> Link:
    return Link(inner, outer, "inside", span.start, None if span.end == ALWAYS.end else span.end)


def _named_by(partner_id: str | None) -> ColumnElement[bool]:
    """That an event of the partner names the thing of a passport; of everybody without a partner."""
    if partner_id is None:
        return true()
    return exists().where(
        _KEY.c.brand_id == _PASSPORT.c.brand_id,
        _KEY.c.key == _PASSPORT.c.key,
        _EVENT.c.id == _KEY.c.event,
        _EVENT.c.partner_id == partner_id,
    )


def not_in_error() -> Any:
    """That nobody declared the event an error: neither this revision of it nor a later one."""
    other = _EVENT.alias("other")
    return ~exists().where(
        other.c.brand_id == _EVENT.c.brand_id,
        other.c.event_id == _EVENT.c.event_id,
        other.c.error_declared,
    )
