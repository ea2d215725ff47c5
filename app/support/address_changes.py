"""What becomes of a corrected address: told to the carrier by support, and what the carrier answered.

No adapter can change an address by itself: what carriers open to senders needs a contract of its own. So the text
stands ready to be sent, and each step is an entry. The address is in none of them.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.shipments import Case, Parcel, Shipment
from app.record import record
from app.support.cases import case_key, close_case, refresh

KIND = "address"
NEXT = {"corrected": ("sent",), "sent": ("accepted", "refused"), "refused": ("sent",)}
"""What may follow what. Once the carrier has accepted it, the case is closed."""

_PRIORITY = 1


class OutOfTurn(ValueError):
    """This step can't be the next one; the text says which can."""


def open_change(session: Session, shipment: Shipment) -> Case | None:
    """The open case about a corrected address; None without one, and where the customer only confirmed it."""
    mine = select(Case).where(Case.brand_id == shipment.brand_id, Case.closed_at.is_(None))
    case = session.scalar(mine.where(Case.key == case_key(KIND, f"shipment:{shipment.id}")))
    return case if case and case.facts.get("said") == "corrected" else None


def state_of(case: Case) -> str:
    """corrected, sent or refused."""
    return str(case.facts.get("carrier_answer") or "corrected")


def step(session: Session, shipment: Shipment, to: str, *, person_id: str, now: datetime) -> Case | None:
    """Say that the carrier was told, has accepted or has refused; None without a change. Raises OutOfTurn."""
    case = open_change(session, shipment)
    if case is None:
        return None
    if to not in NEXT[state_of(case)]:
        raise OutOfTurn(f"choose among {', '.join(NEXT[state_of(case)])}")
    refresh(case, _PRIORITY, {**case.facts, "carrier_answer": to, "carrier_at": now.isoformat()})
    body = {"shipment": shipment.id, "carrier": last_carrier(session, shipment), "answer": to, "person": person_id}
    log_id = session.get_one(Brand, shipment.brand_id).log_id
    record(session, log_id, EntryType.ADDRESS_PASSED_ON, body, now=now)
    if to == "accepted":
        close_case(session, brand_id=shipment.brand_id, kind=KIND, subject=case.subject, now=now)
    return case


def last_carrier(session: Session, shipment: Shipment) -> str | None:
    """Whoever delivers: the carrier of the last leg."""
    mine = select(Parcel.carrier).where(Parcel.shipment_id == shipment.id)
    return session.scalar(mine.order_by(Parcel.leg.desc(), Parcel.id).limit(1))
