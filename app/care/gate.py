"""What the worker asks before each notice leaves: still true, still wanted, and is it the time? Sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.core import get_global
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.brands.switches import allowed
from app.care import rules
from app.care.days_off import holiday
from app.care.preferences import wants
from app.channels.errors import ChannelError, Postponed, Withheld
from app.entries import EntryType
from app.models.brands import Brand
from app.models.shipments import Customer, Notice, Order, Outgoing, Promise, Shipment
from app.record import record
from app.texts import Texts
from carriers.vocabulary import SETTLED

PATIENT = ("delay", "update")  # kinds of which a newer one says all that an older one said
SAYS_ALL = (*PATIENT, "compensation", "amends")


@dataclass(frozen=True)
class Cleared:
    """A notice that may leave now, with those it is about."""

    notice: Notice
    customer: Customer
    order: Order
    brand: Brand


def clear(session: Session, outgoing: Outgoing, channel: str, now: datetime) -> Cleared:
    """The notice of an outgoing row, if it may leave on this channel now.

    Raises Withheld when it must not or a person must decide, Postponed when it is not the time, ChannelError
    (permanent) when the customer has stopped the channel. What follows is written by `withheld` below.
    """
    notice = session.get_one(Notice, outgoing.subject_id)
    shipment = session.get_one(Shipment, notice.shipment_id)
    customer = session.get_one(Customer, notice.customer_id)
    if notice.state == "withdrawn":
        raise Withheld("withdrawn", notice.why or "person")
    if why := out_of_date(session, notice):
        raise Withheld("withdrawn", why)
    if not notice.settled_by and not allowed(session, notice.brand_id, "notices", notice.kind):
        # Who was told by one way already needs no person to decide on the others.
        raise Withheld("withdrawn" if notice.sent_at else "held", "switch")
    if not wants(session, customer, channel, notice.kind):
        raise ChannelError("the customer has unsubscribed", permanent=True)
    brand = session.get_one(Brand, notice.brand_id)
    moment = good_moment(session, notice, shipment, customer, brand, now)
    if moment > now:
        raise Postponed(moment)
    return Cleared(notice, customer, session.get_one(Order, shipment.order_id), brand)


def out_of_date(session: Session, notice: Notice) -> str:
    """Why a notice is not true any more, as a code; empty while it is."""
    shipment = session.get_one(Shipment, notice.shipment_id)
    newest = select(func.max(Promise.ordinal)).where(Promise.shipment_id == shipment.id)
    newer = select(Notice.id).where(
        Notice.shipment_id == shipment.id,
        Notice.kind.in_(SAYS_ALL),
        Notice.state == "told",
        Notice.created_at >= notice.created_at,
        Notice.id > notice.id,
    )
    situation = rules.Situation(
        settled=shipment.delivered_at is not None or shipment.status in SETTLED,
        newest_promise=session.scalar(newest) or 0,
        newer_told=session.scalar(newer.limit(1)) is not None,
        erased=session.get_one(Customer, notice.customer_id).erased_at is not None,
    )
    return rules.out_of_date(notice.kind, notice.promise, situation)


def good_moment(
    session: Session, notice: Notice, shipment: Shipment, customer: Customer, brand: Brand, now: datetime
) -> datetime:
    """When this notice may arrive, by the recipient's day and by what was sent about the shipment before."""
    zone, country = zone_of(shipment, customer), shipment.destination_country or customer.country
    begin = now
    if notice.kind in PATIENT:
        begin = rules.after_last(_last_sent(session, notice), now, presses=notice.presses)
    if notice.kind == "marketing":
        begin = rules.after_marketing(_marketing_sent(session, notice, now), now)
    return rules.first_good_moment(notice.kind, begin, zone, hours_of(brand), holiday(country))


def zone_of(shipment: Shipment, customer: Customer) -> ZoneInfo:
    """The recipient's time zone: the destination's, else the one of a country that has one; else UTC."""
    zones = get_global("territory_zones").get(shipment.destination_country or customer.country or "", [])
    name = shipment.destination_zone or (zones[0] if len(zones) == 1 else "UTC")
    zone = Texts.zone(name)
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


def hours_of(brand: Brand) -> rules.Hours:
    """The brand's hours for messages, `["08:00", "21:00"]` in its settings; 8 to 21 where it says nothing."""
    begin, end = brand.settings.get("hours", ("08:00", "21:00"))
    return rules.Hours(time.fromisoformat(begin), time.fromisoformat(end))


def _last_sent(session: Session, notice: Notice) -> datetime | None:
    return session.scalar(
        select(func.max(Notice.sent_at)).where(
            Notice.shipment_id == notice.shipment_id, Notice.kind.in_(SAYS_ALL), Notice.id != notice.id
        )
    )


def _marketing_sent(session: Session, notice: Notice, now: datetime) -> Sequence[datetime]:
    mine = select(Notice.sent_at).where(
        Notice.customer_id == notice.customer_id,
        Notice.kind == "marketing",
        Notice.id != notice.id,
        Notice.sent_at > now - timedelta(days=8),
    )
    return [at for at in session.scalars(mine) if at]


def sent(session: Session, outgoing: Outgoing, now: datetime) -> None:
    """Note that a channel took the notice: on its row and as an entry, which names no address."""
    notice = session.get_one(Notice, outgoing.subject_id)
    notice.sent_at = notice.sent_at or now
    body = {"notice": notice.id, "channel": outgoing.channel, "outgoing": outgoing.id}
    log_id = session.get_one(Brand, notice.brand_id).log_id
    record(session, log_id, EntryType.NOTICE_SENT, body, now=now, key=f"sent:{outgoing.id}")


def withheld(session: Session, outgoing: Outgoing, kept: Withheld, now: datetime) -> None:
    """Note that a notice waits for a person, or is withdrawn; one that reached somebody already stays told."""
    notice = session.get_one(Notice, outgoing.subject_id, with_for_update=True)
    if notice.sent_at is not None or notice.state == "withdrawn":
        return
    if kept.state == "withdrawn":
        withdraw(session, notice, kept.why, None, now)
    else:
        notice.state, notice.why = "held", kept.why


def withdraw(session: Session, notice: Notice, why: str, person_id: str | None, now: datetime) -> None:
    """Take a notice back before it is read; the entry says why and who. Its rows of the outbox go nowhere."""
    notice.state, notice.why, notice.settled_by = "withdrawn", why, person_id
    body = {"notice": notice.id, "reason": why, "person": person_id}
    log_id = session.get_one(Brand, notice.brand_id).log_id
    record(session, log_id, EntryType.NOTICE_WITHDRAWN, body, now=now, key=f"withdrawn:{notice.id}")
