"""The owner's page of switches: what the house does by itself, and the button that stops it. Only doors."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.switches import REASONS, SUBJECTS, SwitchRefused, switches_of, turn
from app.brands.tenants import brand_of
from app.care.notices import NEXT_IN
from app.db import reading
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import names, page, reader
from app.web.rules import staff

bp = Blueprint("switching", __name__, url_prefix="/switches")


@bp.get("")
@staff("owner")
def switches() -> Response:
    """How each switch stands, who turned it last and why."""
    with reading(house().db) as session:
        return _page(session)


@bp.post("")
@staff("owner")
@once
def turn_switch(session: Session) -> Response:
    """Turn one switch, for a reason."""
    form, brand = request.form, brand_of(session, caller().brand_id)
    rule, reason = form.get("rule", "").strip(), form.get("reason", "")
    subject, on, who = form.get("subject", ""), form.get("on") == "1", caller().person_id
    try:
        turn(session, brand, subject, rule, on=on, reason=reason, person_id=who, now=now())
    except SwitchRefused as refused:
        return _page(session, refused=refused.field)
    return see("/switches")


def _page(session: Session, refused: str = "") -> Response:
    brand_id, desk = caller().brand_id, reader(session)
    rows = switches_of(session, brand_id)
    wholes = [row for row in rows if not row.rule]
    rules = {subject: [row for row in rows if row.rule and row.subject == subject] for subject in SUBJECTS}
    shown = {"wholes": wholes, "rules": rules, "people": names(session, brand_id), "reasons": REASONS}
    kinds = sorted(NEXT_IN)
    return page("staff/switches.html", desk, 422 if refused else 200, **shown, refused=refused, kinds=kinds)
