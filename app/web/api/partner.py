"""What a partner does for itself: its signing keys, and receipts for what it wrote. The verbs are elsewhere."""

from typing import Annotated, Any

import orjson
from flask import Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands import signatures
from app.brands.tenants import brand_of, log_origin
from app.db import reading
from app.models.brands import Partner, PartnerKey
from app.provenance import receipts
from app.provenance.events import proof_of
from app.provenance.receipts import Receipt
from app.web.api.door import door
from app.web.api.fields import Moment
from app.web.api.paging import next_link
from app.web.api.spec import answers, refusals, tells
from app.web.body import Answer, Body, Query
from app.web.context import caller, house, now, partner, reader
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import partner as partners_only

bp = door("partner", "Partners")

Signature = Annotated[str, StringConstraints(min_length=88, max_length=88), Field(description="base64, 64 bytes")]
Vkey = Annotated[
    str, StringConstraints(min_length=10, max_length=300), Field(examples=["ben.example+1c2d3e4f+A…"])
]


class KeyIn(Body):
    """A public key, and its own signature that proves the private half (`wayproof sign registration`)."""

    vkey: Vkey
    proof: Signature


class RotationIn(KeyIn):
    """A new key, signed by itself and by the one that it takes the place of (`wayproof sign rotation`)."""

    signature: Signature


class RevocationIn(Body):
    """Why a key ends: lost, stolen or unused."""

    reason: str = "unused"


class KeyOut(Answer):
    """A key of a partner; good while ended_at is null. `submission` is the entry that tells of it."""

    key: str
    vkey: str
    registered_at: Moment
    ended_at: Moment | None
    ending: str | None
    submission: int


class PartnerOut(Answer):
    """Who calls, for which log its signatures are, and whether its events must have one."""

    partner: str
    name: str
    log: str
    must_sign: bool
    keys: list[KeyOut]


class ReceiptOut(Answer):
    """An event and where it stands: accepted, integrated (then it has an index), anchored, or damaged."""

    event: str
    revision: int
    state: str
    index: int | None
    submission: int
    leaf_hash: str
    recorded_at: Moment
    signed_with: str | None
    in_error: bool
    corrected_by: list[str]
    proof: str | None


class ReceiptsOut(Answer):
    """A page of receipts, the newest first."""

    receipts: list[ReceiptOut]


class BackQuery(Query):
    """Where to go on, as the Link header of the page before says, and how many at most."""

    before: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class EventQuery(Query):
    """An eventID."""

    id: Annotated[str, Field(max_length=400)]


@bp.get("/api/v1/partner")
@partners_only("events:write")
@bp.output(PartnerOut)
def get_partner() -> dict[str, Any]:
    """Who you are here, the log that your signatures are for, and every key that you ever had."""
    with reading(house().db) as session:
        brand = brand_of(session, caller().brand_id)
        me = session.get_one(Partner, partner())
        keys = signatures.keys_of(session, brand.id, me.id)
    facts = {"partner": me.id, "name": me.name, "log": log_origin(brand.log_key), "must_sign": me.must_sign}
    return {**facts, "keys": [_key(row) for row in keys]}


@bp.post("/api/v1/partner/keys")
@partners_only("events:write")
@bp.input(KeyIn)
@once
@bp.output(KeyOut, 201)
def post_key(session: Session, json_data: KeyIn) -> dict[str, Any]:
    """Register your public key: what it signs is from then on known as said by you."""
    brand = brand_of(session, caller().brand_id)
    return _key(signatures.register(session, brand, partner(), **json_data.model_dump(), now=now()))


@bp.post("/api/v1/partner/keys/<key_id>/rotate")
@partners_only("events:write")
@bp.input(RotationIn)
@once
@bp.output(KeyOut, 201)
def post_rotation(session: Session, key_id: str, json_data: RotationIn) -> dict[str, Any]:
    """Put a new key in the place of this one, which signs it."""
    brand = brand_of(session, caller().brand_id)
    _own(session, key_id)
    return _key(signatures.rotate(session, brand, partner(), old=key_id, **json_data.model_dump(), now=now()))


@bp.post("/api/v1/partner/keys/<key_id>/revoke")
@partners_only("events:write")
@bp.input(RevocationIn)
@once
@bp.output(KeyOut)
def post_revocation(session: Session, key_id: str, json_data: RevocationIn) -> dict[str, Any]:
    """End a key at once. What it signed before stays signed."""
    brand = brand_of(session, caller().brand_id)
    _own(session, key_id)
    return _key(signatures.revoke(session, brand, partner(), key_id, reason=json_data.reason, now=now()))


@bp.get("/api/v1/partner/receipts")
@partners_only("events:write")
@bp.input(BackQuery, location="query")
@bp.output(ReceiptsOut)
def get_receipts(query_data: BackQuery) -> Any:
    """What you wrote and what became of it, the newest first."""
    before, limit = query_data.before, query_data.limit
    with reading(house().db) as session:
        rows = receipts.receipts(session, caller().brand_id, partner(), before=before, limit=limit + 1)
    headers = next_link({"before": rows[limit - 1].row_id, "limit": limit}) if len(rows) > limit else {}
    return {"receipts": [_receipt(row) for row in rows[:limit]]}, 200, headers


@bp.get("/api/v1/partner/receipt")
@partners_only("events:write")
@bp.input(EventQuery, location="query")
@bp.output(ReceiptOut)
def get_receipt(query_data: EventQuery) -> dict[str, Any]:
    """The receipt of one event by its eventID."""
    with reading(house().db) as session:
        row = receipts.receipt(session, caller().brand_id, partner(), query_data.id)
    return _receipt(found(row))


@bp.get("/api/v1/partner/receipts/<int(max=9223372036854775807):row_id>/proof")
@partners_only("events:write")
@tells(responses=answers(200, "A one-file proof, `wayproof verify` checks it", {"type": "object"}) | refusals(409))
def get_proof(row_id: int) -> Response:
    """The signed receipt of an event that you wrote: its proof, in one file."""
    with reading(house().db) as session:
        submission = found(receipts.submission_of(session, caller().brand_id, partner(), row_id))
        proof = proof_of(session, brand_of(session, caller().brand_id).log_id, submission, reader())
    answer = Response(orjson.dumps(proof), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{row_id}.wayproof.json"'
    return answer


def _own(session: Session, key_id: str) -> None:
    keys = signatures.keys_of(session, caller().brand_id, partner())
    found(next((key for key in keys if key.key_id == key_id), None))


def _key(row: PartnerKey) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("vkey", "registered_at", "ended_at", "ending")}
    return {"key": row.key_id, **facts, "submission": row.submission_id}


def _receipt(row: Receipt) -> dict[str, Any]:
    proof = f"{house().settings.base_url}/api/v1/partner/receipts/{row.row_id}/proof" if row.provable else None
    return {
        "event": row.event_id,
        "revision": row.revision,
        "state": row.state,
        "index": row.index,
        "submission": row.submission_id,
        "leaf_hash": row.leaf_hash,
        "recorded_at": row.recorded_at,
        "signed_with": row.signed_key,
        "in_error": row.in_error,
        "corrected_by": list(row.corrected_by),
        "proof": proof,
    }
