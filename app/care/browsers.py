"""Browsers that want to hear of an order: subscribed on its page, forgotten when they say so. Sends nothing."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models.care import PushSubscription
from app.models.shipments import Order
from app.sealed import Box

MOST = 10  # browsers that follow one order
_LONGEST = 1000


class SubscriptionRefused(ValueError):
    """The subscription is not one; `field` names what is wrong with it."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


@dataclass(frozen=True)
class Browser:
    """Where a browser listens, and the keys that only it can open a message with (RFC 8291)."""

    endpoint: str
    p256dh: str
    auth: str


def subscribe(
    session: Session,
    box: Box,
    order: Order,
    browser: Browser,
    language: str,
    now: datetime,
    *,
    plain: bool = False,
) -> None:
    """Remember a browser; the same one again changes nothing. `plain`: also without TLS, for closed networks.

    Raises SubscriptionRefused.
    """
    _check(browser, plain)
    mine = PushSubscription.order_id == order.id
    mark = box.mark(browser.endpoint.encode())
    if session.scalar(select(PushSubscription.id).where(mine, PushSubscription.mark == mark)):
        return
    if (session.scalar(select(func.count()).select_from(PushSubscription).where(mine)) or 0) >= MOST:
        raise SubscriptionRefused("endpoint", f"{MOST} browsers follow this order already; stop one of them first")
    sealed = box.seal(json.dumps([browser.endpoint, browser.p256dh, browser.auth]).encode())
    row = PushSubscription(id=new_id(), brand_id=order.brand_id, order_id=order.id, mark=mark, sealed=sealed)
    row.language, row.created_at = language, now
    session.add(row)


def unsubscribe(session: Session, box: Box, order: Order, endpoint: str) -> None:
    """Forget a browser; one that is not known is forgotten already."""
    known = PushSubscription.order_id == order.id, PushSubscription.mark == box.mark(endpoint.encode())
    session.execute(delete(PushSubscription).where(*known))


def opened(box: Box, row: PushSubscription) -> Browser:
    """The browser of a row."""
    return Browser(*json.loads(box.open(row.sealed)))


def _check(browser: Browser, plain: bool) -> None:
    parts = urlsplit(browser.endpoint)
    if parts.scheme not in ("https", "http" if plain else "https") or not parts.hostname:
        raise SubscriptionRefused("endpoint", "must be an https address")
    if len(browser.endpoint) > _LONGEST or not browser.endpoint.isascii() or not browser.endpoint.isprintable():
        raise SubscriptionRefused("endpoint", f"must be at most {_LONGEST} printable ASCII characters")
    for field, value, size in (("p256dh", browser.p256dh, 65), ("auth", browser.auth, 16)):
        if len(_octets(value)) != size:
            raise SubscriptionRefused(field, f"must be {size} octets in base64url")


def _octets(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
