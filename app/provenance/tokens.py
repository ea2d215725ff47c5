"""Tokens of pages that their clients gave back before their time. Only digests are kept, not for long."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from app.models.products import EndedToken
from app.provenance.upsert import dialect_of, insert_into

_ENDED: Table = EndedToken.__table__  # type: ignore[assignment]
_LIFE = timedelta(days=2)


def end(session: Session, brand_id: str, token: str, now: datetime) -> None:
    """End a token for this brand. Safe to call twice."""
    session.connection().execute(delete(_ENDED).where(_ENDED.c.ended_at < now - _LIFE))
    row = {"digest": _digest(token), "brand_id": brand_id, "ended_at": now}
    session.connection().execute(insert_into(_ENDED, dialect_of(session)).values(row).on_conflict_do_nothing())


def ended(session: Session, brand_id: str, token: str) -> bool:
    """Whether this brand's client gave the token back."""
    asked = select(_ENDED.c.digest).where(_ENDED.c.digest == _digest(token), _ENDED.c.brand_id == brand_id)
    return session.scalar(asked) is not None


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
