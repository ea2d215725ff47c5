"""Recalls: opened and closed by the brand, followed down the chain, told to the customers concerned."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from app.care import notices
from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import Recall
from app.models.shipments import Shipment, ShipmentItem
from app.provenance import trace
from app.provenance.among import among
from app.provenance.errors import Refused
from app.provenance.facts import recall_body
from app.provenance.touch import touch
from app.provenance.upsert import dialect_of
from app.record import record

_CARRIED: Table = ShipmentItem.__table__  # type: ignore[assignment]


def open_recall(
    session: Session, brand: Brand, *, key: str, reason: dict[str, str], advice: dict[str, str], now: datetime
) -> Recall:
    """Call back everything under the passport `key`: its page and those below say so, its customers are told.

    Each order's customer gets one message, and an open recall of the same key is given back as it is: nobody is
    told twice. Texts are `{language: text}`. Raises Refused.
    """
    key = identifiers.canonical(key)
    _require_words(reason, advice)
    _alone(session, brand.id, key)
    open_now = select(Recall).where(Recall.brand_id == brand.id, Recall.key == key, Recall.closed_at.is_(None))
    known = session.scalars(open_now).first()
    if known:
        return known
    recall = Recall(id=new_id(), brand_id=brand.id, key=key, reason=reason, advice=advice, opened_at=now)
    receipt = record(session, brand.log_id, EntryType.RECALL_OPENED, recall_body(recall), now=now)
    recall.submission_id = receipt.submission_id
    session.add(recall)
    session.flush()
    keys = affected(session, brand.id, key)
    touch(session, brand.id, keys, now)
    for shipment in _first_of_each_order(shipments_of(session, brand.id, keys)):
        notices.recall(session, shipment=shipment, recall=recall, now=now)
    return recall


def amend_recall(
    session: Session,
    brand: Brand,
    recall: Recall,
    *,
    reason: dict[str, str],
    advice: dict[str, str],
    now: datetime,
) -> None:
    """Correct the words of an open recall: its pages show the new ones, the log keeps both. Raises Refused.

    Nobody is written to again; the same words once more change nothing.
    """
    _require_words(reason, advice)
    if recall.closed_at:
        raise Refused("recall", "it has ended")
    if (recall.reason, recall.advice) == (reason, advice):
        return
    recall.reason, recall.advice = reason, advice
    receipt = record(session, brand.log_id, EntryType.RECALL_AMENDED, recall_body(recall), now=now)
    recall.submission_id = receipt.submission_id
    touch(session, brand.id, affected(session, brand.id, recall.key), now)


def close_recall(session: Session, brand: Brand, recall: Recall, now: datetime) -> None:
    """End a recall. Closing it twice changes nothing."""
    if recall.closed_at:
        return
    record(session, brand.log_id, EntryType.RECALL_CLOSED, {"recall": recall.id, "key": recall.key}, now=now)
    recall.closed_at = now
    touch(session, brand.id, affected(session, brand.id, recall.key), now)


def _require_words(reason: dict[str, str], advice: dict[str, str]) -> None:
    if not reason or not advice:
        raise Refused("reason", "a recall needs a reason and an advice in at least one language")


def affected(session: Session, brand_id: str, key: str) -> set[str]:
    """The key and every key below it: lots and items of a product, items of a lot, and what was made of these."""
    return set(trace.down(session, brand_id, key).things)


def shipments_of(session: Session, brand_id: str, keys: Collection[str]) -> list[Shipment]:
    """The shipments that carry one of these keys, or a container that holds or held one of them."""
    around = trace.holders(session, brand_id, keys)
    carrying = select(ShipmentItem.shipment_id).where(
        ShipmentItem.brand_id == brand_id, among(session, _CARRIED.c.key, {*keys, *around})
    )
    mine = select(Shipment).where(Shipment.brand_id == brand_id, Shipment.id.in_(carrying))
    return list(session.scalars(mine.order_by(Shipment.created_at, Shipment.id)))


def _first_of_each_order(shipments: Iterable[Shipment]) -> list[Shipment]:
    """One shipment of each order: who waits for several parcels of an order is told of it once."""
    first: dict[str, Shipment] = {}
    for shipment in shipments:
        first.setdefault(shipment.order_id, shipment)
    return list(first.values())


def _alone(session: Session, brand_id: str, key: str) -> None:
    """One opening of a recall at a time, so that two clicks open one. On SQLite only one transaction writes."""
    if dialect_of(session) == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"recall {brand_id} {key}", 0))))
