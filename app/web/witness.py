"""The door of a witness (c2sp.org/tlog-witness): an app of its own, without a brand and without a database.

Its rules are `ledger.witness`. Everybody may ask; the signature of the log is what is believed.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from ledger.witness import MAX_REQUEST, TEXT, Witness


def create_witness(witness: Witness, clock: Callable[[], datetime]) -> Flask:
    """The web app of one witness."""
    app = Flask("wayproof-witness", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST

    @app.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        answer = witness.add_checkpoint(request.get_data(), clock())
        return _text(answer.body, answer.status, answer.kind)

    @app.get("/<origin_hash>/checkpoint")
    def get_checkpoint(origin_hash: str) -> Response:
        note = witness.checkpoint(origin_hash)
        if note is None:
            abort(404)
        answer = _text(note.decode())
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    @app.get("/")
    def introduce() -> Response:
        keys = "".join(f"{each.vkey}\n" for each in witness.cosigners)
        logs = "".join(f"{each.vkey}\n" for each in witness.logs)
        return _text(f"This is a witness of transparency logs.\n\nIt signs with\n{keys}\nIt looks after\n{logs}")

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        status = error.code or 500
        return _text(f"{HTTPStatus(status).phrase}\n", status)

    return app


def _text(body: str, status: int = 200, kind: str = TEXT) -> Response:
    answer = Response(body, status, content_type=kind)
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
