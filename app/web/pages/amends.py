"""What support does about a shipment: customs, documents, claims, proposals, stock. Only doors live here."""

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import documents, proposals
from app.models.shipments import Shipment
from app.sealed import open_box
from app.shipping.customs import DutyLinkRefused, open_hold, settle
from app.shipping.stock import stock_back, stock_missing
from app.shipping.views import shipment_view
from app.support import address_changes, claims, reveal
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.desk import acting_person
from app.web.pages.forms import day_of, minor_of
from app.web.pages.render import see
from app.web.problems import Problem, found
from app.web.rules import staff

bp = Blueprint("amends", __name__, url_prefix="/desk")


@bp.post("/shipments/<shipment_id>/customs")
@staff("support")
@once
def customs(shipment_id: str, session: Session) -> Response:
    """Say who must act at customs, and where duties are paid."""
    shipment = _shipment(session, shipment_id)
    hold = found(open_hold(session, shipment.id))
    actor, url = request.form.get("actor", ""), request.form.get("duty_url", "").strip()
    try:
        settle(session, hold, actor=actor, duty_url=url, person_id=acting_person(), now=now())
    except DutyLinkRefused as refused:
        raise Problem("invalid", str(refused)) from refused
    return _back(shipment_id, "customs")


@bp.post("/shipments/<shipment_id>/address")
@staff("support")
@once
def address(shipment_id: str, session: Session) -> Response:
    """Say that the carrier was told of the corrected address, and what it answered."""
    shipment = _shipment(session, shipment_id)
    try:
        found(
            address_changes.step(
                session, shipment, request.form.get("answer", ""), person_id=acting_person(), now=now()
            )
        )
    except address_changes.OutOfTurn as refused:
        raise Problem("invalid", str(refused)) from None
    return _back(shipment_id, "address")


@bp.post("/shipments/<shipment_id>/stock")
@staff("support", "warehouse")
@once
def stock(shipment_id: str, session: Session) -> Response:
    """Say that the goods are not in stock, or are again."""
    shipment = _shipment(session, shipment_id)
    if request.form.get("missing") == "1":
        stock_missing(session, shipment, day_of(request.form.get("restock_on", "")), now())
    else:
        stock_back(session, shipment, now())
    return _back(shipment_id)


@bp.post("/shipments/<shipment_id>/confirm")
@staff("support")
@once
def confirm(shipment_id: str, session: Session) -> Response:
    """A person has looked: the goods are spoilt, damaged or lost. Opens the proposal of that cause."""
    cause = request.form.get("cause", "")
    if cause not in proposals.CAUSES:
        raise Problem("invalid", "choose a cause from the list")
    proposals.open_proposal(session, _shipment(session, shipment_id), cause, now())
    return _back(shipment_id, "proposals")


@bp.post("/proposals/<proposal_id>/<choice>")
@staff("support")
@once
def decide(proposal_id: str, choice: str, session: Session) -> Response:
    """Take a choice; a second click, also one at the same time, changes nothing."""
    proposal = found(proposals.get(session, caller().brand_id, proposal_id))
    if choice not in proposals.CHOICES:
        raise Problem("not-found")
    proposals.decide(session, proposal, choice, person_id=acting_person(), now=now())
    return _back(proposal.shipment_id, "proposals")


@bp.post("/claims/<claim_id>")
@staff("support")
@once
def claim(claim_id: str, session: Session) -> Response:
    """Take a claim on: its amount, its state, what the carrier pays."""
    row = found(claims.get(session, caller().brand_id, claim_id))
    currency = request.form.get("currency", "").strip().upper() or row.currency
    try:
        claims.change(
            session,
            row,
            state=request.form.get("state", ""),
            amount_minor=minor_of(request.form.get("amount", ""), currency),
            currency=currency,
            paid_minor=minor_of(request.form.get("paid", ""), currency),
            person_id=acting_person(),
            now=now(),
        )
    except claims.ClaimRefused as refused:
        raise Problem("invalid", str(refused)) from refused
    return _back(row.shipment_id, "claims")


@bp.post("/files/<file_id>")
@staff("support")
def download(file_id: str) -> Response:
    """A customer's document, as a file to keep and never as a page; the look at it is an entry."""
    who = caller()
    with house().db.begin() as session:
        row = found(documents.get(session, who.brand_id, file_id))
        view = found(shipment_view(session, who.brand_id, row.shipment_id))
        reveal.reveal(
            session,
            brand_id=who.brand_id,
            customer_id=view.customer_id,
            person_id=acting_person(),
            reason="delivery_help",
            now=now(),
        )
        data, name = open_box(house().keys).open(row.sealed), f"document-{row.id}.{documents.ENDINGS[row.media]}"
    response = Response(data, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _shipment(session: Session, shipment_id: str) -> Shipment:
    mine = select(Shipment).where(Shipment.brand_id == caller().brand_id, Shipment.id == shipment_id)
    return found(session.scalar(mine.with_for_update()))  # type: ignore[no-any-return]  # the shipment itself


def _back(shipment_id: str, part: str = "") -> Response:
    return see(f"/desk/shipments/{shipment_id}" + (f"#{part}" if part else ""))
