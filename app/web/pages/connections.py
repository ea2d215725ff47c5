"""What a brand's record is connected with: shops that send orders, endpoints that hear of news. For its owner."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import words
from app.brands.tenants import brand_of
from app.db import reading
from app.hooks import endpoints, messages, queue, topics
from app.intake import shops
from app.models.hooks import WebhookDelivery, WebhookEndpoint
from app.models.intake import OrderSource, Shop, ShopCall
from app.sealed import open_box
from app.texts import Texts
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import Desk, page, reader
from app.web.problems import Problem, found
from app.web.rules import staff

bp = Blueprint("connections", __name__, url_prefix="/brand")


@bp.get("/connections")
@staff("owner")
def connections() -> Response:
    """Everything that comes in from shops and goes out to other systems."""
    with reading(house().db) as session:
        return _overview(session)


def _overview(session: Session, status: int = 200, **more: Any) -> Response:
    brand_id = caller().brand_id
    desk = reader(session)
    shown: dict[str, Any] = {
        "hooks": endpoints.all_of(session, brand_id),
        "topics": topics.SOURCES,
        "shops": shops.all_of(session, brand_id),
        "kinds": shops.KINDS,
        "fields": {kind: shops.adapter(kind).SECRETS for kind in shops.KINDS},
    }
    empty: dict[str, Any] = {"given": {}, "wrong": None, "given_shop": {}, "wrong_shop": None}
    return page("staff/connections.html", desk, status, **(shown | empty | more))


@bp.post("/shops")
@staff("owner")
@once
def add_shop(session: Session) -> Response:
    """Connect a shop; the page that answers says what to enter there."""
    given = {name: request.form.get(name, "").strip() for name in ("kind", "name", "url")}
    try:
        shop, secret = shops.add(
            session,
            open_box(house().keys),
            brand_of(session, caller().brand_id),
            **given,
            secrets=request.form,
            now=now(),
        )
    except shops.ShopRefused as refused:
        return _overview(session, 422, wrong_shop=refused, given_shop=given)
    typed = request.form.get("webhook_secret", "").strip()
    return _shop(session, shop, status=201, secret=None if typed else secret)


@bp.get("/shops/<shop_id>")
@staff("owner")
def shop(shop_id: str) -> Response:
    """One shop: whether it speaks to us, and what to enter there."""
    with reading(house().db) as session:
        return _shop(session, found(shops.get(session, caller().brand_id, shop_id)))


@bp.post("/shops/<shop_id>/<act>")
@staff("owner")
@once
def change_shop(shop_id: str, act: str, session: Session) -> Response:
    """Ask the shop for its orders now, or remove it."""
    mine: Shop = found(shops.get(session, caller().brand_id, shop_id))
    if act == "remove":
        shops.remove(session, mine, now())
        return see("/brand/connections")
    if act != "ask":
        raise Problem("not-found")
    shops.ask_soon(mine, now())
    return see(f"/brand/shops/{mine.id}")


def _shop(session: Session, mine: Shop, status: int = 200, secret: str | None = None) -> Response:
    lost = select(ShopCall).where(ShopCall.shop_id == mine.id, ShopCall.state == "failed")
    count = select(func.count()).select_from(OrderSource).where(OrderSource.shop_id == mine.id)
    shown: dict[str, Any] = {
        "shop": mine,
        "kinds": shops.KINDS,
        "hook": f"{house().settings.base_url}/hooks/shops/{mine.id}",
        "topics": shops.adapter(mine.kind).TOPICS,
        "failed": session.scalars(lost.order_by(ShopCall.number.desc()).limit(20)).all(),
        "orders": session.scalar(count) or 0,
        "secret": secret,
    }
    return page("staff/shop.html", reader(session), status, **shown)


@bp.post("/webhooks")
@staff("owner")
@once
def add_webhook(session: Session) -> Response:
    """Add an endpoint; its secret is on the page that answers, and on no other."""
    name, url = request.form.get("name", "").strip(), request.form.get("url", "").strip()
    chosen = request.form.getlist("topics")
    try:
        if not 0 < len(name) <= 80:
            raise endpoints.EndpointRefused("name", "A name has 1 to 80 characters.")
        endpoint, secret = endpoints.add(
            session,
            open_box(house().keys),
            brand_of(session, caller().brand_id),
            name=name,
            url=url,
            chosen=chosen,
            allow_private=house().settings.allow_private_targets,
            now=now(),
        )
    except endpoints.EndpointRefused as refused:
        given = {"name": name, "url": url, "topics": chosen}
        return _overview(session, 422, wrong=refused, given=given)
    return _one(session, endpoint, secret=secret, status=201)


@bp.get("/webhooks/<webhook_id>")
@staff("owner")
def webhook(webhook_id: str) -> Response:
    """One endpoint and what it was sent."""
    with reading(house().db) as session:
        return _one(session, _mine(session, webhook_id))


@bp.post("/webhooks/<webhook_id>/<act>")
@staff("owner")
@once
def change_webhook(webhook_id: str, act: str, session: Session) -> Response:
    """Switch an endpoint, give it another secret, test it, send again what was given up, or remove it."""
    endpoint, brand, at = _mine(session, webhook_id), brand_of(session, caller().brand_id), now()
    if act == "secret":
        secret = endpoints.rotate(session, open_box(house().keys), endpoint, at)
        return _one(session, endpoint, secret=secret, rotated=True)
    if act == "remove":
        endpoints.remove(session, brand, endpoint, at)
        return see("/brand/connections")
    if act in ("on", "off"):
        endpoints.switch(session, brand, endpoint, on=act == "on", now=at)
    elif act == "test":
        queue.test(session, endpoint, at)
    elif act == "again":
        queue.redeliver_dead(session, endpoint, at)
    else:
        raise Problem("not-found")
    return see(f"/brand/webhooks/{endpoint.id}")


@bp.post("/webhooks/<webhook_id>/deliveries/<delivery_id>/redeliver")
@staff("owner")
@once
def redeliver(webhook_id: str, delivery_id: str, session: Session) -> Response:
    """Send one message again, now."""
    endpoint = _mine(session, webhook_id)
    queue.redeliver(session, found(queue.get(session, endpoint.id, delivery_id)), now())
    return see(f"/brand/webhooks/{endpoint.id}")


def _mine(session: Session, endpoint_id: str) -> WebhookEndpoint:
    endpoint: WebhookEndpoint = found(endpoints.get(session, caller().brand_id, endpoint_id))
    return endpoint


def _one(session: Session, endpoint: WebhookEndpoint, status: int = 200, **more: Any) -> Response:
    desk = reader(session)
    rows = queue.listed(session, endpoint.id)
    shown: dict[str, Any] = {
        "hook": endpoint,
        "topics": ", ".join(desk.t.gettext(words.TOPIC.get(each, each)) for each in endpoint.topics),
        "rows": [_line(session, desk, each) for each in rows],
        "moving": any(each.state == "waiting" and not each.tries for each in rows),
        "dead": any(each.state == "dead" for each in rows),
        "secret": None,
        "rotated": False,
    }
    return page("staff/webhook.html", desk, status, **(shown | more))


def _line(session: Session, desk: Desk, row: WebhookDelivery) -> dict[str, Any]:
    t: Texts = desk.t
    state = words.DELIVERY_STATE["again" if row.state == "waiting" and row.tries else row.state]
    return {
        "id": row.id,
        "event": messages.message_id(desk.brand, row),
        "type": topics.event_type(row.type),
        "sample": row.place is None,
        "state": t.gettext(state),
        "sign": {"sent": "good", "dead": "bad"}.get(row.state, "warn" if row.tries else "open"),
        "tries": t.number(row.tries),
        "tried": t.moment(row.tried_at, "UTC") if row.tried_at else "",
        "error": row.error or "",
        "again": row.state in ("sent", "dead", "waiting"),
    }
