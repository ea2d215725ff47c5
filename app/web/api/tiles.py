"""Each log as the files of C2SP tlog-tiles, for everybody, from anywhere. Which of them exist: ledger.served."""

from apiflask import APIBlueprint
from flask import Response, request
from sqlalchemy.orm import Session

from app.db import reading
from app.web.api.spec import answers, tells
from app.web.context import house
from app.web.problems import Problem, found
from app.web.rules import public
from ledger.served import checkpoint_file, find_log, tile_file
from ledger.tile_path import TilePath

bp = APIBlueprint("tiles", __name__, tag="Log and proofs")  # no `door`: a client of tiles may accept what it likes

FOR_EVER = "public, max-age=31536000, immutable"
_OCTETS = "application/octet-stream"


@bp.get("/log/<log_key>/checkpoint")
@public
@tells(responses=answers(200, "A signed note", {"type": "string"}, "text/plain"))
def get_checkpoint(log_key: str) -> Response:
    """The newest signed checkpoint (c2sp.org/tlog-checkpoint), with the cosignatures of its witnesses."""
    with reading(house().db) as session:
        note = found(checkpoint_file(session, _log(session, log_key)))
    return _file(note, "text/plain; charset=utf-8", "no-cache")


@bp.get("/log/<log_key>/tile/<path:tile>")
@public
@tells(responses=answers(200, "Hashes of 32 bytes, or entries after their length in two bytes", {}, _OCTETS))
def get_tile(log_key: str, tile: str) -> Response:
    """A tile `<level>/<number>[.p/<width>]` or a bundle `entries/<number>[.p/<width>]` (c2sp.org/tlog-tiles)."""
    try:
        path = TilePath.parse(tile)
    except ValueError as error:
        raise Problem("bad-request", str(error)) from None
    with reading(house().db) as session:
        content = found(tile_file(session, _log(session, log_key), path))
    return _file(content, _OCTETS, FOR_EVER)


@bp.after_request
def _let_everybody_read(response: Response) -> Response:
    """A reader's page of any site may fetch a log, and see why something is not there."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _log(session: Session, log_key: str) -> int:
    return int(found(find_log(session, log_key)))


def _file(content: bytes, kind: str, cache: str) -> Response:
    answer = Response(content, headers={"Content-Type": kind, "Cache-Control": cache})
    answer.add_etag()
    answer.make_conditional(request)
    return answer
