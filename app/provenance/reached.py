"""A trace as people and programs read it: its things, its links, and how much of what went in and came out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.brands.readers import Reader
from app.epcis import fsma
from app.gs1 import identifiers
from app.models.products import EpcisEvent
from app.provenance.among import among
from app.provenance.events import as_json
from app.provenance.trace import Link, Trace

_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]

HEADER = ("from", "to", "kind", "event_id", "event_time", "quantity", "unit", "from_at", "until_at")
MOST_QUANTITIES = 2_000
"""How many transformations are opened for their quantities; of the others the sheet says the event alone."""

_LISTS = {"input": ["inputQuantityList"], "output": ["outputQuantityList"]}

Amount = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """A transformation event on the way, with the quantities that its reader may see, by side and key."""

    event_id: str
    at: str
    transformation: str | None
    amounts: Mapping[tuple[str, str], tuple[Amount, ...]]


def made(session: Session, brand_id: str, found: Trace, reader: Reader) -> dict[int, Made]:
    """The transformation events of a trace by their row."""
    asked = select(_EVENT).where(_EVENT.c.brand_id == brand_id, among(session, _EVENT.c.id, sorted(found.events)))
    rows = session.connection().execute(asked.order_by(_EVENT.c.event_time)).all()
    opened = as_json(session, brand_id, rows[:MOST_QUANTITIES], reader)
    amounts = [_amounts(event) for event in opened] + [{} for _ in rows[MOST_QUANTITIES:]]
    return {
        row.id: Made(row.event_id, row.event_time.isoformat(), row.transformation, amount)
        for row, amount in zip(rows, amounts, strict=True)
    }


def _amounts(event: Mapping[str, Any]) -> dict[tuple[str, str], tuple[Amount, ...]]:
    """A lot that is reworked is on both sides, and one in two units is listed twice: nothing is added up."""
    found: dict[tuple[str, str], tuple[Amount, ...]] = {}
    for side, lists in _LISTS.items():
        for lot in fsma.lots(event, lists):
            found[side, lot.key] = (*found.get((side, lot.key), ()), (lot.quantity, lot.unit))
    return found


def as_graph(found: Trace, events: Mapping[int, Made]) -> dict[str, Any]:
    """The trace as nodes and links for a program."""
    things = [
        {"key": key, "level": identifiers.level(key), "distance": distance}
        for key, distance in found.things.items()
    ]
    units = [
        {"key": key, "level": identifiers.level(key), "distance": None}
        for key in found.units
        if key not in found.things
    ]
    return {
        "start": found.start,
        "nodes": [*things, *units, *_acts(found, events)],
        "links": list(links(found, events)),
    }


def _acts(found: Trace, events: Mapping[int, Made]) -> Iterable[dict[str, Any]]:
    """A node for each act; of those that share a transformationID the event and time of the first."""
    acts: dict[int, dict[str, Any]] = {}
    for row, each in events.items():
        known = {"event": each.event_id, "at": each.at, "transformation": each.transformation}
        acts.setdefault(found.acts[row], {"key": f"event:{found.acts[row]}", "level": "event", **known})
    return acts.values()


def as_rows(found: Trace, events: Mapping[int, Made]) -> Iterator[list[str]]:
    """The links as rows below HEADER."""
    for link in links(found, events):
        yield [link.get(name) or "" for name in ("source", "target", "kind", *HEADER[3:])]


def links(found: Trace, events: Mapping[int, Made]) -> Iterator[dict[str, Any]]:
    """Each link with its facts; one of a lot that is given in several units comes once for each."""
    for link in found.links:
        for facts in _facts(link, events):
            yield {"source": link.source, "target": link.target, "kind": link.kind, **facts}


def _facts(link: Link, events: Mapping[int, Made]) -> Iterator[dict[str, Any]]:
    if link.kind == "inside":
        until = link.until_at.isoformat() if link.until_at else None
        yield {"from_at": link.from_at.isoformat() if link.from_at else None, "until_at": until}
        return
    act = events.get(link.event) if link.event is not None else None
    if act is None:
        yield {}
        return
    named = ("output", link.target) if link.source.startswith("event:") else ("input", link.source)
    for quantity, unit in act.amounts.get(named) or [("", "")]:
        yield {"event_id": act.event_id, "event_time": act.at, "quantity": quantity, "unit": unit}
