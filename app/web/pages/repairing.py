"""What an authorised partner does after the sale, on a phone: record a repair, take an item back."""

from datetime import date

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.brands.throttle import forgive_code
from app.db import reading
from app.models.brands import Partner
from app.owning import repairs, takeback
from app.owning.errors import ActRefused
from app.provenance.errors import Refused, SignatureRefused
from app.sealed import open_box
from app.support import pasted
from app.web.code_tries import counted, visitor
from app.web.context import caller, house, now, partner
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import found
from app.web.rules import partner as partners_only
from app.words import ownership as words

bp = Blueprint("repairing", __name__, url_prefix="/partner/repairs")

_SHOWN = 50


@bp.get("")
@partners_only()
def overview() -> Response:
    """The two forms, and what I recorded."""
    with reading(house().db) as session:
        return _page(session)


@bp.post("")
@partners_only()
@once
def record(session: Session) -> Response:
    """Put a repair on the item's page."""
    form, brand = request.form, brand_of(session, caller().brand_id)
    try:
        repairs.record_repair(
            session,
            brand,
            partner(),
            key=_key(form.get("key", "")),
            kind=form.get("kind", ""),
            parts=form.get("parts", "").split(),
            repaired_on=_day(form.get("on", "")),
            file_sha256=form.get("file_sha256", "").strip() or None,
            now=now(),
        )
    except Refused as refused:
        return _page(session, repair=words.REPAIR_WRONG.get(refused.field, words.REPAIR_WRONG["on"]))
    except ActRefused as refused:
        return _page(session, repair=words.ACT_REFUSED[refused.code])
    return see("/partner/repairs?done=repair")


@bp.post("/<repair_id>/withdraw")
@partners_only()
@once
def withdraw(repair_id: str, session: Session) -> Response:
    """Withdraw a repair that was a mistake."""
    brand = brand_of(session, caller().brand_id)
    found(repairs.withdraw(session, brand, partner(), repair_id, now()) or None)
    return see("/partner/repairs")


@bp.post("/take-back")
@partners_only()
@counted
@once
def take_back(session: Session) -> Response:
    """Take an item back against the code of its owner."""
    form, brand = request.form, brand_of(session, caller().brand_id)
    fate = form.get("fate", "")
    key = _key(form.get("key", ""))
    try:
        if fate not in takeback.FATES:
            raise ActRefused("fate")
        takeback.receive(
            session,
            open_box(house().keys),
            brand,
            key,
            typed=form.get("code", ""),
            fate=fate,
            partner_id=partner(),
            person_id=caller().person_id,
            now=now(),
        )
    except ActRefused as refused:
        return _page(session, taken=words.ACT_REFUSED[refused.code])
    except SignatureRefused:
        return _page(session, taken=words.ACT_REFUSED["must_sign"])
    forgive_code(session, key, visitor())
    return see("/partner/repairs?done=taken")


def _page(session: Session, repair: str = "", taken: str = "") -> Response:
    desk = reader(session)
    return page(
        "partner/repairs.html",
        desk,
        422 if repair or taken else 200,
        me=session.get_one(Partner, partner()),
        rows=repairs.repairs_by(session, desk.brand.id, partner(), limit=_SHOWN),
        kinds=words.REPAIR,
        fates=words.FATE,
        given=request.form,
        done=request.args.get("done", ""),
        wrong_repair=repair,
        wrong_taken=taken,
        today=now().date(),
    )


def _key(text: str) -> str:
    keys = pasted.keys(text[:400]) if "\x00" not in text else []
    return keys[0] if keys else ""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("on", "must be a day") from None
