"""A POST that may be sent twice and acts once: the first answer is stored in the act's own transaction."""

import hashlib
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from flask import Flask, Response, g, make_response, request
from sqlalchemy.orm import Session

from app.brands.answers import Kept, claim, keep_answer
from app.ids import new_id
from app.sealed import open_box
from app.web.context import Caller, house, now
from app.web.problems import Problem

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_KEPT_HEADERS = ("Content-Type", "Location", "Cache-Control", "Wayproof-Receipt")


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Run the view in one writing transaction, passed as `session`, and commit when its answer is below 400.

    With an `Idempotency-Key` header (or `_key` in a form) the first answer is stored in the same transaction,
    so that there is no moment in which the act is done and its answer is not known. A repeat gets that answer
    again for 24 hours; the same key with another request is refused (422); parallel repeats wait for the first.
    The view must not open another writing transaction.
    """

    @wraps(view)
    def act(*args: Any, **kwargs: Any) -> Response:
        key, digest, who = _given_key(), _digest(), _caller()
        with house().db() as session, session.begin() as transaction:
            if key and (kept := claim(session, who, key, digest, now())):
                return _again(kept, digest)
            response = make_response(view(*args, session=session, **kwargs))
            if response.status_code >= 400:
                transaction.rollback()
            elif key:
                _keep(session, who, key, response)
            return response

    act.once = True  # type: ignore[attr-defined]  # a function may carry attributes; the tests ask for it
    return act


def _given_key() -> str | None:
    key = request.headers.get("Idempotency-Key", request.form.get("_key"))
    if key is not None and not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Problem("bad-request", "an Idempotency-Key is 1 to 255 printable ASCII characters")
    return key


def _caller() -> str:
    """Whose key it is. On public routes the key itself must be hard to guess, as `form_key()` is."""
    who: Caller | None = g.get("caller")
    if who is None:
        return "public"
    return f"key:{who.key_id}" if who.key_id else f"person:{who.person_id}"


def _digest() -> bytes:
    """What must be the same in a repeat: method, address and body, without what a page puts anew into its form."""
    if request.mimetype in _FORMS:
        body = repr(sorted(_fields())).encode()
    else:
        body = request.get_data(cache=True)
    return hashlib.sha256(b"\n".join((request.method.encode(), request.full_path.encode(), body))).digest()


def _fields() -> Iterator[tuple[str, str | bytes]]:
    for name, value in request.form.items(multi=True):
        if name not in ("csrf_token", "_key"):
            yield name, value
    for name, file in request.files.items(multi=True):
        yield name, hashlib.sha256(file.stream.read()).digest()
        file.stream.seek(0)


def _keep(session: Session, who: str, key: str, response: Response) -> None:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    keep_answer(session, who, key, response.status_code, headers, response.get_data(), open_box(house().keys))


def _again(kept: Kept, digest: bytes) -> Response:
    if kept.request_sha256 != digest:
        raise Problem("key-reused")
    body = open_box(house().keys).open(kept.sealed)
    return Response(body, kept.status, {**kept.headers, "Idempotent-Replayed": "true"})


def install(app: Flask) -> None:
    """Forms put `form_key()` into their hidden field `_key`."""
    app.jinja_env.globals["form_key"] = new_id
