"""The public page of an order, opened by its token, and the end of notices by a link. No personal data."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import notices, preferences
from app.care.own_words import page_words
from app.db import reading
from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.products import Product
from app.models.shipments import Customer, Order, Shipment, Unsubscribe
from app.provenance.recall_answers import asked_of
from app.push_keys import public_key
from app.shipping import predictions
from app.shipping.order_view import whole as order_view_of
from app.shipping.views import OrderView, order_view
from app.texts import Texts
from app.web.context import house, now
from app.web.idempotency import once
from app.web.pages import cache, languages, order_page, parcel_view
from app.web.pages.customer import address
from app.web.pages.render import render, see
from app.web.problems import found
from app.web.rules import public

bp = Blueprint("orders", __name__)

_UNLISTED = {"X-Robots-Tag": "noindex, nofollow"}


@bp.get("/o/<token>")
@public
def order(token: str) -> Response:
    """Every shipment of an order: where it is, what was promised, what we wrote, what is inside."""
    with reading(house().db) as session:
        view = found(order_view(session, token))
        brand = session.get_one(Brand, view.brand_id)
        customer = session.get_one(Customer, view.customer_id)
        row = session.scalars(select(Order).where(Order.token == token)).one()
        t = languages.texts(customer=customer.language, brand=brand.language)
        page = render(
            "order.html",
            t,
            brand=brand,
            order=view,
            shipments=list(_shipments(session, view, t)),
            whole=order_page.page(order_view_of(session, view), t),
            calendar=_subscription(token),
            push_key=public_key(house().keys),
            recalls=[recall for recall, _told in asked_of(session, row) if not recall.closed_at],
            own_words=page_words(session, brand, t.language, view.number),
        )
    response = cache.answer(cache.Page(page), request)
    response.headers.update(_UNLISTED)
    return response


def _subscription(token: str) -> str:
    """The calendar's address under the scheme that calendars subscribe to, which moves by itself."""
    return f"webcal://{house().settings.base_url.partition('://')[2]}/o/{token}/calendar.ics"


def _shipments(session: Session, view: OrderView, t: Texts) -> Iterator[dict[str, Any]]:
    for parcel, keys in zip(view.shipments, view.keys, strict=True):
        shipment = session.get_one(Shipment, parcel.shipment_id)
        yield {
            "parcel": parcel_view.page(parcel, t),
            "predicted": predictions.latest(session, shipment.id),
            "notices": notices.of_shipment(session, shipment),
            "due": _due(shipment, t),
            "things": [(address(key), _name(session, view.brand_id, key, t)) for key in keys],
        }


def _due(shipment: Shipment, t: Texts) -> str:
    due = notices.due_at_door(shipment)
    return t.money(due.minor, due.currency) if due else ""


def _name(session: Session, brand_id: str, key: str, t: Texts) -> str:
    """What a thing is called: its product's name and its serial, or its key."""
    product = select(Product.name).where(Product.brand_id == brand_id, Product.gtin == identifiers.gtin(key))
    name = t.named(session.scalar(product))
    serial = identifiers.values(key).get("21", "")
    known = (name, serial) if name else identifiers.values(key).values()
    return " · ".join(part for part in known if part) or key


@bp.get("/u/<token>")
@public
def unsubscribe_page(token: str) -> Response:
    """What the link ends, and a button; a GET changes nothing, since mail scanners follow links."""
    with reading(house().db) as session:
        row = found(_row(session, token))
        brand, customer = session.get_one(Brand, row.brand_id), session.get_one(Customer, row.customer_id)
        wanted = preferences.wants(session, customer, row.channel, "delay")
        t = languages.texts(customer=customer.language, brand=brand.language)
    page = render("unsubscribe.html", t, brand=brand, wanted=wanted, token=token)
    response = cache.answer(cache.Page(page), request)
    response.headers.update(_UNLISTED)
    return response


@bp.post("/u/<token>")
@public
@once
def unsubscribe(token: str, session: Session) -> Response:
    """End the notices; what a mail program sends by itself (RFC 8058) and what the button sends are the same."""
    preferences.withdraw(session, found(_row(session, token)), now())
    return see(f"/u/{token}{languages.chosen()}")


def _row(session: Session, token: str) -> Unsubscribe | None:
    return session.scalar(select(Unsubscribe).where(Unsubscribe.token == token))
