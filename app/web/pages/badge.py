"""The badge of a product for the page of a shop: a picture without script that says what its passport says.

A shop shows it in `<img>`, so nothing in it may run, and it must be read in light and dark, in seven languages.
"""

import base64
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from unicodedata import east_asian_width

from flask import Blueprint, Response, request
from markupsafe import escape
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db import reading
from app.models.products import Recall
from app.provenance import passports
from app.texts import known, translator
from app.web.context import house, now
from app.web.pages import languages
from app.web.problems import Problem
from app.web.rules import public
from app.words.fields import BADGE

bp = Blueprint("badge", __name__)

SIZES = {"small": 20, "medium": 28, "large": 40}
THEMES = ("auto", "light", "dark")

_HEIGHT = 28  # of the drawing; a size scales it
_LIGHT = (
    "rect{fill:#fff;stroke:#c9d2cd}text{fill:#17211d}.good{fill:#0b6b45}.warn{fill:#8a4b00}.bad{fill:#a8201a}"
    ".open{fill:#4d5a66}.cut{fill:none;stroke:#fff;stroke-width:2}"
)
_DARK = (
    "rect{fill:#161e1b;stroke:#3a4a44}text{fill:#e7eeea}.good{fill:#6ad6a1}.warn{fill:#f2b866}.bad{fill:#ff9a91}"
    ".open{fill:#b4c0cb}.cut{stroke:#161e1b}"
)
_STYLES = {
    "light": _LIGHT,
    "dark": _LIGHT + _DARK,
    "auto": f"{_LIGHT}@media(prefers-color-scheme:dark){{{_DARK}}}",
}
# Each state has a shape of its own, so that it is told without its colour.
_SIGNS = {
    "passport": '<circle class="good" cx="14" cy="14" r="8"/><path class="cut" d="m10.5 14 2.5 2.5 4.5-5"/>',
    "lots": '<path class="warn" d="M14 6 23 21H5z"/><path class="cut" d="M14 11v5m0 1.5v1"/>',
    "recalled": '<path class="bad" d="M10 6h8l5 5v7l-5 5h-8l-5-5v-7z"/><path class="cut" d="m11 11 6 6m0-6-6 6"/>',
    "none": '<circle class="open" cx="14" cy="14" r="8"/><path class="cut" d="M10 14h8"/>',
}


class Drawn(NamedTuple):
    """The picture and how large it is shown, in pixels."""

    svg: str
    width: int
    height: int


@bp.get("/badge/<string(maxlength=18):name>")
@public
def picture(name: str) -> Response:
    """The badge of a product, `{gtin}.svg`: `?lang=`, `size=small|medium|large`, `theme=auto|light|dark`."""
    gtin, _, kind = name.partition(".")
    if kind != "svg" or not gtin.isdigit():
        raise Problem("not-found")
    size, theme = request.args.get("size", "medium"), request.args.get("theme", "auto")
    if size not in SIZES or theme not in THEMES:
        raise Problem("bad-request", f"size is one of {', '.join(SIZES)}, theme one of {', '.join(THEMES)}")
    with reading(house().db) as session:
        stand = passports.standing(session, f"/01/{gtin.zfill(14)}")
        state = state_of(session, stand.brand_id, gtin.zfill(14), now()) if stand else "none"
    t = translator(languages.asked() or (known(stand.language) if stand else None))
    drawn = draw(t.gettext(BADGE[state]), state, rtl=t.direction == "rtl", size=size, theme=theme)
    return Response(drawn.svg, 200 if stand else 404, _headers(theme), mimetype="image/svg+xml")


def state_of(session: Session, brand_id: str, gtin: str, at: datetime) -> str:
    """What the badge has to say: `recalled` for the whole product, `lots` for some of it, else `passport`."""
    key = f"/01/{gtin}"
    open_now = or_(Recall.closed_at.is_(None), Recall.closed_at > at)
    about = or_(Recall.key == key, Recall.key.startswith(f"{key}/"))
    keys = session.scalars(select(Recall.key).where(Recall.brand_id == brand_id, open_now, about)).all()
    return "recalled" if key in keys else "lots" if keys else "passport"


def draw(text: str, state: str, *, rtl: bool, size: str = "medium", theme: str = "auto") -> Drawn:
    """The badge as SVG: a sign whose shape tells the state without its colour, and the words."""
    width = 40 + round(sum(_advance(letter) for letter in text))
    sign = _SIGNS[state]
    place, where = (f'transform="translate({width - 28})"', 30) if rtl else ("", 28)
    x = width - where if rtl else where
    turned = ' direction="rtl"' if rtl else ""
    scale = SIZES[size] / _HEIGHT
    shown = round(width * scale), SIZES[size]
    words = escape(text)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{shown[0]}" height="{shown[1]}" '
        f'viewBox="0 0 {width} {_HEIGHT}" role="img" aria-label="{words}"><title>{words}</title>'
        f"<style>{_STYLES[theme]}</style>"
        f'<rect x=".5" y=".5" width="{width - 1}" height="{_HEIGHT - 1}" rx="7"/><g {place}>{sign}</g>'
        f'<text x="{x}" y="18.500" font-family="system-ui,sans-serif" font-size="13"{turned}>{words}</text></svg>'
    )
    return Drawn(svg, *shown)


def _advance(letter: str) -> float:
    """How wide a letter is at most, since the font is the reader's."""
    return 13.5 if east_asian_width(letter) in "WF" else 7.4


def _headers(theme: str) -> dict[str, str]:
    """Any site may show it; nothing in it runs. An hour old at most, since a recall must be seen."""
    fingerprint = base64.b64encode(sha256(_STYLES[theme].encode()).digest()).decode()
    return {
        "Cache-Control": "public, max-age=3600",
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{fingerprint}'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Language",
    }
