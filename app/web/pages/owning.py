"""What the holder of an item does without an account: claim it, and all that is behind the link only they have.

Only doors live here. The secret in the address of `/own/…` is the only proof of ownership; it is stored nowhere.
"""

from typing import Any

import orjson
from flask import Blueprint, Response, make_response, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of, log_origin
from app.brands.throttle import forgive_code
from app.db import reading
from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.owning import OwnedItem
from app.owning import claiming, codes, faces, keeping, secret, takeback, warranty
from app.owning.errors import ActRefused
from app.provenance import passports
from app.sealed import Box, open_box
from app.support import pasted
from app.texts import Texts
from app.web.code_tries import counted, visitor
from app.web.context import house, now
from app.web.pages import countries, languages, owning_view
from app.web.pages.render import render, see
from app.web.problems import Problem, found
from app.web.rules import public
from app.words import ownership as words
from ledger.log import indexes

bp = Blueprint("owning", __name__, url_prefix="/own")

_UNLISTED = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"}


@bp.get("")
@public
def door() -> Response:
    """A field for a link or a recovery code that somebody kept."""
    return _page("own/door.html", languages.texts())


@bp.post("/open")
@public
def open_own() -> Response:
    """Go to the item of a recovery code, or of a link that was pasted whole."""
    typed = request.form.get("code", "").strip()[:400].rpartition("/")[2].partition("?")[0]
    try:
        code = codes.read(typed, codes.SECRET)
    except codes.Mistyped:
        return _page("own/door.html", languages.texts(), 422, refused="mistyped")
    return see(f"/own/{code}{languages.chosen()}")


@bp.get("/claim")
@public
def claim_form() -> Response:
    """The form of one item, for a link from a packing slip: `/own/claim?key=`."""
    with reading(house().db) as session:
        return _claim_form(session, *_item(session, request.args.get("key", "")))


@bp.post("/code")
@public
def look_at_code() -> Response:
    """A code from the page of an item: told at once when it can be none, else the form that claims with it.

    That form carries a fresh secret, which is stored nowhere: so a claim that is sent twice gives the same answer.
    """
    with reading(house().db) as session:
        brand, key = _item(session, request.form.get("key", ""))
        try:
            codes.read(request.form.get("code", ""))
        except codes.Mistyped:
            return _claim_form(session, brand, key, refused="mistyped")
        return _claim_form(session, brand, key, new_secret=codes.new(codes.SECRET))


@bp.post("/claim")
@public
@counted
def claim() -> Response:
    """Claim the item with the code and the secret of the form. Link and recovery code are shown now only."""
    typed, mine = request.form.get("code", ""), request.form.get("secret", "")
    with house().db.begin() as session:
        brand, key = _item(session, request.form.get("key", ""))
        try:
            with session.begin_nested():
                row = claiming.claim(session, _box(), brand, key, typed=typed, new_secret=mine, now=now())
        except ActRefused as refused:
            return _claim_form(session, brand, key, refused=refused.code)
        forgive_code(session, key, visitor())
        t, kept = languages.texts(brand=brand.language), codes.read(mine, codes.SECRET)
        link = f"{house().settings.base_url}/own/{kept}"
        told: dict[str, Any] = {"token": kept, "link": link, "recovery": codes.grouped(kept)}
        return _page("own/claimed.html", t, brand=brand, row=row, **told)


@bp.get("/<token>")
@public
def own(token: str) -> Response:
    """What only the owner sees: warranty, what can be done, and how to do it."""
    with reading(house().db) as session:
        row = claiming.owned_by(session, _box(), token)
        return _own(session, row, token) if row else _no_more(404)


@bp.get("/<token>/file")
@public
def file(token: str) -> Response:
    """The secret as a small file to keep, with what shows that the log's entry means its holder."""
    with reading(house().db) as session:
        row = found(claiming.owned_by(session, _box(), token))
        brand = brand_of(session, row.brand_id)
    kept = codes.read(token, codes.SECRET)
    opening = secret.opening(kept, row.key)
    told = {
        "what": "Who has this file owns the item. Keep it to yourself.",
        "item": f"{house().settings.base_url}{row.key}",
        "link": f"{house().settings.base_url}/own/{kept}",
        "recovery_code": codes.grouped(kept),
        "log": log_origin(brand.log_key),
        "opening": {"path": opening.path, "salt": opening.salt.hex(), "value": opening.value.decode()},
    }
    response = Response(orjson.dumps(told, option=orjson.OPT_INDENT_2), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="ownership.json"'
    response.headers.update(_UNLISTED)
    return response


@bp.post("/<token>/<any(pass,handin):what>")
@public
def give_code(token: str, what: str) -> Response:
    """A code for the next owner or for the collector. It is shown now; another press makes another one."""
    with house().db.begin() as session:
        row = claiming.owned_by(session, _box(), token)
        if row is None:
            return _no_more(404)
        try:
            with session.begin_nested():
                if what == "pass":
                    code = keeping.pass_on(session, _box(), row, now())
                else:
                    code = takeback.hand_in(session, _box(), row, _option(), now())
        except ActRefused as refused:
            return _own(session, row, token, 409, refused=refused.code)
        return _own(session, row, token, given=what, code=codes.grouped(code))


@bp.post("/<token>/<any(keep,missing,found):what>")
@public
def say(token: str, what: str) -> Response:
    """Take codes back, or say that the item is missing or found again. Saying it twice is saying it once."""
    with house().db.begin() as session:
        row = claiming.owned_by(session, _box(), token)
        if row is None:
            return _no_more(404)
        brand = brand_of(session, row.brand_id)
        if what == "keep":
            keeping.keep(session, row, now())
        elif what == "missing":
            keeping.report_missing(session, brand, row, now())
        else:
            keeping.report_found(session, brand, row, now())
    return see(f"/own/{token}{languages.chosen()}")


def _option() -> str:
    option = request.form.get("option", "")
    if option not in takeback.OPTIONS:
        raise Problem("invalid", errors=[{"field": "option", "detail": "choose how to hand it in"}])
    return option


def _item(session: Session, text: str) -> tuple[Brand, str]:
    """The brand and the key of the item that was named; the 404 problem for what nobody knows."""
    if "\x00" in text:
        raise Problem("not-found")
    named = pasted.keys(text[:400])
    owner = found(passports.resolve(session, named[0] if named else identifiers.canonical(text[:400])))
    return brand_of(session, owner[0]), owner[1]


def _claim_form(session: Session, brand: Brand, key: str, *, refused: str = "", new_secret: str = "") -> Response:
    t = languages.texts(brand=brand.language)
    owned = faces.OwnedFace.of(faces.owned(session, brand.id, key))
    return _page(
        "own/claim.html",
        t,
        422 if refused else 200,
        brand=brand,
        key=key,
        owning=owning_view.owning(owned, t),
        refused=words.ACT_REFUSED.get(refused, ""),
        new_secret=new_secret,
        typed=request.form.get("code", "")[:80],
    )


def _own(
    session: Session, row: OwnedItem, token: str, status: int = 200, refused: str = "", **shown: Any
) -> Response:
    brand = brand_of(session, row.brand_id)
    t, country = languages.texts(brand=brand.language), countries.chosen()
    owned, lines = faces.owned(session, brand.id, row.key), faces.lines(session, brand.id, _gtin(row.key))
    known = {each.kind: each for each in secret.good_codes(session, brand.id, row.key, now())}
    terms = lines.terms_in(country)
    repaired = [each.repaired_on for each in owned.repairs]
    ways = [line for option in takeback.OPTIONS if (line := lines.text_in(country, option))]
    named = {each.country for each in (*lines.texts, *lines.terms) if each.country}
    return _page(
        "own/item.html",
        t,
        status,
        brand=brand,
        row=row,
        token=codes.read(token, codes.SECRET),
        until=owning_view.until(warranty.until(terms, row, repaired), t),
        terms=owning_view.terms(terms, t) if terms else "",
        terms_href=terms.href if terms else None,
        countries=sorted(((code, t.country(code)) for code in named), key=lambda each: each[1]),
        country=country if country in named else countries.EVERYWHERE,
        owning=owning_view.owning(faces.OwnedFace.of(owned), t),
        ways=owning_view.hand_in(ways, t),
        codes=known,
        refused=words.ACT_REFUSED.get(refused, ""),
        entry=indexes(session, [row.submission_id]).get(row.submission_id) if row.submission_id else None,
        **shown,
    )


def _gtin(key: str) -> str:
    return identifiers.gtin(key) or ""


def _box() -> Box:
    return open_box(house().keys)


def _no_more(status: int) -> Response:
    """The link opens nothing (any more); it is not said why, for who asks may be anybody."""
    return _page("own/over.html", languages.texts(), status)


def _page(template: str, t: Texts, status: int = 200, **values: Any) -> Response:
    response = make_response(render(template, t, own_words=words, **values), status)
    response.headers.update(_UNLISTED)
    return response
