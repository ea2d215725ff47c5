"""The public explorer: anybody walks a brand's log, entry by entry, and follows each up to the signed root.

Only doors live here. What may be seen is decided in app/explorer, what it is called in explorer_view.
"""

from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session

from app.db import reading
from app.explorer import browse
from app.models.brands import Brand
from app.provenance.checks import checks
from app.texts import Texts
from app.web.context import house, now
from app.web.pages import cache, explorer_view, languages, passport_view
from app.web.pages.render import render, see
from app.web.problems import Problem, found
from app.web.rules import public as anybody
from ledger.log import head_size
from ledger.tile_path import number_path
from ledger.tiles import WIDTH

bp = Blueprint("explorer", __name__, url_prefix="/log/<log_key>")

PAGE = 20
LONGEST_QUERY = 400
VERIFIER = "wayproof_verify.py"
_INDEX = "<int(max=9007199254740991):index>"

# A rush on one log costs the database little: nothing is read more often than this for one page.
_pages: cache.Shelf[cache.Page] = cache.Shelf(life_s=cache.LIFE_S)


@bp.get("")
@anybody
def log(log_key: str) -> Response:
    """What this log is, where it stands, and its newest entries; `?before=` walks back."""
    return _kept(log_key, "log", lambda session, brand, t: _log_page(session, brand, t, _before()))


@bp.get(f"/entry/{_INDEX}")
@anybody
def entry(log_key: str, index: int) -> Response:
    """One entry in plain words: what it says, what it commits to, and its way to the signed root."""
    return _kept(log_key, index, lambda session, brand, t: _entry_page(session, brand, t, index))


@bp.get(f"/entry/{_INDEX}/proof")
@anybody
def proof(log_key: str, index: int) -> Response:
    """The proof file of an entry of a public kind, with the values that everybody may see."""
    with reading(house().db) as session:
        brand = found(browse.find_brand(session, log_key))
        made = found(browse.proof_of(session, brand, index))
    headers = {"Content-Disposition": f'attachment; filename="entry-{index}.wayproof.json"'}
    return Response(orjson.dumps(made), mimetype="application/json", headers=headers)


@bp.get("/find")
@anybody
def find(log_key: str) -> Response:
    """Entries by index, by fingerprint, or about the thing that a code or an address names."""
    text = request.args.get("q", "").strip()
    if len(text) > LONGEST_QUERY:
        raise Problem("bad-request", f"q has at most {LONGEST_QUERY} characters")
    if not text:
        return see(f"/log/{log_key}{languages.chosen()}")
    with reading(house().db) as session:
        brand = found(browse.find_brand(session, log_key))
        hits = browse.search(session, brand, text)
        if len(hits) == 1:
            return see(f"/log/{log_key}/entry/{hits[0]}{languages.chosen()}")
        t = languages.texts(brand=brand.language)
        lines = [line for index in hits for line in browse.lines(session, brand, index + 1, 1)]
        page = render("explorer/found.html", t, brand=brand, q=text, rows=explorer_view.rows(lines, t))
    return cache.answer(cache.Page(page), request)


def _before() -> int | None:
    text = request.args.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Problem("bad-request", "before is the index of an entry")
    return int(text)


def _kept(log_key: str, what: object, make: Any) -> Response:
    """A page from the shelf, or made anew once its log has grown or the page is some seconds old."""
    with reading(house().db) as session:
        brand = found(browse.find_brand(session, log_key))
        size = head_size(session, brand.log_id)
        place = log_key, what, request.args.get("before"), size, languages.asked(), languages.kept_query()
        page = _pages.get(place)
        if page is None:
            t = languages.texts(brand=brand.language)
            page = _pages.put(place, cache.Page(make(session, brand, t)))
    return cache.answer(page, request)


def _log_page(session: Session, brand: Brand, t: Texts, before: int | None) -> str:
    face = browse.log_face(session, brand)
    end = face.size if before is None else min(before, face.size)
    signed = face.signed
    anchor = checks(signed, (), vkey=None, anchor=face.anchor)[-1]
    anchored = passport_view.check_lines([anchor], t)[0]
    return render(
        "explorer/log.html",
        t,
        brand=brand,
        face=face,
        pin=explorer_view.pin(signed.vkey),
        age=explorer_view.age(face, now(), t),
        signatures=explorer_view.signatures(signed.checkpoint, signed.origin),
        root=signed.root.hex() if signed.root else "",
        anchored=anchored,
        rows=explorer_view.rows(browse.lines(session, brand, end, PAGE), t),
        end=end,
        older=end - PAGE if end > PAGE else None,
        newer=min(end + PAGE, face.size) if end < face.size else None,
    )


def _entry_page(session: Session, brand: Brand, t: Texts, index: int) -> str:
    face = found(browse.entry_face(session, brand, index))
    body = face.envelope.body if face.envelope and face.public else {}
    partner = browse.partner_name(session, brand, body.get("partner"))
    return render(
        "explorer/entry.html",
        t,
        brand=brand,
        face=face,
        number=t.number(index),
        title=explorer_view.title(face.envelope, t),
        recorded=explorer_view.moment(face.envelope.recorded_at, t) if face.envelope else "",
        facts=explorer_view.facts(face, t, partner),
        promised=[explorer_view.promise(each, t) for each in face.promised],
        opened=[(each.path, _pretty(each.value)) for each in face.promised if each.value is not None],
        voice=explorer_view.said_by(face, partner, t),
        said=t.gettext(explorer_view.STATE[face.state]),
        sign={"ok": "good", "bad": "bad"}.get(face.state, "open"),
        signatures=explorer_view.signatures(face.signed.checkpoint, face.signed.origin),
        tile=_tile_path(index, face.signed.size or 0),
        verifier=_verifier(),
        newest=head_size(session, brand.log_id) - 1,
    )


def _pretty(value: bytes | None) -> str:
    """A public value as text: JSON laid out for reading in its own digits and letters, anything else as it is."""
    text = (value or b"").decode("utf-8", "replace")
    try:
        orjson.loads(text)
    except ValueError:
        return text
    return explorer_view.laid_out(text)


def _tile_path(index: int, size: int) -> str:
    """The end of the address of the tile that holds this leaf, as wide as the signed state makes it."""
    number = index // WIDTH
    width = min(size - number * WIDTH, WIDTH)
    if width <= 0:
        return ""
    return number_path(number) + ("" if width == WIDTH else f".p/{width}")


def _verifier() -> str:
    """The stand-alone verifier, where this release serves it."""
    folder = current_app.static_folder
    return VERIFIER if folder and (Path(folder) / VERIFIER).is_file() else ""
