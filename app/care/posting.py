"""Which ways a notice takes to its customer: a row of the outbox for each. Nothing is sent here."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import outbox
from app.care.preferences import unsubscribe_token, wants
from app.models.care import ChatChannel, Contact, PushSubscription
from app.models.shipments import Customer, Notice, Order


def post(session: Session, notice: Notice, customer: Customer, order: Order, now: datetime) -> None:
    """Leave a row for each way that the customer has and has not stopped. Twice is once."""
    if customer.email and wants(session, customer, "email", notice.kind):
        unsubscribe_token(session, customer, "email", now)
        _put(session, notice, "email", None, now)
    if notice.kind == "marketing":
        return
    for subscription_id in session.scalars(_browsers(order)):
        _put(session, notice, "push", subscription_id, now)
    for contact in session.scalars(_contacts(customer)):
        if wants(session, customer, contact.channel, notice.kind):
            unsubscribe_token(session, customer, contact.channel, now)
            _put(session, notice, "chat", contact.id, now)


def _browsers(order: Order) -> Select[str]:
    return select(PushSubscription.id).where(PushSubscription.order_id == order.id).order_by(PushSubscription.id)


def _contacts(customer: Customer) -> Select[Contact]:
    open_ones = select(ChatChannel.name).where(ChatChannel.brand_id == customer.brand_id)
    mine = Contact.customer_id == customer.id, Contact.channel.in_(open_ones)
    return select(Contact).where(*mine).order_by(Contact.id)


def _put(session: Session, notice: Notice, channel: str, target_id: str | None, now: datetime) -> None:
    outbox.put(
        session,
        brand_id=notice.brand_id,
        channel=channel,
        subject_id=notice.id,
        target_id=target_id,
        key=f"{channel}:{notice.id}" + (f":{target_id}" if target_id else ""),
        due_at=now,
        now=now,
    )
