"""The page of one event, for those that name no thing and for whoever wants the document, with its proof."""

from urllib.parse import unquote, urlencode

import orjson
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.db import reading
from app.gs1 import identifiers
from app.models.brands import Brand
from app.provenance.events import EventFace, bundles, event_page, locate
from app.web.context import house
from app.web.pages import cache, languages, passport_view
from app.web.pages.customer import address, minutes_between_anchors, raw_path
from app.web.pages.render import render
from app.web.problems import found
from app.web.rules import public
from app.witnessing import witness_lines

bp = Blueprint("events", __name__)


@bp.get("/event/<path:rest>")
@public
def event(rest: str) -> Response:
    """What happened, as it was sent, and the check of its entry. An id may hold %2F, so the raw path is read."""
    del rest
    event_id = unquote(raw_path().removeprefix("/event/"))
    with reading(house().db) as session:
        face = _face(session, event_id)
        brand = session.get_one(Brand, face.brand_id)
        t = languages.texts(brand=brand.language)
    page = render(
        "event.html",
        t,
        brand=brand,
        p=face,
        title=passport_view.event_title(face, t),
        place=passport_view.place_name(face.place, t),
        moment=t.moment(passport_view.local(face.at, face.zone)),
        disposition=passport_view.disposition(face.disposition, t),
        checks=passport_view.check_lines(face.checks, t, anchor_minutes=minutes_between_anchors()),
        told=passport_view.told(face.voice, brand.name, t),
        things=[(identifiers.canonical(key), address(key)) for _, key in face.names],
        document=orjson.dumps(face.document, option=orjson.OPT_INDENT_2).decode(),
        proofs_url=f"/proofs/event?{urlencode({'id': event_id})}",
    )
    return cache.answer(cache.Page(page), request)


@bp.get("/proofs/event")
@public
def proofs() -> Response:
    """The proof of one event's entry, in the same form as /proofs."""
    with reading(house().db) as session:
        face = _face(session, request.args.get("id", ""))
        made = bundles(session, face.brand_id, [face.submission_id], witness_lines(house().settings.witnesses))
    body = orjson.dumps({"proofs": made, "anchor": made[0]["anchor"] if made else None})
    return Response(body, mimetype="application/json")


def _face(session: Session, event_id: str) -> EventFace:
    brand_id, row_id = found(locate(session, event_id))
    face: EventFace = found(event_page(session, brand_id, row_id))
    return face
