"""What a carrier says, taken into the record: the one way in for polled answers and, later, callbacks."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.shipments import Customer, Order, Parcel, Shipment
from app.record import about_customer, record
from app.shipping import delays
from app.shipping.changes import changed
from app.shipping.promises import carrier_estimates
from app.shipping.standing import Standing, standing
from carriers import store
from carriers.answer import Answer, TrackedShipment
from carriers.clock import believed
from carriers.event import TrackingEvent
from carriers.numbers import normalised
from carriers.privacy import without_person
from carriers.vocabulary import SETTLED, Status
from ledger.canonical import moment_text


@dataclass(frozen=True)
class Applied:
    """What came of an answer: how many events were new, and where the parcel and its shipment stand now."""

    news: int
    status: Status | None
    at_destination: bool


def apply(session: Session, parcel: Parcel, answer: Answer, now: datetime) -> Applied:
    """Bring a parcel's shipment up to what its carrier says. Safe to call twice: only unseen events count."""
    shipment = session.get_one(Shipment, parcel.shipment_id, with_for_update=True, populate_existing=True)
    customer_id = session.get_one(Order, shipment.order_id).customer_id
    customer = session.get_one(Customer, customer_id, with_for_update={"read": True}, populate_existing=True)
    if customer.erased_at:  # while the carrier was asked: what it says of somebody is not kept any more
        return Applied(0, (shipment.status and Status(shipment.status)) or None, False)
    told = [each for each in answer.shipments if normalised(each.tracking_number) == parcel.tracking_number]
    news = _keep_news(session, shipment, parcel, answer, told, now)
    now_standing = standing(session, shipment, now)
    if news:
        _take_headline(shipment, now_standing, now)
        changed(session, shipment, now)
    _take_estimate(session, shipment, parcel, told, now)
    delays.judge(session, shipment, now_standing, now)
    return Applied(len(news), now_standing.headline.status, _at_destination(shipment, now_standing))


def _keep_news(
    session: Session,
    shipment: Shipment,
    parcel: Parcel,
    answer: Answer,
    told: list[TrackedShipment],
    now: datetime,
) -> list[TrackingEvent]:
    before = standing(session, shipment, now)
    known = [each.event for each in before.kept if each.parcel_id == parcel.id]
    events = [_ours(event, parcel, answer, now) for each in told for event in each.events]
    news = store.unseen(known, events)
    for event in news:
        submission_id = _record(session, shipment, parcel, event, now)
        store.add(
            session,
            brand_id=parcel.brand_id,
            parcel_id=parcel.id,
            event=event,
            submission_id=submission_id,
            now=now,
        )
    if news:
        session.flush()
        body = json.dumps([each.source for each in told], ensure_ascii=False).encode()
        store.keep_answer(session, parcel.id, body, hashlib.sha256(answer.raw).hexdigest(), now)
    return news


def _ours(event: TrackingEvent, parcel: Parcel, answer: Answer, now: datetime) -> TrackingEvent:
    """The event as we keep it: of this parcel, received now, without people, with a stamp that can be true."""
    return replace(
        without_person(event, answer.names),
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        clock=believed(event.clock, now),
        received_at=now,
    )


def _record(session: Session, shipment: Shipment, parcel: Parcel, event: TrackingEvent, now: datetime) -> int:
    """The entry of one movement: public facts; the carrier's words and the town are committed to."""
    clock = event.clock
    body = {
        "shipment": shipment.id,
        "parcel": parcel.id,
        "carrier": event.carrier,
        "status": event.status.value,
        "reason": event.reason and event.reason.value,
        "sub_state": event.sub_state and event.sub_state.value,
        "physical": event.physical,
        "code": event.code,
        "country": event.place and event.place.country,
        "occurred": {
            "text": clock.text,
            "utc": moment_text(clock.utc) if clock.utc else None,
            "offset_s": int(clock.offset.total_seconds()) if clock.offset is not None else None,
            "how": clock.how.value,
        },
        "evidence": "polled",
    }
    words = f"{event.description}\n{event.remark}".strip()
    # Both always, be they empty: whether a carrier named a town says something of whoever waits there.
    openings = {
        "personal:description": words.encode(),
        "personal:place": str(event.place).encode() if event.place else b"",
    }
    log_id = session.get_one(Brand, shipment.brand_id).log_id
    person = about_customer(session.get_one(Order, shipment.order_id).customer_id)
    return record(
        session, log_id, EntryType.PARCEL_MOVED, body, now=now, openings=openings, person=person
    ).submission_id


def _take_headline(shipment: Shipment, stands: Standing, now: datetime) -> None:
    head = stands.headline
    shipment.status = head.status and head.status.value
    shipment.reason = head.reason and head.reason.value
    shipment.status_at = head.at
    shipment.last_physical_at = stands.clock.last_physical_at
    delivered = head.status is Status.DELIVERED
    shipment.delivered_at = (shipment.delivered_at or head.at or now) if delivered else None


def _take_estimate(
    session: Session, shipment: Shipment, parcel: Parcel, told: list[TrackedShipment], now: datetime
) -> None:
    """The carrier's newest estimate becomes its promise, while it still speaks of the future."""
    if shipment.status in SETTLED or not told:
        return
    newest = max(told, key=_newest_event)
    estimate = newest.estimated_delivery
    if estimate and estimate >= _earliest_today(now):
        carrier_estimates(session, shipment, parcel.carrier, estimate, now)


def _newest_event(shipment: TrackedShipment) -> str:
    return max((event.clock.utc.isoformat() for event in shipment.events if event.clock.utc), default="")


def _earliest_today(now: datetime) -> date:
    return (now - timedelta(hours=12)).date()


def _at_destination(shipment: Shipment, stands: Standing) -> bool:
    last = stands.clock.last_physical
    here = last.place.country if last and last.place else None
    return here is not None and here == shipment.destination_country and here != shipment.origin_country
