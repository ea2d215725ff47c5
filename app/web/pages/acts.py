"""What a customer does by a link that works once: send documents, confirm or correct the address. Public doors."""

from flask import Blueprint, Response, make_response, request
from sqlalchemy.orm import Session

from app.care import addresses, documents, links
from app.db import reading
from app.models.brands import Brand
from app.models.desk import CustomerLink
from app.models.shipments import Customer, Order, Shipment
from app.sealed import open_box
from app.web.context import house, now
from app.web.idempotency import once
from app.web.limits import takes_up_to
from app.web.pages import languages
from app.web.pages.render import render, see
from app.web.problems import found
from app.web.rules import public

bp = Blueprint("acts", __name__, url_prefix="/act")

_UNLISTED = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"}
_ROOM = 100_000  # of a form around its files


@bp.get("/<token>")
@public
def page(token: str) -> Response:
    """What the link is for and its form, or a sentence that says why there is none; looking uses nothing up."""
    with reading(house().db) as session:
        return _page(session, found(links.find(session, token)))


@bp.post("/<token>/documents")
@public
@takes_up_to(documents.MOST * documents.LARGEST + _ROOM)
@once
def send_documents(token: str, session: Session) -> Response:
    """Take the files. Their names are never read: what they are, their bytes say."""
    link = _link(session, token, "documents")
    files = [file.stream.read(documents.LARGEST + 1) for file in request.files.getlist("file") if file.filename]
    try:
        kept = documents.receive(session, open_box(house().keys), link, files, now())
    except documents.DocumentRefused as refused:
        return _page(session, link, 422, refused=refused.code)
    return see(f"/act/{token}{languages.chosen()}") if kept else _page(session, link, 410)


@bp.post("/<token>/address")
@public
@once
def say_address(token: str, session: Session) -> Response:
    """Take the corrected address, or that the one we have is right."""
    link = _link(session, token, "address")
    try:
        if request.form.get("right") == "1":
            done = addresses.confirm(session, link, now())
        else:
            done = addresses.correct(session, link, request.form, now())
    except addresses.AddressRefused as refused:
        return _page(session, link, 422, refused=refused.field)
    return see(f"/act/{token}{languages.chosen()}") if done else _page(session, link, 410)


def _link(session: Session, token: str, purpose: str) -> CustomerLink:
    link = links.find(session, token)
    return found(link if link and link.purpose == purpose else None)  # type: ignore[no-any-return]  # the link itself


def _page(session: Session, link: CustomerLink, status: int = 200, refused: str = "") -> Response:
    brand = session.get_one(Brand, link.brand_id)
    shipment = session.get_one(Shipment, link.shipment_id)
    customer = session.get_one(Customer, session.get_one(Order, shipment.order_id).customer_id)
    state = "used" if link.used_at else "open" if links.is_open(link, now()) else "over"
    if state == "open" and link.purpose == "address" and not addresses.may_change(session, shipment):
        state = "late"
    t = languages.texts(customer=customer.language, brand=brand.language)
    text = render(
        "act.html",
        t,
        brand=brand,
        link=link,
        state=state,
        refused=refused,
        fields=addresses.FIELDS,
        given=request.form,
    )
    response = make_response(text, 410 if state in ("over", "late") else status)
    response.headers.update(_UNLISTED)
    return response
