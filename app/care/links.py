"""Links that a customer uses once: made, found and used up. What is done behind them lives elsewhere.

The token is the only secret; it stands in no entry and, as every address, in no log.
"""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_token
from app.models.brands import Brand
from app.models.desk import CustomerLink
from app.models.shipments import Notice, Shipment
from app.record import record
from ledger.canonical import moment_text

PURPOSES = ("documents", "address")
FOR_REASON = {"customs_documents": "documents", "address_problem": "address"}
LIFE = timedelta(days=14)


def make_link(
    session: Session, shipment: Shipment, purpose: str, now: datetime, person_id: str | None = None
) -> CustomerLink:
    """The open link of this purpose: the one that was made before, or a new one. The making is an entry."""
    if purpose not in PURPOSES:
        raise ValueError(f"a link is for one of {', '.join(PURPOSES)}")
    mine = select(CustomerLink).where(CustomerLink.shipment_id == shipment.id, CustomerLink.purpose == purpose)
    still_good = mine.where(CustomerLink.used_at.is_(None), CustomerLink.expires_at > now)
    if known := session.scalars(still_good.order_by(CustomerLink.made_at)).first():
        return known
    link = CustomerLink(token=new_token(), brand_id=shipment.brand_id, shipment_id=shipment.id, purpose=purpose)
    link.made_at, link.expires_at = now, now + LIFE
    session.add(link)
    body = {"shipment": shipment.id, "purpose": purpose, "expires_at": moment_text(link.expires_at)}
    if person_id:
        body["person"] = person_id
    record(session, session.get_one(Brand, shipment.brand_id).log_id, EntryType.LINK_MADE, body, now=now)
    session.flush()
    return link


def for_notice(session: Session, notice: Notice, now: datetime) -> CustomerLink | None:
    """The link that a notice needs, so that the customer can do what it asks for; None for most."""
    purpose = FOR_REASON.get(notice.reason)
    return make_link(session, session.get_one(Shipment, notice.shipment_id), purpose, now) if purpose else None


def find(session: Session, token: str) -> CustomerLink | None:
    """The link of a token, whatever has become of it."""
    return session.get(CustomerLink, token)


def is_open(link: CustomerLink, now: datetime) -> bool:
    """Whether it can still be used."""
    return link.used_at is None and now < link.expires_at


def use(session: Session, link: CustomerLink, now: datetime) -> bool:
    """Use the link up; False when somebody has, or its time is over. Two at once: one of them gets it."""
    mine = CustomerLink.token == link.token, CustomerLink.used_at.is_(None), CustomerLink.expires_at > now
    done = session.execute(
        update(CustomerLink).where(*mine).values(used_at=now).execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    session.refresh(link)
    return bool(done.rowcount)
