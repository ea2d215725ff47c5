"""The owner's page for erasing a customer: what goes, what stays, why. Only doors live here."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.erasure import REASONS, ErasureRefused, erase_customer, preview
from app.db import reading
from app.models.brands import Brand
from app.shipping.views import shipment_view
from app.web.context import caller, house
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from ledger.errors import StillPending

bp = Blueprint("erasing", __name__, url_prefix="/desk")


@bp.get("/shipments/<shipment_id>/erase")
@staff("owner")
def ask(shipment_id: str) -> Response:
    """What would be erased of the customer of this shipment, and the form that does it."""
    with reading(house().db) as session:
        return _page(session, shipment_id)


@bp.post("/shipments/<shipment_id>/erase")
@staff("owner")
def erase(shipment_id: str) -> Response:
    """Erase the customer, for good; sent twice it is done once."""
    who = caller()
    with reading(house().db) as session:
        customer_id = _customer_of(session, shipment_id)
    try:
        erase_customer(
            house().db,
            house().keys,
            who.brand_id,
            customer_id,
            reason=request.form.get("reason", ""),
            by=who.person_id or "",
            clock=house().clock,
        )
    except ErasureRefused:
        with reading(house().db) as session:
            return _page(session, shipment_id, refused=True)
    except StillPending as waiting:
        raise Problem("unavailable", str(waiting), headers={"Retry-After": "2"}) from None
    return see(f"/desk/shipments/{shipment_id}/erase")


def _page(session: Session, shipment_id: str, refused: bool = False) -> Response:
    desk = reader(session)
    brand = session.get_one(Brand, caller().brand_id)
    told = preview(session, brand, _customer_of(session, shipment_id))
    erased = desk.t.moment(told.erased_at, "UTC") if told.erased_at else ""
    status = 422 if refused else 200
    return page(
        "staff/erase.html",
        desk,
        status,
        told=told,
        values=sum(told.values.values()),
        erased=erased,
        reasons=REASONS,
        refused=refused,
        shipment_id=shipment_id,
    )


def _customer_of(session: Session, shipment_id: str) -> str:
    customer_id: str = found(shipment_view(session, caller().brand_id, shipment_id)).customer_id
    return customer_id
