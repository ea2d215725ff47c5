"""Openings of passports, counted as they are answered: never whose, never from which address, never by a cookie.

Counting costs a page some microseconds and no statement. Each process writes what it has counted by itself; what
a killed process had not written yet is lost (docs/counterfeit.md).
"""

from threading import Event, Thread

import structlog
from flask import Flask, Response, current_app, request

from app.scanning import store
from app.scanning.buffer import Buffer, Opening, hour_of
from app.scanning.distances import is_country
from app.web.context import house, now

WRITE_EVERY_S = 2.0
_PLACE = "wayproof.openings"
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")

log = structlog.get_logger()


def install(app: Flask) -> None:
    """Give the app its buffer; nothing is written before somebody calls `write` or `keep_writing`."""
    app.extensions[_PLACE] = Buffer()


def count(response: Response, brand_id: str, key: str, *, verdict: str = "", unknown_of: str = "") -> None:
    """Count the opening that this answer is, unless nobody has looked: a HEAD, or a browser that fetches ahead.

    `unknown_of` is the product of a key that no event names.
    """
    if request.method != "GET" or response.mimetype != "text/html" or _is_ahead():
        return
    country, by_reader = _country()
    buffer: Buffer = current_app.extensions[_PLACE]
    opening = Opening(brand_id, key, hour_of(now()), country, by_reader, verdict)
    buffer.count(opening, unknown_of=unknown_of)


def _is_ahead() -> bool:
    given = request.headers
    return any("prefetch" in given.get(name, "") or "preview" in given.get(name, "") for name in _AHEAD)


def _country() -> tuple[str, bool]:
    """What the operator's own proxy says, else what the reader chose (`?country=`), else nothing."""
    if name := house().settings.country_header:
        told = request.headers.get(name, "").upper()
        if is_country(told):
            return told, False
    chosen = request.args.get("country", "").upper() if request.query_string else ""
    return (chosen, True) if chosen and is_country(chosen) else ("", False)


def write(app: Flask) -> int:
    """Write what was counted; how many different openings. What cannot be written is dropped, and said."""
    buffer: Buffer = app.extensions[_PLACE]
    taken = buffer.take()
    if taken:
        try:
            store.write(app.extensions["wayproof"].db, taken)
        except Exception:
            log.exception("scans.lost", openings=sum(taken.values()))
    return len(taken)


def keep_writing(app: Flask) -> None:
    """Write every two seconds in a thread of this process, which must be the one that answers."""
    Thread(target=_write_again_and_again, args=(app,), name="openings", daemon=True).start()


def _write_again_and_again(app: Flask) -> None:
    pause = Event()
    while True:
        pause.wait(WRITE_EVERY_S)
        write(app)
