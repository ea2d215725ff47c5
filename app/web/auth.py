"""Who is calling, and may they: every view carries a rule (app/web/rules), and nothing passes without one."""

import hmac
import secrets
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session, url_for

from app.brands.keys import Holder, find_key, note_use
from app.brands.people import may_log_in
from app.db import reading
from app.web.context import Caller, house, now
from app.web.problems import Problem
from app.web.rules import Rule
from app.web.sessions import StaffCookie

_LOGIN_PAGE = "session.login"
_SAFE = ("GET", "HEAD", "OPTIONS")


def install(app: Flask) -> None:
    """Ask before every view; the forms get their token from `csrf_token()`."""
    app.before_request(_admit)
    app.jinja_env.globals["csrf_token"] = csrf_token


def refuse_views_without_rule(app: Flask) -> None:
    """Raises LookupError naming each view that does not say who may call it."""
    bare = sorted(name for name, view in app.view_functions.items() if not isinstance(_rule(view), Rule))
    if bare:
        raise LookupError(f"no rule of access (app/web/rules) on: {', '.join(bare)}")


def _rule(view: object) -> Rule | None:
    return getattr(view, "rule", None)


def _admit() -> Response | None:
    """Set g.caller, or refuse. An address that is no route goes on to its 404."""
    view = current_app.view_functions.get(request.endpoint or "")
    rule = _rule(view)
    if rule is None:
        return None
    if rule.demo_only and not house().settings.demo:
        raise Problem("not-found")
    if rule.public:
        _refuse_cross_site()
        return None
    if rule.scope is not None and "Authorization" in request.headers:
        _admit_key(rule)
        return None
    return _admit_staff(rule)


def _admit_key(rule: Rule) -> None:
    holder = _holder()
    if rule.scope and rule.scope not in holder.scopes:
        raise Problem("not-allowed", f"this key lacks the scope {rule.scope}")
    if rule.partner_only and holder.partner_id is None:
        raise Problem("not-allowed", "this is for partners: use a key that was issued to one")
    g.caller = Caller(
        holder.brand_id, key_id=holder.key_id, partner_id=holder.partner_id, scopes=tuple(holder.scopes)
    )


def _holder() -> Holder:
    scheme, _, text = request.headers["Authorization"].partition(" ")
    at = now()
    with reading(house().db) as session:
        holder = find_key(session, text.strip(), at) if scheme.lower() == "bearer" else None
    if holder is None:
        raise _not_authenticated()
    _note_use(holder, at)
    return holder


def _note_use(holder: Holder, at: datetime) -> None:
    if holder.use_is_old:
        with house().db.begin() as session:
            note_use(session, holder.key_id, at)


def _not_authenticated() -> Problem:
    return Problem("not-authenticated", headers={"WWW-Authenticate": 'Bearer realm="wayproof"'})


def _admit_staff(rule: Rule) -> Response | None:
    person = cookie().staff if rule.roles else None
    if person is None:
        return _ask_to_log_in(rule)
    if person.role not in rule.roles:
        raise Problem("not-allowed", f"the role {person.role} may not do this")
    g.caller = Caller(person.brand_id, person.role, person.person_id, partner_id=person.partner_id)
    if request.method not in _SAFE:
        _check_form_token()
    return None


def _ask_to_log_in(rule: Rule) -> Response:
    """A browser on a page is sent to the login; a program gets the 401 problem."""
    if rule.scope is not None or request.method not in _SAFE or _LOGIN_PAGE not in current_app.view_functions:
        raise _not_authenticated()
    return cast(Response, redirect(url_for(_LOGIN_PAGE, next=request.full_path.rstrip("?")), 303))


def cookie() -> StaffCookie:
    """Flask's session as what it is here."""
    return cast(StaffCookie, session._get_current_object())  # type: ignore[attr-defined]  # a LocalProxy


def csrf_token() -> str:
    """The token for a hidden field `csrf_token` (or the header X-CSRF-Token); empty before a login, see _admit."""
    if cookie().staff is None:
        return ""
    return str(session.setdefault("csrf", secrets.token_urlsafe(24)))


def _check_form_token() -> None:
    _refuse_cross_site()
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()) or not given:
        raise Problem("stale-form")


def _refuse_cross_site() -> None:
    """Refuse a POST that a browser says comes from another site (Fetch Metadata, RFC 6454).

    Where nobody is logged in there is no authority to borrow, so no token and no cookie are needed; mail
    programs and curl send neither header and pass.
    """
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:  # an older browser, or plain HTTP
        ours = origin is None or urlsplit(origin).netloc == request.host
    if not ours:
        raise Problem("cross-site")


def log_in(login: str, password: str) -> bool:
    """Begin a session for this person. False when login or password is wrong, without saying which.

    Raises the 429 problem while this login or this address must wait.
    """
    person_id, wait_s = may_log_in(house().db, login, password, request.remote_addr or "", now())
    if wait_s:
        raise Problem("too-many-attempts", f"wait {wait_s} seconds", headers={"Retry-After": str(wait_s)})
    if person_id:
        cookie().start(person_id)
    return person_id is not None


def log_out() -> None:
    """End the session here and on the server."""
    cookie().end()
