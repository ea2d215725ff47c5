"""Promises: each window that we or a carrier stated. A new one is added, none is changed."""

from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.shipments import Promise, Shipment
from app.record import record
from app.shipping.changes import changed

Window = tuple[date, date]

_PROMISES = select(Promise).where(Promise.shipment_id == bindparam("shipment")).order_by(Promise.ordinal)


def state_promise(session: Session, shipment: Shipment, window: Window, *, source: str, now: datetime) -> Promise:
    """State a delivery window, in dates at the destination; the same window again changes nothing.

    `source` is "brand" or a carrier's key. Raises ValueError when the window ends before it begins.
    """
    if window[1] < window[0]:
        raise ValueError("a delivery window must not end before it begins")
    earlier = promises_of(session, shipment.id)
    if earlier and (earlier[-1].window_from, earlier[-1].window_to, earlier[-1].source) == (*window, source):
        return earlier[-1]
    promise = Promise(
        id=new_id(),
        brand_id=shipment.brand_id,
        shipment_id=shipment.id,
        ordinal=len(earlier) + 1,
        source=source,
        window_from=window[0],
        window_to=window[1],
        stated_at=now,
    )
    promise.submission_id = _record(session, promise, now)
    session.add(promise)
    changed(session, shipment, now)
    return promise


def carrier_estimates(
    session: Session, shipment: Shipment, carrier: str, on: date, now: datetime
) -> Promise | None:
    """Keep a carrier's estimated day as its promise; None when the carrier has said so before."""
    theirs = [promise for promise in promises_of(session, shipment.id) if promise.source == carrier]
    if theirs and theirs[-1].window_from == theirs[-1].window_to == on:
        return None
    return state_promise(session, shipment, (on, on), source=carrier, now=now)


def promises_of(session: Session, shipment_id: str) -> list[Promise]:
    """Every promise of a shipment, the first one first."""
    return list(session.scalars(_PROMISES, {"shipment": shipment_id}))


def _record(session: Session, promise: Promise, now: datetime) -> int:
    body = {
        "shipment": promise.shipment_id,
        "ordinal": promise.ordinal,
        "source": promise.source,
        "from": promise.window_from.isoformat(),
        "to": promise.window_to.isoformat(),
    }
    log_id = session.get_one(Brand, promise.brand_id).log_id
    return record(session, log_id, EntryType.PROMISE_MADE, body, now=now).submission_id
