"""The EPCIS 2.0 REST binding: queries kept under a name. What a query may say is decided in app/epcis."""

from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from app.db import reading
from app.epcis import definition, query
from app.models.products import NamedQuery
from app.provenance import queries
from app.web.api.bindings import abilities, epcis_door
from app.web.api.door import speaks_xml
from app.web.api.event_pages import asked, events_answer, pages
from app.web.api.spec import answers, epcis_body, query_texts, refusals, tells
from app.web.body import document_bytes
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import known, machine

bp = epcis_door("queries")

_QUERY = {
    "type": "object",
    "required": ["name", "query"],
    "properties": {"name": {"type": "string"}, "query": {"type": "object"}},
}
_PAGING = query_texts(query.PAGING)


@bp.post("/epcis/queries")
@machine("queries:write")
@tells(
    requestBody=epcis_body("A name, and a query: lists as arrays. A query alone is named", definition.SCHEMA),
    responses=answers(201, "Kept; Location is the query"),
)
@once
def post_query(session: Session) -> Response:
    """Keep a query under a name, to ask it again and again. One without a name gets one; Location tells it."""
    kept = definition.parse_definition(document_bytes(request))
    queries.keep(session, caller().brand_id, kept, now())
    return Response(status=201, headers={"Location": f"/epcis/queries/{quote(kept.name, safe='')}"})


@bp.get("/epcis/queries")
@machine("events:read", "support", "auditor")
@tells(parameters=_PAGING, responses=answers(200, "Queries, the oldest first", {"type": "array", "items": _QUERY}))
def get_queries() -> Response:
    """The queries that this brand keeps, in pages."""
    rows, headers = pages(
        lambda session, after, limit: queries.listed(session, caller().brand_id, after=after, limit=limit),
        lambda row: row.id,
    )
    answer = jsonify([_json(row) for row in rows])
    answer.headers.update(headers)
    return answer


@bp.get("/epcis/queries/<name>")
@machine("events:read", "support", "auditor")
@tells(responses=answers(200, "The query as it was sent", _QUERY))
def get_query(name: str) -> Response:
    """One query by its name."""
    with reading(house().db) as session:
        return jsonify(_json(found(queries.named(session, caller().brand_id, name))))


@bp.delete("/epcis/queries/<name>")
@machine("queries:write")
@tells(responses=answers(204, "Forgotten"))
def delete_query(name: str) -> Response:
    """Forget a query. The events that it found stay as they are."""
    with house().db.begin() as session:
        found(queries.drop(session, caller().brand_id, name) or None)
    return Response(status=204)


@bp.get("/epcis/queries/<name>/events")
@speaks_xml
@machine("events:read", "support", "auditor")
@tells(
    parameters=_PAGING,
    responses=answers(200, "An EPCISQueryDocument with the query's name", {"type": "object"}, xml=True)
    | refusals(413),
)
def get_query_events(name: str) -> Response:
    """The events that a query finds now, in pages as those of /epcis/events."""
    paging = asked(only=query.PAGING)
    with reading(house().db) as session:
        kept = found(queries.named(session, caller().brand_id, name))
    return events_answer(definition.read(kept.query, paging), paging, name=name)


def _json(row: NamedQuery) -> dict[str, Any]:
    return {"name": row.name, "query": row.query}


@bp.route("/epcis/queries", methods=["OPTIONS"])
@known
def queries_options() -> Response:
    """What may be done with queries."""
    return abilities("GET", "POST")


@bp.route("/epcis/queries/<name>", methods=["OPTIONS"])
@known
def query_options(name: str) -> Response:
    """A query may be read and forgotten."""
    del name  # the answer is the same for every name
    return abilities("GET", "DELETE")


@bp.route("/epcis/queries/<name>/events", methods=["OPTIONS"])
@known
def query_events_options(name: str) -> Response:
    """What a query finds may only be read."""
    del name
    return abilities("GET")
