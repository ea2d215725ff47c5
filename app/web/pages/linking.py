"""The owner's page of links: what the resolver offers besides the passport. Only doors."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.gs1 import linkset
from app.provenance import links
from app.provenance.errors import Refused
from app.support import pasted
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem
from app.web.rules import staff

bp = Blueprint("linking", __name__, url_prefix="/links")

_SHOWN = 500


@bp.get("")
@staff("owner", "auditor")
def overview() -> Response:
    """Every link, and a form for a new one."""
    with reading(house().db) as session:
        return _page(session)


@bp.post("")
@staff("owner")
@once
def add(session: Session) -> Response:
    """Add a link to the thing that was named, in whatever form it was pasted."""
    form, brand = request.form, brand_of(session, caller().brand_id)
    keys = pasted.keys(form.get("key", ""))
    names = ("link_type", "href", "title", "language", "media_type")
    given = {name: form.get(name, "").strip() for name in names}
    try:
        links.add_link(session, brand, key=keys[0] if keys else "", **given, now=now())
    except Refused as refused:
        return _page(session, refused=refused.field)
    return see("/links")


@bp.post("/<link_id>/remove")
@staff("owner")
@once
def remove(link_id: str, session: Session) -> Response:
    """Take a link away."""
    if not links.remove_link(session, brand_of(session, caller().brand_id), link_id, now()):
        raise Problem("not-found")
    return see("/links")


def _page(session: Session, refused: str = "") -> Response:
    rows = links.links(session, caller().brand_id, limit=_SHOWN)
    shown = {"rows": rows, "types": linkset.LINK_TYPES, "given": request.form, "refused": refused}
    return page("staff/links.html", reader(session), 422 if refused else 200, **shown)
