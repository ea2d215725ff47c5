"""Keys of machines: issued once, found by prefix, compared by digest. No HTTP here."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.brands.roles import SCOPES
from app.entries import EntryType
from app.ids import new_id
from app.models.brands import ApiKey, Brand
from app.record import record
from ledger.canonical import moment_text

# wp_<prefix>_<secret>: the prefix finds the row, the secret has 256 bits, so a plain SHA-256 of it is enough.
_FORM = re.compile(r"wp_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Issued:
    """A new key. `text` is shown now and never again."""

    key_id: str
    text: str


@dataclass(frozen=True)
class Holder:
    """What a good key opens, and whether its last use is worth noting again."""

    key_id: str
    brand_id: str
    partner_id: str | None
    scopes: frozenset[str]
    use_is_old: bool


def issue_key(
    session: Session,
    brand: Brand,
    *,
    name: str,
    scopes: tuple[str, ...],
    now: datetime,
    partner_id: str | None = None,
    expires_at: datetime | None = None,
) -> Issued:
    """Issue a key with these scopes (app/brands/roles); an entry tells its prefix and its powers."""
    if unknown := set(scopes) - set(SCOPES):
        raise ValueError(f"no such scope: {', '.join(sorted(unknown))}")
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    text = f"wp_{prefix}_{secret}"
    row = ApiKey(
        id=new_id(),
        brand_id=brand.id,
        partner_id=partner_id,
        name=name,
        prefix=prefix,
        digest=_digest(text),
        scopes=list(scopes),
        expires_at=expires_at,
        created_at=now,
    )
    session.add(row)
    expiry = moment_text(expires_at) if expires_at else None
    body = {"key": row.id, "prefix": prefix, "scopes": list(scopes), "partner": partner_id, "expires_at": expiry}
    record(session, brand.log_id, EntryType.KEY_ISSUED, body, now=now)
    return Issued(row.id, text)


def find_key(session: Session, text: str, now: datetime) -> Holder | None:
    """Whose key this is; None when it is unknown, wrong, revoked or expired. Compares in constant time."""
    form = _FORM.fullmatch(text)
    row = session.scalar(select(ApiKey).where(ApiKey.prefix == form[1])) if form else None
    if row is None or not hmac.compare_digest(row.digest, _digest(text)):
        return None
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    old = row.last_used_at is None or row.last_used_at < now - _NOTED_EVERY
    return Holder(row.id, row.brand_id, row.partner_id, frozenset(row.scopes), old)


def note_use(session: Session, key_id: str, now: datetime) -> None:
    """Note when a key was last used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now))


def revoke_key(session: Session, brand: Brand, key_id: str, now: datetime) -> bool:
    """Revoke a key of this brand, at once and for good. False when there is none or it was revoked before."""
    mine = ApiKey.id == key_id, ApiKey.brand_id == brand.id, ApiKey.revoked_at.is_(None)
    if not session.execute(update(ApiKey).where(*mine).values(revoked_at=now).returning(ApiKey.id)).all():
        return False
    record(session, brand.log_id, EntryType.KEY_REVOKED, {"key": key_id}, now=now)
    return True


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
