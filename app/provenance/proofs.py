"""The proofs behind a passport: what the page's own check and an offline verifier need. Judges nothing itself."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.provenance import passports
from app.texts import SOURCE
from ledger.anchor import latest
from ledger.errors import LedgerError
from ledger.evidence import anchor_record, bundle_of
from ledger.log import evidence


def proofs_of(session: Session, key: str, now: datetime) -> dict[str, Any] | None:
    """One-file proofs of every published entry behind the passport of `key`, with the newest anchor.

    None where the key opens no passport. An entry that has no proof, because it is too new or because somebody
    changed the database, is missing from `proofs`: the page's check then finds its step without one.
    """
    owner = passports.resolve(session, key)
    page = passports.assemble(session, *owner, now=now, language=SOURCE) if owner else None
    if page is None:
        return None
    return _proofs(session, session.get_one(Brand, page.brand.id).log_id, page.submissions)


def _proofs(session: Session, log_id: int, submissions: tuple[int, ...]) -> dict[str, Any]:
    found = evidence(session, log_id, submissions)
    newest = latest(session, log_id)
    anchor = anchor_record(session, log_id, found, newest) if newest else None
    proofs = []
    for item in found.items.values():
        try:
            proofs.append(bundle_of(found, item, anchor))
        except (LedgerError, ValueError):
            continue
    return {"proofs": proofs, "anchor": anchor}
