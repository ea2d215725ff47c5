"""Claims by third parties about a product, lot or item. Who says what, until when, and the hash of their paper."""

import re
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import Certificate
from app.provenance.errors import Refused
from app.provenance.facts import certificate_body
from app.provenance.touch import touch
from app.record import record

_SHA256 = re.compile(r"[0-9a-f]{64}")


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
    now: datetime,
) -> Certificate:
    """Put a certificate on the passport of `identifier`; its lots and items show it too. Raises Refused.

    `file_sha256` is the SHA-256 of the issuer's file in lower-case hexadecimal; the file itself stays outside.
    """
    for field, text in (("name", name), ("issuer", issuer)):
        if not 0 < len(text) <= 200:
            raise Refused(field, "must be 1 to 200 characters")
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused("valid_until", "must not be before valid_from")
    if file_sha256 is not None and not _SHA256.fullmatch(file_sha256):
        raise Refused("file_sha256", "must be 64 hexadecimal digits in lower case")
    certificate = Certificate(
        id=new_id(),
        brand_id=brand.id,
        key=identifiers.canonical(identifier),
        name=name,
        issuer=issuer,
        scope=scope,
        valid_from=valid_from,
        valid_until=valid_until,
        file_sha256=file_sha256,
        created_at=now,
    )
    body = certificate_body(certificate)
    receipt = record(session, brand.log_id, EntryType.CERTIFICATE_ADDED, body, now=now)
    certificate.submission_id = receipt.submission_id
    session.add(certificate)
    touch(session, brand.id, [certificate.key], now, broader=identifiers.parents(certificate.key))
    return certificate
