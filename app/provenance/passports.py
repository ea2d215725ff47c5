"""Passports: from a key to the page that everybody may open, with its proof. Reads only; verbs are elsewhere.

The values are in app/provenance/passport.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.provenance.passport import Passport


def assemble(session: Session, brand_id: str, key: str, *, now: datetime, language: str) -> Passport | None:
    """The passport of the canonical `key`, or None where the brand has none."""
    raise NotImplementedError


def version(session: Session, brand_id: str, key: str) -> tuple[int, int] | None:
    """What a cached page must be keyed by: (version of the passport, size of the log); None where there is none."""
    raise NotImplementedError


def resolve(session: Session, key: str) -> tuple[str, str] | None:
    """Whose passport a scan of `key` opens: (brand_id, key) of the brand that registered the product, else the first."""
    raise NotImplementedError
