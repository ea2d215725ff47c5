"""The form by which anybody reports a suspected fake, without an account and without a script. Only doors."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, request
from sqlalchemy.orm import Session

from app.brands import public_use
from app.db import reading
from app.gs1 import identifiers
from app.models.brands import Brand
from app.provenance import passports
from app.scanning.distances import places
from app.sealed import open_box
from app.suspects import photos, reports
from app.texts import Texts
from app.web.context import house, now
from app.web.idempotency import once
from app.web.limits import takes_up_to
from app.web.pages import languages
from app.web.pages.render import render, see
from app.web.problems import Problem
from app.web.rules import public
from app.words import counterfeit

bp = Blueprint("reporting", __name__)

A_NEIGHBOURHOOD_AN_HOUR = 10
"""Reports that are taken in an hour from one neighbourhood of addresses, as app/brands/public_use counts."""
_ROOM = 20_000  # of a form around its photo
_UNLISTED = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"}


@bp.get("/report")
@public
def form() -> Response:
    """Where it was bought, what seems wrong, a photo and an address for an answer; or that it has come."""
    key = _key()
    with reading(house().db) as session:
        brand = _brand(session, key)
    return _page(brand, key, sent=request.args.get("sent") == "1")


@bp.post("/report")
@public
@takes_up_to(photos.LARGEST + _ROOM)
@once
def send(session: Session) -> Response:
    """Take a report. The name of the photo is never read; what it is, its bytes say."""
    key = _key()
    brand = _brand(session, key)
    try:
        said = reports.read(request.form, _photo())
    except reports.ReportRefused as refused:
        return _page(brand, key, 422, refused=refused)
    wait = public_use.take(
        session,
        open_box(house().keys),
        page="report",
        address=request.remote_addr or "",
        amount=1,
        limit=A_NEIGHBOURHOOD_AN_HOUR,
        now=now(),
    )
    if wait.total_seconds() > 0:
        seconds = str(int(wait.total_seconds()) + 1)
        raise Problem("too-many-attempts", f"wait {seconds} seconds", headers={"Retry-After": seconds})
    language = languages.texts(brand=brand.language).language
    reports.receive(
        session, open_box(house().keys), brand_id=brand.id, key=key, said=said, language=language, now=now()
    )
    return see(f"/report?{urlencode({'key': key, 'sent': '1', 'lang': language})}")


def _key() -> str:
    """An item; what is no single thing can't be a fake of one."""
    text = request.values.get("key", "")
    key = identifiers.canonical(text) if 0 < len(text) <= 400 else ""
    if identifiers.level(key) != "item":
        raise Problem("bad-request", "key must name one item, such as /01/09521234543213/21/A1")
    return key


def _brand(session: Session, key: str) -> Brand:
    """Whose item it is: that of its passport, else of its product's. Raises the 404 problem."""
    for each in (key, *identifiers.parents(key)):
        if owner := passports.resolve(session, each):
            return session.get_one(Brand, owner[0])
    raise Problem("not-found")


def _photo() -> bytes | None:
    file = request.files.get("photo")
    return file.stream.read(photos.LARGEST + 1) if file and file.filename else None


def _page(
    brand: Brand,
    key: str,
    status: int = 200,
    *,
    sent: bool = False,
    refused: reports.ReportRefused | None = None,
) -> Response:
    t = languages.texts(brand=brand.language)
    values: dict[str, Any] = {
        "key": key,
        "number": identifiers.values(key).get("21", key),
        "countries": _countries(t),
        "given": request.form,
        "sent": sent,
        "refused": refused,
        "sellers": counterfeit.SELLER,
        "wrongs": counterfeit.WRONG,
        "photo_refused": counterfeit.PHOTO_REFUSED,
        "longest": reports.LONGEST_WORDS,
    }
    response = make_response(render("report.html", t, brand=brand, **values), status)
    response.headers.update(_UNLISTED)
    return response


def _countries(t: Texts) -> list[tuple[str, str]]:
    """Every country by its name in the reader's language, in the order of the names."""
    return sorted(((code, t.country(code)) for code in places()), key=lambda pair: pair[1].casefold())
