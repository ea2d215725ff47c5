"""The way of a thing for people: any identifier in, then picture, list and downloads. Only doors live here."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.db import reading
from app.gs1 import identifiers
from app.provenance import drawn, reached, trace, workbooks
from app.provenance.recall_preview import Preview, reach
from app.provenance.trace import Trace
from app.support import pasted
from app.web.context import caller, house, now
from app.web.context import reader as sees
from app.web.idempotency import once
from app.web.pages import languages
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.pages.tables import asker
from app.web.problems import Problem
from app.web.rules import staff

bp = Blueprint("tracing_page", __name__)

_MOST = 500
_ALL = ("warehouse", "support", "auditor", "partner")


@bp.get("/trace")
@staff(*_ALL)
def show() -> Response:
    """What became of a thing, or what it was made of; a partner walks over what it wrote itself."""
    given = request.args.get("q", "").strip()[:400]
    direction = "up" if request.args.get("direction") == "up" else "down"
    with reading(house().db) as session:
        key = _known(session, given) if given else ""
        shown = _walked(session, key, direction) if key else {}
        return page("staff/trace.html", reader(session), q=given, direction=direction, key=key, **shown)


@bp.post("/trace/workbook")
@staff(*_ALL)
@once
def workbook(session: Session) -> Response:
    """Have the worker make a workbook of a trace, or the FSMA 204 sheet of a lot."""
    given = request.form
    kind = "fsma" if given.get("kind") == "fsma" else "trace"
    key = _known(session, given.get("key", "")[:400])
    if not key or (kind == "fsma" and (caller().partner_id or identifiers.level(key) != "lot")):
        raise Problem("not-found")
    asked = {"key": key, "direction": "up" if given.get("direction") == "up" else "down"}
    row = workbooks.ask(session, asker(), kind, asked, now())
    return see(f"/workbooks/{row.id}{languages.chosen()}")


def _known(session: Session, text: str) -> str:
    """The likeliest key that the text may mean and the record names; empty where there is none."""
    who = caller()
    meant = pasted.keys(text) or ([identifiers.canonical(text)] if text else [])
    return next((key for key in meant if trace.names(session, who.brand_id, key, who.partner_id)), "")


def _walked(session: Session, key: str, direction: str) -> dict[str, Any]:
    who = caller()
    found = (trace.down if direction == "down" else trace.up)(session, who.brand_id, key, who.partner_id)
    events = reached.made(session, who.brand_id, found, sees())
    seen: Preview | None = None
    if direction == "down" and who.partner_id is None:
        seen = reach(session, who.brand_id, key, found.things)
    links = list(islice(reached.links(found, events), _MOST + 1))
    return {
        "picture": Markup(drawn.svg(found)),  # noqa: S704  # our own drawing, which escapes every key
        "steps": list(_steps(found)),
        "units": sorted(found.units)[:_MOST],
        "amounts": [link for link in links[:_MOST] if link.get("quantity")],
        "more": len(found.things) > _MOST,
        "count": len(found.things),
        "seen": seen,
        "names_orders": who.role in ("owner", "support", "auditor"),
        "is_lot": identifiers.level(key) == "lot",
    }


def _steps(found: Trace) -> Iterator[tuple[int, list[str]]]:
    """The things by their distance."""
    near: dict[int, list[str]] = {}
    for key, distance in list(found.things.items())[:_MOST]:
        near.setdefault(distance, []).append(key)
    yield from sorted(near.items())
