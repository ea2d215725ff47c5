"""Claims by third parties about a product, lot or item. Who says what, until when, and the hash of their paper."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.db import Db
from app.entries import EntryType
from app.epcis.signed import Signature
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import Certificate
from app.provenance.attest import Attested, verified
from app.provenance.errors import Refused
from app.provenance.facts import certificate_body, certificate_claim
from app.provenance.texts import digest, line
from app.provenance.touch import touch
from app.record import record
from app.support.cases import open_case
from app.texts import marked as _
from ledger import canonical

EXPIRING_DAYS = 30
"""How long before its end a certificate is flagged, where the brand chose nothing else."""

_PRIORITY = 3
_MOST_DAYS = 365


def add(
    session: Session,
    brand: Brand,
    *,
    identifier: str,
    name: str,
    issuer: str,
    scope: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    file_sha256: str | None = None,
    kind: str | None = None,
    number: str | None = None,
    partner_id: str | None = None,
    signature: Signature | None = None,
    now: datetime,
) -> Certificate:
    """Put a certificate on the passport of `identifier`; its lots and items show it too.

    `file_sha256` is the SHA-256 of the issuer's file in lower-case hexadecimal; app/provenance/proof_files keeps
    the file, where the owner wants that. With a `signature` the issuer is the partner `partner_id`, whose
    registered key signed `facts.certificate_claim`. Raises Refused, SignatureRefused.
    """
    line("name", name, 200)
    line("issuer", issuer, 200)
    for field, text in (("kind", kind), ("number", number)):
        line(field, text, 120)
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused("valid_until", _("must not be before the first day on which it is valid"))
    if signature and partner_id is None:
        raise Refused("partner", _("name the partner whose key signed this"))
    certificate = Certificate(
        id=new_id(),
        brand_id=brand.id,
        key=identifiers.canonical(identifier),
        name=name,
        issuer=issuer,
        scope=scope,
        valid_from=valid_from,
        valid_until=valid_until,
        file_sha256=digest(file_sha256),
        kind=kind,
        number=number,
        partner_id=partner_id if signature else None,
        created_at=now,
    )
    attested = _attested(session, brand, certificate, signature)
    certificate.signed_key = attested.key
    receipt = record(
        session,
        brand.log_id,
        EntryType.CERTIFICATE_ADDED,
        {**certificate_body(certificate), **attested.body},
        now=now,
        openings=attested.openings,
        author=certificate.partner_id,
    )
    certificate.submission_id = receipt.submission_id
    session.add(certificate)
    touch(session, brand.id, [certificate.key], now)
    return certificate


def _attested(session: Session, brand: Brand, row: Certificate, signature: Signature | None) -> Attested:
    """The issuer's signature over the claim, with the claim itself as what its hash opens to."""
    if signature is None or row.partner_id is None:
        return Attested()
    claim = certificate_claim(row)
    found = verified(session, brand, "certificate", claim, signature, row.partner_id)
    return replace(found, openings={**found.openings, "public:document": canonical.encode(claim)})


def days_before(brand: Brand) -> int:
    """How many days before its end a certificate of this brand is flagged."""
    days = brand.settings.get("expiring_days", EXPIRING_DAYS)
    return days if isinstance(days, int) else EXPIRING_DAYS


def flag_from(brand: Brand, days: int) -> None:
    """Choose how many days before its end a certificate is flagged. Raises Refused."""
    if not 1 <= days <= _MOST_DAYS:
        raise Refused("days", _("must be 1 to %(most)s"), most=_MOST_DAYS)
    brand.settings = {**brand.settings, "expiring_days": days}


def tell_due(db: Db, now: datetime, limit: int = 100) -> int:
    """Open one case for each certificate that runs out soon and of which its owner was not told; how many."""
    with db.begin() as session:
        waiting = select(Certificate, Brand).join(Brand, Brand.id == Certificate.brand_id).where(*_unread(now))
        found = [
            each
            for each in session.execute(waiting.order_by(Certificate.valid_until, Certificate.id))
            if each.Certificate.valid_until <= now.date() + timedelta(days=days_before(each.Brand))
        ]
        return sum(_tell(session, each.Certificate, now) for each in found[:limit])


def _unread(now: datetime) -> tuple[ColumnElement[bool], ...]:
    last = now.date() + timedelta(days=_MOST_DAYS)
    return Certificate.told_at.is_(None), Certificate.valid_until >= now.date(), Certificate.valid_until <= last


def _tell(session: Session, row: Certificate, now: datetime) -> bool:
    """False where another worker has told it between our look and our claim."""
    claim = update(Certificate).where(Certificate.id == row.id, Certificate.told_at.is_(None)).values(told_at=now)
    if session.connection().execute(claim).rowcount != 1:
        return False
    assert row.valid_until is not None
    open_case(
        session,
        brand_id=row.brand_id,
        kind="expiring",
        subject=f"certificate:{row.id}",
        shipment_id=None,
        priority=_PRIORITY,
        facts={"certificate": row.name, "key": row.key, "valid_until": row.valid_until.isoformat()},
        due_at=now + timedelta(days=7),
        now=now,
    )
    return True
