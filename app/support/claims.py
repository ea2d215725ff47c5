"""Claims against carriers: drafted once with their evidence, then sent and settled by a person. No page here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.desk import Claim, CustomerFile
from app.models.shipments import Case, Shipment
from app.record import record
from app.support.claim_terms import claim_until, term_of
from carriers.store import Kept
from ledger.canonical import moment_text

KINDS = ("loss", "damage", "late")
NEXT = {
    "draft": ("sent", "withdrawn"),
    "sent": ("accepted", "refused", "withdrawn"),
    "refused": ("sent",),
    "accepted": (),
    "withdrawn": (),
}
"""Which state may follow which; a refused claim may be sent again with more."""


class ClaimRefused(ValueError):
    """The claim can't be changed like this; the text says why."""


@dataclass(frozen=True)
class Trouble:
    """What a claim is about: `kind` is one of KINDS, `taken_on` the day on which the carrier took the parcel."""

    carrier: str
    kind: str
    taken_on: date


def draft(
    session: Session, shipment: Shipment, trouble: Trouble, events: Sequence[Kept], now: datetime
) -> Claim | None:
    """Draft the one claim of this kind against this carrier; None when it is there already.

    The amount is the value of the shipment, as far as it is known; for lateness a person says it.
    """
    mine = select(Claim.id).where(Claim.shipment_id == shipment.id, Claim.carrier == trouble.carrier)
    if session.scalar(mine.where(Claim.kind == trouble.kind)):
        return None
    brand = session.get_one(Brand, shipment.brand_id)
    claim = Claim(
        id=new_id(),
        brand_id=brand.id,
        shipment_id=shipment.id,
        carrier=trouble.carrier,
        kind=trouble.kind,
        state="draft",
        amount_minor=shipment.value_minor if trouble.kind != "late" else None,
        currency=shipment.currency,
        until=claim_until(trouble.carrier, trouble.taken_on, brand.settings),
        term_source=term_of(trouble.carrier, brand.settings).source,
        evidence=evidence(session, shipment, events),
        drafted_at=now,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            claim.submission_id = _record(session, claim, EntryType.CLAIM_DRAFTED, now)
            session.add(claim)
    except IntegrityError:  # another worker drafted it between our look and our insert
        return None
    return claim


def evidence(session: Session, shipment: Shipment, events: Sequence[Kept]) -> list[dict[str, Any]]:
    """What proves it: each scan with its entry, what sensors measured, and what the customer sent."""
    scans = [
        {
            "kind": "scan",
            "entry": each.submission_id,
            "status": each.event.status.value,
            "reason": each.event.reason and each.event.reason.value,
            "at": moment_text(each.event.clock.utc) if each.event.clock.utc else each.event.clock.text,
        }
        for each in events
    ]
    measured = select(Case).where(Case.shipment_id == shipment.id, Case.kind == "excursion")
    readings = [{"kind": "reading", "entry": case.submission_id} for case in session.scalars(measured)]
    sent = select(CustomerFile).where(CustomerFile.shipment_id == shipment.id).order_by(CustomerFile.id)
    files = [{"kind": "file", "entry": row.submission_id, "file": row.id} for row in session.scalars(sent)]
    return [*scans, *readings, *files]


def change(
    session: Session,
    claim: Claim,
    *,
    state: str,
    amount_minor: int | None,
    currency: str | None,
    paid_minor: int | None,
    person_id: str,
    now: datetime,
) -> None:
    """Take a claim on: sent, accepted with what was paid, refused, withdrawn. Raises ClaimRefused."""
    if state != claim.state and state not in NEXT[claim.state]:
        raise ClaimRefused(f"a claim that is {claim.state} does not become {state}")
    if state == "sent" and (amount_minor is None or amount_minor <= 0 or not currency):
        raise ClaimRefused("say the amount and its currency before the claim is sent")
    if state == "accepted" and (paid_minor is None or paid_minor < 0):
        raise ClaimRefused("say what the carrier pays")
    claim.state, claim.changed_at = state, now
    claim.amount_minor, claim.currency = amount_minor, currency or claim.currency
    claim.paid_minor = paid_minor if state == "accepted" else None
    _record(session, claim, EntryType.CLAIM_CHANGED, now, person_id)


def of_shipment(session: Session, brand_id: str, shipment_id: str) -> Sequence[Claim]:
    """Every claim about a shipment, the oldest first."""
    mine = select(Claim).where(Claim.brand_id == brand_id, Claim.shipment_id == shipment_id)
    return session.scalars(mine.order_by(Claim.drafted_at, Claim.id)).all()


def get(session: Session, brand_id: str, claim_id: str) -> Claim | None:
    """A claim of this brand by its id, locked for a change."""
    mine = select(Claim).where(Claim.brand_id == brand_id, Claim.id == claim_id)
    return session.scalar(mine.with_for_update())


def _record(session: Session, claim: Claim, kind: EntryType, now: datetime, person_id: str | None = None) -> int:
    body: dict[str, Any] = {
        "claim": claim.id,
        "shipment": claim.shipment_id,
        "carrier": claim.carrier,
        "kind": claim.kind,
        "state": claim.state,
        "amount_minor": claim.amount_minor,
        "paid_minor": claim.paid_minor,
        "currency": claim.currency,
        "until": claim.until.isoformat(),
        "evidence": [each["entry"] for each in claim.evidence],
    }
    if person_id:
        body["person"] = person_id
    log_id = session.get_one(Brand, claim.brand_id).log_id
    return record(session, log_id, kind, body, now=now).submission_id
