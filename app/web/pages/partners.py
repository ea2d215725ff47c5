"""A partner's pages: the form for those who do not speak EPCIS, what became of what was written, its keys."""

import uuid
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands import signatures
from app.brands.tenants import brand_of, log_origin
from app.db import reading
from app.epcis.document import parse_event
from app.epcis.errors import Invalid
from app.epcis.event import Event
from app.epcis.signed import MEMBER, PREFIX
from app.models.brands import Partner
from app.models.products import EpcisEvent, Location
from app.provenance import receipts, typed
from app.provenance.capture import capture_event
from app.provenance.errors import Conflict, SignatureRefused
from app.provenance.receipts import Receipt
from app.provenance.typed import Mistyped, Typed
from app.texts import Texts
from app.web.context import caller, house, now, partner
from app.web.idempotency import once
from app.web.pages import passport_view
from app.web.pages.customer import address
from app.web.pages.render import see
from app.web.pages.staff import Desk, page, reader
from app.web.problems import Problem
from app.web.rules import partner as partners_only
from app.words import partner as partner_words
from ledger import jcs

bp = Blueprint("partners", __name__, url_prefix="/partner")

PER_PAGE = 20

_SIGN = {"accepted": "open", "integrated": "good", "anchored": "good", "damaged": "bad"}


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt in words."""

    row_id: int
    title: str
    moment: str
    iso: str
    zone: str
    place: str
    things: tuple[tuple[str, str], ...]
    more_things: int
    state: str
    sign: str
    state_words: str
    state_more: str
    index: str
    told: str
    in_error: bool
    corrected_by: tuple[str, ...]
    provable: bool
    event_id: str


@bp.get("/events")
@partners_only()
def written() -> Response:
    """What I wrote and what became of it, the newest first."""
    before = _number(request.args.get("before"))
    with reading(house().db) as session:
        desk = reader(session)
        rows = receipts.receipts(session, desk.brand.id, partner(), before=before, limit=PER_PAGE + 1)
        me = session.get_one(Partner, partner())
    lines = [_line(row, desk.t) for row in rows[:PER_PAGE]]
    older = rows[PER_PAGE - 1].row_id if len(rows) > PER_PAGE else None
    sent = _number(request.args.get("sent"))
    return page("partner/events.html", desk, lines=lines, older=older, first=before is None, sent=sent, me=me)


@bp.get("/new")
@partners_only()
def form() -> Response:
    """The form, for a phone."""
    with reading(house().db) as session:
        return _form(session, reader(session), Typed(thing=request.args.get("thing", "")[:400]))


@bp.post("/new")
@partners_only()
@once
def send(session: Session) -> Any:
    """Record what was typed. With `draft` nothing is stored: the answer is the event, for the browser to sign."""
    desk = reader(session)
    given = Typed(**{name: request.form.get(name, "") for name in asdict(Typed())})
    if request.form.get("document"):
        event = _signed_event()
    else:
        try:
            value = typed.event(given, _zones(session, desk.brand.id), f"urn:uuid:{uuid.uuid4()}", now())
        except Mistyped as error:
            return _draft_or_form(session, desk, given, dict(error.wrong))
        if request.form.get("draft"):
            return jsonify({"document": jcs.encode(value).decode(), "log": log_origin(desk.brand.log_key)})
        event = parse_event(orjson.dumps(value))
    try:
        captured = capture_event(
            session, desk.brand, event, partner_id=partner(), typed_by=caller().person_id, now=now()
        )
    except SignatureRefused:
        return _form(session, desk, given, {"form": "signature"}, 422)
    except Conflict:
        return _form(session, desk, given, {"form": "conflict"}, 422)
    return see(f"/partner/events?sent={captured.id}")


@bp.get("/keys")
@partners_only()
def keys() -> Response:
    """The keys that sign in the partner's name, and how to make one."""
    with reading(house().db) as session:
        desk = reader(session)
        me = session.get_one(Partner, partner())
        rows = signatures.keys_of(session, desk.brand.id, me.id)
    good = next((row for row in rows if row.ended_at is None), None)
    return page(
        "partner/keys.html", desk, me=me, keys=rows, good=good, log=log_origin(desk.brand.log_key),
        ending=partner_words.KEY_ENDING,
    )  # fmt: skip


@bp.post("/keys/<key_id>/revoke")
@partners_only()
@once
def revoke(key_id: str, session: Session) -> Response:
    """End a key at once."""
    brand = brand_of(session, caller().brand_id)
    try:
        signatures.revoke(session, brand, partner(), key_id, reason="unused", now=now())
    except LookupError:
        raise Problem("not-found") from None
    return see("/partner/keys")


def _draft_or_form(session: Session, desk: Desk, given: Typed, wrong: dict[str, str]) -> Any:
    if request.form.get("draft"):
        raise Problem("invalid", errors=[{"field": name, "detail": name} for name in wrong])
    return _form(session, desk, given, wrong, 422)


def _signed_event() -> Event:
    """The event as the browser signed it: the draft's own bytes, and the signature beside them."""
    try:
        value = orjson.loads(request.form["document"])
        signature = {name: request.form[f"signed_{name}"] for name in ("key", "nonce", "signature")}
        value["@context"] = [*value["@context"], PREFIX]
        return parse_event(orjson.dumps({**value, MEMBER: signature}))
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, Invalid):
            raise
        raise Problem("bad-request", "the signed event can't be read") from None


def _form(
    session: Session, desk: Desk, given: Typed, wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    rows = session.scalars(
        select(Location).where(Location.brand_id == desk.brand.id).order_by(Location.name)
    ).all()
    mine = _own_places(session, desk.brand.id)
    good = signatures.good_key(session, partner())
    me = session.get_one(Partner, partner())
    return page(
        "partner/new.html",
        desk,
        status,
        given=given,
        wrong={field: partner_words.FORM_PROBLEM[name] for field, name in (wrong or {}).items()},
        said=partner_words.SAID,
        states=partner_words.STATE,
        own=[row for row in rows if row.key in mine],
        others=[row for row in rows if row.key not in mine],
        zones=sorted({row.zone for row in rows if row.zone} | {"UTC"}),
        at=now(),
        me=me,
        good=good,
    )


def _zones(session: Session, brand_id: str) -> dict[str, str | None]:
    rows = session.execute(select(Location.key, Location.zone).where(Location.brand_id == brand_id))
    return {row.key: row.zone for row in rows}


def _own_places(session: Session, brand_id: str) -> set[str]:
    """Where this partner has been, among its newest hundred events."""
    newest = (
        select(EpcisEvent.read_point, EpcisEvent.biz_location)
        .where(EpcisEvent.brand_id == brand_id, EpcisEvent.partner_id == partner())
        .order_by(EpcisEvent.id.desc())
        .limit(100)
    )
    return {each for row in session.execute(newest) for each in row if each}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _line(row: Receipt, t: Texts) -> ReceiptLine:
    at = passport_view.local(row.at, row.zone)
    return ReceiptLine(
        row_id=row.row_id,
        title=passport_view.what_happened(row.biz_step, row.action, t),
        moment=t.moment(at),
        iso=at.isoformat(),
        zone=row.zone,
        place=passport_view.place_name(row.place, t),
        things=tuple((key, address(key)) for key in row.keys[:3]),
        more_things=max(len(row.keys) - 3, 0),
        state=row.state,
        sign=_SIGN[row.state],
        state_words=t.gettext(partner_words.RECEIPT[row.state]),
        state_more=t.gettext(partner_words.RECEIPT_MORE[row.state]),
        index="" if row.index is None else t.number(row.index),
        told=_told(row, t),
        in_error=row.in_error,
        corrected_by=row.corrected_by,
        provable=row.provable,
        event_id=row.event_id,
    )


def _told(row: Receipt, t: Texts) -> str:
    if row.signed_key:
        return t.gettext("Signed with your key %(key)s.", key=row.signed_key)
    return t.gettext("Typed into the form, not signed.") if row.typed_by else t.gettext("Not signed.")
