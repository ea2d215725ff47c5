"""People and keys of a brand, for its owner. Thin: who there is, what each key may do, and revoking one."""

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.keys import revoke_key
from app.brands.tenants import brand_of
from app.db import reading
from app.models.brands import ApiKey, Person
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem
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
        return page("staff/brand.html", reader(session), people=people, keys=keys, at=now())


@bp.post("/keys/<key_id>/revoke")
@staff("owner")
@once
def revoke(key_id: str, session: Session) -> Response:
    """Revoke a key, at once and for good."""
    if not revoke_key(session, brand_of(session, caller().brand_id), key_id, now()):
        raise Problem("not-found")
    return see("/brand")
