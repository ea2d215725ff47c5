"""How large a request may be, by kind of route. How often one may try to log in lives in app/brands/throttle."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., object])

SMALL = 1_000_000
CAPTURE = 10_000_000


def takes_up_to(octets: int) -> Callable[[View], View]:
    """Let this view take a larger body than the usual 1 MB."""

    def mark(view: View) -> View:
        view.body_limit = octets  # type: ignore[attr-defined]  # a function may carry attributes
        return view

    return mark


def _set_limit() -> None:
    """Flask answers 413 as soon as the declared or the read length passes the limit."""
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "body_limit", SMALL)


def install(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = SMALL
    app.config["MAX_FORM_MEMORY_SIZE"] = SMALL
    app.before_request(_set_limit)
