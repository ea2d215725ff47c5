"""One JSON line per answer: the route, never the path, the query or a name, for these can be personal."""

import re
import secrets
from time import perf_counter

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("wayproof.access")

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    g.began = perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    who = g.get("caller")
    log.info(
        "request",
        id=g.request_id,
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((perf_counter() - g.began) * 1000, 1),
        octets=response.content_length,
        brand=who.brand_id if who else None,
        key=who.key_id if who else None,
    )
    return response


def install(app: Flask) -> None:
    """Must be installed first: the line is then written last and sees the final answer."""
    app.before_request(_begin)
    app.after_request(_end)
