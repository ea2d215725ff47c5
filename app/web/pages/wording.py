"""The owner's editor of mails and of the order page: preview, dry run, back to the standard. Only doors."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.care import text_desk
from app.care.own_words import MENDS, PLACES, TextRefused
from app.db import reading
from app.texts import LANGUAGES, translator
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import Desk, page, reader
from app.web.problems import Problem
from app.web.rules import staff

bp = Blueprint("wording", __name__, url_prefix="/texts")


@bp.get("")
@staff("owner")
def texts() -> Response:
    """Every kind in every language, and which of them are in the brand's own words."""
    with reading(house().db) as session:
        desk, mine = reader(session), text_desk.overview(session, caller().brand_id)
    return page("staff/texts.html", desk, kinds=text_desk.KINDS, languages_of=LANGUAGES, mine=mine)


@bp.get("/<kind>/<language>")
@staff("owner")
def text(kind: str, language: str) -> Response:
    """One text, as it is used now."""
    _known(kind, language)
    with reading(house().db) as session:
        row = text_desk.own(session, caller().brand_id, kind, language)
        subject, body = (row.subject, row.body) if row else text_desk.beginning(kind, translator(language))
        return _page(session, kind, language, subject, body)


@bp.post("/<kind>/<language>")
@staff("owner")
@once
def act(kind: str, language: str, session: Session) -> Response:
    """Preview, save, or take the standard text back: which button it was says `act`."""
    _known(kind, language)
    subject = request.form.get("subject", "").strip()
    body = request.form.get("body", "").replace("\r\n", "\n").strip()
    brand, by = brand_of(session, caller().brand_id), caller().person_id
    wish = request.form.get("act", "preview")
    if wish == "undo":
        text_desk.undo(session, brand, kind, language, person_id=by, now=now())
        return see(f"/texts/{kind}/{language}")
    try:
        if wish == "save":
            text_desk.save(session, brand, kind, language, subject, body, person_id=by, now=now())
            return see(f"/texts/{kind}/{language}")
        return _page(session, kind, language, subject, body, is_draft=True)
    except TextRefused as refused:
        return _page(session, kind, language, subject, body, refused=refused, is_draft=True)


def _page(
    session: Session,
    kind: str,
    language: str,
    subject: str,
    body: str,
    *,
    refused: TextRefused | None = None,
    is_draft: bool = False,
) -> Response:
    desk, brand_id, t = reader(session), caller().brand_id, translator(language)
    shown = None
    if refused is None and body:
        shown = text_desk.preview(kind, t, desk.brand.name, subject, body)
    return page(
        "staff/text.html",
        desk,
        422 if refused else 200,
        kind=kind,
        language=language,
        written_in=t,
        subject=subject,
        body=body,
        shown=shown,
        places=PLACES["page" if kind == "page" else "mail"],
        refused=_sentence(desk, refused) if refused else "",
        is_draft=is_draft,
        is_own=text_desk.own(session, brand_id, kind, language) is not None,
        counts=text_desk.dry_run(session, brand_id, kind, language, now()) if kind != "page" else None,
    )


def _sentence(desk: Desk, refused: TextRefused) -> str:
    values = {"places": refused.places} if refused.places else {}
    return desk.t.gettext(MENDS[refused.mend], **values)


def _known(kind: str, language: str) -> None:
    if kind not in text_desk.KINDS or language not in LANGUAGES:
        raise Problem("not-found")
