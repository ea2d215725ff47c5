"""The door of the calendar file: the day of each delivery of an order, at the order's own address."""

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.care.calendar import Delivery, calendar
from app.db import reading
from app.models.brands import Brand
from app.models.shipments import Customer, Shipment
from app.shipping.views import OrderView, ParcelView, order_view
from app.texts import Texts
from app.web.context import house
from app.web.pages import languages, parcel_view
from app.web.problems import found
from app.web.rules import public

bp = Blueprint("calendar", __name__)

_OVER = ("returned", "cancelled")


@bp.get("/o/<token>/calendar.ics")
@public
def delivery_days(token: str) -> Response:
    """The days as they are expected now; a calendar that subscribes asks again by itself."""
    with reading(house().db) as session:
        view = found(order_view(session, token))
        brand = session.get_one(Brand, view.brand_id)
        customer = session.get_one(Customer, view.customer_id)
        t = languages.texts(customer=customer.language, brand=brand.language)
        file = calendar(brand.name, list(_deliveries(session, view, brand, t, token)))
    response = Response(file, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="delivery.ics"'
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.add_etag()
    response.make_conditional(request)
    return response


def _deliveries(session: Session, view: OrderView, brand: Brand, t: Texts, token: str) -> Iterator[Delivery]:
    base = house().settings.base_url
    for parcel in view.shipments:
        row = session.get_one(Shipment, parcel.shipment_id)
        if days := _days(row, parcel, t):
            yield Delivery(
                uid=f"{row.id}@{urlsplit(base).hostname}",
                sequence=row.version,
                changed_at=max(filter(None, (row.created_at, row.status_at, _stated(parcel)))),
                first=days[0],
                last=days[1],
                summary=t.gettext("Parcel from %(brand)s", brand=brand.name),
                description=f"{parcel_view.status_words(parcel, t)}\n{base}/o/{token}",
                url=f"{base}/o/{token}",
                cancelled=row.status in _OVER,
            )


def _days(row: Shipment, parcel: ParcelView, t: Texts) -> tuple[date, date] | None:
    if row.delivered_at:
        day = row.delivered_at.astimezone(t.zone(row.destination_zone)).date()
        return day, day
    return (parcel.current.window_from, parcel.current.window_to) if parcel.current else None


def _stated(parcel: ParcelView) -> datetime | None:
    return parcel.current.stated_at if parcel.current else None
