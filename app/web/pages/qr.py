"""The QR code of a passport, as SVG for print and as PNG for screens, and which address it holds."""

from functools import lru_cache
from io import BytesIO

import qrcode
from flask import Blueprint, Response, request
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.pure import PyPNGImage

from app.db import reading
from app.gs1 import identifiers
from app.provenance import passports
from app.web.context import house
from app.web.pages.customer import address
from app.web.problems import Problem
from app.web.rules import public

bp = Blueprint("qr", __name__)

_QUIET = 4  # modules of empty border (ISO/IEC 18004, 6.3.8)


@bp.get("/qr.svg")
@public
def svg() -> Response:
    """The code as black squares on white, sharp at any size."""
    return _answer(_svg(_target()), "image/svg+xml")


@bp.get("/qr.png")
@public
def png() -> Response:
    """The code with eight pixels a module."""
    return _answer(_png(_target()), "image/png")


def _answer(body: bytes, kind: str) -> Response:
    return Response(body, mimetype=kind, headers={"Cache-Control": "public, max-age=86400"})


def _target() -> str:
    """The address to encode: a passport that exists, at our own base address and nothing else."""
    key = identifiers.canonical(request.args.get("key", ""))
    with reading(house().db) as session:
        if len(key) > 400 or passports.resolve(session, key) is None:
            raise Problem("not-found")
    return f"{house().settings.base_url}{address(key)}"


def code(text: str) -> "qrcode.QRCode[PyPNGImage]":
    """The symbol at level Q: a quarter of it may be lost. The smallest version that holds the text."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=_QUIET, box_size=8, image_factory=PyPNGImage)
    symbol.add_data(text)
    symbol.make(fit=True)
    return symbol


@lru_cache(maxsize=256)
def _png(text: str) -> bytes:
    picture = BytesIO()
    code(text).make_image().save(picture)
    return picture.getvalue()


@lru_cache(maxsize=256)
def _svg(text: str) -> bytes:
    """One path, a stroke for each run of dark modules: a quarter of the size of one rectangle each."""
    rows = code(text).get_matrix()
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row))
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    ).encode()


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        elif dark:
            runs.append((x, 1))
    return runs
