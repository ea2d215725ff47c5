"""Carriers that call us, for the brand's owner: agreed on, given another secret, tried, switched off."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.db import reading
from app.models.brands import CarrierHook
from app.sealed import open_box
from app.shipping.carrier_hooks import HookRefused, hook_of, hooks_of, put_hook
from app.shipping.hook_trials import HookTrial, try_hook
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from app.words.carrier_calls import HOOK_REFUSED, HOOK_TRIAL
from carriers.hooks import LONGEST_SECRET, Trust, scheme_of
from carriers.known import CARRIERS

bp = Blueprint("carrier_calls", __name__, url_prefix="/brand/calls")


@bp.get("")
@staff("owner")
def calls() -> Response:
    """The carriers that may call us, and those that could."""
    with reading(house().db) as session:
        return _overview(session)


def _overview(session: Session, status: int = 200, refused: HookRefused | None = None) -> Response:
    mine = hooks_of(session, caller().brand_id)
    have = {row.carrier for row in mine}
    theirs = {key for key in CARRIERS if not scheme_of(key).we_choose}
    return page(
        "staff/calls.html",
        reader(session),
        status,
        mine=mine,
        names=CARRIERS,
        signing={key for key in CARRIERS if scheme_of(key).trust is Trust.SIGNED},
        others={key: name for key, name in CARRIERS.items() if key not in have},
        theirs=", ".join(sorted(CARRIERS[key] for key in theirs)),
        refused=refused,
        why=HOOK_REFUSED,
        given=request.form.get("carrier", ""),
    )


@bp.post("")
@staff("owner")
@once
def agree(session: Session) -> Response:
    """Agree on a secret with a carrier; the page that answers says what to enter there, and shows it once."""
    carrier = request.form.get("carrier", "")
    if any(row.carrier == carrier for row in hooks_of(session, caller().brand_id)):
        return _overview(session, 422, HookRefused("known", carrier))
    try:
        hook, secret = _put(session, carrier)
    except HookRefused as refused:
        return _overview(session, 422, refused)
    return _one(session, hook, 201, secret=secret)


def _put(session: Session, carrier: str) -> tuple[CarrierHook, str]:
    """Gives "" for a secret that the owner typed: there is no need to show it again."""
    typed = request.form.get("secret", "").strip()[: LONGEST_SECRET + 1]
    hook, secret = put_hook(
        session, open_box(house().keys), brand_id=caller().brand_id, carrier=carrier, secret=typed, now=now()
    )
    return hook, "" if typed else secret


@bp.get("/<hook_id>")
@staff("owner")
def call(hook_id: str) -> Response:
    """One carrier: what to enter there, and whether it calls."""
    with reading(house().db) as session:
        return _one(session, found(hook_of(session, caller().brand_id, hook_id)))


@bp.post("/<hook_id>/<act>")
@staff("owner")
@once
def change(hook_id: str, act: str, session: Session) -> Response:
    """Give it another secret, switch it on or off, or end it."""
    hook: CarrierHook = found(hook_of(session, caller().brand_id, hook_id))
    if act == "secret":
        try:
            hook, secret = _put(session, hook.carrier)
        except HookRefused as refused:
            return _one(session, hook, 422, refused=refused)
        return _one(session, hook, secret=secret, renewed=True)
    if act == "remove":
        session.delete(hook)
        return see("/brand/calls")
    if act not in ("on", "off"):
        raise Problem("not-found")
    hook.state = act
    return see(f"/brand/calls/{hook.id}")


@bp.post("/<hook_id>/test")
@staff("owner")
def test(hook_id: str) -> Response:
    """Call ourselves as the carrier would, now, and say what fails."""
    trial = found(try_hook(house(), caller().brand_id, hook_id))
    with reading(house().db) as session:
        return _one(session, found(hook_of(session, caller().brand_id, hook_id)), trial=trial)


def _one(
    session: Session,
    hook: CarrierHook,
    status: int = 200,
    *,
    secret: str = "",
    renewed: bool = False,
    refused: HookRefused | None = None,
    trial: HookTrial | None = None,
) -> Response:
    scheme = scheme_of(hook.carrier)
    shown: dict[str, Any] = {
        "hook": hook,
        "name": CARRIERS[hook.carrier],
        "address": f"{house().settings.base_url}/hooks/carriers/{hook.id}",
        "header": scheme.header,
        "signed": scheme.trust is Trust.SIGNED,
        "ours": scheme.we_choose,
        "overlap": bool(hook.old_until and now() < hook.old_until),
    }
    more: dict[str, Any] = {"secret": secret, "renewed": renewed, "refused": refused, "trial": trial}
    more |= {"why": HOOK_REFUSED, "trials": HOOK_TRIAL}
    return page("staff/call.html", reader(session), status, **shown, **more)
