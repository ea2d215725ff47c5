"""What was made of what, over HTTP: the traceability sheet, and the way up and down as a graph or a table."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.db import reading
from app.epcis import fsma
from app.models.products import Passport
from app.provenance import drawn, reached, trace
from app.provenance.fsma import sheet
from app.provenance.recall_preview import preview
from app.spreadsheet import as_csv
from app.web.api.fields import Key
from app.web.api.spec import answers, refusals, tells
from app.web.body import Answer, Query
from app.web.context import caller, house, reader
from app.web.problems import Problem, found
from app.web.rules import machine

bp = APIBlueprint("tracing", __name__, tag="Trace and recall")  # no `door`: who wants a table may accept text/csv


class LotQuery(Query):
    """A lot as a Digital Link; without it the whole record is asked for."""

    lot: Annotated[str, Field(min_length=3, max_length=400)] | None = None


class KeyQuery(Query):
    """A thing."""

    key: Key


class TraceQuery(KeyQuery):
    """A thing, and where to go from it."""

    direction: Literal["up", "down"] = "down"


class NodeOut(Answer):
    """A thing, a container that held one (distance null), or a transformation (level `event`).

    Events that share a transformationID are one; `event` and `at` are of the first of them.
    """

    key: str
    level: str
    distance: int | None = None
    event: str | None = None
    at: str | None = None
    transformation: str | None = None


class LinkOut(Answer):
    """From what was before to what came of it; kind: lot, product, made, or inside with its times."""

    source: str
    target: str
    kind: str
    event_id: str | None = None
    event_time: str | None = None
    quantity: str | None = None
    unit: str | None = None
    from_at: str | None = None
    until_at: str | None = None


class CarriedOut(Answer):
    """A shipment that carries something of it, by the number of its order."""

    shipment: str
    order: str
    parcels: list[str]


class PreviewOut(Answer):
    """What a recall would reach now: true counts, and the first thousand of each list."""

    key: str
    items: int
    lots: int
    shipments: int
    parcels: int
    customers: int
    item_keys: list[str]
    lot_keys: list[str]
    carried: list[CarriedOut]


class TraceOut(Answer):
    """The graph that was walked from `start`."""

    start: str
    nodes: list[NodeOut]
    links: list[LinkOut]


@bp.get("/fsma204.csv")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(LotQuery, location="query")
@tells(responses=answers(200, "The sheet (FSMA 204)", {"type": "string"}, "text/csv") | refusals(413))
def get_fsma_sheet(query_data: LotQuery) -> Response:
    """The FSMA 204 sheet of a lot, back to the harvest and on to who received them."""
    with reading(house().db) as session:
        lots = [query_data.lot] if query_data.lot else []
        rows = sheet(session, caller().brand_id, lots, reader())
    return table(as_csv(fsma.HEADER, rows), "fsma204.csv")


@bp.get("/api/v1/trace")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(TraceQuery, location="query")
@bp.output(TraceOut)
def get_trace(query_data: TraceQuery) -> dict[str, Any]:
    """What became of a thing (down) or what it was made of (up), as a graph with quantities and times."""
    with reading(house().db) as session:
        walked = _walked(session, query_data)
        return reached.as_graph(walked, reached.made(session, caller().brand_id, walked, reader()))


@bp.get("/trace.csv")
@machine("events:read", "warehouse", "support", "auditor", "partner")
@bp.input(TraceQuery, location="query")
@tells(responses=answers(200, "A row for each link", {"type": "string"}, "text/csv"))
def get_trace_table(query_data: TraceQuery) -> Response:
    """The same as a table, a row for each link."""
    with reading(house().db) as session:
        walked = _walked(session, query_data)
        rows = list(reached.as_rows(walked, reached.made(session, caller().brand_id, walked, reader())))
    return table(as_csv(reached.HEADER, rows), "trace.csv")


@bp.get("/trace.svg")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(TraceQuery, location="query")
@tells(responses=answers(200, "A picture", {"type": "string"}, "image/svg+xml"))
def get_trace_picture(query_data: TraceQuery) -> Response:
    """The same as a picture, generation by generation."""
    with reading(house().db) as session:
        walked = _walked(session, query_data)
    return Response(drawn.svg(walked), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@bp.get("/api/v1/recalls/preview")
@machine("products:write", "warehouse", "support", "auditor")
@bp.input(KeyQuery, location="query")
@bp.output(PreviewOut)
def get_recall_preview(query_data: KeyQuery) -> dict[str, Any]:
    """Whom and what a recall of this key would reach, before anything is written."""
    with reading(house().db) as session:
        return asdict(preview(session, caller().brand_id, _known(session, query_data.key)))


def _walked(session: Session, asked: TraceQuery) -> trace.Trace:
    walk = trace.down if asked.direction == "down" else trace.up
    who = caller()
    if not trace.names(session, who.brand_id, asked.key, who.partner_id):
        raise Problem("not-found")
    return walk(session, who.brand_id, asked.key, who.partner_id)


def _known(session: Session, key: str) -> str:
    """The key of something that the brand's record names; not found for all else."""
    return str(found(session.get(Passport, (key, caller().brand_id))).key)


def table(content: str, name: str) -> Response:
    """A CSV to be kept as a file; it is about one reader, so that nothing between may keep it."""
    answer = Response(content, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
