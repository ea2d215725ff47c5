"""The EPCIS 2.0 REST binding: capture, capture jobs, events. What an event must be is decided in app/epcis."""

from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.epcis import query_parameters, xml_write
from app.epcis.document import parse_event
from app.models.products import CaptureJob
from app.provenance import events, listing
from app.provenance.capture import Behaviour, capture_event, submit
from app.web.api.bindings import LIMITS, abilities, epcis_door
from app.web.api.door import speaks_xml, wants_xml
from app.web.api.event_pages import asked, declared, document_answer, events_answer, pages, xml_answer
from app.web.api.spec import answers, epcis_body, query_texts, refusals, tells
from app.web.body import document_bytes
from app.web.context import caller, house, now, reader
from app.web.idempotency import once
from app.web.limits import CAPTURE, takes_up_to
from app.web.problems import Problem, found
from app.web.rules import known, machine
from ledger.canonical import moment_text

bp = epcis_door("epcis")

_JOB = {
    "type": "object",
    "required": ["captureID", "createdAt", "running", "success", "captureErrorBehaviour", "errors"],
}
_ANY = {"type": "object"}


@bp.post("/epcis/capture")
@machine("events:write")
@takes_up_to(CAPTURE)
@tells(requestBody=epcis_body("An EPCISDocument"), responses=answers(202, "Taken; Location is the job"))
@once
def post_capture(session: Session) -> Response:
    """Capture a document of events. The job at Location tells how it ends; each event is judged there."""
    behaviour, brand = _behaviour(), brand_of(session, caller().brand_id)
    document, partner_id = document_bytes(request), caller().partner_id
    job = submit(session, brand, document, behaviour=behaviour, partner_id=partner_id, now=now())
    return Response(status=202, headers={"Location": f"/epcis/capture/{job.id}"})


def _behaviour() -> Behaviour:
    match request.headers.get("GS1-Capture-Error-Behaviour", "rollback"):
        case "rollback":
            return "rollback"
        case "proceed":
            return "proceed"
    raise Problem("bad-request", "GS1-Capture-Error-Behaviour is rollback or proceed")


@bp.get("/epcis/capture")
@machine("events:write", "auditor")
@tells(
    parameters=query_texts(("perPage", "nextPageToken")),
    responses=answers(200, "Jobs, the oldest first", {"type": "array", "items": _JOB}),
)
def get_jobs() -> Response:
    """The capture jobs of this brand, in pages."""
    rows, headers = pages(
        lambda session, after, limit: listing.jobs(session, caller().brand_id, after=after, limit=limit),
        lambda row: row.id,
    )
    answer = jsonify([_job(row) for row in rows])
    answer.headers.update(headers)
    return answer


@bp.get("/epcis/capture/<job_id>")
@speaks_xml
@machine("events:write", "auditor")
@tells(responses=answers(200, "The job", _JOB, xml=True))
def get_job(job_id: str) -> Response:
    """How a capture job stands: running, success, and the errors with the field each is about."""
    with reading(house().db) as session:
        job = _job(found(listing.job(session, caller().brand_id, job_id)))
    return xml_answer(xml_write.capture_job(job)) if wants_xml() else jsonify(job)


@bp.post("/epcis/events")
@machine("events:write")
@takes_up_to(CAPTURE)
@tells(
    requestBody=epcis_body("One bare event; in JSON-LD with its own @context"),
    responses=answers(201, "Stored; Location is the event", _ANY),
)
@once
def post_event(session: Session) -> Response:
    """Capture one event at once. Where it is stored already, the answer is 409 with its Location.

    `Wayproof-Receipt` says accepted: the event is durable, and gets its index in the log within seconds.
    """
    event, brand = parse_event(document_bytes(request)), brand_of(session, caller().brand_id)
    partner_id = caller().partner_id
    captured = capture_event(session, brand, event, partner_id=partner_id, now=now())
    location = f"/epcis/events/{quote(captured.event_id, safe='')}"
    if not captured.created:
        raise Problem("conflict", "this very event is stored already", headers={"Location": location})
    answer = jsonify(events.just_stored(brand, event, captured.record_time, partner_id, reader()))
    answer.headers["Location"] = location
    answer.headers["Wayproof-Receipt"] = f"accepted; submission={captured.submission_id}"
    answer.status_code = 201
    return answer


@bp.get("/epcis/events")
@speaks_xml
@machine("events:read", "support", "auditor")
@tells(
    parameters=query_texts(query_parameters.SUPPORTED),
    responses=answers(200, "An EPCISQueryDocument", _ANY, xml=True) | refusals(413),
)
def get_events() -> Response:
    """Events by query, newest first. Give a parameter twice, or `a|b`, for one of several values."""
    given = asked()
    return events_answer(query_parameters.parse(given, declared()), given)


@bp.get("/epcis/events/<path:event_id>")
@speaks_xml
@machine("events:read", "support", "auditor")
@tells(responses=answers(200, "An EPCISQueryDocument with every revision", _ANY, xml=True))
def get_event(event_id: str) -> Response:
    """One event by its eventID, percent-encoded; with its later revisions when it was declared wrong."""
    with reading(house().db) as session:
        revisions = events.by_event_id(session, caller().brand_id, event_id, reader())
    return document_answer(found(revisions or None))


@bp.route("/epcis/events", methods=["OPTIONS"])
@known
def events_options() -> Response:
    """What may be done with events."""
    return abilities("GET", "POST")


@bp.route("/epcis/capture", methods=["OPTIONS"])
@known
def capture_options() -> Response:
    """What may be done with documents, and how large they may be."""
    return abilities("GET", "POST", **LIMITS, **{"GS1-Capture-Error-Behaviour": "all"})


@bp.route("/epcis/events/<path:event_id>", methods=["OPTIONS"])
@bp.route("/epcis/capture/<job_id>", methods=["OPTIONS"])
@known
def one_options(**_: str) -> Response:
    """One event or job may only be read."""
    return abilities("GET")


def _job(row: CaptureJob) -> dict[str, Any]:
    return {
        "captureID": row.id,
        "createdAt": moment_text(row.created_at),
        "finishedAt": moment_text(row.finished_at) if row.finished_at else None,
        "running": row.running,
        "success": row.success,
        "captureErrorBehaviour": row.behaviour,
        "errors": row.errors,
    }
