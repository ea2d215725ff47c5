"""People, partners and keys of a brand, for its owner. Thin: who there is, what each may do."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import anchoring
from app.brands.keys import revoke_key
from app.brands.signatures import demand, good_key
from app.brands.tenants import brand_of
from app.db import reading
from app.explorer.browse import find_brand
from app.models.brands import ApiKey, Partner, Person
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff

bp = Blueprint("brand", __name__, url_prefix="/brand")


@bp.get("")
@staff("owner")
def overview() -> Response:
    """Every person and every key; a key's text is never shown again."""
    brand_id = caller().brand_id
    with reading(house().db) as session:
        people = session.scalars(select(Person).where(Person.brand_id == brand_id).order_by(Person.name)).all()
        issued = select(ApiKey).where(ApiKey.brand_id == brand_id).order_by(ApiKey.created_at.desc(), ApiKey.id)
        keys = session.scalars(issued).all()
        mine = session.scalars(select(Partner).where(Partner.brand_id == brand_id).order_by(Partner.name)).all()
        partners = [(row, good_key(session, row.id)) for row in mine]
        is_open = find_brand(session, brand_of(session, brand_id).log_key) is not None
        shown: dict[str, Any] = {"people": people, "keys": keys, "partners": partners, "at": now()}
        shown |= {
            "anchors": anchoring.newest_anchors(session, 10),
            "anchor_kind": anchoring.kind(house().settings),
        }
        return page("staff/brand.html", reader(session), **shown, is_open=is_open)


@bp.post("/partners/<partner_id>/signature")
@staff("owner")
@once
def ask_signature(partner_id: str, session: Session) -> Response:
    """Take only signed events of a partner from now on, or unsigned ones too."""
    brand = brand_of(session, caller().brand_id)
    found(session.scalar(select(Partner.id).where(Partner.id == partner_id, Partner.brand_id == brand.id)))
    demand(session, brand, partner_id, required=request.form.get("required") == "1", now=now())
    return see("/brand")


@bp.post("/keys/<key_id>/revoke")
@staff("owner")
@once
def revoke(key_id: str, session: Session) -> Response:
    """Revoke a key, at once and for good."""
    if not revoke_key(session, brand_of(session, caller().brand_id), key_id, now()):
        raise Problem("not-found")
    return see("/brand")


@bp.post("/explorer/<choice>")
@staff("owner")
@once
def explorer(choice: str, session: Session) -> Response:
    """Open the public pages of the brand's log, or close them; `choice` is open or closed."""
    if choice not in ("open", "closed"):
        raise Problem("not-found")
    brand = brand_of(session, caller().brand_id)
    brand.settings = {**brand.settings, "explorer": choice}
    return see("/brand")
