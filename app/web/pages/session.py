"""Logging in and out. Passwords and throttling are in app/brands; cookies in app/web."""

from flask import Blueprint, Response, make_response, request

from app.brands.roles import ROLES
from app.web.auth import cookie, log_in, log_out
from app.web.pages import languages
from app.web.pages.navigation import HOME
from app.web.pages.render import render, see
from app.web.rules import public, staff

bp = Blueprint("session", __name__)


@bp.get("/login")
@public
def login() -> Response:
    """The form; who is in already goes on to their work."""
    if person := cookie().staff:
        return see(_next(request.args.get("next"), person.role))
    return make_response(_form())


@bp.post("/login")
@public
def enter() -> Response:
    """Begin a session, or say that it did not work, without saying which of the two was wrong."""
    if not log_in(request.form.get("login", ""), request.form.get("password", "")):
        return make_response(_form(wrong=True), 401)
    person = cookie().staff
    return see(_next(request.form.get("next"), person.role if person else "partner"))


@bp.post("/logout")
@staff(*ROLES)
def leave() -> Response:
    """End the session here and on the server."""
    log_out()
    return see("/login")


def _form(wrong: bool = False) -> str:
    values = request.form if wrong else request.args
    return render(
        "login.html", languages.texts(), wrong=wrong, next=values.get("next", ""), login=values.get("login", "")
    )


def _next(asked: str | None, role: str) -> str:
    """Where to go after the login: only ever a path of this site."""
    if asked and asked.startswith("/") and asked[1:2] not in ("/", "\\") and asked.isprintable():
        return asked
    return HOME.get(role, "/")
