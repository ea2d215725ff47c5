"""Goods that are lost or spoilt: what could be done, what it costs and whether there is stock; chosen once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.care import notices
from app.entries import EntryType
from app.ids import new_id
from app.models.amends import Proposal
from app.models.brands import Brand
from app.models.shipments import Order, Shipment
from app.provenance.stock import in_stock
from app.record import record
from app.shipping.changes import changed
from app.shipping.contents import gtins_in
from app.shipping.handling import OrderPromise
from app.shipping.promises import promises_of
from app.shipping.shipments import Amount, create_shipment
from app.support.cases import close_for, open_for

CAUSES = ("shock", "spoilage", "loss", "damage")
CHOICES = ("resend", "refund", "wait")
_PRIORITY = 1
_DEFAULT = OrderPromise(handling_days=2, first_day=3, last_day=10)  # where the brand promises nothing by itself


@dataclass(frozen=True)
class Option:
    """One of CHOICES with what it costs (None: not known) and how many are in stock (None: nobody counts)."""

    choice: str
    cost_minor: int | None
    currency: str | None
    stock: int | None = None


def open_proposal(session: Session, shipment: Shipment, cause: str, now: datetime) -> Proposal | None:
    """Open the one proposal of this cause, with a case; None when it is there already. Safe to call twice.

    `cause` is one of CAUSES, confirmed: by the carrier's own word, or by a person who looked.
    """
    if cause not in CAUSES:
        raise ValueError(f"a cause is one of {', '.join(CAUSES)}")
    if session.scalar(select(Proposal.id).where(Proposal.shipment_id == shipment.id, Proposal.cause == cause)):
        return None
    proposal = Proposal(
        id=new_id(), brand_id=shipment.brand_id, shipment_id=shipment.id, cause=cause, state="open"
    )
    proposal.opened_at = now
    try:
        with session.begin_nested():
            body = {"proposal": proposal.id, "shipment": shipment.id, "cause": cause}
            proposal.submission_id = _record(session, proposal, EntryType.PROPOSAL_OPENED, body, now)
            session.add(proposal)
    except IntegrityError:  # another worker opened it between our look and our insert
        return None
    open_for(session, shipment, "proposal", _PRIORITY, {"cause": cause}, now)
    return proposal


def options(session: Session, proposal: Proposal) -> list[Option]:
    """What can be chosen. Sending again costs the goods and their way, a refund what the customer paid."""
    shipment = session.get_one(Shipment, proposal.shipment_id)
    settings = session.get_one(Brand, proposal.brand_id).settings
    value, way = shipment.value_minor, settings.get("resend_minor")
    resend = value + int(way) if value is not None and way is not None else None
    counts = [in_stock(session, proposal.brand_id, gtin) for gtin in gtins_in(session, shipment)]
    known = [count for count in counts if count is not None]
    stock = min(known) if counts and len(known) == len(counts) else None
    return [
        Option("resend", resend, shipment.currency, stock),
        Option("refund", value, shipment.currency),
        Option("wait", 0, shipment.currency),
    ]


def decide(session: Session, proposal: Proposal, choice: str, *, person_id: str, now: datetime) -> bool:
    """Take a choice, once; False when one was taken before, whoever clicked at the same time.

    "resend" makes the replacement shipment, which waits for its parcel with a promise of its own. The customer is
    told once of what was sent again or paid back, and hears nothing of waiting.
    """
    if choice not in CHOICES:
        raise ValueError(f"a choice is one of {', '.join(CHOICES)}")
    take = update(Proposal).where(Proposal.id == proposal.id, Proposal.state == "open")
    chosen = take.values(state=choice, decided_at=now, decided_by=person_id)
    done = session.execute(chosen.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    if not done.rowcount:
        return False
    session.refresh(proposal)
    shipment = session.get_one(Shipment, proposal.shipment_id)
    if choice == "resend":
        proposal.replacement_id = _replace(session, shipment, now).id
    about = {"proposal": proposal.id, "shipment": shipment.id, "cause": proposal.cause, "choice": choice}
    body = {**about, "replacement": proposal.replacement_id, "person": person_id}
    _record(session, proposal, EntryType.PROPOSAL_DECIDED, body, now)
    if choice != "wait":
        window = _window_of(session, proposal.replacement_id)
        cause = proposal.cause
        notices.make_good(session, shipment=shipment, cause=cause, choice=choice, window=window, now=now)
    close_for(session, shipment, "proposal", now)
    changed(session, shipment, now)
    return True


def get(session: Session, brand_id: str, proposal_id: str) -> Proposal | None:
    """A proposal of this brand by its id."""
    return session.scalar(select(Proposal).where(Proposal.brand_id == brand_id, Proposal.id == proposal_id))


def of_shipment(session: Session, shipment_id: str) -> Sequence[Proposal]:
    """The proposals about a shipment, the oldest first."""
    mine = select(Proposal).where(Proposal.shipment_id == shipment_id)
    return session.scalars(mine.order_by(Proposal.opened_at, Proposal.id)).all()


def replacement_of(session: Session, shipment_id: str) -> Shipment | None:
    """The shipment that was made in place of this one."""
    return session.scalar(select(Shipment).where(Shipment.replaces_id == shipment_id))


def is_made_good(session: Session, shipment_id: str) -> bool:
    """Whether the goods of a shipment were sent again or paid back, so that its own lateness is over."""
    done = select(Proposal.id).where(Proposal.shipment_id == shipment_id, Proposal.state.in_(("resend", "refund")))
    return session.scalar(done.limit(1)) is not None


def _replace(session: Session, shipment: Shipment, now: datetime) -> Shipment:
    """A shipment of the same order; one that was made for another cause of the same shipment is that one."""
    if made := replacement_of(session, shipment.id):
        return made
    brand = session.get_one(Brand, shipment.brand_id)
    promise = OrderPromise.of(brand.settings) or _DEFAULT
    value = shipment.value_minor is not None and shipment.currency
    return create_shipment(
        session,
        brand,
        session.get_one(Order, shipment.order_id),
        parcels=(),
        window=promise.window(now),
        origin_country=shipment.origin_country,
        destination_country=shipment.destination_country,
        destination_zone=shipment.destination_zone,
        hand_over_by=promise.hand_over_by(now),
        value=Amount(shipment.value_minor or 0, value) if value else None,
        replaces=shipment,
        now=now,
    )


def _window_of(session: Session, shipment_id: str | None) -> tuple[date, date] | None:
    promises = promises_of(session, shipment_id) if shipment_id else []
    return (promises[-1].window_from, promises[-1].window_to) if promises else None


def _record(
    session: Session, proposal: Proposal, kind: EntryType, body: Mapping[str, str | None], now: datetime
) -> int:
    log_id = session.get_one(Brand, proposal.brand_id).log_id
    return record(session, log_id, kind, body, now=now).submission_id
