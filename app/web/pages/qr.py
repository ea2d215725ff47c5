"""The QR code of a passport, as SVG for print and as PNG for screens, and which address it holds.

Below the printed code stands the pin of the log's key, so that a reader need not take the key from the page.
"""

from functools import lru_cache
from io import BytesIO

from flask import Blueprint, Response, request

from app.brands.tenants import brand_of
from app.db import reading
from app.pins import pin
from app.provenance import passports
from app.qr_code import QUIET, code, matrix, path
from app.web.api.fields import named_key
from app.web.context import house
from app.web.pages.customer import address
from app.web.problems import Problem
from app.web.rules import public
from ledger.log import evidence

bp = Blueprint("qr", __name__)

_LINE = 3  # modules for the line of text below the symbol


@bp.get("/qr.svg")
@public
def svg() -> Response:
    """The code as black squares on white, sharp at any size, with the pin of the log's key below it."""
    return _answer(_svg(*_target()), "image/svg+xml")


@bp.get("/qr.png")
@public
def png() -> Response:
    """The code with eight pixels a module."""
    return _answer(_png(_target()[0]), "image/png")


def _answer(body: bytes, kind: str) -> Response:
    return Response(body, mimetype=kind, headers={"Cache-Control": "public, max-age=86400"})


def _target() -> tuple[str, str]:
    """The address to encode (a passport that exists, at our own base address and nothing else) and the pin."""
    key = _key()
    with reading(house().db) as session:
        owner = passports.resolve(session, key)
        if owner is None:
            rule = (
                "nothing with this key has been recorded here; check the number, or capture an event that names it"
            )
            raise Problem("not-found", errors=[{"field": "key", "detail": rule}])
        vkey = evidence(session, brand_of(session, owner[0]).log_id, []).vkey
    return f"{house().settings.base_url}{address(key)}", pin(vkey) if vkey else ""


def _key() -> str:
    """The key that is asked for, canonical. Raises the 400 problem, which names the parameter and the remedy."""
    given = request.args.getlist("key")
    if len(given) != 1:
        rule = "name one thing, such as key=/01/09506000134352" if not given else "given twice; give it once"
    else:
        try:
            return named_key(given[0])
        except ValueError as error:
            rule = str(error)
    raise Problem("bad-query", errors=[{"field": "key", "detail": rule}])


@lru_cache(maxsize=256)
def _png(text: str) -> bytes:
    picture = BytesIO()
    code(text).make_image().save(picture)
    return picture.getvalue()


@lru_cache(maxsize=256)
def _svg(text: str, below: str = "") -> bytes:
    """One path, a stroke for each run of dark modules: a quarter of the size of one rectangle each."""
    rows = matrix(text)
    size = len(rows)
    height = size + (_LINE if below else 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {height}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{height}H0z"/><path d="{path(rows)}"/>'
        f"{_line(below, size, height)}</svg>"
    ).encode()


def _line(text: str, size: int, height: int) -> str:
    """The text across the width of the dark modules, behind the quiet border that a scanner needs."""
    if not text:
        return ""
    place = f'x="{QUIET}" y="{height - 1}" textLength="{size - 2 * QUIET}" lengthAdjust="spacingAndGlyphs"'
    return f'<text {place} font-family="monospace" font-size="2">{text}</text>'
