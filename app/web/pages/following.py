"""What a person at the desk does about following a parcel: another carrier, an event heard by telephone."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.shipping.carrier_choice import correct
from app.shipping.manual import ReportRefused, read_report, take_report
from app.shipping.views import ShipmentView, shipment_view
from app.web.context import caller, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.problems import Problem, found
from app.web.rules import staff

bp = Blueprint("following", __name__, url_prefix="/desk")


@bp.post("/shipments/<shipment_id>/carrier")
@staff("support")
@once
def other_carrier(shipment_id: str, session: Session) -> Response:
    """Have another carrier follow a parcel; the choice is remembered for its lane."""
    view, who = _shipment(session, shipment_id), caller()
    chosen: dict[str, Any] = {"carrier": request.form.get("carrier", ""), "parcel_id": _parcel_of(view)}
    try:
        correct(session, brand_id=who.brand_id, person_id=who.person_id or "", now=now(), **chosen)
    except ValueError as refused:
        raise Problem("invalid", str(refused)) from None
    return see(f"/desk/shipments/{view.id}")


@bp.post("/shipments/<shipment_id>/events")
@staff("support")
@once
def report(shipment_id: str, session: Session) -> Response:
    """Take in what the carrier said to a person; its entry names the person and says that it was typed."""
    view, who = _shipment(session, shipment_id), caller()
    try:
        told = read_report(request.form, now())
    except ReportRefused as refused:
        raise Problem("invalid", f"{refused.field}: choose or type it again") from None
    take_report(
        session,
        brand_id=who.brand_id,
        parcel_id=_parcel_of(view),
        report=told,
        person_id=who.person_id or "",
        now=now(),
    )
    return see(f"/desk/shipments/{view.id}")


def _shipment(session: Session, shipment_id: str) -> ShipmentView:
    view: ShipmentView = found(shipment_view(session, caller().brand_id, shipment_id))
    return view


def _parcel_of(view: ShipmentView) -> str:
    """The parcel that the form names, which must be of this shipment."""
    chosen = request.form.get("parcel", "")
    return str(found(next((parcel.id for parcel in view.parcels if parcel.id == chosen), None)))
