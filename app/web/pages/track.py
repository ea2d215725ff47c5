"""Forty tracking numbers at once, for anybody: where they are, and when that was checked. Only doors live here."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, request

from app import words
from app.brands import public_use
from app.db import reading
from app.sealed import open_box
from app.shipping.public_lookup import MOST, Found, LookupRefused, look_up, read_numbers
from app.texts import Texts
from app.web.context import house, now
from app.web.pages import cache, languages, parcel_view
from app.web.pages.parcel_view import EventLine, ParcelPage
from app.web.pages.render import render
from app.web.rules import public
from carriers.names import name_of
from carriers.numbers import Candidate

bp = Blueprint("track", __name__)

AN_HOUR = 400  # numbers that one neighbourhood may ask about in an hour
_SHOWN = 25  # lines of a history


@dataclass(frozen=True, slots=True)
class NumberPage:
    """A number in words: its parcel where we follow it, else who may carry it and why."""

    number: str
    parcel: ParcelPage | None
    lines: tuple[EventLine, ...]
    places: tuple[str, ...]
    candidates: tuple[tuple[str, str], ...]
    alike: str
    spoiled: bool


@bp.get("/track")
@public
def form() -> Response:
    """The form."""
    return cache.answer(cache.Page(render("track.html", languages.texts(), typed="", most=MOST)), request)


@bp.post("/track")
@public
def answer() -> Response:
    """What is known of the numbers. Posted, so that they stand in no address, no history and no log."""
    t, typed = languages.texts(), request.form.get("numbers", "")
    try:
        numbers = read_numbers(typed)
    except LookupRefused as refused:
        return _refused(t, typed, _why(refused, t), 422)
    wait = _wait_s(len(numbers))
    if wait:
        minutes = t.number(-(-wait // 60))
        sentence = t.gettext(
            "Too many numbers were asked about from here. Wait %(minutes)s minutes.", minutes=minutes
        )
        return _refused(t, typed, sentence, 429, {"Retry-After": str(wait)})
    with reading(house().db) as session:
        found = [_page(each, t) for each in look_up(session, numbers)]
    page = render("track.html", t, typed="\n".join(numbers), most=MOST, found=found)
    return make_response(page, 200, {"Cache-Control": "no-store"})


def _wait_s(amount: int) -> int:
    with house().db.begin() as session:
        wait = public_use.take(
            session,
            open_box(house().keys),
            page="track",
            address=request.remote_addr or "",
            amount=amount,
            limit=AN_HOUR,
            now=now(),
        )
    return int(wait.total_seconds())


def _refused(t: Texts, typed: str, why: str, status: int, headers: dict[str, str] | None = None) -> Response:
    page = render("track.html", t, typed=typed[:2000], most=MOST, refused=why)
    return make_response(page, status, {"Cache-Control": "no-store", **(headers or {})})


def _why(refused: LookupRefused, t: Texts) -> str:
    if refused.reason == "too_many":
        return t.gettext(
            "These are %(count)s numbers, and at most %(most)s can be looked up at once. Take some away.",
            count=t.number(refused.count),
            most=t.number(MOST),
        )
    return t.gettext(words.LOOKUP_REFUSED[refused.reason])


def _page(found: Found, t: Texts) -> NumberPage:
    parcel = parcel_view.page(found.parcel, t) if found.parcel else None
    lines = parcel.events[:_SHOWN] if parcel else ()
    countries = [event.place.rpartition(", ")[2] for event in (found.parcel.events if found.parcel else ())]
    return NumberPage(
        number=found.number,
        parcel=parcel,
        lines=lines,
        places=tuple(t.country(each) if len(each) == 2 else "" for each in countries[:_SHOWN]),
        candidates=tuple((_name(each, t), _evidence(each, t)) for each in found.candidates),
        alike=", ".join(dict.fromkeys(_name(each, t) for each in found.alike)) if not found.candidates else "",
        spoiled=found.spoiled,
    )


def _name(candidate: Candidate, t: Texts) -> str:
    kind = words.NUMBER_KIND.get(candidate.carrier)
    return t.gettext(kind) if kind else name_of(candidate.carrier)


def _evidence(candidate: Candidate, t: Texts) -> str:
    """Why: the strongest things first."""
    known = [words.NUMBER_EVIDENCE[reason] for reason in candidate.reasons if reason in words.NUMBER_EVIDENCE]
    return " · ".join(t.gettext(each) for each in known or [words.NUMBER_EVIDENCE["length"]])
