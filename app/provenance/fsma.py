"""The FSMA 204 sheet of lots: the events of a lot, of what it was made of and of what became of it. Reads only.

Nothing is written here that the reader may not see: an event whose commercial part is closed gives no row.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from app.brands.readers import Reader
from app.epcis import fsma
from app.epcis.fsma import Lot
from app.gs1 import identifiers
from app.models.products import EpcisEvent, EventKey
from app.provenance import trace
from app.provenance.among import among
from app.provenance.containment import TYPES
from app.provenance.errors import Refused, TooMany
from app.provenance.events import as_json
from app.provenance.packed import Packing, Place, held
from app.provenance.spans import ALWAYS

_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]

MOST_EVENTS = 50_000
"""How many events one sheet may tell of; a sheet of more is asked for lot by lot."""

_UNIT_ROLES = ("epc", "parent", "child")


@dataclass(frozen=True, slots=True)
class _Told:
    """A stored event as its reader may see it, and the lots it is about."""

    row: Any
    event: dict[str, Any]
    lots: tuple[Lot, ...]

    @property
    def place(self) -> Place:
        return self.row.event_time, self.row.id

    @property
    def cte(self) -> str:
        return fsma.step(self.event, self.row.biz_step)


def sheet(session: Session, brand_id: str, lots: Sequence[str], reader: Reader) -> list[list[str]]:
    """The rows of these lots below fsma.HEADER, in the order of their time; of the whole record if none is named.

    Every lot of an event that is told of has its row, those that travelled along as well. Raises Refused, TooMany.
    """
    wanted = _events_of(session, brand_id, [_lot(each) for each in lots]) if lots else None
    mine = _told(session, brand_id, wanted, reader)
    early = _upstream(session, brand_id, mine, reader)
    return [row for each in sorted(mine, key=lambda each: each.place) for row in _rows(each, early)]


def _lot(identifier: str) -> str:
    key = identifiers.canonical(identifier)
    if identifiers.level(key) != "lot":
        raise Refused("lot", f"{identifier[:200]!r} is no lot; write it as https://…/01/GTIN/10/LOT")
    return key


def _events_of(session: Session, brand_id: str, lots: Iterable[str]) -> set[int]:
    """The rows of all events that name these lots, what they were made of, what became of them, or hold one."""
    family: set[str] = set()
    for lot in lots:
        family |= trace.up(session, brand_id, lot).things.keys() | trace.down(session, brand_id, lot).things.keys()
    mine = select(_KEY.c.event).where(_KEY.c.brand_id == brand_id)
    direct = set(session.scalars(mine.where(among(session, _KEY.c.key, family))))
    units = trace.holders(session, brand_id, family)
    named = (
        select(_KEY.c.event, _KEY.c.key, _EVENT.c.event_time)
        .join_from(_KEY, _EVENT, _EVENT.c.id == _KEY.c.event)
        .where(_KEY.c.brand_id == brand_id, _KEY.c.role.in_(_UNIT_ROLES), among(session, _KEY.c.key, units))
    )
    held_then = {
        row.event
        for row in session.connection().execute(named)
        if any(span.has(row.event_time) for span in units[row.key])
    }
    return direct | held_then


def _told(session: Session, brand_id: str, wanted: set[int] | None, reader: Reader) -> list[_Told]:
    """These events with their lots, none that was declared an error."""
    asked = select(_EVENT).where(_EVENT.c.brand_id == brand_id, trace.not_in_error())
    if wanted is not None:
        asked = asked.where(among(session, _EVENT.c.id, wanted))
    counted = session.scalar(select(func.count()).select_from(asked.limit(MOST_EVENTS + 1).subquery()))
    if (counted or 0) > MOST_EVENTS:
        raise TooMany(f"more than {MOST_EVENTS} events belong to this; name one lot at a time")
    rows = session.connection().execute(asked.order_by(_EVENT.c.event_time, _EVENT.c.id)).all()
    events = list(zip(rows, as_json(session, brand_id, rows, reader), strict=True))
    packings = _packings(session, brand_id, _units([event for _, event in events]), reader)
    return [_Told(row, event, _lots_of(row, event, packings)) for row, event in events]


def _units(events: Iterable[Mapping[str, Any]]) -> set[str]:
    """The things that events without a quantity list name: containers, whose lots others have told."""
    return {unit for event in events if not fsma.names_lots(event) for unit in _named(event)}


def _named(event: Mapping[str, Any]) -> list[str]:
    parent = [event["parentID"]] if "parentID" in event else []
    return [
        identifiers.canonical(each) for each in (*parent, *event.get("epcList", ()), *event.get("childEPCs", ()))
    ]


def _lots_of(row: Any, event: Mapping[str, Any], packings: Mapping[str, Sequence[Packing]]) -> tuple[Lot, ...]:
    if fsma.names_lots(event):
        return tuple(fsma.lots(event))
    if not fsma.step(event, row.biz_step):
        return ()
    return tuple(held(packings, _named(event), (row.event_time, row.id)))


def _packings(session: Session, brand_id: str, units: set[str], reader: Reader) -> dict[str, list[Packing]]:
    """The aggregation events of these containers and of all that were ever in them, by container."""
    if not units:
        return {}
    inner = trace.contents(session, brand_id, dict.fromkeys(units, (ALWAYS,)))
    asked = (
        select(_EVENT, _KEY.c.key.label("unit"))
        .join_from(_KEY, _EVENT, _EVENT.c.id == _KEY.c.event)
        .where(_KEY.c.brand_id == brand_id, _KEY.c.role == "parent", among(session, _KEY.c.key, inner))
        .where(_EVENT.c.event_type == TYPES[0], trace.not_in_error())
    )
    rows = session.connection().execute(asked).all()
    found: dict[str, list[Packing]] = defaultdict(list)
    for row, event in zip(rows, as_json(session, brand_id, rows, reader), strict=True):
        found[row.unit].append(Packing((row.event_time, row.id), row.action or "", event))
    return found


def _upstream(session: Session, brand_id: str, mine: Sequence[_Told], reader: Reader) -> dict[str, Place]:
    """When each lot that was used was first harvested or cooled, whether or not the sheet tells of that event."""
    used = {lot.key for each in mine if fsma.is_transformation(each.event) for lot in _inputs(each)}
    if not used:
        return {}
    named = select(_KEY.c.event).where(_KEY.c.brand_id == brand_id, among(session, _KEY.c.key, used))
    beside = {*session.scalars(named), *_holding(session, brand_id, used)} - {each.row.id for each in mine}
    first: dict[str, Place] = {}
    for each in (*mine, *(_told(session, brand_id, beside, reader) if beside else ())):
        if each.cte in fsma.UPSTREAM:
            first.update((lot.key, min(each.place, first.get(lot.key, each.place))) for lot in each.lots)
    return first


def _holding(session: Session, brand_id: str, lots: set[str]) -> set[int]:
    units = trace.holders(session, brand_id, lots)
    named = select(_KEY.c.event).where(_KEY.c.brand_id == brand_id, among(session, _KEY.c.key, units))
    return set(session.scalars(named)) if units else set()


def _inputs(told: _Told) -> list[Lot]:
    return list(fsma.lots(told.event, ["inputQuantityList"]))


def _rows(told: _Told, early: Mapping[str, Place]) -> list[list[str]]:
    at = told.row.event_time
    if not fsma.is_transformation(told.event):
        cte = told.cte
        return list(fsma.rows(told.event, cte, at, told.lots)) if cte else []
    fresh = any(lot.key in early and early[lot.key] < told.place for lot in _inputs(told))
    outputs = list(fsma.lots(told.event, ["outputQuantityList"]))
    made = fsma.rows(told.event, "initial_packing" if fresh else "transformation", at, outputs)
    return [*made, *fsma.rows(told.event, "transformation-input", at, _inputs(told))]
