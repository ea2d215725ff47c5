"""A partner's signature on an event or a claim that comes in: verified, and made ready for its entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.brands.signatures import good_key
from app.brands.tenants import log_origin
from app.epcis.errors import pointer
from app.epcis.event import Event
from app.epcis.signed import MEMBER, Signature
from app.models.brands import Brand, PartnerKey
from app.provenance.errors import SignatureRefused
from ledger.errors import NotCanonical, Tampered
from ledger.note import Verifier, strict_b64
from ledger.said import NONCE, event_hash, event_text


@dataclass(frozen=True, slots=True)
class Attested:
    """What a signature adds to an event's entry; nothing for an unsigned event. `key` is the id of its key."""

    key: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    openings: Mapping[str, bytes] = field(default_factory=dict)


def attest(session: Session, brand: Brand, event: Event, partner_id: str | None, must_sign: bool) -> Attested:
    """Verify the signature of an event against the good key of its partner. Raises SignatureRefused."""
    given = event.signature
    if given is None:
        if must_sign:
            rule = "this partner signs its events, and this one has no signature (`wayproof sign` adds it)"
            raise SignatureRefused(f"event {event.event_id}", pointer(MEMBER), rule)
        return Attested()
    if partner_id is None:
        rule = "only a partner's own key or login may bring an event that a partner signed"
        raise SignatureRefused(f"event {event.event_id}", given.field, rule)
    return verified(session, brand, f"event {event.event_id}", event.value, given, partner_id)


def verified(
    session: Session, brand: Brand, what: str, value: Mapping[str, Any], given: Signature, partner_id: str
) -> Attested:
    """Verify the signature of `value`, an event or a claim, against the good key of the partner.

    `what` names it in the refusal. Raises SignatureRefused.
    """
    key = _good(session, what, given, partner_id)
    origin, kind = log_origin(brand.log_key), what.partition(" ")[0]
    said = _said(what, value, given, origin)
    try:
        Verifier.parse(key.vkey).verify(event_text(origin, said), strict_b64(given.signature))
    except (Tampered, ValueError) as error:
        rule = f"it is not the signature of the key {key.key_id} over this {kind} for the log {origin}"
        raise SignatureRefused(what, f"{given.field}/signature", rule) from error
    signed = {"by": partner_id, "key": key.key_id, "said": said.hex(), "signature": given.signature}
    return Attested(key.key_id, {"signed": signed}, {NONCE: given.nonce})


def _good(session: Session, what: str, given: Signature, partner_id: str) -> PartnerKey:
    key = good_key(session, partner_id)
    if key is None or key.key_id != given.key:
        rule = (
            f"{given.key[:20]!r} is not the good key of this partner: it is unknown, of another one, or has ended"
        )
        raise SignatureRefused(what, f"{given.field}/key", rule)
    return key


def _said(what: str, value: Mapping[str, Any], given: Signature, origin: str) -> bytes:
    try:
        return event_hash(origin, given.nonce, value)
    except NotCanonical as error:
        rule = f"no signature can be over this {what.partition(' ')[0]}: {error}"
        raise SignatureRefused(what, given.field, rule) from error
