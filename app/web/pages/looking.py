"""How a brand looks to its customers: its colour, tried and taken, and made readable where it is not."""

from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.contrast import Rgb, ratio, to_hex
from app.db import reading
from app.web.context import caller, house
from app.web.idempotency import once
from app.web.pages import languages, theme
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.rules import staff

bp = Blueprint("looking", __name__, url_prefix="/brand/look")


@dataclass(frozen=True, slots=True)
class Tried:
    """A colour, how readable it is on white, and what the pages make of it where it is not."""

    asked: str
    contrast: float
    shown: str
    shown_contrast: float

    @property
    def changed(self) -> bool:
        """Whether the pages show another shade than the one asked for."""
        return self.asked != self.shown


@bp.get("")
@staff("owner")
def look() -> Response:
    """The colour as it is; with `?colour=`, this page in that colour, nothing kept."""
    with reading(house().db) as session:
        return _page(session, request.args.get("colour", ""))


@bp.post("")
@staff("owner")
@once
def keep(session: Session) -> Response:
    """Take a colour from now on."""
    tried = _tried(request.form.get("colour", ""))
    if tried is None:
        return _page(session, request.form.get("colour", ""))
    brand_of(session, caller().brand_id).colour = tried.asked
    return see(f"/brand/look{languages.chosen()}")


def _page(session: Session, colour: str) -> Response:
    desk = reader(session)
    tried = _tried(colour or desk.brand.colour)
    shown = {
        "tried": tried,
        "typed": colour or desk.brand.colour,
        "is_new": bool(tried and tried.asked != desk.brand.colour),
        "number": lambda value: desk.t.number(f"{value:.1f}"),
    }
    return page("staff/look.html", desk, 200 if tried else 422, **shown)


def _tried(text: str) -> Tried | None:
    """A colour of six hex digits as it would look; None for anything else."""
    try:
        asked = Rgb.parse(text.strip().lower())
    except ValueError:
        return None
    shown = theme.on_light(asked)
    return Tried(to_hex(asked), ratio(asked, theme.LIGHT), to_hex(shown), ratio(shown, theme.LIGHT))
