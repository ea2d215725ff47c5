"""The keys that partners sign their events with, and whether they must. Each change is an entry of the log.

A verb here holds the partner's row locked, and a capture holds it shared: so an event never gets its place in the
log on the wrong side of the entry that changed what is asked of it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import log_origin
from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand, Partner, PartnerKey
from app.record import record
from ledger.errors import Tampered
from ledger.note import Verifier, strict_b64
from ledger.said import key_text

REASONS = ("lost", "stolen", "unused")
_LONGEST_VKEY = 300


class KeyRefused(ValueError):
    """What was sent about a key is wrong; `field` names it, the text says how to mend it."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class KeyInTheWay(Exception):
    """The partner has another good key, or had this one before; the text says what to do."""


def register(
    session: Session, brand: Brand, partner_id: str, *, vkey: str, proof: str, now: datetime
) -> PartnerKey:
    """Register a partner's first key, or the next one after a revocation. The same key again changes nothing.

    proof: the new key's signature over the text of `ledger.said.key_text`. Raises KeyRefused, KeyInTheWay.
    """
    partner = _held(session, brand, partner_id)
    verifier = _verifier(vkey)
    good = good_key(session, partner_id)
    if good is not None and good.vkey == vkey:
        return good
    if good is not None:
        raise KeyInTheWay(f"the key {good.key_id} is good; rotate it, or revoke it first")
    _refuse_known(session, partner_id, verifier)
    _prove("proof", verifier, brand, partner_id, vkey, proof)
    body = {"partner": partner_id, "name": partner.name, "vkey": vkey, "proof": proof}
    receipt = record(session, brand.log_id, EntryType.PARTNER_KEY_REGISTERED, body, now=now)
    return _add(session, partner, verifier, receipt.submission_id, now)


def rotate(
    session: Session,
    brand: Brand,
    partner_id: str,
    *,
    old: str,
    vkey: str,
    proof: str,
    signature: str,
    now: datetime,
) -> PartnerKey:
    """Put a new key in the place of the good one, which must have signed it. Raises KeyRefused, KeyInTheWay."""
    partner = _held(session, brand, partner_id)
    verifier = _verifier(vkey)
    before = good_key(session, partner_id)
    if before is not None and before.vkey == vkey:
        return before
    if before is None or before.key_id != old:
        raise KeyInTheWay(f"the key {old} is not the good key of this partner")
    _refuse_known(session, partner_id, verifier)
    _prove("proof", verifier, brand, partner_id, vkey, proof)
    _prove("signature", Verifier.parse(before.vkey), brand, partner_id, vkey, signature)
    body = {"partner": partner_id, "old": old, "vkey": vkey, "proof": proof, "signature": signature}
    receipt = record(session, brand.log_id, EntryType.PARTNER_KEY_ROTATED, body, now=now)
    before.ended_at, before.ending, before.ending_id = now, "rotated", receipt.submission_id
    return _add(session, partner, verifier, receipt.submission_id, now)


def revoke(
    session: Session, brand: Brand, partner_id: str, key_id: str, *, reason: str, now: datetime
) -> PartnerKey:
    """End a key: what it signed before stays signed, what comes after is refused. Twice is once.

    Raises KeyRefused for a reason outside REASONS, KeyInTheWay for a key that was rotated, LookupError for none.
    """
    _held(session, brand, partner_id)
    if reason not in REASONS:
        raise KeyRefused("reason", f"must be one of {', '.join(REASONS)}")
    mine = select(PartnerKey).where(PartnerKey.partner_id == partner_id, PartnerKey.key_id == key_id)
    key = session.scalars(mine).one_or_none()
    if key is None:
        raise LookupError(key_id)
    if key.ending == "rotated":
        raise KeyInTheWay(f"the key {key_id} was rotated; it ended then")
    if key.ended_at is None:
        body = {"partner": partner_id, "key": key_id, "reason": reason}
        receipt = record(session, brand.log_id, EntryType.PARTNER_KEY_REVOKED, body, now=now)
        key.ended_at, key.ending, key.ending_id = now, "revoked", receipt.submission_id
    return key


def demand(session: Session, brand: Brand, partner_id: str, *, required: bool, now: datetime) -> None:
    """Ask for a signature at every event of this partner from now on, or do not. Twice is once."""
    partner = _held(session, brand, partner_id)
    if partner.must_sign == required:
        return
    partner.must_sign = required
    body = {"partner": partner_id, "type": EntryType.EVENT_CAPTURED.value, "required": required}
    record(session, brand.log_id, EntryType.PARTNER_SIGNATURE_SET, body, now=now)


def good_key(session: Session, partner_id: str) -> PartnerKey | None:
    """The key that a partner signs with now."""
    good = select(PartnerKey).where(PartnerKey.partner_id == partner_id, PartnerKey.ended_at.is_(None))
    return session.scalars(good).one_or_none()


def keys_of(session: Session, brand_id: str, partner_id: str) -> list[PartnerKey]:
    """Every key that a partner ever had, the newest first."""
    mine = select(PartnerKey).where(PartnerKey.brand_id == brand_id, PartnerKey.partner_id == partner_id)
    return list(session.scalars(mine.order_by(PartnerKey.id.desc())))


def _held(session: Session, brand: Brand, partner_id: str) -> Partner:
    """The partner's row, locked until the end of the transaction; SQLite has one writer anyway."""
    mine = select(Partner).where(Partner.id == partner_id, Partner.brand_id == brand.id)
    return session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()


def _verifier(vkey: str) -> Verifier:
    if len(vkey) > _LONGEST_VKEY:
        raise KeyRefused("vkey", f"must be at most {_LONGEST_VKEY} characters")
    try:
        return Verifier.parse(vkey)
    except ValueError as error:
        raise KeyRefused("vkey", str(error)) from error


def _refuse_known(session: Session, partner_id: str, verifier: Verifier) -> None:
    """A key that ended stays ended, and two keys of a partner must differ in their ids."""
    same = PartnerKey.partner_id == partner_id, PartnerKey.key_id == verifier.key_id.hex()
    if session.scalar(select(PartnerKey.id).where(*same)):
        raise KeyInTheWay("this key, or one with the same id, has ended; make a new one")


def _prove(field: str, verifier: Verifier, brand: Brand, partner_id: str, vkey: str, signature: str) -> None:
    try:
        verifier.verify(key_text(log_origin(brand.log_key), partner_id, vkey), strict_b64(signature))
    except (Tampered, ValueError) as error:
        rule = f"must be the signature of {verifier.name} over this log, this partner and the new key"
        raise KeyRefused(field, rule) from error


def _add(session: Session, partner: Partner, verifier: Verifier, submission_id: int, now: datetime) -> PartnerKey:
    session.flush()  # the old key ends before the new one begins
    key = PartnerKey(
        id=new_id(),
        brand_id=partner.brand_id,
        partner_id=partner.id,
        key_id=verifier.key_id.hex(),
        vkey=verifier.vkey,
        submission_id=submission_id,
        registered_at=now,
    )
    session.add(key)
    session.flush()
    return key
