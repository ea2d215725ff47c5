"""Watching an item: the form, the links of the mails, and a feed that needs no address. Only doors live here."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands import throttle
from app.db import reading
from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.products import Product
from app.models.watching import Watch
from app.provenance import passports
from app.provenance.passport import Passport
from app.sealed import open_box
from app.texts import Texts
from app.watching import letters, selfcheck, watches, wording
from app.web.context import house, now
from app.web.idempotency import once
from app.web.pages import cache, languages, passport_view, shared
from app.web.pages.render import render, see
from app.web.problems import Problem, found
from app.web.rules import public

bp = Blueprint("watching", __name__, url_prefix="/watch")

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,180}\.[^@\s,;<>\"]{2,60}")
_UNLISTED = {"X-Robots-Tag": "noindex, nofollow"}
_feeds: cache.Shelf[tuple[bytes, str]] = cache.Shelf(life_s=10.0)


@bp.get("")
@public
def form() -> Response:
    """What watching means, a field for an address, and the feed for those who give none."""
    key = _key()
    with reading(house().db) as session:
        stand = found(passports.standing(session, key))
        brand = session.get_one(Brand, stand.brand_id)
        t = languages.texts(brand=brand.language)
        values: dict[str, Any] = {"brand": brand, "thing": _thing(session, brand.id, key, t), "key": key}
    asked = request.args.get("asked") == "1"
    page = render(
        "watch/form.html", t, **values, address=wording.address(key), feed=_feed_query(key, t), asked=asked
    )
    return _unlisted(cache.answer(cache.Page(page), request))


@bp.post("")
@public
@once
def ask(session: Session) -> Response:
    """Take a wish. The answer is the same whoever asks, so that it tells nothing about an address."""
    key, email = _key(), request.form.get("email", "").strip()
    if not _EMAIL.fullmatch(email):
        raise Problem("invalid", "email: this is no address that a mail can reach")
    stand = found(passports.standing(session, key))
    wait = throttle.take_attempt(session, f"watch {email.lower()}", f"watch {request.remote_addr}", now())
    if wait.total_seconds() > 0:
        seconds = str(int(wait.total_seconds()) + 1)
        raise Problem("too-many-attempts", f"wait {seconds} seconds", headers={"Retry-After": seconds})
    language = languages.texts(brand=stand.language).language
    box = open_box(house().keys)
    watches.ask(session, box, brand_id=stand.brand_id, key=key, email=email, language=language, now=now())
    return see(f"/watch?{urlencode({'key': key, 'asked': '1', 'lang': language})}")


@bp.get("/confirm/<token>")
@public
def confirm_page(token: str) -> Response:
    """A button; a GET changes nothing, since mail scanners follow links."""
    with reading(house().db) as session:
        return _link_page(session, "watch/confirm.html", watches.by_confirm_token(session, token))


@bp.post("/confirm/<token>")
@public
@once
def confirm(token: str, session: Session) -> Response:
    """The second yes. The link works once; afterwards it says that it was used."""
    watch = watches.by_confirm_token(session, token)
    if watch is None:
        raise Problem("not-found", "this link was used already, or it is too old")
    watches.confirm(session, watch, now())
    return see(f"/watch/stop/{watch.stop_token}?{urlencode({'lang': watch.language})}")


@bp.get("/stop/<token>")
@public
def stop_page(token: str) -> Response:
    """What is watched, and a button that ends it."""
    with reading(house().db) as session:
        return _link_page(session, "watch/stop.html", watches.by_stop_token(session, token))


@bp.post("/stop/<token>")
@public
@once
def stop(token: str, session: Session) -> Response:
    """End the watch; what a mail program sends by itself (RFC 8058) and what the button sends are the same."""
    watch = found(watches.by_stop_token(session, token))
    watches.stop(session, watch, now())
    return see(f"/watch/stop/{token}{languages.chosen()}")


@bp.get("/feed.atom")
@public
def atom() -> Response:
    """News of a thing as an Atom feed (RFC 4287): its public events, a recall, a failed check of the log."""
    return _feed("atom", "application/atom+xml; charset=utf-8")


@bp.get("/feed.json")
@public
def json_feed() -> Response:
    """The same as a JSON feed (jsonfeed.org, version 1.1)."""
    return _feed("json", "application/feed+json; charset=utf-8")


def _feed(form: str, kind: str) -> Response:
    key = _key()
    with reading(house().db) as session:
        stand = found(passports.standing(session, key))
        t = languages.texts(brand=stand.language)
        wrong = selfcheck.open_findings(session, stand.brand_id)
        place = form, key, stand, t.language, len(wrong)
        kept = _feeds.get(place)
        if kept is None:
            keep = shared.keep_of(stand.brand_id, stand.log_size)
            passport = found(
                passports.assemble(session, stand.brand_id, key, now=now(), language=t.language, keep=keep)
            )
            made = _atom(passport, wrong, t) if form == "atom" else _json(passport, wrong, t)
            kept = _feeds.put(place, (made, kind))
    answer = Response(kept[0], headers={"Content-Type": kept[1], "Cache-Control": "public, max-age=60"})
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _items(p: Passport, wrong: Any, t: Texts) -> list[dict[str, str]]:
    """What a feed holds, the newest first; the ids never change, so that a reader shows each once."""
    page = house().settings.base_url + wording.address(p.key)
    failed = t.gettext(letters.FAILED, brand=p.brand.name)
    items = [
        _item(f"log:{each.id}", t.gettext("The check of the log failed"), failed, each.found_at, page)
        for each in wrong
    ]
    if p.recall:
        items.append(
            _item(f"recall:{p.recall.id}", t.gettext("Recall"), p.recall.reason, p.recall.opened_at, page)
        )
    for step in p.steps:
        place = passport_view.place_name(step.place, t)
        when = t.moment(passport_view.local(step.at, step.zone))
        text = " · ".join(part for part in (place, f"{when} (UTC{step.zone})") if part)
        name, title = f"entry:{step.submission_id}", passport_view.step_title(step, t)
        items.append(_item(name, title, text, step.recorded_at, page))
    return sorted(items, key=lambda item: item["at"], reverse=True)[:50]


def _item(name: str, title: str, text: str, at: datetime, page: str) -> dict[str, str]:
    moment = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"id": f"{page}#{name}", "title": title, "text": text, "at": moment, "url": page}


def _atom(p: Passport, wrong: Any, t: Texts) -> bytes:
    items = _items(p, wrong, t)
    page = house().settings.base_url + wording.address(p.key)
    begun = datetime(2000, 1, 1, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    values = {"items": items, "title": passport_view.title(p, t), "page": page, "author": p.brand.name}
    return render("watch/feed.xml", t, **values, updated=items[0]["at"] if items else begun).encode()


def _json(p: Passport, wrong: Any, t: Texts) -> bytes:
    page = house().settings.base_url + wording.address(p.key)
    entries = [
        {"id": i["id"], "url": i["url"], "title": i["title"], "content_text": i["text"], "date_published": i["at"]}
        for i in _items(p, wrong, t)
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": passport_view.title(p, t),
        "home_page_url": page,
    }
    return orjson.dumps({**feed, "language": t.language, "authors": [{"name": p.brand.name}], "items": entries})


def _key() -> str:
    text = request.values.get("key", "")
    if not text or len(text) > 400:
        raise Problem("bad-request", "key must be 1 to 400 characters")
    return identifiers.canonical(text)


def _feed_query(key: str, t: Texts) -> str:
    return urlencode({"key": key, "lang": t.language})


def _thing(session: Session, brand_id: str, key: str, t: Texts) -> str:
    query = select(Product.name).where(Product.brand_id == brand_id, Product.gtin == identifiers.gtin(key))
    return wording.thing(key, t.named(session.scalar(query)))


def _link_page(session: Session, template: str, watch: Watch | None) -> Response:
    """The page of a link in a mail, in the language of the wish; of a used link it says so."""
    if watch is None:
        raise Problem("not-found", "this link was used already, or it is too old")
    brand = session.get_one(Brand, watch.brand_id)
    t = languages.texts(customer=watch.language, brand=brand.language)
    thing = _thing(session, brand.id, watch.key, t)
    page = render(template, t, brand=brand, watch=watch, thing=thing, address=wording.address(watch.key))
    return _unlisted(cache.answer(cache.Page(page), request))


def _unlisted(response: Response) -> Response:
    response.headers.update(_UNLISTED)
    return response
