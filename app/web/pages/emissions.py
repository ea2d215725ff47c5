"""The page about transport carbon and the carbon border, behind the login. Only doors."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.carbon import cbam, factors, goods, stating, whole
from app.carbon.chain import DATA, DISTANCES, MODES
from app.carbon.known import SHOWN, in_force
from app.db import reading
from app.provenance.errors import Refused
from app.support import pasted
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages import carbon_view, languages
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem
from app.web.rules import staff
from app.words import carbon as words

bp = Blueprint("emissions", __name__, url_prefix="/carbon")

_TEXTS = (
    "subject",
    "mode",
    "data",
    "origin",
    "destination",
    "vehicle",
    "emissions_kg",
    "mass_kg",
    "distance_km",
    "distance_kind",
    "source",
    "file_sha256",
)
_NEEDED = ("subject", "mode", "data", "origin", "destination")


@bp.get("")
@staff("warehouse", "support", "auditor")
def overview() -> Response:
    """What is known of the way of one thing, what is missing, and who has it."""
    with reading(house().db) as session:
        return _page(session, _named(request.args.get("key", "")))


@bp.post("/legs")
@staff("warehouse", "support")
@once
def state_leg(session: Session) -> Response:
    """State a part of the way."""
    form, brand = request.form, brand_of(session, caller().brand_id)
    texts = {name: form.get(name, "").strip() for name in _TEXTS}
    given = {name: text if text or name in _NEEDED else None for name, text in texts.items()}
    leg = form.get("leg", "0")
    key = form.get("key", "")
    try:
        number = int(leg) if leg.isascii() and leg.isdigit() and len(leg) < 3 else 0
        stated = stating.Given(**given, leg=number)  # type: ignore[arg-type]  # the needed ones are texts
        stating.state(session, brand, stated, partner_id=None, now=now())
    except Refused as refused:
        return _page(session, key, refused.field)
    return see(_back(key))


@bp.post("/goods")
@staff("owner")
@once
def describe(session: Session) -> Response:
    """Say what a unit weighs and what the border asks."""
    form, brand = request.form, brand_of(session, caller().brand_id)
    key = form.get("key", "")
    facts = {name: form.get(name, "") for name in (cbam.MASS.name, *cbam.NAMES)}
    try:
        goods.describe(session, brand, key=key, facts=facts, now=now())
    except Refused as refused:
        return _page(session, key, refused.field)
    return see(_back(key))


@bp.post("/factors")
@staff("owner")
@once
def enter(session: Session) -> Response:
    """Enter an intensity of one's own."""
    form, brand = request.form, brand_of(session, caller().brand_id)
    texts = {name: form.get(name, "").strip() for name in ("code", "mode", "intensity", "source")}
    per = form.get("per", "").strip() or None
    try:
        stating.set_factor(session, brand, **texts, per=per, now=now())
    except Refused as refused:
        return _page(session, "", refused.field)
    return see(f"/carbon{languages.chosen()}")


@bp.post("/shown/<choice>")
@staff("owner")
@once
def show(choice: str, session: Session) -> Response:
    """Show the block on every passport, or only where something was stated; `choice` is always or stated."""
    if choice not in ("always", "stated"):
        raise Problem("not-found")
    brand = brand_of(session, caller().brand_id)
    brand.settings = {**brand.settings, SHOWN: choice == "always"}
    return see(f"/carbon{languages.chosen()}")


def _named(text: str) -> str:
    keys = pasted.keys(text.strip()[:400]) if text.strip() else []
    return keys[0] if keys else text.strip()[:400]


def _back(key: str) -> str:
    lang = languages.chosen().removeprefix("?lang=")
    return f"/carbon?{urlencode({'key': key} | ({'lang': lang} if lang else {}))}"


def _page(session: Session, key: str, refused: str = "") -> Response:
    desk, brand_id = reader(session), caller().brand_id
    found = whole.of_thing(session, brand_id, key, now()) if key else None
    said = goods.described_one(session, brand_id, key) if found else None
    own: Mapping[str, str] = goods.own_facts(session, brand_id, key) if found else {}
    shown = {
        "key": key,
        "found": found,
        "carbon": carbon_view.page(found, desk.t) if found else None,
        "delivery": found.delivery if found else "",
        "basis": carbon_view.basis_of,
        "own": own,
        "fields": (cbam.MASS.name, *cbam.NAMES),
        "missing": cbam.missing(said[1]) if said else [],
        "factors": in_force(session, brand_id),
        "table": factors,
        "modes": MODES,
        "kinds": DATA,
        "distances": DISTANCES,
        "always": bool(desk.brand.settings.get(SHOWN)),
        "refused": refused,
        "carbon_words": words,
    }
    return page("staff/carbon.html", desk, 422 if refused else 200, **shown)
