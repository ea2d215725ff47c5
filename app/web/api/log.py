"""The proofs of a log's entries, one by one and by passport. The log itself as files is app/web/api/tiles."""

from typing import Any

from flask import Response, jsonify

from app.brands.tenants import brand_of
from app.db import reading
from app.provenance import passports
from app.provenance.events import bundles, proof_of
from app.texts import SOURCE
from app.web.api.door import door
from app.web.api.fields import Key
from app.web.api.spec import answers, refusals, tells
from app.web.body import Answer, Query
from app.web.context import caller, house, now, reader
from app.web.problems import found
from app.web.rules import machine, public
from app.witnessing import witness_lines

bp = door("log", "Log and proofs")


class KeyQuery(Query):
    """Which passport."""

    key: Key


class ProofsOut(Answer):
    """One-file proofs (wayproof-proof/1) and the newest anchor, as `wayproof verify` reads them."""

    proofs: list[dict[str, Any]]
    anchor: dict[str, Any] | None


@bp.get("/api/v1/entries/<int(max=9223372036854775807):submission>/proof")
@machine("ledger:read", "warehouse", "support", "auditor", "partner")
@tells(responses=answers(200, "A wayproof-proof/1 file", {"type": "object"}) | refusals(409))
def get_proof(submission: int) -> Response:
    """The proof of one entry as a file that verifies without us, now or in years.

    It opens the fields that you may see: all that is public, to the brand what is commercial too, and to a partner
    what is commercial in its own events. What it does not open is proven all the same, as a commitment.
    """
    with reading(house().db) as session:
        log_id = brand_of(session, caller().brand_id).log_id
        proof = jsonify(proof_of(session, log_id, submission, reader(), _witnesses()))
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
        proofs = bundles(session, shown.brand.id, shown.submissions, _witnesses())
    return {"proofs": proofs, "anchor": proofs[0]["anchor"] if proofs else None}


def _witnesses() -> str | None:
    return witness_lines(house().settings.witnesses)
