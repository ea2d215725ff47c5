"""Stamps over HTTP: a salted hash in, a proof out. The file and its hash never come here."""

from typing import Annotated, Any

from flask import Response, jsonify
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.stamps import proof_of_stamp, take_stamp
from app.web.api.door import door
from app.web.api.spec import answers, refusals, tells
from app.web.body import Answer, Body, Query
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.rules import machine
from ledger.log import head

bp = door("stamps", "Stamps of files")

Commitment = Annotated[
    str, StringConstraints(pattern="^[0-9a-f]{64}$"), Field(examples=["0f" * 32], title="Salted hash")
]
Number = Annotated[int, Field(ge=0, le=2**63 - 1)]


class StampIn(Body):
    """The commitment to a file, made by its owner: `wayproof stamp` does it, docs/stamp.md says how."""

    hash: Commitment


class StampOut(Answer):
    """An accepted stamp; its proof is there within seconds."""

    submission: int
    origin: str
    leaf_hash: str


class StampLogOut(Answer):
    """The log that stamps go to; the commitment is made for its origin."""

    origin: str


class StampQuery(Query):
    """Which stamp: by its submission, or by its place in the log."""

    submission: Number | None = None
    index: Number | None = None

    @model_validator(mode="after")
    def one_of_them(self) -> "StampQuery":
        if (self.submission is None) == (self.index is None):
            raise ValueError("give submission or index, one of them")
        return self


@bp.get("/api/v1/stamps/log")
@machine("stamps:write", "warehouse")
@bp.output(StampLogOut)
def get_stamp_log() -> Any:
    """The origin of the log, which the owner of a file puts into the commitment."""
    with reading(house().db) as session:
        return {"origin": head(session, brand_of(session, caller().brand_id).log_id).origin}


@bp.post("/api/v1/stamps")
@machine("stamps:write", "warehouse")
@bp.input(StampIn)
@bp.output(StampOut, status_code=201)
@once
def post_stamp(json_data: StampIn, session: Session) -> Any:
    """Record that a file exists, by its salted hash. The same hash again is the same stamp."""
    log_id = brand_of(session, caller().brand_id).log_id
    receipt = take_stamp(session, log_id, bytes.fromhex(json_data.hash), now())
    origin = head(session, log_id).origin
    return {"submission": receipt.submission_id, "origin": origin, "leaf_hash": receipt.leaf_hash.hex()}, 201


@bp.get("/api/v1/stamps/proof")
@machine("stamps:write", "warehouse")
@bp.input(StampQuery, location="query")
@tells(responses=answers(200, "A wayproof-proof/1 file", {"type": "object"}) | refusals(409))
def get_stamp_proof(query_data: StampQuery) -> Response:
    """The proof of a stamp, with the first anchor that covers it; its opening stays with the owner of the file."""
    with reading(house().db) as session:
        log_id = brand_of(session, caller().brand_id).log_id
        found = proof_of_stamp(session, log_id, submission=query_data.submission, index=query_data.index)
    return jsonify(found)
