"""Customs as a stage of its own: what holds the parcel, who must act, since when. No page and no file here."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.desk import CustomsHold
from app.models.shipments import Shipment
from app.record import record
from app.shipping.changes import changed
from carriers.headline import Headline
from carriers.vocabulary import Status
from ledger.canonical import moment_text

ACTORS = ("customer", "sender", "broker", "customs")

_NAMED = (
    ("broker", re.compile(r"\bbroker", re.IGNORECASE)),
    ("sender", re.compile(r"\b(shipper|sender|exporter)\b", re.IGNORECASE)),
    ("customer", re.compile(r"\b(consignee|recipient|receiver|importer|addressee)\b", re.IGNORECASE)),
)
_BY_REASON = {"customs_documents": "customer", "customs_duties": "customer", "customs_prohibited": "sender"}


class DutyLinkRefused(ValueError):
    """The address is none that a customer may be sent to."""


def who_must_act(reason: str, words: str) -> str:
    """Who can end the hold, one of ACTORS: whom the carrier's own words name, else who usually can."""
    if reason == "customs_inspection":
        return "customs"
    named = next((actor for actor, pattern in _NAMED if pattern.search(words)), None)
    return named or _BY_REASON.get(reason, "customs")


def follow_customs(session: Session, shipment: Shipment, head: Headline, now: datetime) -> CustomsHold | None:
    """Open, keep or release the shipment's hold as its headline says; the open hold. Safe to call twice.

    A hold for another reason is another hold.
    """
    hold = open_hold(session, shipment.id)
    reason = head.reason.value if head.status is Status.CUSTOMS and head.reason else None
    if hold and hold.reason != reason:
        _release(session, hold, now)
        hold = None
    return hold or (_open(session, shipment, head, reason, now) if reason else None)


def open_hold(session: Session, shipment_id: str) -> CustomsHold | None:
    """The hold that a shipment is in now."""
    return session.scalar(select(CustomsHold).where(CustomsHold.key == shipment_id))


def settle(
    session: Session, hold: CustomsHold, *, actor: str, duty_url: str, person_id: str, now: datetime
) -> None:
    """Say by hand who must act, and where duties are paid (https, empty for none). Raises DutyLinkRefused."""
    if actor not in ACTORS:
        raise DutyLinkRefused("choose who must act from the list")
    if duty_url and not _is_public_address(duty_url):
        raise DutyLinkRefused("the link must begin with https:// and name a host")
    hold.actor, hold.duty_url = actor, duty_url or None
    body = {"hold": hold.id, "shipment": hold.shipment_id, "actor": actor, "duty_link": bool(duty_url)}
    _record(session, hold, EntryType.CUSTOMS_CHANGED, {**body, "person": person_id}, now)
    changed(session, session.get_one(Shipment, hold.shipment_id), now)


def taken_over(session: Session, hold: CustomsHold, now: datetime) -> None:
    """The customer has sent what was asked for: now it is the sender, we, who must act."""
    hold.actor = "sender"
    body = {"hold": hold.id, "shipment": hold.shipment_id, "actor": "sender", "duty_link": bool(hold.duty_url)}
    _record(session, hold, EntryType.CUSTOMS_CHANGED, body, now)
    changed(session, session.get_one(Shipment, hold.shipment_id), now)


def _is_public_address(url: str) -> bool:
    parts = urlsplit(url)
    host, plain = parts.hostname or "", url.isascii() and url.isprintable() and " " not in url
    return parts.scheme == "https" and "." in host and not parts.username and plain and len(url) <= 300


def _open(session: Session, shipment: Shipment, head: Headline, reason: str | None, now: datetime) -> CustomsHold:
    assert reason
    words = f"{head.event.description} {head.event.remark}" if head.event else ""
    hold = CustomsHold(
        id=new_id(),
        brand_id=shipment.brand_id,
        shipment_id=shipment.id,
        key=shipment.id,
        reason=reason,
        actor=who_must_act(reason, words),
        since=head.at or now,
    )
    body = {"hold": hold.id, "shipment": shipment.id, "reason": reason, "actor": hold.actor}
    hold.submission_id = _record(
        session, hold, EntryType.CUSTOMS_HELD, {**body, "since": moment_text(hold.since)}, now
    )
    session.add(hold)
    session.flush()
    changed(session, shipment, now)
    return hold


def _release(session: Session, hold: CustomsHold, now: datetime) -> None:
    hold.released_at, hold.key = now, f"{hold.shipment_id}:{hold.id}"
    _record(session, hold, EntryType.CUSTOMS_RELEASED, {"hold": hold.id, "shipment": hold.shipment_id}, now)
    session.flush()
    changed(session, session.get_one(Shipment, hold.shipment_id), now)


def _record(session: Session, hold: CustomsHold, kind: EntryType, body: dict[str, object], now: datetime) -> int:
    log_id = session.get_one(Brand, hold.brand_id).log_id
    return record(session, log_id, kind, body, now=now).submission_id
