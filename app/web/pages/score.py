"""The public record of promises and predictions, route by route. No personal data; only doors live here."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, request
from sqlalchemy import select

from app.brands.switches import allowed
from app.db import reading
from app.models.brands import Brand
from app.shipping.calibrating import HorizonScore, horizon_scores
from app.shipping.predictions import SUBJECT
from app.shipping.scores import LaneScore, lane_scores
from app.texts import Texts
from app.web.context import house, now
from app.web.pages import cache, languages
from app.web.pages.render import render
from app.web.problems import found
from app.web.rules import public
from app.words.calibration import HORIZON
from carriers.eta.live import FEW

bp = Blueprint("score", __name__, url_prefix="/score")

_MINUTE = timedelta(minutes=1).total_seconds()
_pages: cache.Shelf[list[LaneScore]] = cache.Shelf(life_s=_MINUTE)
_told: cache.Shelf[list[HorizonScore]] = cache.Shelf(life_s=_MINUTE)


@dataclass(frozen=True, slots=True)
class LaneLine:
    """A route in words. Figures are empty where too few deliveries stand behind them."""

    score: LaneScore
    name: str
    kept: str
    held: str


@bp.get("/<slug>")
@public
def lanes(slug: str) -> Response:
    """Every route on which something has come: how promises and windows held."""
    with reading(house().db) as session:
        brand = found(session.scalar(select(Brand).where(Brand.slug == slug)))
        rows = _pages.get((brand.id,)) or _pages.put((brand.id,), lane_scores(session, brand.id))
        told = _told.get((brand.id,)) or _told.put((brand.id,), horizon_scores(session, brand.id, now().date()))
        t = languages.texts(brand=brand.language)
        stopped = not allowed(session, brand.id, SUBJECT)
    lines = [_line(row, t) for row in rows]
    page = render(
        "score/lanes.html", t, brand=brand, lines=lines, few=FEW, stopped=stopped, told=told, horizons=HORIZON
    )
    return cache.answer(cache.Page(page), request)


@bp.get("/<slug>/<string(maxlength=5):lane>")
@public
def lane(slug: str, lane: str) -> Response:
    """One route: promises, windows and chances against what happened, beside the plain averages."""
    with reading(house().db) as session:
        brand = found(session.scalar(select(Brand).where(Brand.slug == slug)))
        rows = _pages.get((brand.id,)) or _pages.put((brand.id,), lane_scores(session, brand.id))
        t = languages.texts(brand=brand.language)
    row = found(next((row for row in rows if row.lane == lane), None))
    page = render("score/lane.html", t, brand=brand, line=_line(row, t), row=row, few=FEW)
    return cache.answer(cache.Page(page), request)


def route_name(lane: str, t: Texts) -> str:
    """A route as people say it: `China – Germany`."""
    return " – ".join(t.country(country) or "?" for country in lane.split("-"))


def _line(row: LaneScore, t: Texts) -> LaneLine:
    return LaneLine(
        score=row,
        name=route_name(row.lane, t),
        kept="" if row.promises_kept is None else t.percent(row.promises_kept),
        held="" if row.window.held is None else t.percent(row.window.held),
    )
