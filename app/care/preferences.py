"""What a customer wants to hear, and how to stop it with one click. No text and no sending here."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id, new_token
from app.models.brands import Brand
from app.models.shipments import Consent, Customer, Unsubscribe
from app.record import record

# What a customer can stop. A recall is a warning about safety, which the law wants told (EU 2023/988, art. 35).
PURPOSES = {
    "delay": "delivery",
    "update": "delivery",
    "compensation": "delivery",
    "amends": "delivery",
    "excursion": "delivery",
    "recall": "safety",
    "marketing": "marketing",
}


def wants(session: Session, customer: Customer, channel: str, kind: str) -> bool:
    """Whether a notice of this kind may go to the customer on this channel; the newest choice counts."""
    purpose = PURPOSES[kind]
    if purpose == "safety":
        return True
    chosen = session.scalar(
        select(Consent.given)
        .where(Consent.customer_id == customer.id, Consent.channel == channel, Consent.purpose == purpose)
        .order_by(Consent.created_at.desc(), Consent.id.desc())
        .limit(1)
    )
    return chosen is True if purpose == "marketing" else chosen is not False


def unsubscribe_token(session: Session, customer: Customer, channel: str, now: datetime) -> str:
    """The token of the customer's unsubscribe link for a channel; made once."""
    mine = Unsubscribe.customer_id == customer.id, Unsubscribe.channel == channel
    if token := session.scalar(select(Unsubscribe.token).where(*mine)):
        return token
    row = Unsubscribe(token=new_token(), brand_id=customer.brand_id, customer_id=customer.id, channel=channel)
    row.created_at = now
    session.add(row)
    return row.token


def withdraw(session: Session, row: Unsubscribe, now: datetime) -> None:
    """Stop every message that can be stopped on the link's channel; entries name nobody. Twice is once."""
    customer = session.get_one(Customer, row.customer_id)
    for kind in ("delay", "marketing"):
        if wants(session, customer, row.channel, kind):
            choose(session, customer, row.channel, PURPOSES[kind], given=False, source="unsubscribe link", now=now)
    row.used_at = row.used_at or now


def choose(
    session: Session, customer: Customer, channel: str, purpose: str, *, given: bool, source: str, now: datetime
) -> None:
    """Keep what a customer agreed to, or does not any more; each is an entry."""
    choice = Consent(id=new_id(), brand_id=customer.brand_id, customer_id=customer.id, channel=channel)
    choice.purpose, choice.given, choice.source, choice.created_at = purpose, given, source, now
    body = {"consent": choice.id, "customer": customer.id, "channel": channel, "purpose": purpose}
    kind = EntryType.CONSENT_GIVEN if given else EntryType.CONSENT_WITHDRAWN
    log_id = session.get_one(Brand, customer.brand_id).log_id
    receipt = record(session, log_id, kind, body, now=now, key=f"consent:{choice.id}")
    choice.submission_id = receipt.submission_id
    session.add(choice)
    session.flush()
