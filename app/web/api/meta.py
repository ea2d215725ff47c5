"""The API about itself: who am I, what is there, what a problem means, is the service ready."""

from typing import Any, cast

from apiflask import APIFlask
from flask import Response, abort, current_app, render_template
from sqlalchemy import text

from app.brands.tenants import brand_of
from app.db import reading
from app.web.api import spec
from app.web.api.door import door
from app.web.body import Answer
from app.web.context import caller, house
from app.web.problems import KINDS
from app.web.rules import known, public

bp = door("meta", "Service")


class MeOut(Answer):
    """Whose key or session this is, and what it may do."""

    brand: str
    brand_name: str
    role: str | None
    scopes: list[str]
    partner_id: str | None


@bp.get("/api/v1/me")
@known
@bp.output(MeOut)
def get_me() -> dict[str, Any]:
    """Who is calling."""
    who = caller()
    with reading(house().db) as session:
        brand = brand_of(session, who.brand_id)
    return {
        "brand": brand.slug,
        "brand_name": brand.name,
        "role": who.role,
        "scopes": sorted(who.scopes),
        "partner_id": who.partner_id,
    }


@bp.get("/healthz")
@public
@bp.doc(hide=True)
def healthz() -> Response:
    """That this process answers; it asks nobody else."""
    return _short("ok\n")


@bp.get("/readyz")
@public
@bp.doc(hide=True)
def readyz() -> Response:
    """That the database answers too; otherwise the 503 problem."""
    with reading(house().db) as session:
        session.execute(text("SELECT 1"))
    return _short("ready\n")


def _short(words: str) -> Response:
    return Response(words, mimetype="text/plain", headers={"Cache-Control": "no-store"})


@bp.get("/docs")
@public
@bp.doc(hide=True)
def docs() -> str:
    """The API for people, drawn from the same document as /openapi.json; no script, nobody else's server."""
    return render_template("docs.html", api=spec.chapters(cast(APIFlask, current_app)))


@bp.get("/problems/<name>")
@public
@bp.doc(hide=True)
def problem(name: str) -> str:
    """What a kind of problem means and how to mend it."""
    return render_template("problem.html", name=name, kind=KINDS.get(name) or abort(404))
