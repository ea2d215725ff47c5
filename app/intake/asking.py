"""Reconciling: asking a shop's API for every order that changed, because a webhook may never come."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import CursorResult, select, update

from app.db import Db, reading
from app.house import House
from app.intake import shops
from app.intake.take import take_order
from app.intake.told import Told, Unreadable
from app.models.brands import Brand
from app.models.intake import Shop
from app.sealed import open_box
from app.shops.client import Client, ShopError
from app.support import cases

OVERLAP = timedelta(minutes=2)  # shops stamp a change a moment before they show it
AFTER_FAILURE = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
SILENT_AFTER = 6  # failures in a row that are worth a person's look
_CLAIM = timedelta(minutes=10)

log = structlog.get_logger()


def ask_due(house: House, limit: int = 10) -> int:
    """Ask every shop whose turn it is; how many. Safe from two workers: a turn is claimed by moving it on."""
    now = house.clock()
    due = select(Shop.id).where(Shop.asks.is_(True), Shop.next_ask_at <= now)
    with reading(house.db) as session:
        ids = session.scalars(due.order_by(Shop.next_ask_at, Shop.id).limit(limit)).all()
    return sum(_ask(house, id_, now) for id_ in ids if _claimed(house.db, id_, now))


def _claimed(db: Db, shop_id: str, now: datetime) -> bool:
    mine = update(Shop).where(Shop.id == shop_id, Shop.next_ask_at <= now).values(next_ask_at=now + _CLAIM)
    with db.begin() as session:
        done = session.execute(mine.execution_options(synchronize_session=False))
        assert isinstance(done, CursorResult)
        return bool(done.rowcount)


def _ask(house: House, shop_id: str, now: datetime) -> int:
    """One turn. What came before a failure is kept, and the next turn goes on from there."""
    with reading(house.db) as session:
        shop = session.get_one(Shop, shop_id)
    secrets = shops.secrets_of(open_box(house.keys), shop)
    client = Client(house.settings.allow_private_targets)
    knows = shops.adapter(shop.kind)
    try:
        for page in knows.recent(client, shop.url, secrets, shop.seen_until - OVERLAP):
            _take(house, shop_id, page, now)
    except ShopError as error:
        wait = timedelta(seconds=error.wait_s) if error.wait_s else None
        _note_failure(house.db, shop_id, str(error), wait, now)
    except Unreadable as error:
        _note_failure(house.db, shop_id, f"the shop's list can't be read: {error}", None, now)
    else:
        _note_done(house.db, shop_id, now)
    return 1


def _take(house: House, shop_id: str, page: list[Told], now: datetime) -> None:
    for told in page:  # each order by itself: one that can't be taken holds up no other
        try:
            with house.db.begin() as session:
                shop = session.get_one(Shop, shop_id)
                take_order(session, session.get_one(Brand, shop.brand_id), told, shop=shop, now=now)
        except Exception:
            log.exception("shops.order_not_taken", shop=shop_id)
    if page:
        with house.db.begin() as session:
            shop = session.get_one(Shop, shop_id)
            shop.seen_until = max(shop.seen_until, *(told.version_at for told in page))


def _note_done(db: Db, shop_id: str, now: datetime) -> None:
    with db.begin() as session:
        shop = session.get_one(Shop, shop_id)
        shop.asked_at, shop.next_ask_at, shop.failures, shop.error = now, now + shops.ASK_EVERY, 0, None
        cases.close_case(session, brand_id=shop.brand_id, kind="shop", subject=shops.subject(shop), now=now)


def _note_failure(db: Db, shop_id: str, error: str, wait: timedelta | None, now: datetime) -> None:
    with db.begin() as session:
        shop = session.get_one(Shop, shop_id)
        shop.failures, shop.error = shop.failures + 1, error[:300]
        shop.next_ask_at = now + (wait or AFTER_FAILURE[min(shop.failures, len(AFTER_FAILURE)) - 1])
        if shop.failures == SILENT_AFTER:
            cases.open_case(
                session,
                brand_id=shop.brand_id,
                kind="shop",
                subject=shops.subject(shop),
                shipment_id=None,
                priority=4,
                facts={"shop": shop.name, "said": error[:200]},
                due_at=now + timedelta(days=1),
                now=now,
            )
