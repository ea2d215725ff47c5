"""Planning for staff: carrier scorecards, advice before dispatch, and the price table it rests on. Only doors."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, request
from sqlalchemy.orm import Session

from app import words
from app.brands.tenants import brand_of
from app.db import reading
from app.shipping import prices, scorecards
from app.shipping.advice import advise
from app.shipping.predicting import learned
from app.shipping.prices import BadRow
from app.texts import Texts
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.score import route_name
from app.web.pages.staff import page, reader
from app.web.rules import staff
from carriers.eta.live import LEGS

bp = Blueprint("dispatching", __name__, url_prefix="/planning")


@bp.get("")
@staff("warehouse", "support", "auditor")
def overview() -> Response:
    """Every carrier of the last year against the target, on all its lanes and on each."""
    with reading(house().db) as session:
        desk = reader(session)
        rows = scorecards.cards(session, desk.brand.id, now().date() - scorecards.YEAR)
        drifted = learned(session, desk.brand.id, now()).drifted()
    shown: dict[str, Any] = {
        "cards": rows,
        "drifted": drifted,
        "legs": LEGS,
        "target": scorecards.LATE_TARGET,
        "enough": scorecards.ENOUGH,
    }
    return page("planning/scorecards.html", desk, **shown, route=lambda lane: route_name(lane, desk.t))


@bp.get("/scorecards.csv")
@staff("warehouse", "support", "auditor")
def scorecards_csv() -> Response:
    """The scorecards as a table for a spreadsheet."""
    with reading(house().db) as session:
        rows = scorecards.cards(session, caller().brand_id, now().date() - scorecards.YEAR)
    answer = make_response(scorecards.as_csv(rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="scorecards.csv"'
    return answer


@bp.get("/advice")
@staff("warehouse", "support", "auditor")
def advice() -> Response:
    """With which service to send something, and why."""
    asked, wrong = _asked()
    with reading(house().db) as session:
        desk = reader(session)
        table = prices.prices(session, desk.brand.id)
        found = advise(session, desk.brand, **asked, now=now()) if asked else None
    shown: dict[str, Any] = {"choices": found, "wrong": wrong, "given": request.args, "has_prices": bool(table)}
    return page("planning/advice.html", desk, **shown)


def _asked() -> tuple[dict[str, Any], str]:
    """What to advise on, or the field that keeps us from it; both empty while nothing is asked."""
    given = {name: request.args.get(name, "").strip() for name in ("origin", "destination", "weight_g", "due")}
    if not any(given.values()):
        return {}, ""
    countries = {name: given[name].upper() for name in ("origin", "destination")}
    for name, country in countries.items():
        if not (len(country) == 2 and country.isascii() and country.isalpha()):
            return {}, name
    if not given["weight_g"].isdecimal() or not 0 < int(given["weight_g"][:9]) <= 10_000_000:
        return {}, "weight_g"
    try:
        due = date.fromisoformat(given["due"]) if given["due"] else None
    except ValueError:
        return {}, "due"
    return {**countries, "weight_g": int(given["weight_g"][:9]), "due": due, "hand_over": now().date()}, ""


@bp.get("/prices")
@staff("warehouse", "support", "auditor")
def price_table() -> Response:
    """The price table as it stands, and a form to put another in its place."""
    with reading(house().db) as session:
        return _price_page(session)


@bp.post("/prices")
@staff("support")
@once
def upload_prices(session: Session) -> Response:
    """Read a price table; kept only when it is whole and nobody asked for a dry run."""
    file, brand = request.files.get("file"), brand_of(session, caller().brand_id)
    raw = file.read() if file else b""
    if not raw:
        return _price_page(session, bad=[BadRow(1, "", "no_file")])
    read = prices.read_table(raw, brand.id)
    if read.bad or request.form.get("dry") == "1":
        return _price_page(session, bad=read.bad, tried=len(read.rows))
    prices.replace_table(session, brand.id, read.rows)
    return see("/planning/prices")


def _price_page(session: Session, bad: Sequence[BadRow] = (), tried: int | None = None) -> Response:
    desk = reader(session)
    rows = prices.prices(session, desk.brand.id)
    shown = {"rows": rows, "bad": bad_lines(bad, desk.t), "tried": tried, "columns": prices.COLUMNS}
    status = 422 if bad else 200
    return page("planning/prices.html", desk, status, **shown)


def bad_lines(bad: Sequence[BadRow], t: Texts) -> list[str]:
    """The first rows that stand in the way, each with its column and how to mend it."""
    told = []
    for each in bad[:50]:
        trouble = t.gettext(words.TROUBLE[each.trouble])
        row = t.gettext("Row %(row)s", row=t.number(each.row))
        told.append(f"{row}, {each.column}: {trouble}" if each.column else f"{row}: {trouble}")
    return told
