"""The doors by which a browser asks to hear of an order, or to hear no more. What is sent is app/channels/push."""

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care.browsers import Browser, SubscriptionRefused, subscribe, unsubscribe
from app.models.shipments import Order
from app.sealed import Box, open_box
from app.texts import SOURCE, known
from app.web.body import Body
from app.web.context import house, now
from app.web.idempotency import once
from app.web.problems import Problem, found
from app.web.rules import public

bp = APIBlueprint("pushing", __name__, enable_openapi=False)


class KeysIn(Body):
    """What a browser gives along (PushSubscription.toJSON)."""

    p256dh: str
    auth: str


class BrowserIn(Body):
    """A browser's subscription."""

    endpoint: str
    keys: KeysIn
    language: str = SOURCE


class StopIn(Body):
    """The subscription to end."""

    endpoint: str


@bp.post("/o/<token>/push")
@public
@bp.input(BrowserIn)
@once
def begin(token: str, json_data: BrowserIn, session: Session) -> Response:
    """Remember the browser; the same one again changes nothing."""
    order = _order(session, token)
    browser = Browser(json_data.endpoint, json_data.keys.p256dh, json_data.keys.auth)
    plain = house().settings.allow_private_targets
    try:
        subscribe(session, _box(), order, browser, known(json_data.language) or SOURCE, now(), plain=plain)
    except SubscriptionRefused as refused:
        raise Problem("invalid", errors=[{"pointer": f"/{refused.field}", "detail": refused.rule}]) from None
    return Response(status=204)


@bp.post("/o/<token>/push/stop")
@public
@bp.input(StopIn)
@once
def end(token: str, json_data: StopIn, session: Session) -> Response:
    """Forget the browser."""
    unsubscribe(session, _box(), _order(session, token), json_data.endpoint)
    return Response(status=204)


def _order(session: Session, token: str) -> Order:
    order: Order = found(session.scalar(select(Order).where(Order.token == token)))
    return order


def _box() -> Box:
    return open_box(house().keys)
