"""The log for everybody (C2SP tlog-tiles: checkpoint and hashes) and its proofs. Entries themselves need a key."""

from typing import Any

from flask import Response, jsonify
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.brands import Brand
from app.provenance import passports
from app.provenance.events import bundles
from app.texts import SOURCE
from app.web.api.door import door
from app.web.api.fields import Key
from app.web.api.spec import answers, tells
from app.web.body import Answer, Query
from app.web.context import caller, house, now
from app.web.problems import Problem, found
from app.web.rules import machine, public
from ledger.anchor import latest
from ledger.log import bundle, head
from ledger.tiles import parse_tile_path, read_entries, read_tile

bp = door("log", "Log and proofs")

# A tile never changes once it is full width or its partial width is named; a checkpoint does, every second.
_FOR_EVER = "public, max-age=31536000, immutable"
_ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class KeyQuery(Query):
    """Which passport."""

    key: Key


class ProofsOut(Answer):
    """One-file proofs (wayproof-proof/1) and the newest anchor, as `wayproof verify` reads them."""

    proofs: list[dict[str, Any]]
    anchor: dict[str, Any] | None


@bp.get("/log/<log_key>/checkpoint")
@public
@tells(responses=answers(200, "A signed note", {"type": "string"}, "text/plain"))
def get_checkpoint(log_key: str) -> Response:
    """The newest signed checkpoint (c2sp.org/tlog-checkpoint)."""
    with reading(house().db) as session:
        note = head(session, _log_id(session, log_key)).checkpoint
    return _file(found(note).encode(), "text/plain; charset=utf-8", "public, max-age=1")


@bp.get("/log/<log_key>/tile/<int(max=60):level>/<path:tile>")
@public
@tells(responses=answers(200, "Hashes of 32 bytes", {}, "application/octet-stream"))
def get_tile(log_key: str, level: int, tile: str) -> Response:
    """A tile of hashes (c2sp.org/tlog-tiles), full or of the width that the path names."""
    number, width = _tile(tile)
    with reading(house().db) as session:
        hashes = read_tile(session, _log_id(session, log_key), level, number, width)
    return _file(found(hashes), "application/octet-stream", _FOR_EVER)


@bp.get("/log/<log_key>/tile/entries/<path:tile>")
@machine("ledger:read", "auditor")
@tells(responses=answers(200, "Entries", {}, "application/octet-stream"))
def get_entries(log_key: str, tile: str) -> Response:
    """The entries of a tile, each after its length in two bytes; for whoever may read this brand's whole log."""
    number, width = _tile(tile)
    with reading(house().db) as session:
        brand = brand_of(session, caller().brand_id)
        entries = read_entries(session, brand.log_id, number, width) if brand.log_key == log_key else None
    return _file(found(entries), "application/octet-stream", "private, max-age=31536000, immutable")


@bp.get("/api/v1/entries/<int(max=9223372036854775807):submission>/proof")
@machine("ledger:read", "warehouse", "support", "auditor", "partner")
@tells(responses=answers(200, "A wayproof-proof/1 file", {"type": "object"}))
def get_proof(submission: int) -> Response:
    """The proof of one entry as a file that verifies without us, now or in years."""
    with reading(house().db) as session:
        log_id = brand_of(session, caller().brand_id).log_id
        proof = jsonify(bundle(session, log_id, submission, latest(session, log_id)))
    proof.headers["Content-Disposition"] = f'attachment; filename="{submission}.wayproof.json"'
    return proof


@bp.get("/proofs")
@public
@bp.input(KeyQuery, location="query")
@bp.output(ProofsOut)
def get_proofs(query_data: KeyQuery) -> Any:
    """The proofs behind a passport; what its page checks in the browser of the reader.

    An entry that is too new, or was changed in the database, has none: the page then finds its step uncovered.
    """
    with reading(house().db) as session:
        owner = found(passports.resolve(session, query_data.key))
        shown = found(passports.assemble(session, *owner, now=now(), language=SOURCE))
        proofs = bundles(session, shown.brand.id, shown.submissions)
    return {"proofs": proofs, "anchor": proofs[0]["anchor"] if proofs else None}


def _log_id(session: Session, log_key: str) -> int:
    return int(found(session.scalar(select(Brand.log_id).where(Brand.log_key == log_key))))


def _tile(path: str) -> tuple[int, int]:
    try:
        return parse_tile_path(path)
    except ValueError as error:
        raise Problem("not-found", str(error)) from None


def _file(content: bytes, mimetype: str, cache: str) -> Response:
    return Response(content, headers={"Content-Type": mimetype, "Cache-Control": cache, **_ANYWHERE})
