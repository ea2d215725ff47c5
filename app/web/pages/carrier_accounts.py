"""A brand's accounts with carriers, for its owner: which there are, how they stand, whether they work."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.clock import system_clock
from app.db import reading
from app.sealed import open_box
from app.shipping.account_trials import Trial, try_account
from app.shipping.carrier_accounts import accounts_of, put_account, remove_account
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from carriers import circuits
from carriers.adapter import Adapter, adapter
from carriers.known import CARRIERS

bp = Blueprint("carrier_accounts", __name__, url_prefix="/brand/carriers")

_LONGEST = 500


@bp.get("")
@staff("owner")
def overview() -> Response:
    """The accounts that there are, and the carriers that there could be one with."""
    return _overview()


def _overview(tried: str = "", trial: Trial | None = None) -> Response:
    brand_id = caller().brand_id
    with reading(house().db) as session:
        mine = accounts_of(session, brand_id)
        states = {
            each.account_id.partition(":")[2]: each
            for each in circuits.accounts(session, brand_id, system_clock())
        }
        have = {row.carrier for row in mine}
        shown: dict[str, Any] = {"mine": mine, "states": states, "names": CARRIERS, "tried": tried, "trial": trial}
        others = {key: name for key, name in CARRIERS.items() if key not in have}
        return page("staff/carriers.html", reader(session), **shown, others=others, at=system_clock())


@bp.get("/<carrier>")
@staff("owner")
def account(carrier: str) -> Response:
    """What the carrier wants of an account; what is kept is never shown again."""
    with reading(house().db) as session:
        return _form(session, carrier)


def _form(session: Session, carrier: str, status: int = 200, wrong: str = "") -> Response:
    known = _known(carrier)
    kept = next((row for row in accounts_of(session, caller().brand_id) if row.carrier == carrier), None)
    shown = {"key": carrier, "name": CARRIERS[carrier], "needs": known.CREDENTIALS, "asks": known.ASKS}
    given = request.form if wrong else {}
    usual = known.BASE_URL
    return page(
        "staff/carrier.html", reader(session), status, **shown, kept=kept, usual=usual, wrong=wrong, given=given
    )


@bp.post("/<carrier>")
@staff("owner")
@once
def keep(carrier: str, session: Session) -> Response:
    """Keep the account, in place of the one before."""
    known = _known(carrier)
    values = {name: request.form.get(name, "").strip()[:_LONGEST] for name in known.CREDENTIALS}
    base_url = request.form.get("base_url", "").strip()[:300] or known.BASE_URL
    quota = request.form.get("daily_quota", "").strip()
    if not all(values.values()):
        return _form(session, carrier, 422, "credentials")
    if not base_url.startswith(("https://", "http://")):
        return _form(session, carrier, 422, "base_url")
    if quota and not (quota.isascii() and quota.isdigit() and int(quota[:9]) > 0):
        return _form(session, carrier, 422, "daily_quota")
    put_account(
        session,
        open_box(house().keys),
        brand_id=caller().brand_id,
        carrier=carrier,
        base_url=base_url,
        client_id=values.pop("client_id", ""),
        secret=values.pop("secret", ""),
        more=values,
        daily_quota=int(quota[:9]) if quota else None,
        now=now(),
    )
    return see("/brand/carriers")


@bp.post("/<carrier>/test")
@staff("owner")
def test(carrier: str) -> Response:
    """Ask the carrier once, now, and say what fails."""
    _known(carrier)
    trial = found(try_account(house(), caller().brand_id, carrier))
    return _overview(carrier, trial)


@bp.post("/<carrier>/remove")
@staff("owner")
@once
def remove(carrier: str, session: Session) -> Response:
    """Forget the account."""
    if not remove_account(session, caller().brand_id, carrier):
        raise Problem("not-found")
    return see("/brand/carriers")


def _known(carrier: str) -> Adapter:
    if carrier not in CARRIERS:
        raise Problem("not-found")
    return adapter(carrier)
