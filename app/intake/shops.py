"""A brand's shops: added with their secrets, found, removed. What they tell is in calls.py and asking.py."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.channels.webhook import new_secret
from app.guard import Blocked, host_and_port
from app.ids import new_id
from app.models.brands import Brand
from app.models.intake import Shop, ShopCall
from app.sealed import Box
from app.support import cases

KINDS = {"shopify": "Shopify", "woocommerce": "WooCommerce"}
ASK_EVERY = timedelta(minutes=15)
LOOK_BACK = timedelta(days=30)


class ShopRefused(ValueError):
    """The shop can't be added as asked; `field` names what is wrong and the text how to mend it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def adapter(kind: str) -> ModuleType:
    """The file in app/shops that knows this kind of shop."""
    assert kind in KINDS
    return import_module(f"app.shops.{kind}")


def add(
    session: Session,
    box: Box,
    brand: Brand,
    *,
    kind: str,
    name: str,
    url: str,
    secrets: Mapping[str, str],
    now: datetime,
) -> tuple[Shop, str]:
    """A new shop and the secret of its webhooks. With the keys of its API it is also asked, from 30 days back.

    Raises ShopRefused.
    """
    if kind not in KINDS:
        raise ShopRefused("kind", f"Choose one of {', '.join(KINDS)}.")
    if not 0 < len(name) <= 80:
        raise ShopRefused("name", "A name has 1 to 80 characters.")
    knows = adapter(kind)
    given = {each: secrets[each].strip() for each in knows.SECRETS if secrets.get(each, "").strip()}
    if knows.NEEDS_SECRET and "webhook_secret" not in given:
        raise ShopRefused("webhook_secret", "Paste the secret that the shop signs its webhooks with.")
    given.setdefault("webhook_secret", new_secret())
    asks = all(each in given for each in knows.ASKS_WITH)
    if not asks and any(each in given for each in knows.ASKS_WITH):
        raise ShopRefused(knows.ASKS_WITH[-1], "The shop's API needs both parts of its key.")
    shop = Shop(id=new_id(), brand_id=brand.id, kind=kind, name=name, url=_address(url), asks=asks, failures=0)
    shop.sealed = box.seal(json.dumps(given).encode())
    shop.seen_until, shop.next_ask_at, shop.created_at = now - LOOK_BACK, now, now
    session.add(shop)
    session.flush()
    return shop, given["webhook_secret"]


def secrets_of(box: Box, shop: Shop) -> dict[str, str]:
    """The secrets of a shop, opened for one conversation."""
    opened: dict[str, str] = json.loads(box.open(shop.sealed))
    return opened


def all_of(session: Session, brand_id: str) -> Sequence[Shop]:
    """The shops of a brand, the oldest first."""
    mine = select(Shop).where(Shop.brand_id == brand_id).order_by(Shop.created_at, Shop.id)
    return session.scalars(mine).all()


def get(session: Session, brand_id: str, shop_id: str) -> Shop | None:
    """A shop of this brand, or None."""
    return session.scalar(select(Shop).where(Shop.brand_id == brand_id, Shop.id == shop_id))


def ask_soon(shop: Shop, now: datetime) -> None:
    """Ask the shop's API now instead of at its next turn."""
    shop.next_ask_at, shop.failures = now, 0


def remove(session: Session, shop: Shop, now: datetime) -> None:
    """Forget a shop with its secrets and calls; its orders stay."""
    cases.close_case(session, brand_id=shop.brand_id, kind="shop", subject=subject(shop), now=now)
    session.execute(delete(ShopCall).where(ShopCall.shop_id == shop.id))
    session.delete(shop)


def subject(shop: Shop) -> str:
    """What a case about a shop is about."""
    return f"shop:{shop.id}"


def _address(url: str) -> str:
    try:
        host_and_port(url)
    except Blocked as error:
        raise ShopRefused("url", f"This is no address of a shop: {error}.") from None
    parts = urlsplit(url)
    if len(url) > 300 or parts.query or parts.fragment:
        raise ShopRefused("url", "Give the address of the shop alone, such as https://ada.myshopify.com.")
    return url.rstrip("/")
