"""Recalls: opened and closed by the brand, followed down the chain, told to the customers concerned."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from app.care import notices
from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import Containment, EventKey, Passport, Recall
from app.models.shipments import Shipment, ShipmentItem
from app.provenance.errors import Refused
from app.provenance.facts import recall_body
from app.provenance.touch import touch
from app.record import record

_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_PASSPORT: Table = Passport.__table__  # type: ignore[assignment]
_INSIDE: Table = Containment.__table__  # type: ignore[assignment]

_DEEPEST = 8
_SLICE = 500  # keys in one statement; databases limit the parameters of one


def open_recall(
    session: Session, brand: Brand, *, key: str, reason: dict[str, str], advice: dict[str, str], now: datetime
) -> Recall:
    """Call back everything under the passport `key`: its page and those below say so, its customers are told.

    Texts are `{language: text}`. An open recall of the same key is given back as it is. Raises Refused.
    """
    key = identifiers.canonical(key)
    if not reason or not advice:
        raise Refused("reason", "a recall needs a reason and an advice in at least one language")
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
    for shipment in shipments_of(session, brand.id, keys):
        notices.recall(session, shipment=shipment, recall=recall, now=now)
    return recall


def close_recall(session: Session, brand: Brand, recall: Recall, now: datetime) -> None:
    """End a recall. Closing it twice changes nothing."""
    if recall.closed_at:
        return
    record(session, brand.log_id, EntryType.RECALL_CLOSED, {"recall": recall.id, "key": recall.key}, now=now)
    recall.closed_at = now
    touch(session, brand.id, affected(session, brand.id, recall.key), now)


def affected(session: Session, brand_id: str, key: str) -> set[str]:
    """The key and every key below it: lots and items of a product, items of a lot, and what was made of these."""
    found: set[str] = set()
    fresh = {key}
    for _ in range(_DEEPEST):
        found |= fresh
        below = {each for part in _slices(fresh) for each in _below(session, brand_id, part)}
        fresh = below - found
        if not fresh:
            break
    return found


def shipments_of(session: Session, brand_id: str, keys: Iterable[str]) -> list[Shipment]:
    """The shipments that carry one of these keys, or a container that holds or held one of them."""
    found: dict[str, Shipment] = {}
    for part in _slices(_with_containers(session, brand_id, set(keys))):
        carrying = (
            select(Shipment)
            .join(ShipmentItem, ShipmentItem.shipment_id == Shipment.id)
            .where(ShipmentItem.brand_id == brand_id, ShipmentItem.key.in_(part))
        )
        found.update((shipment.id, shipment) for shipment in session.scalars(carrying))
    return list(found.values())


def _below(session: Session, brand_id: str, keys: list[str]) -> set[str]:
    products = [
        number for each in keys if identifiers.level(each) == "product" and (number := identifiers.gtin(each))
    ]
    of_lot_or_product = select(_PASSPORT.c.key).where(
        _PASSPORT.c.brand_id == brand_id,
        or_(_PASSPORT.c.lot_key.in_(keys), _PASSPORT.c.gtin.in_(products)),
    )
    transformed = select(_KEY.c.event).where(
        _KEY.c.brand_id == brand_id, _KEY.c.key.in_(keys), _KEY.c.role.in_(("input", "input_class"))
    )
    made = select(_KEY.c.key).where(
        _KEY.c.brand_id == brand_id, _KEY.c.role.in_(("output", "output_class")), _KEY.c.event.in_(transformed)
    )
    return {*session.scalars(of_lot_or_product), *session.scalars(made)}


def _with_containers(session: Session, brand_id: str, keys: set[str]) -> set[str]:
    found, fresh = set(keys), keys
    for _ in range(_DEEPEST):
        around: set[str] = set()
        for part in _slices(fresh):
            asked = select(_INSIDE.c.parent_key).where(
                _INSIDE.c.brand_id == brand_id, _INSIDE.c.child_key.in_(part)
            )
            around |= set(session.scalars(asked))
        fresh = around - found
        if not fresh:
            break
        found |= fresh
    return found


def _slices(keys: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(keys)
    return (ordered[start : start + _SLICE] for start in range(0, len(ordered), _SLICE))
