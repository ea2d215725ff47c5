"""What a carrier says, taken into the record: the one way in for polled answers, callbacks and the desk."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.shipments import Customer, Order, Parcel, Shipment
from app.record import about_customer, record
from app.shipping import delays
from app.shipping.changes import changed
from app.shipping.promises import carrier_estimates
from app.shipping.second_leg import believable, find_leg
from app.shipping.standing import Standing, heard, standing
from carriers import store
from carriers.answer import Answer, TrackedShipment
from carriers.clock import believed
from carriers.event import TrackingEvent
from carriers.numbers import normalised
from carriers.privacy import without_person
from carriers.recycled import of_this_parcel
from carriers.store import News
from carriers.vocabulary import SETTLED, Evidence, Status
from ledger.canonical import moment_text


@dataclass(frozen=True)
class Applied:
    """What came of an answer: how many events were new or fuller, and where the parcel and its shipment stand now.

    `foreign`: all that was told is of another parcel, which had this number before.
    """

    news: int
    status: Status | None
    at_destination: bool
    foreign: bool = False


def apply(
    session: Session,
    parcel: Parcel,
    answer: Answer,
    now: datetime,
    *,
    evidence: Evidence = Evidence.POLLED,
    person_id: str | None = None,
) -> Applied:
    """Bring a parcel's shipment up to what its carrier says. Safe to call twice: only unseen events count.

    `evidence` says how we know it, and stands in each entry; `person_id` is who typed it, if somebody did.
    """
    shipment = session.get_one(Shipment, parcel.shipment_id, with_for_update=True, populate_existing=True)
    order = session.get_one(Order, shipment.order_id)
    customer = session.get_one(Customer, order.customer_id, with_for_update={"read": True}, populate_existing=True)
    if customer.erased_at:  # while the carrier was asked: what it says of somebody is not kept any more
        return Applied(0, (shipment.status and Status(shipment.status)) or None, False)
    named = [each for each in answer.shipments if normalised(each.tracking_number) == parcel.tracking_number]
    told = _of_ours(named, min(parcel.created_at, order.placed_at))
    if parcel.found_in:
        told = believable(shipment, parcel, told)
    news, submissions = _keep_news(session, shipment, parcel, answer, told, now, evidence, person_id)
    find_leg(session, shipment, parcel, told, news, submissions, evidence, now)
    now_standing = standing(session, shipment, now)
    if told:
        now_standing = heard(now_standing, parcel.id, now)
    if news:
        _take_headline(shipment, now_standing, now)
        changed(session, shipment, now)
    _take_estimate(session, shipment, parcel, told, now)
    delays.judge(session, shipment, now_standing, now)
    foreign = bool(named) and not told
    return Applied(len(news), now_standing.headline.status, _at_destination(shipment, now_standing), foreign)


def _of_ours(named: list[TrackedShipment], first_seen: datetime) -> list[TrackedShipment]:
    """What is told of this parcel, and not of one that had its number before."""
    ours = [(each, of_this_parcel(each.events, first_seen)) for each in named]
    return [replace(each, events=tuple(events)) for each, events in ours if events or not each.events]


def _keep_news(
    session: Session,
    shipment: Shipment,
    parcel: Parcel,
    answer: Answer,
    told: list[TrackedShipment],
    now: datetime,
    evidence: Evidence,
    person_id: str | None,
) -> tuple[list[News], list[int]]:
    """What is new, and the submission of each."""
    before = standing(session, shipment, now)
    known = [each for each in before.kept if each.parcel_id == parcel.id]
    events = [_ours(event, parcel, answer, now) for each in told for event in each.events]
    news, submissions = store.unseen(known, events), []
    for one in news:
        submission_id = _record(session, shipment, parcel, one, evidence, person_id, now)
        submissions.append(submission_id)
        store.add(
            session,
            brand_id=parcel.brand_id,
            parcel_id=parcel.id,
            news=one,
            submission_id=submission_id,
            evidence=evidence,
            now=now,
        )
    if news:
        session.flush()
    if news and answer.raw:  # what a person typed is no answer of the carrier
        body = json.dumps([each.kept for each in told], ensure_ascii=False).encode()
        store.keep_answer(session, parcel.id, body, hashlib.sha256(answer.raw).hexdigest(), now)
    return news, submissions


def _ours(event: TrackingEvent, parcel: Parcel, answer: Answer, now: datetime) -> TrackingEvent:
    """The event as we keep it: of this parcel, received now, without people, with a stamp that can be true."""
    return replace(
        without_person(event, answer.names),
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        clock=believed(event.clock, now),
        received_at=now,
    )


def _record(
    session: Session,
    shipment: Shipment,
    parcel: Parcel,
    news: News,
    evidence: Evidence,
    person_id: str | None,
    now: datetime,
) -> int:
    """The entry of one movement, or of fuller words about one; the words and the town are only committed to."""
    event, clock = news.event, news.event.clock
    body: dict[str, Any] = {
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
        "evidence": evidence.value,
    }
    body |= {"amends": news.amends} if news.amends else {}
    body |= {"person": person_id} if person_id else {}
    words = f"{event.description}\n{event.remark}".strip()
    # Both always, be they empty: whether a carrier named a town says something of whoever waits there.
    openings = {
        "personal:description": words.encode(),
        "personal:place": str(event.place).encode() if event.place else b"",
    }
    log_id = session.get_one(Brand, shipment.brand_id).log_id
    person = about_customer(session.get_one(Order, shipment.order_id).customer_id)
    kind = EntryType.PARCEL_AMENDED if news.amends else EntryType.PARCEL_MOVED
    return record(session, log_id, kind, body, now=now, openings=openings, person=person).submission_id


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
