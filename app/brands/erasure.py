"""Erasing a customer: the rows of the business, the ledger's openings and their key, by one reasoned act.

What the log says stays, without the person: ids, codes, times and commitments. What stays and why is told in
docs/privacy.md.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.brands.tenants import signer_of
from app.clock import Clock
from app.db import Db
from app.ids import new_id, new_token
from app.models.brands import Brand
from app.models.care import Contact, PushSubscription
from app.models.desk import CustomerFile, CustomerLink
from app.models.intake import OrderSource
from app.models.shipments import Customer, Notice, Order, Outgoing, Parcel, Shipment, Unsubscribe
from app.record import about_customer, about_event
from carriers import store
from ledger.erase import Holding, erase_subject, holdings
from ledger.errors import StillPending
from ledger.integrator import integrate_due, let_go
from ledger.note import Signer

_Done = TypeVar("_Done")

REASONS = ("asked", "consent_withdrawn", "no_longer_needed", "unlawful", "ordered_by_law")
"""Why somebody is erased, as GDPR article 17(1) has it."""

BASES = {
    "asked": "gdpr-17-1-c",
    "consent_withdrawn": "gdpr-17-1-b",
    "no_longer_needed": "gdpr-17-1-a",
    "unlawful": "gdpr-17-1-d",
    "ordered_by_law": "gdpr-17-1-e",
}


class ErasureRefused(ValueError):
    """It cannot be done like this; the text says why."""


@dataclass(frozen=True)
class Preview:
    """What an erasure would take: values in the log by the type of their entry, and rows of the business."""

    customer_id: str
    erased_at: datetime | None
    values: dict[str, int]
    orders: int
    shipments: int
    parcels_on_the_way: int
    notices: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to erase."""
        return self.erased_at is not None and not self.values


def preview(session: Session, brand: Brand, customer_id: str) -> Preview:
    """What would be erased of this customer of the brand. Raises LookupError when there is none."""
    customer = _customer(session, brand, customer_id)
    kept = holdings(session, brand.log_id, about_customer(customer.id))
    shipments = _shipments(session, customer)
    return Preview(
        customer.id,
        customer.erased_at,
        _counted(kept),
        len(_orders(session, customer)),
        len(shipments),
        sum(each.delivered_at is None and each.status not in ("returned", "cancelled") for each in shipments),
        len(_notices(session, customer)),
    )


def erase_customer(
    db: Db, keys: Path, brand_id: str, customer_id: str, *, reason: str, by: str, clock: Clock
) -> Preview:
    """Erase everything personal of a customer; what was erased. Again it changes nothing.

    `by` is the id of a person or of a key of the brand, or "system"; the entry that tells it names reason, legal
    basis and by. Raises ErasureRefused, LookupError; StillPending when an entry about the customer waits for its
    place in the log: then nothing is changed, and a moment later it works.
    """

    def act(session: Session, signer: Signer, brand: Brand) -> Preview:
        return erase_customer_within(session, signer, brand, customer_id, reason=reason, by=by, now=clock())

    return _act(db, keys, brand_id, act, clock)


def erase_event(db: Db, keys: Path, brand_id: str, event_id: str, *, reason: str, by: str, clock: Clock) -> int:
    """Erase the personal part of an event, such as the name of who packed; how many values. Raises as above."""

    def act(session: Session, signer: Signer, brand: Brand) -> int:
        found = erase_event_within(session, signer, brand, event_id, reason=reason, by=by, now=clock())
        return sum(found.values())

    return _act(db, keys, brand_id, act, clock)


def erase_customer_within(
    session: Session, signer: Signer, brand: Brand, customer_id: str, *, reason: str, by: str, now: datetime
) -> Preview:
    """The same inside a transaction of somebody else, who tries again after StillPending."""
    given = _reasoned(reason, by)
    customer = _customer(session, brand, customer_id, lock=True)
    told = preview(session, brand, customer_id)
    erase_subject(session, brand.log_id, about_customer(customer.id), signer=signer, **given, now=now)
    if customer.erased_at is None:
        _erase_rows(session, customer, now)
    return told


def erase_event_within(
    session: Session, signer: Signer, brand: Brand, event_id: str, *, reason: str, by: str, now: datetime
) -> dict[str, int]:
    """The same for the personal part of an event; how many values went, by the type of their entry."""
    given = _reasoned(reason, by)
    return _counted(erase_subject(session, brand.log_id, about_event(event_id), signer=signer, **given, now=now))


def personal_in_event(session: Session, brand: Brand, event_id: str) -> dict[str, int]:
    """How many personal values of an event the log has, by the type of their entry. Reads only."""
    return _counted(holdings(session, brand.log_id, about_event(event_id)))


def give_places(db: Db, log_id: int, clock: Clock) -> None:
    """What waits gets its place, where nobody else is about to do it, so that the log can name it."""
    owner = f"erasure:{new_id()}"
    while integrate_due(db, log_id, owner=owner, clock=clock):
        pass
    let_go(db, log_id, owner)


def _reasoned(reason: str, by: str) -> dict[str, str]:
    if reason not in REASONS:
        raise ErasureRefused("choose a reason from the list")
    return {"reason": reason, "basis": BASES[reason], "by": by}


def _act(db: Db, keys: Path, brand_id: str, act: Callable[[Session, Signer, Brand], _Done], clock: Clock) -> _Done:
    """Do it in a transaction of its own, and once more where an entry had no place yet."""
    with db() as session:
        brand = session.get_one(Brand, brand_id)
    signer = signer_of(keys, brand)
    try:
        with db.begin() as session:
            return act(session, signer, brand)
    except StillPending:
        give_places(db, brand.log_id, clock)
    with db.begin() as session:
        return act(session, signer, brand)


def _customer(session: Session, brand: Brand, customer_id: str, *, lock: bool = False) -> Customer:
    asked = select(Customer).where(Customer.brand_id == brand.id, Customer.id == customer_id)
    customer = session.scalar(asked.with_for_update() if lock else asked)
    if customer is None:
        raise LookupError("this brand has no such customer")
    return customer


def _erase_rows(session: Session, customer: Customer, now: datetime) -> None:
    customer.name = customer.email = customer.phone = customer.address = None
    customer.erased_at = now
    for order in _orders(session, customer):
        order.number, order.token = f"erased-{order.id}", new_token()
        session.execute(update(OrderSource).where(OrderSource.order_id == order.id).values(number=order.number))
    shipments = [each.id for each in _shipments(session, customer)]
    parcels = list(session.scalars(select(Parcel).where(Parcel.shipment_id.in_(shipments))))
    for parcel in parcels:
        parcel.tracking_number = f"erased-{parcel.id}"
    store.forget_person(session, [parcel.id for parcel in parcels])
    notices = _notices(session, customer)
    session.execute(
        delete(Outgoing).where(Outgoing.subject_id.in_(notices), Outgoing.state.in_(("waiting", "held")))
    )
    session.execute(update(Notice).where(Notice.id.in_(notices)).values(subject="", body=""))
    session.execute(delete(CustomerFile).where(CustomerFile.shipment_id.in_(shipments)))
    session.execute(delete(CustomerLink).where(CustomerLink.shipment_id.in_(shipments)))
    session.execute(delete(Unsubscribe).where(Unsubscribe.customer_id == customer.id))
    session.execute(delete(Contact).where(Contact.customer_id == customer.id))
    orders = [order.id for order in _orders(session, customer)]
    session.execute(delete(PushSubscription).where(PushSubscription.order_id.in_(orders)))


def _orders(session: Session, customer: Customer) -> list[Order]:
    return list(session.scalars(select(Order).where(Order.customer_id == customer.id)))


def _shipments(session: Session, customer: Customer) -> list[Shipment]:
    mine = select(Order.id).where(Order.customer_id == customer.id)
    return list(session.scalars(select(Shipment).where(Shipment.order_id.in_(mine))))


def _notices(session: Session, customer: Customer) -> list[str]:
    return list(session.scalars(select(Notice.id).where(Notice.customer_id == customer.id)))


def _counted(kept: list[Holding]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for each in kept:
        counted[each.type] += len(each.paths)
    return dict(sorted(counted.items()))
