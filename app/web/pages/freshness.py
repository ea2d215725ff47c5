"""How stale each carrier is and why, for the desk. Only a door lives here."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from app import words
from app.clock import system_clock
from app.db import reading
from app.shipping.freshness import Freshness, freshness
from app.texts import Texts
from app.web.context import caller, house, now
from app.web.pages.staff import page, reader
from app.web.rules import staff
from carriers.names import name_of

bp = Blueprint("freshness", __name__)

_BAD = ("credentials", "no_account", "no_adapter", "failures")


@dataclass(frozen=True, slots=True)
class CarrierLine:
    """A carrier in words: how old its oldest answer is, why, what is left of its budget, when it called us."""

    key: str
    name: str
    sign: str
    parcels: int
    due: int
    unheard: int
    stalest: str
    why: str
    until: str
    error: str
    budget: str
    called: str
    refused: bool


@bp.get("/carriers")
@staff("support", "auditor")
def panel() -> Response:
    """Every carrier of the brand, the stalest first."""
    at, wall = now(), system_clock()
    with reading(house().db) as session:
        desk = reader(session)
        lines = [_line(each, desk.t, at, wall) for each in freshness(session, caller().brand_id, at, wall)]
    return page("staff/freshness.html", desk, lines=lines)


def _line(found: Freshness, t: Texts, at: datetime, wall: datetime) -> CarrierLine:
    until = t.when((found.until - wall).total_seconds()) if found.until else ""
    return CarrierLine(
        key=found.carrier,
        name=name_of(found.carrier),
        sign="bad" if found.why in _BAD else "warn" if found.why else "good" if found.parcels else "open",
        parcels=found.parcels,
        due=found.due,
        unheard=found.unheard,
        stalest=t.when((found.stalest_at - at).total_seconds()) if found.stalest_at else "",
        why=t.gettext(words.STALE_WHY[found.why]),
        until=t.gettext("asked again %(when)s", when=until) if until else "",
        error=found.error,
        budget=_budget(found, t),
        called=t.when((found.called_at - at).total_seconds()) if found.called_at else "",
        refused=bool(found.refused_at and (found.called_at or found.refused_at) <= found.refused_at),
    )


def _budget(found: Freshness, t: Texts) -> str:
    if found.daily_quota is None:
        return t.ngettext(
            "%(num)s question today, no limit", "%(num)s questions today, no limit", found.used_today
        )
    left = t.number(max(0, found.daily_quota - found.used_today))
    return t.gettext("%(left)s of %(all)s questions left today", left=left, all=t.number(found.daily_quota))
