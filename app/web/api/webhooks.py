"""Webhook endpoints over HTTP: add one, try it, read what it was sent, send something again."""

from typing import Annotated, Any

from flask import Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.hooks import endpoints, messages, queue
from app.models.brands import Brand
from app.models.hooks import WebhookDelivery, WebhookEndpoint
from app.sealed import open_box
from app.web.api.door import door
from app.web.api.fields import Line, Moment
from app.web.body import Answer, Body, Query
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import machine

bp = door("webhooks", "Webhooks")

Url = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^[!-~]+$")]
Topic = Annotated[str, StringConstraints(pattern="^[a-z:_-]{1,80}$"), Field(examples=["shipping"])]


class EndpointIn(Body):
    """A new endpoint. Topics are sources (shipping, carrier, care …) or kinds of entries; none means all."""

    name: Annotated[Line, StringConstraints(max_length=80)]
    url: Annotated[Url, Field(examples=["https://shop.example/hooks"])]
    topics: Annotated[list[Topic], Field(max_length=60)] = []


class SwitchIn(Body):
    """Whether it is sent anything. What happens while it is off is sent when it is on again."""

    on: bool


class EndpointOut(Answer):
    """An endpoint. `state` is on, off or failing; `secret` is in the answer that made it and in no other."""

    id: str
    name: str
    url: str
    topics: list[str]
    state: str
    failing_since: Moment | None
    answered_at: Moment | None
    created_at: Moment
    secret: str | None = None


class EndpointsOut(Answer):
    """The endpoints of the brand."""

    webhooks: list[EndpointOut]


class DeliveryOut(Answer):
    """One message. `event` is its webhook-id, the same in every try; `state`: queued, waiting, sent or dead."""

    id: str
    event: str
    type: str
    state: str
    tries: int
    tried_at: Moment | None
    error: str | None
    created_at: Moment


class DeliveriesOut(Answer):
    """What an endpoint was sent or is to be sent, the newest first."""

    deliveries: list[DeliveryOut]


class DeliveriesQuery(Query):
    """Which deliveries."""

    state: Annotated[str, StringConstraints(pattern="^(queued|waiting|sent|dead)?$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@bp.post("/api/v1/webhooks")
@machine("webhooks:write")
@bp.input(EndpointIn)
@once
@bp.output(EndpointOut, 201)
def post_webhook(session: Session, json_data: EndpointIn) -> Any:
    """Add an endpoint. The answer holds its secret, which is shown once."""
    endpoint, secret = endpoints.add(
        session,
        open_box(house().keys),
        brand_of(session, caller().brand_id),
        name=json_data.name,
        url=json_data.url,
        chosen=json_data.topics,
        allow_private=house().settings.allow_private_targets,
        now=now(),
    )
    return _shown(endpoint, secret), 201, {"Location": f"/api/v1/webhooks/{endpoint.id}", **_PRIVATE}


@bp.get("/api/v1/webhooks")
@machine("webhooks:write")
@bp.output(EndpointsOut)
def get_webhooks() -> dict[str, Any]:
    """The endpoints of the brand."""
    with reading(house().db) as session:
        return {"webhooks": [_shown(each) for each in endpoints.all_of(session, caller().brand_id)]}


@bp.get("/api/v1/webhooks/<webhook_id>")
@machine("webhooks:write")
@bp.output(EndpointOut)
def get_webhook(webhook_id: str) -> dict[str, Any]:
    """One endpoint."""
    with reading(house().db) as session:
        return _shown(_mine(session, webhook_id))


@bp.delete("/api/v1/webhooks/<webhook_id>")
@machine("webhooks:write")
def delete_webhook(webhook_id: str) -> Response:
    """Forget an endpoint, its secret and the list of what it was sent."""
    with house().db.begin() as session:
        endpoints.remove(session, brand_of(session, caller().brand_id), _mine(session, webhook_id), now())
    return Response(status=204)


@bp.post("/api/v1/webhooks/<webhook_id>/state")
@machine("webhooks:write")
@bp.input(SwitchIn)
@once
@bp.output(EndpointOut)
def post_state(session: Session, webhook_id: str, json_data: SwitchIn) -> dict[str, Any]:
    """Switch an endpoint on or off."""
    endpoint = _mine(session, webhook_id)
    endpoints.switch(session, brand_of(session, caller().brand_id), endpoint, on=json_data.on, now=now())
    return _shown(endpoint)


@bp.post("/api/v1/webhooks/<webhook_id>/secret")
@machine("webhooks:write")
@once
@bp.output(EndpointOut, 201)
def post_secret(session: Session, webhook_id: str) -> Any:
    """Another secret, in the answer and nowhere else. For 24 hours the old one signs beside it."""
    endpoint = _mine(session, webhook_id)
    secret = endpoints.rotate(session, open_box(house().keys), endpoint, now())
    return _shown(endpoint, secret), 201, _PRIVATE


@bp.post("/api/v1/webhooks/<webhook_id>/test")
@machine("webhooks:write")
@once
@bp.output(DeliveryOut, 201)
def post_test(session: Session, webhook_id: str) -> Any:
    """Send a sample that is marked as one (`"sample": true`)."""
    return _message(session, queue.test(session, _mine(session, webhook_id), now())), 201


@bp.get("/api/v1/webhooks/<webhook_id>/deliveries")
@machine("webhooks:write")
@bp.input(DeliveriesQuery, location="query")
@bp.output(DeliveriesOut)
def get_deliveries(webhook_id: str, query_data: DeliveriesQuery) -> dict[str, Any]:
    """What an endpoint was sent, and what waits for it."""
    with reading(house().db) as session:
        rows = queue.listed(session, _mine(session, webhook_id).id, query_data.limit, query_data.state)
        return {"deliveries": [_message(session, each) for each in rows]}


@bp.post("/api/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/redeliver")
@machine("webhooks:write")
@once
@bp.output(DeliveryOut)
def post_redeliver(session: Session, webhook_id: str, delivery_id: str) -> dict[str, Any]:
    """Send one message again, now and under the id that it always had."""
    delivery = found(queue.get(session, _mine(session, webhook_id).id, delivery_id))
    queue.redeliver(session, delivery, now())
    return _message(session, delivery)


_PRIVATE = {"Cache-Control": "no-store"}


def _mine(session: Session, endpoint_id: str) -> WebhookEndpoint:
    endpoint: WebhookEndpoint = found(endpoints.get(session, caller().brand_id, endpoint_id))
    return endpoint


def _shown(endpoint: WebhookEndpoint, secret: str | None = None) -> dict[str, Any]:
    names = ("id", "name", "url", "topics", "state", "failing_since", "answered_at", "created_at")
    return {**{name: getattr(endpoint, name) for name in names}, "secret": secret}


def _message(session: Session, delivery: WebhookDelivery) -> dict[str, Any]:
    names = ("id", "type", "state", "tries", "tried_at", "error", "created_at")
    brand = session.get_one(Brand, delivery.brand_id)
    return {"event": messages.message_id(brand, delivery), **{name: getattr(delivery, name) for name in names}}
