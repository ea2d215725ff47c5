"""After the sale, for the brand's people: claim codes, terms and advice by country, partners, the desk's reset."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.labels import drawn
from app.labels.sheet import Paper, label_of
from app.models.brands import Partner
from app.models.products import Product
from app.owning import authority, claiming, codes, faces, guidance, items, keeping, secret, warranty
from app.owning.errors import ActRefused
from app.owning.places import COUNTRIES
from app.provenance.errors import Refused
from app.sealed import open_box
from app.spreadsheet import as_csv
from app.support import pasted
from app.texts import LANGUAGES
from app.web.api.tracing import table
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages import forms, owning_view
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from app.words import ownership as words

bp = Blueprint("aftersale", __name__)

_MOST = 500


@bp.get("/ownership")
@staff("warehouse")
def overview() -> Response:
    """The form for claim codes; for the owner also the products and the partners."""
    with reading(house().db) as session:
        return _overview(session)


@bp.post("/ownership/codes")
@staff("warehouse")
@once
def make_codes(session: Session) -> Response:
    """Make codes for the items that were pasted, one a line: shown once, as a table or as labels for the boxes."""
    brand, form = brand_of(session, caller().brand_id), request.form
    lines = [line.strip() for line in form.get("items", "").splitlines() if line.strip()]
    keys = [found_keys[0] if (found_keys := pasted.keys(line)) else "" for line in lines]
    try:
        if not keys or len(keys) > claiming.MOST or "" in keys:
            raise ActRefused("no_item")
        box, sold = open_box(house().keys), forms.day_of(form.get("sold_on", ""))
        made = claiming.make_codes(session, box, brand, keys, sold_on=sold, now=now())
    except ActRefused as refused:
        return _overview(session, refused.code)
    if form.get("as") == "csv":
        rows = [(each.key, codes.grouped(each.code), house().settings.base_url + each.key) for each in made]
        return table(as_csv(("item", "code", "url"), rows), "claim-codes.csv")
    if form.get("as") == "labels":
        return _labels(made)
    return page("staff/codes.html", reader(session), made=[(each.key, codes.grouped(each.code)) for each in made])


@bp.post("/ownership/partners/<partner_id>")
@staff("owner")
@once
def authorise(partner_id: str, session: Session) -> Response:
    """Say what a partner may do in the brand's name."""
    brand = brand_of(session, caller().brand_id)
    may = {name: request.form.get(name) == "1" for name in ("repairs", "collects")}
    try:
        authority.authorise(session, brand, partner_id, **may, now=now())
    except LookupError:
        raise Problem("not-found") from None
    return see("/ownership")


@bp.get("/ownership/<gtin>")
@staff("owner")
def product(gtin: str) -> Response:
    """Terms and advice of one product, by country, and the forms for a new line."""
    with reading(house().db) as session:
        return _product(session, gtin)


@bp.post("/ownership/<gtin>/<any(warranty,guidance):what>")
@staff("owner")
@once
def say(gtin: str, what: str, session: Session) -> Response:
    """State a line; it takes the place of the one that this country had."""
    brand, form = brand_of(session, caller().brand_id), request.form
    href = form.get("href", "").strip() or None
    place: dict[str, Any] = {"gtin": gtin, "country": form.get("country", ""), "href": href, "now": now()}
    try:
        if what == "warranty":
            starts = form.get("starts", "")
            months, more = (_number(name, form.get(name, "")) for name in ("months", "repair_months"))
            warranty.set_warranty(session, brand, **place, starts=starts, months=months, repair_months=more)
        else:
            text = {language: form.get(f"text_{language}", "") for language in LANGUAGES}
            guidance.set_guidance(session, brand, **place, topic=form.get("topic", ""), text=text)
    except Refused as refused:
        if refused.field == "gtin":
            raise Problem("not-found") from None
        return _product(session, gtin, refused.field)
    return see(f"/ownership/{gtin}")


@bp.get("/desk/ownership")
@staff("support", "auditor")
def at_desk() -> Response:
    """How an item stands, for whoever answers its owner: `?key=` in any form."""
    with reading(house().db) as session:
        return _at_desk(session, request.args.get("key", ""))


@bp.post("/desk/ownership/reset")
@staff("support")
def reset() -> Response:
    """End a lost secret against proof of purchase. The code is shown now; another press makes another one."""
    key, reason = request.form.get("key", ""), request.form.get("reason", "")
    if reason not in words.RESET_REASON:
        raise Problem("invalid", errors=[{"field": "reason", "detail": "choose the proof that was shown"}])
    with house().db.begin() as session:
        brand, person = brand_of(session, caller().brand_id), caller().person_id or ""
        try:
            with session.begin_nested():
                code = keeping.reset(
                    session, open_box(house().keys), brand, key, reason=reason, person_id=person, now=now()
                )
        except ActRefused as refused:
            return _at_desk(session, key, 409, refused=refused.code)
        return _at_desk(session, key, code=codes.grouped(code))


def _overview(session: Session, refused: str = "") -> Response:
    desk = reader(session)
    shown: dict[str, Any] = {"given": request.form, "refused": words.ACT_REFUSED.get(refused, "")}
    if desk.role == "owner":
        mine = Product.brand_id == desk.brand.id
        shown["products"] = session.scalars(select(Product).where(mine).order_by(Product.gtin).limit(_MOST)).all()
        theirs = Partner.brand_id == desk.brand.id
        shown["partners"] = session.scalars(select(Partner).where(theirs).order_by(Partner.name)).all()
    return page("staff/ownership.html", desk, 422 if refused else 200, **shown)


def _product(session: Session, gtin: str, refused: str = "") -> Response:
    desk = reader(session)
    mine = select(Product).where(Product.brand_id == desk.brand.id, Product.gtin == gtin)
    row = found(session.scalars(mine).one_or_none())
    countries = sorted(((code, desk.t.country(code)) for code in COUNTRIES), key=lambda each: each[1])
    return page(
        "staff/aftersale.html",
        desk,
        422 if refused else 200,
        product=row,
        terms=[
            (each, owning_view.terms(each, desk.t)) for each in warranty.terms_of(session, desk.brand.id, gtin)
        ],
        lines=guidance.guidance_of(session, desk.brand.id, gtin),
        countries=countries,
        topics=words.TOPIC,
        starts=words.STARTS,
        languages_=LANGUAGES,
        given=request.form,
        refused=refused,
    )


def _at_desk(session: Session, text: str, status: int = 200, refused: str = "", code: str = "") -> Response:
    desk = reader(session)
    keys = pasted.keys(text[:400]) if text and "\x00" not in text else []
    row = items.find(session, desk.brand.id, keys[0]) if keys else None
    owned = faces.owned(session, desk.brand.id, row.key) if row else faces.Owned()
    return page(
        "staff/owned.html",
        desk,
        status,
        asked=text[:400],
        row=row,
        owning=owning_view.owning(faces.OwnedFace.of(owned), desk.t),
        codes=secret.good_codes(session, desk.brand.id, row.key, now()) if row else [],
        reasons=words.RESET_REASON,
        kinds=words.CODE,
        refused=words.ACT_REFUSED.get(refused, ""),
        code=code,
    )


def _labels(made: list[claiming.Made]) -> Response:
    """A sheet for the boxes: the code to be typed under the symbol that opens the page. A4, one picture."""
    paper = Paper(rows=max(8, -(-len(made) // 4)), height=max(297, -(-len(made) // 4) * 35 + 18))
    labels = [label_of(each.key, house().settings.base_url, codes.grouped(each.code)) for each in made]
    (sheet,) = drawn.svg(labels, paper)
    response = Response(sheet, mimetype="image/svg+xml")
    response.headers["Content-Disposition"] = 'attachment; filename="claim-codes.svg"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _number(field: str, text: str) -> int:
    text = text.strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Refused(field, "must be a number of months")
    return int(text)
