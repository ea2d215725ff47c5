"""Webhooks of shops: stored raw before anything else, taken in by the worker, each once."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db import reading
from app.house import House
from app.intake import shops
from app.intake.packing import take_packed
from app.intake.take import source_of, take_order
from app.intake.told import Told, ToldPacked, Unreadable
from app.models.brands import Brand
from app.models.intake import Shop, ShopCall
from app.models.shipments import Customer, Order
from app.sealed import Box, open_box
from app.shops.client import Call
from app.support.cases import open_case

PAUSES = tuple(timedelta(minutes=m) for m in (0.2, 1, 5, 15, 60, 240, 720))
KEPT = timedelta(days=30)
BODIES_KEPT = timedelta(days=7)
"""How long what could not be taken in rests, sealed, for somebody to look at."""

log = structlog.get_logger()


class _TooEarly(Exception):
    """A fulfilment of an order that is not here yet; its own call may be on its way."""


def is_from(shop: Shop, call: Call) -> bool:
    """Whether a call names the shop it was sent for, where it names one at all."""
    return not call.host or call.host.lower() == urlsplit(shop.url).netloc.lower()


def store(session: Session, box: Box, shop: Shop, call: Call, body: bytes, now: datetime) -> None:
    """Keep a call whose signature was checked. The same one again changes nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(ShopCall).values(
        brand_id=shop.brand_id,
        shop_id=shop.id,
        external_id=call.external_id,
        topic=call.topic,
        sealed=box.seal(body),
        state="waiting",
        tries=0,
        due_at=now,
        received_at=now,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["shop_id", "external_id"]))
    shop.heard_at = now


def take_due(house: House, limit: int = 50) -> int:
    """Take in the calls that wait, each in a transaction of its own; how many were looked at."""
    now = house.clock()
    due = select(ShopCall.number).where(ShopCall.state == "waiting", ShopCall.due_at <= now)
    with reading(house.db) as session:
        numbers = session.scalars(due.order_by(ShopCall.number).limit(limit)).all()
    for number in numbers:
        try:
            with house.db.begin() as session:
                _take(session, open_box(house.keys), number, now)
        except _TooEarly:
            _note(house, number, "the order of this parcel is not here yet", now, for_good=False)
        except Unreadable as error:
            _note(house, number, str(error)[:300], now, for_good=True)
        except Exception:  # one call must not hold up the others
            log.exception("shops.call_failed", call=number)
            _note(house, number, "could not be taken in; see the log", now, for_good=False)
    return len(numbers)


def _take(session: Session, box: Box, number: int, now: datetime) -> None:
    """The call is done when, and only when, what it says is durable."""
    mine = update(ShopCall).where(ShopCall.number == number, ShopCall.state == "waiting")
    done = session.execute(mine.values(state="done", error=None).execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    if not done.rowcount:  # another worker has it
        return
    row = session.get_one(ShopCall, number)
    shop, brand = session.get_one(Shop, row.shop_id), session.get_one(Brand, row.brand_id)
    assert row.sealed is not None
    told = shops.adapter(shop.kind).parse(row.topic, box.open(row.sealed))
    if isinstance(told, Told):
        take_order(session, brand, told, shop=shop, now=now)
    elif isinstance(told, ToldPacked):
        _take_packed(session, brand, shop, told, now)
    row.sealed = None


def _take_packed(session: Session, brand: Brand, shop: Shop, told: ToldPacked, now: datetime) -> None:
    source = source_of(session, brand.id, shop.id, told.order_ref)
    if source is None:
        raise _TooEarly
    order = session.get_one(Order, source.order_id)
    if session.get_one(Customer, order.customer_id).erased_at is None:
        take_packed(session, brand, order, shop.id, told.packed, now)


def _note(house: House, number: int, error: str, now: datetime, *, for_good: bool) -> None:
    with house.db.begin() as session:
        row = session.get(ShopCall, number, with_for_update=True)
        if row is None or row.state != "waiting":
            return
        row.tries, row.error = row.tries + 1, error
        if for_good or row.tries > len(PAUSES):
            row.state = "failed"
            _open_case(session, session.get_one(Shop, row.shop_id), error, now)
        else:
            row.due_at = now + PAUSES[row.tries - 1]


def _open_case(session: Session, shop: Shop, error: str, now: datetime) -> None:
    open_case(
        session,
        brand_id=shop.brand_id,
        kind="shop",
        subject=shops.subject(shop),
        shipment_id=None,
        priority=3,
        facts={"shop": shop.name, "said": error[:200]},
        due_at=now + timedelta(days=1),
        now=now,
    )


def forget_old(session: Session, now: datetime) -> int:
    """Forget done calls after a month, and empty what could not be read after a week; how many rows."""
    stale = ShopCall.state == "failed", ShopCall.received_at < now - BODIES_KEPT, ShopCall.sealed.is_not(None)
    session.execute(update(ShopCall).where(*stale).values(sealed=None))
    old = delete(ShopCall).where(ShopCall.state != "waiting", ShopCall.received_at < now - KEPT)
    return len(session.execute(old.returning(ShopCall.number)).all())
