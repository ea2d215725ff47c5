"""A trace as people and programs read it: its things, its links, and how much of what went in and came out."""

from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Made:
    """A transformation on the way, with the quantities that its reader may see, by canonical key."""

    event_id: str
    at: str
    amounts: Mapping[str, tuple[str, str]]


def made(session: Session, brand_id: str, found: Trace, reader: Reader) -> dict[str, Made]:
    """The transformations of a trace by the name they have in its links."""
    asked = select(_EVENT).where(_EVENT.c.brand_id == brand_id, among(session, _EVENT.c.id, sorted(found.events)))
    rows = session.connection().execute(asked.order_by(_EVENT.c.event_time)).all()
    opened = as_json(session, brand_id, rows[:MOST_QUANTITIES], reader)
    amounts = [{lot.key: (lot.quantity, lot.unit) for lot in fsma.lots(event)} for event in opened]
    amounts += [{}] * (len(rows) - len(amounts))
    return {
        f"event:{row.id}": Made(row.event_id, row.event_time.isoformat(), amount)
        for row, amount in zip(rows, amounts, strict=True)
    }


def as_graph(found: Trace, events: Mapping[str, Made]) -> dict[str, Any]:
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
    acts = [
        {"key": name, "level": "event", "event": each.event_id, "at": each.at} for name, each in events.items()
    ]
    return {"start": found.start, "nodes": [*things, *units, *acts], "links": list(_links(found, events))}


def as_rows(found: Trace, events: Mapping[str, Made]) -> Iterator[list[str]]:
    """The links as rows below HEADER."""
    for link in _links(found, events):
        yield [link.get(name) or "" for name in ("source", "target", "kind", *HEADER[3:])]


def _links(found: Trace, events: Mapping[str, Made]) -> Iterator[dict[str, Any]]:
    for link in found.links:
        yield {"source": link.source, "target": link.target, "kind": link.kind, **_facts(link, events)}


def _facts(link: Link, events: Mapping[str, Made]) -> dict[str, Any]:
    if link.kind == "inside":
        until = link.until_at.isoformat() if link.until_at else None
        return {"from_at": link.from_at.isoformat() if link.from_at else None, "until_at": until}
    act = events.get(link.source) or events.get(link.target)
    if act is None:
        return {}
    quantity, unit = act.amounts.get(link.source) or act.amounts.get(link.target) or ("", "")
    return {"event_id": act.event_id, "event_time": act.at, "quantity": quantity, "unit": unit}
