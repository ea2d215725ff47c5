"""The EPCIS 2.0 REST binding: subscriptions to kept queries, by webhook. Who is told what is decided elsewhere."""

from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.epcis import query, strict_json
from app.epcis.schedule import BadSchedule
from app.hooks.endpoints import EndpointRefused, check_url
from app.models.products import NamedQuery
from app.models.subscriptions import Subscription
from app.provenance import queries, subscriptions
from app.provenance.subscriptions import BadControls
from app.sealed import open_box
from app.web.api.bindings import NO_EVENTS, abilities, epcis_door
from app.web.api.event_pages import pages, wanted_form
from app.web.api.spec import answers, json_body, query_texts, tells
from app.web.body import json_bytes
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import Problem, found
from app.web.rules import known, machine
from ledger.canonical import moment_text

bp = epcis_door("subscriptions")

_SUBSCRIPTION = {"type": "object", "required": ["dest", "subscriptionID", "createdAt"]}
_CONTROLS = {
    "type": "object",
    "required": ["dest"],
    "additionalProperties": False,
    "properties": {
        "dest": {"type": "string", "format": "uri", "maxLength": 500},
        "signatureToken": {"type": "string", "minLength": 1, "maxLength": 500},
        "secret": {"type": "string", "minLength": 1, "maxLength": 500},
        "initialRecordTime": {"type": "string", "format": "date-time"},
        "reportIfEmpty": {"type": "boolean"},
        "stream": {"type": "boolean"},
        "schedule": {"type": "object"},
    },
}


@bp.post("/epcis/queries/<name>/subscriptions")
@machine("queries:write")
@tells(
    requestBody=json_body("Whom to tell, and when: stream, or a schedule in UTC", _CONTROLS),
    responses=answers(201, "Subscribed; Location is the subscription", _SUBSCRIPTION),
)
@once
def post_subscription(session: Session, name: str) -> Response:
    """Be told of what a query finds, by POST to `dest`; GS1-Signature is `sha256=` and HMAC-SHA-256 in hex."""
    links = wanted_form() == "Always_GS1_Digital_Link"
    body = strict_json.read(json_bytes(request))
    kept = _query(session, name)
    try:
        if not isinstance(body, dict):
            raise BadControls("", "the body must be a JSON object")
        wanted = subscriptions.parse_wanted(body)
        check_url(wanted.dest, house().settings.allow_private_targets)
        sealed = open_box(house().keys).seal(wanted.secret.encode()) if wanted.secret else None
        brand, partner_id = brand_of(session, caller().brand_id), caller().partner_id
        row = subscriptions.subscribe(
            session, brand, kept, wanted, sealed=sealed, partner_id=partner_id, links=links, now=now()
        )
    except (BadControls, EndpointRefused, BadSchedule) as error:
        raise _refusal(error) from error
    answer = jsonify(_json(row))
    answer.headers["Location"] = f"/epcis/queries/{quote(name, safe='')}/subscriptions/{row.id}"
    answer.status_code = 201
    return answer


@bp.get("/epcis/queries/<name>/subscriptions")
@machine("queries:write", "auditor")
@tells(
    parameters=query_texts(query.PAGING),
    responses=answers(200, "Subscriptions, the oldest first", {"type": "array", "items": _SUBSCRIPTION}),
)
def get_subscriptions(name: str) -> Response:
    """Who is told of what a query finds, in pages."""
    rows, headers = pages(
        lambda session, after, limit: subscriptions.of_query(
            session, _query(session, name), after=after, limit=limit
        ),
        lambda row: row.id,
    )
    answer = jsonify([_json(row) for row in rows])
    answer.headers.update(headers)
    return answer


@bp.get("/epcis/queries/<name>/subscriptions/<subscription_id>")
@machine("queries:write", "auditor")
@tells(responses=answers(200, "The subscription, without its secret", _SUBSCRIPTION))
def get_subscription(name: str, subscription_id: str) -> Response:
    """One subscription, and when it was told last."""
    with reading(house().db) as session:
        return jsonify(_json(found(subscriptions.one(session, _query(session, name), subscription_id))))


@bp.delete("/epcis/queries/<name>/subscriptions/<subscription_id>")
@machine("queries:write")
@tells(responses=answers(204, "Ended"))
def delete_subscription(name: str, subscription_id: str) -> Response:
    """End a subscription."""
    with house().db.begin() as session:
        found(subscriptions.end(session, _query(session, name), subscription_id) or None)
    return Response(status=204)


@bp.route("/epcis/queries/<name>/subscriptions", methods=["OPTIONS"])
@known
def subscriptions_options(name: str) -> Response:
    """What may be done with subscriptions."""
    del name
    return abilities("GET", "POST")


@bp.route("/epcis/queries/<name>/subscriptions/<subscription_id>", methods=["OPTIONS"])
@known
def subscription_options(name: str, subscription_id: str) -> Response:
    """A subscription may be read and ended; from which record time it is told next."""
    with reading(house().db) as session:
        row = found(subscriptions.one(session, _query(session, name), subscription_id))
        answer = abilities("GET", "DELETE", **{"GS1-Query-Min-Record-Time": _from(row)})
    for name in NO_EVENTS:
        del answer.headers[name]
    return answer


def _query(session: Session, name: str) -> NamedQuery:
    kept: NamedQuery = found(queries.named(session, caller().brand_id, name))
    return kept


def _refusal(error: BadControls | EndpointRefused | BadSchedule) -> Problem:
    field = {BadSchedule: "schedule/", EndpointRefused: ""}.get(type(error), "") + error.field
    if isinstance(error, EndpointRefused):
        field = "dest"
    errors = ({"pointer": f"/{field}".rstrip("/"), "detail": str(error)},)
    return Problem("bad-request", str(error), errors, type="epcisException:SubscriptionControlsException")


def _from(row: Subscription) -> str:
    return moment_text(row.last_notified_at or row.initial_record_time or row.created_at)


def _json(row: Subscription) -> dict[str, Any]:
    said: dict[str, Any] = {
        "subscriptionID": row.id,
        "dest": row.dest,
        "createdAt": moment_text(row.created_at),
        "reportIfEmpty": row.report_if_empty,
        "minRecordTime": _from(row),
    }
    said |= {"schedule": row.schedule} if row.schedule else {"stream": True}
    for name, at in (("initialRecordTime", row.initial_record_time), ("lastNotifiedAt", row.last_notified_at)):
        if at is not None:
            said[name] = moment_text(at)
    return said
