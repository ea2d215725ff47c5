"""The public pages of things: a Digital Link opens its passport; events and other identifiers have theirs too.

Only doors live here: what a page says is in passport_view, what it looks like in templates.
"""

from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, request
from sqlalchemy.orm import Session

from app import anchoring, words
from app.db import reading, turn
from app.gs1 import digital_link, elements, identifiers
from app.provenance import passports
from app.provenance.passport import Passport
from app.support import pasted
from app.texts import Texts, translator
from app.web import scanning
from app.web.context import house, now
from app.web.pages import (
    cache,
    carbon_view,
    condition_view,
    countries,
    languages,
    owning_view,
    passport_view,
    product_view,
    quality_view,
    resolver,
    shared,
    suspicion,
    taps,
    theme,
)
from app.web.pages.render import install, render, see
from app.web.problems import Problem, found
from app.web.rules import public

bp = Blueprint("customer", __name__)
bp.record_once(lambda state: install(cast(Flask, state.app)))

# What the key of a page must hold is read at most ten times a second for one thing, so that a rush on one code
# costs the database nothing.
_standings: cache.Shelf[passports.Standing] = cache.Shelf(life_s=0.1)
_pages: cache.Shelf[cache.Page] = cache.Shelf(life_s=cache.LIFE_S)


@public
def digital_link_page(rest: str) -> Response:
    """A scan: the undecoded path names the thing (GS1 Digital Link URI Syntax 1.4)."""
    del rest  # Flask's decoded path has lost %2F; the door below reads the raw one
    link = _scanned()
    response = resolver.answer(link) or _scanned_page(identifiers.canonical(link.path))
    response.headers.update(resolver.headers(link))
    return response


def _scanned() -> digital_link.Link:
    """The link of this request, path and query judged. Raises the 400 problem."""
    query = request.query_string.decode("latin-1")
    try:
        # Some scanners and hand-typed addresses end in a slash, which the syntax does not allow: one is let pass.
        link = digital_link.parse(raw_path().removesuffix("/"))
        return digital_link.judged(replace(link, query=query)) if query else link
    except digital_link.NotDigitalLink as error:
        raise Problem("bad-request", error.rule) from error


@public
def digital_link_options(rest: str) -> Response:
    """What may be asked of a Digital Link, for pages of other sites too (CORS preflight)."""
    del rest  # the answer is the same for every thing
    headers = {
        "Allow": resolver.METHODS,
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status=204, headers=headers)


for _ai in sorted(elements.PRIMARY):
    bp.add_url_rule(f"/{_ai}/<path:rest>", view_func=digital_link_page, merge_slashes=False)
    bp.add_url_rule(
        f"/{_ai}/<path:rest>", view_func=digital_link_options, methods=["OPTIONS"], merge_slashes=False
    )


@bp.after_request
def _open_to_all_sites(response: Response) -> Response:
    """What a Digital Link answers is public, so scripts of any site may read it (GS1 resolver standard, CORS)."""
    if request.endpoint in ("customer.digital_link_page", "customer.digital_link_options"):
        resolver.open_to_all(response)
        # A program that accepts linksets gets another answer than a browser.
        response.headers["Vary"] = "Accept, Accept-Encoding, Accept-Language"
    return response


def raw_path() -> str:
    """The path as the client sent it, without the query; gunicorn and werkzeug keep it as RAW_URI."""
    target = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or quote(request.path))
    path = target.partition("?")[0]
    if path.startswith("/"):
        return path
    return f"/{path.partition('://')[2].partition('/')[2]}"  # absolute form (RFC 9112, 3.2.2)


@bp.get("/id")
@public
def by_uri() -> Response:
    """The passport of a thing named by another URI than a GS1 key: `/id?uri=urn:example:1`."""
    uri = request.args.get("uri", "")
    if not uri or len(uri) > 400:
        raise Problem("bad-request", "uri must be 1 to 400 characters")
    return _passport_page(identifiers.canonical(uri))


def _scanned_page(key: str) -> Response:
    """The passport; behind a tap of an NFC tag also the verdict over it, which no cache may keep."""
    if not request.query_string or (tapped := taps.judged(key)) is None:
        return _passport_page(key)
    t = translator(languages.asked() or tapped.standing.language)
    with reading(house().db) as session:
        page = _drawn(session, tapped.standing, tapped.key, t, tap=taps.face(tapped.verdict, t))
    response = Response(page, headers={"Cache-Control": "private, no-store"}, mimetype="text/html")
    scanning.count(response, tapped.standing.brand_id, tapped.key, verdict=tapped.verdict)
    return response


def _passport_page(key: str) -> Response:
    """The page of a key, from the cache or made anew; an unknown key gets a page that says what that may mean."""
    asked = languages.asked(), languages.kept_query(), countries.chosen()
    stand = _standings.get(key)
    page = _pages.get((key, stand, asked)) if stand else None
    if page is None:
        db = house().db
        with turn(db), reading(db) as session:
            stand = passports.standing(session, key)
            if stand is None:
                return _unknown(session, key)
            _standings.put(key, stand)
            place = key, stand, asked
            page = _pages.get(place) or _pages.put(place, _made(session, stand, key))
    assert stand is not None  # a page is kept under the standing that it was made of
    response = cache.answer(page, request)
    scanning.count(response, stand.brand_id, key)
    return response


def _made(session: Session, stand: passports.Standing, key: str) -> cache.Page:
    t = translator(languages.asked() or stand.language)
    return cache.Page(_drawn(session, stand, key, t))


def _drawn(session: Session, stand: passports.Standing, key: str, t: Texts, **more: Any) -> str:
    keep = shared.keep_of(stand.brand_id, stand.log_size)
    where, said = countries.chosen(), t.language
    page = passports.assemble(session, stand.brand_id, key, now=now(), language=said, keep=keep, country=where)
    passport = found(page)
    values = passport_values(passport, t, anchor_minutes=minutes_between_anchors())
    signal = suspicion.line(session, passport, t)
    return render("passport.html", t, **values, signal=signal, **more)


def minutes_between_anchors() -> int | None:
    """The minutes between two anchors; None where none are made."""
    settings = house().settings
    every = anchoring.interval(settings).total_seconds()
    return None if anchoring.kind(settings) == "none" else max(1, round(every / 60))


def passport_values(p: Passport, t: Texts, *, anchor_minutes: int | None = None) -> dict[str, Any]:
    """What the template shows of a passport."""
    zone = next((step.place.zone for step in reversed(p.steps) if step.place and step.place.zone), "UTC")
    product = p.product
    return {
        "p": p,
        "brand": p.brand,
        "title": passport_view.title(p, t),
        "level": t.gettext(words.LEVEL.get(p.level, words.LEVEL["other"])),
        "answer": passport_view.said(p, t),
        "facts": passport_view.facts(p, t),
        "steps": passport_view.steps(p, t),
        "route": passport_view.route(p, t),
        "checks": passport_view.check_lines(p.checks, t, anchor_minutes=anchor_minutes),
        "origin": ", ".join(filter(None, (product.origin_place, t.country(product.origin_country))))
        if product
        else "",
        "band": condition_view.band(product.temperature_low, product.temperature_high, "°C", t) if product else "",
        "details": [*product_view.lot_lines(p, t), *product_view.details(p, t)],
        "condition": shared.block(p.condition, t, zone) if p.condition else None,
        "parcel": shared.parcel_block(p.parcel, t) if p.parcel else None,
        "owning": owning_view.owning(p.owned, t),
        "after": owning_view.after(p.after, t, countries.EVERYWHERE),
        "carbon": carbon_view.page(p.carbon, t) if p.carbon else None,
        "quality": quality_view.lines(p, t),
        "suppliers": quality_view.supplier_links(p, t),
        "certificates": [(each, quality_view.certificate_state(each, t)) for each in p.certificates],
        "address": address(p.key),
        "link": f"{house().settings.base_url}{address(p.key)}",
        "proofs_url": f"/proofs?{urlencode({'key': p.key})}",
    }


def address(key: str) -> str:
    """The path of a thing's page: its Digital Link path, or `/id?uri=`."""
    return key if key.startswith("/") else f"/id?{urlencode({'uri': key})}"


def _unknown(session: Session, key: str) -> Response:
    """No record of this thing. Where the product is known, that is said: the code may be a copy or a mistake."""
    above = ((each, passports.resolve(session, each)) for each in identifiers.parents(key))
    product, owner = next(((each, owner) for each, owner in above if owner), (None, None))
    values = {"key": key, "product": product, "number": identifiers.values(key).get("21")}
    response = cache.answer(cache.Page(render("unknown.html", languages.texts(), **values), 404), request)
    if product and owner:
        scanning.count(response, owner[0], key, unknown_of=product)
    return response


@bp.get("/")
@public
def landing() -> Response:
    """The front door: what this is, and a field for a code."""
    t = languages.texts()
    return cache.answer(cache.Page(render("landing.html", t, demo=house().settings.demo)), request)


@bp.get("/open")
@public
def open_code() -> Response:
    """What was typed or pasted on the front door: anything that names a thing leads to its page."""
    text = request.args.get("code", "").strip()[:400]
    if not text:
        return see("/" + languages.chosen())
    keys = pasted.keys(text)
    return see(address(keys[0] if keys else text))


@bp.get("/theme/<string(length=6):colour>.css")
@public
def theme_sheet(colour: str) -> Response:
    """A brand's colours, made readable in both themes; the address holds the colour, so it never changes."""
    try:
        sheet = theme.sheet(colour)
    except ValueError as error:
        raise Problem("not-found") from error
    return Response(sheet, mimetype="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})
