"""Addresses that do not take our mails: marked by a keyed hash, never by the address itself."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.care import BadAddress
from app.models.shipments import Notice, Outgoing
from app.record import record
from app.sealed import Box
from app.support.cases import open_case

KEPT = timedelta(days=30)
"""How long an address is not written to; mailboxes are mended, and people come back."""

_DUE = timedelta(days=1)
_PRIORITY = 3


def mark_of(box: Box, address: str) -> bytes:
    """The mark of an address, the same for every brand and every spelling of its capitals."""
    return box.mark(address.strip().lower().encode())


def is_bad(session: Session, brand_id: str, mark: bytes, now: datetime) -> bool:
    """Whether mails to this address came back a short time ago."""
    row = session.get(BadAddress, (brand_id, mark))
    return row is not None and now < row.since + KEPT


def bounced(session: Session, outgoing: Outgoing, mark: bytes, status: str, now: datetime) -> None:
    """Mark the address, say so in the log, and open a case: somebody must find another way to the customer."""
    session.merge(BadAddress(brand_id=outgoing.brand_id, mark=mark, status=status[:20], since=now))
    notice = session.get_one(Notice, outgoing.subject_id)
    body = {"notice": notice.id, "channel": outgoing.channel, "outgoing": outgoing.id, "status": status[:20]}
    log_id = session.get_one(Brand, outgoing.brand_id).log_id
    record(session, log_id, EntryType.NOTICE_BOUNCED, body, now=now, key=f"bounced:{outgoing.id}")
    open_case(
        session,
        brand_id=outgoing.brand_id,
        kind="bounce",
        subject=f"shipment:{notice.shipment_id}",
        shipment_id=notice.shipment_id,
        priority=_PRIORITY,
        facts={"status": status[:20]},
        due_at=now + _DUE,
        now=now,
    )
