"""What a brand promises and gives: the owner's page for order promises, compensation and terms. Only doors."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.care import compensation
from app.care.compensation import RuleRefused, RuleTerms
from app.db import reading
from app.models.brands import Brand
from app.shipping.handling import OrderPromise
from app.support.claim_terms import CAREFUL, TERMS, term_of
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.desk import acting_person
from app.web.pages.forms import major_of, minor_of
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from carriers.known import CARRIERS

bp = Blueprint("promising", __name__, url_prefix="/brand/promises")

_LONGEST = 365


@bp.get("")
@staff("owner")
def overview() -> Response:
    """What is promised with every order, what a broken promise gives, and until when carriers take claims."""
    with reading(house().db) as session:
        return _page(session)


@bp.post("")
@staff("owner")
@once
def promise(session: Session) -> Response:
    """Promise something with every order from now on, or nothing."""
    brand = _locked(session)
    if request.form.get("none") == "1":
        _set(brand, "promise", None)
        return see("/brand/promises")
    given = {name: _number(name, 0) for name in ("handling_days", "first_day", "last_day")}
    if given["last_day"] < given["first_day"]:
        return _page(session, 422, refused="last_day", given=request.form)
    _set(brand, "promise", given)
    return see("/brand/promises")


@bp.post("/rules")
@staff("owner")
@once
def add_rule(session: Session) -> Response:
    """Give something for broken promises from now on, within a budget."""
    currency = request.form.get("currency", "").strip().upper()
    terms = RuleTerms(
        kind=request.form.get("kind", ""),
        amount_minor=minor_of(request.form.get("amount", ""), currency) or 0,
        currency=currency,
        min_days_late=_number("min_days_late", 1),
        valid_days=_number("valid_days", 1, 1825),
        budget_minor=minor_of(request.form.get("budget", ""), currency) or 0,
    )
    try:
        compensation.set_rule(session, _locked(session), terms, person_id=acting_person(), now=now())
    except RuleRefused as refused:
        return _page(session, 422, refused=refused.field, given=request.form)
    return see("/brand/promises#rules")


@bp.post("/rules/<rule_id>/end")
@staff("owner")
@once
def end_rule(rule_id: str, session: Session) -> Response:
    """End a rule for good; what it gave stays good."""
    brand = brand_of(session, caller().brand_id)
    found(compensation.end_rule(session, brand, rule_id, person_id=acting_person(), now=now()) or None)
    return see("/brand/promises#rules")


@bp.post("/terms")
@staff("owner")
@once
def terms(session: Session) -> Response:
    """Set what sending again costs, and the days of one's own contracts; an empty field takes the table again."""
    brand = _locked(session)
    given = {carrier: request.form.get(f"days_{carrier}", "").strip() for carrier in CARRIERS}
    _set(brand, "claim_days", {carrier: _days(text) for carrier, text in given.items() if text} or None)
    _set(brand, "resend_minor", minor_of(request.form.get("resend", ""), "EUR"))
    return see("/brand/promises#terms")


def _locked(session: Session) -> Brand:
    return session.get_one(Brand, caller().brand_id, with_for_update=True)


def _set(brand: Brand, name: str, value: Any) -> None:
    rest = {key: kept for key, kept in brand.settings.items() if key != name}
    brand.settings = rest if value is None else {**rest, name: value}


def _number(name: str, least: int, most: int = _LONGEST) -> int:
    text = request.form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
        raise Problem("invalid", errors=[{"field": name, "detail": f"is a whole number from {least} to {most}"}])
    return int(text)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _LONGEST):
        raise Problem("invalid", f"days are a whole number from 1 to {_LONGEST}")
    return int(text)


def _page(session: Session, status: int = 200, refused: str = "", given: Any = None) -> Response:
    desk = reader(session)
    brand = brand_of(session, caller().brand_id)
    names = {*TERMS, *brand.settings.get("claim_days", {})}
    return page(
        "staff/promises.html",
        desk,
        status,
        promise=OrderPromise.of(brand.settings),
        rules=compensation.rules_of(session, brand.id),
        kinds=compensation.KINDS,
        terms=[(name, CARRIERS.get(name, name), term_of(name, brand.settings)) for name in sorted(names)],
        careful=CAREFUL,
        resend=major_of(brand.settings.get("resend_minor"), "EUR"),
        refused=refused,
        given=given or {},
    )
