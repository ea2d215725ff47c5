"""The one door to personal data: a person gives a reason, and the look itself becomes an entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.shipments import Customer
from app.record import about_customer, record

REASONS = ("customer_called", "delivery_help", "claim", "recall", "legal_request", "other")
NOTE_LENGTH = (15, 500)


class ReasonRefused(ValueError):
    """The reason is not on the list, or it is "other" without a note that says more."""


def reveal(
    session: Session,
    *,
    brand_id: str,
    customer_id: str,
    person_id: str,
    reason: str,
    now: datetime,
    note: str = "",
) -> dict[str, Any]:
    """Name, email, phone and address of a customer of this brand, after the look is an entry of its log.

    `reason` is one of REASONS; "other" needs a note of 15 to 500 characters, which is committed to and not
    written into the entry. Raises ReasonRefused, or LookupError when the brand has no such customer.
    """
    check_reason(reason, note)
    asked = select(Customer).where(Customer.brand_id == brand_id, Customer.id == customer_id)
    customer = session.scalar(asked)
    if customer is None:
        raise LookupError("this brand has no such customer")
    body = {"customer": customer_id, "person": person_id, "reason": reason}
    openings = {"personal:note": note.strip().encode()}  # also when it is empty: that nobody can tell
    log_id = session.get_one(Brand, brand_id).log_id
    record(
        session,
        log_id,
        EntryType.PERSONAL_REVEALED,
        body,
        now=now,
        openings=openings,
        person=about_customer(customer_id),
    )
    return {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "address": customer.address or {},
    }


def check_reason(reason: str, note: str) -> None:
    """Raise ReasonRefused where a reason does not say enough."""
    if reason not in REASONS:
        raise ReasonRefused("choose a reason from the list")
    shortest, longest = NOTE_LENGTH
    if len(note) > longest or (reason == "other" and len(note.strip()) < shortest):
        raise ReasonRefused(f"say in {shortest} to {longest} characters why")
