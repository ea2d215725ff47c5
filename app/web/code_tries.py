"""Who types codes is counted before the code is looked at, in a transaction of its own, and told to wait."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from app.brands.throttle import take_code_attempt
from app.gs1 import identifiers
from app.owning import codes
from app.web.context import house, now
from app.web.problems import Problem


def counted(view: Callable[..., Any]) -> Callable[..., Any]:
    """Count an attempt for the item that the request names as `key`, in its form or its JSON, and for the visitor.

    What can be no code is no guess and is not counted. Stands above `once`, whose transaction goes back when the
    code was wrong. Raises the 429 problem.
    """

    @wraps(view)
    def act(*args: Any, **kwargs: Any) -> Response:
        wait = 0.0
        if (key := named()) and _is_code(_given("code")):
            with house().db.begin() as session:
                wait = take_code_attempt(session, key, visitor(), now()).total_seconds()
        if wait > 0:
            raise Problem("too-many-attempts", headers={"Retry-After": str(int(wait) + 1)})
        answer: Response = view(*args, **kwargs)
        return answer

    return act


def named() -> str:
    """The item of this request, empty for none."""
    given = _given("key")
    return identifiers.canonical(given) if 0 < len(given) <= 400 else ""


def visitor() -> str:
    """The address that the attempt comes from; only its hash is kept, for an hour."""
    return request.remote_addr or ""


def _given(name: str) -> str:
    body = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    given = body.get(name) if isinstance(body, dict) else None
    return given if isinstance(given, str) else ""


def _is_code(typed: str) -> bool:
    try:
        return bool(codes.read(typed))
    except codes.Mistyped:
        return False
