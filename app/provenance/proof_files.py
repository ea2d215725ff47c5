"""Files behind claims: always hashed, and kept, sealed, only where the owner wants it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.quality import ProofFile
from app.provenance.errors import Refused
from app.sealed import Box
from app.texts import marked as _

LARGEST = 10_000_000
_SIGNS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def take(session: Session, box: Box, brand_id: str, data: bytes, *, keep: bool, now: datetime) -> str:
    """The SHA-256 of a file in hexadecimal; with `keep` the file itself is kept too, once. Raises Refused.

    What a file is, its first bytes say; nobody asks its name. One whose hash alone is wanted may be anything.
    """
    if not 0 < len(data) <= LARGEST:
        raise Refused("file", _("must not be empty, nor larger than %(most)s MB"), most=LARGEST // 1_000_000)
    digest = hashlib.sha256(data).hexdigest()
    if not keep or session.get(ProofFile, (brand_id, digest)) is not None:
        return digest
    media = next((media for sign, media in _SIGNS.items() if data.startswith(sign)), None)
    if media is None:
        rule = _("to be kept it must be a PDF, a JPEG or a PNG; of anything else only the hash is taken")
        raise Refused("file", rule)
    row = ProofFile(
        brand_id=brand_id, sha256=digest, media=media, size=len(data), sealed=box.seal(data), kept_at=now
    )
    session.add(row)
    return digest


def get(session: Session, brand_id: str, digest: str) -> ProofFile | None:
    """A kept file of this brand by its hash."""
    return session.get(ProofFile, (brand_id, digest))


def kept(session: Session, brand_id: str, digests: Iterable[str]) -> set[str]:
    """Which of these hashes are of files that are kept."""
    asked = select(ProofFile.sha256).where(ProofFile.brand_id == brand_id, ProofFile.sha256.in_(set(digests)))
    return set(session.scalars(asked))
