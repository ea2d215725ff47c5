"""Recalls at the desk: the look before one is opened, its progress, its end; and where customers answer."""

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.products import Recall
from app.models.shipments import Customer, Order
from app.provenance import listing, recall_answers
from app.provenance.errors import Refused
from app.provenance.recall import amend_recall, close_recall, open_recall
from app.provenance.recall_preview import preview
from app.spreadsheet import as_csv
from app.support import pasted
from app.texts import LANGUAGES
from app.web.api.tracing import table
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages import languages
from app.web.pages.render import render, see
from app.web.pages.staff import page, reader
from app.web.problems import found
from app.web.rules import public, staff

bp = Blueprint("recalls", __name__)

_MOST = 200
_UNLISTED = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"}


@bp.get("/desk/recalls")
@staff("support", "auditor")
def recalls() -> Response:
    """Every recall, and the form that begins with a look at what one would reach."""
    with reading(house().db) as session:
        return _list(session, request.args)


@bp.post("/desk/recalls")
@staff("support")
@once
def open_one(session: Session) -> Response:
    """Open a recall with the brand's words; the same thing once more is the same recall."""
    given = request.form
    brand = brand_of(session, caller().brand_id)
    try:
        recall = open_recall(session, brand, key=_key(given.get("key", "")), **_words(brand), now=now())
    except Refused as refused:
        return _list(session, given, refused.field, 422)
    return see(f"/desk/recalls/{recall.id}{languages.chosen()}")


@bp.get("/desk/recalls/<recall_id>")
@staff("support", "auditor")
def progress(recall_id: str) -> Response:
    """How many were told, what they answered, and who has not."""
    with reading(house().db) as session:
        return _progress(session, recall_id)


@bp.get("/desk/recalls/<recall_id>/missing.csv")
@staff("support", "auditor")
def missing(recall_id: str) -> Response:
    """Who has not answered, by order, as a table."""
    with reading(house().db) as session:
        done = recall_answers.progress(session, caller().brand_id, _mine(session, recall_id).id)
    return table(as_csv(recall_answers.MISSING, done.missing_rows()), "not-answered.csv")


@bp.post("/desk/recalls/<recall_id>/words")
@staff("support")
@once
def amend(recall_id: str, session: Session) -> Response:
    """Correct the words of an open recall; who was told is not written to again."""
    brand = brand_of(session, caller().brand_id)
    try:
        amend_recall(session, brand, _mine(session, recall_id), **_words(brand), now=now())
    except Refused:
        return _progress(session, recall_id, 422)
    return see(f"/desk/recalls/{recall_id}{languages.chosen()}")


@bp.post("/desk/recalls/<recall_id>/close")
@staff("support")
@once
def close(recall_id: str, session: Session) -> Response:
    """End a recall: the pages warn no more, and no answer is taken."""
    close_recall(session, brand_of(session, caller().brand_id), _mine(session, recall_id), now())
    return see(f"/desk/recalls/{recall_id}{languages.chosen()}")


@bp.get("/o/<token>/recall")
@public
def question(token: str) -> Response:
    """What was called back of an order, and the answer that was given."""
    with reading(house().db) as session:
        return _question(session, _order(session, token))


@bp.post("/o/<token>/recall")
@public
@once
def answer(token: str, session: Session) -> Response:
    """Take what the customer did with it; another answer takes the place of the first."""
    order, given = _order(session, token), request.form
    try:
        recall_answers.answer(session, order, given.get("recall", ""), given.get("answer", ""), now())
    except Refused:
        return _question(session, order, 422)
    return see(f"/o/{token}/recall{languages.chosen()}")


def _progress(session: Session, recall_id: str, status: int = 200) -> Response:
    recall = _mine(session, recall_id)
    done = recall_answers.progress(session, caller().brand_id, recall.id)
    own = reader(session).brand.language
    names = sorted(languages.NAMES, key=lambda each: each[0] != own)  # the brand's own language comes first
    given = request.form if status != 200 else {}
    facts = {"recall": recall, "done": done, "most": _MOST, "names": dict(names), "given": given}
    return page("staff/recall.html", reader(session), status, **facts)


def _list(session: Session, given: Mapping[str, str], refused: str = "", status: int = 200) -> Response:
    desk, brand_id = reader(session), caller().brand_id
    key = _key(given.get("key", "")) if given.get("key") else ""
    if key and identifiers.level(key) == "other":
        key, refused, status = "", "key", 422
    response = page(
        "staff/recalls.html",
        desk,
        rows=list(reversed(listing.recalls(session, brand_id, limit=_MOST))),
        seen=preview(session, brand_id, key) if key else None,
        given=given,
        refused=refused,
        names=dict(languages.NAMES),
    )
    response.status_code = status
    return response


def _words(brand: Brand) -> dict[str, dict[str, str]]:
    return {name: _by_language(name, brand.language) for name in ("reason", "advice")}


def _by_language(name: str, own: str) -> dict[str, str]:
    """The words of a field in each language in which they were written."""
    fields = {own: name} | {language: f"{name}:{language}" for language in LANGUAGES if language != own}
    given = {language: request.form.get(field, "").strip() for language, field in fields.items()}
    return {language: text for language, text in given.items() if text}


def _key(text: str) -> str:
    text = text.strip()[:400]
    return next(iter(pasted.keys(text)), "") or identifiers.canonical(text)


def _mine(session: Session, recall_id: str) -> Recall:
    recall: Recall = found(listing.recall(session, caller().brand_id, recall_id))
    return recall


def _order(session: Session, token: str) -> Order:
    order: Order = found(session.scalars(select(Order).where(Order.token == token)).first())
    return order


def _question(session: Session, order: Order, status: int = 200) -> Response:
    asked = found(recall_answers.asked_of(session, order) or None)
    brand, customer = session.get_one(Brand, order.brand_id), session.get_one(Customer, order.customer_id)
    t = languages.texts(customer=customer.language, brand=brand.language)
    text = render("recall.html", t, brand=brand, order=order, asked=asked, answers=recall_answers.ANSWERS)
    response = make_response(text, status)
    response.headers.update(_UNLISTED)
    return response
