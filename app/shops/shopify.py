"""Shopify: webhooks signed over the raw body, and its list of orders (Admin REST API). Decides nothing.

`verify`, `call`, `parse` and `page` are pure; `recent` speaks through the client that it is given.
"""

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from app.intake.told import Line, Packed, Told, ToldPacked, Unreadable
from app.shipping.orders import Buyer
from app.shipping.written import parcel
from app.shops.client import Call, Client, items_of, moment, number, part, read, text

VERSION = "2025-07"
SECRETS = ("webhook_secret", "token")
ASKS_WITH = ("token",)
NEEDS_SECRET = True  # it is the app's own, which Shopify gives
ORDER_TOPICS = ("orders/create", "orders/updated", "orders/cancelled", "orders/fulfilled")
PACKED_TOPICS = ("fulfillments/create", "fulfillments/update")
TOPICS = (*ORDER_TOPICS, *PACKED_TOPICS)


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the body is Shopify's own: base64 of its HMAC-SHA256, compared in constant time."""
    wanted = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256))
    return hmac.compare_digest(wanted, headers.get("X-Shopify-Hmac-Sha256", "").encode())


def call(headers: Mapping[str, str], body: bytes) -> Call | None:
    """What this call is; a repetition has the event's id again, whatever its delivery's id says."""
    id_ = headers.get("X-Shopify-Event-Id") or headers.get("X-Shopify-Webhook-Id") or ""
    topic = headers.get("X-Shopify-Topic", "")
    if not id_ or not topic:
        return None
    return Call(f"{topic}:{id_}"[:100], topic[:60], headers.get("X-Shopify-Shop-Domain", ""))


def parse(topic: str, body: bytes) -> Told | ToldPacked | None:
    """The news in a call; None for a topic that says nothing of an order. Raises Unreadable."""
    if topic in ORDER_TOPICS:
        return _order(read(body))
    if topic in PACKED_TOPICS:
        value = read(body)
        return ToldPacked(text(value, "order_id"), _packed(value))
    return None


def page(body: bytes) -> list[Told]:
    """The orders on a page of the list. Raises Unreadable."""
    return [_order(each) for each in items_of(read(body), "orders")]


def recent(client: Client, url: str, secrets: Mapping[str, str], since: datetime) -> Iterator[list[Told]]:
    """Every order that changed since then, the oldest change first, a page at a time. Raises ShopError."""
    asked = {
        "status": "any",
        "updated_at_min": since.isoformat(),
        "order": "updated_at asc",
        "limit": "250",
    }
    path: str | None = f"/admin/api/{VERSION}/orders.json?{urlencode(asked)}"
    while path:
        answer = client.get(url, path, {"X-Shopify-Access-Token": secrets["token"]})
        yield page(answer.body)
        path = _next(answer.headers.get("link", ""))


def _next(link: str) -> str | None:
    """The path of the next page from the Link header (RFC 8288); its host is not believed."""
    for each in link.split(","):
        target, _, rest = each.partition(";")
        if 'rel="next"' in rest:
            split = urlsplit(target.strip().strip("<>"))
            kept = {name: values[0] for name, values in parse_qs(split.query).items()}
            return f"/admin/api/{VERSION}/orders.json?{urlencode(kept)}"
    return None


def _order(value: dict[str, Any]) -> Told:
    address = part(value, "shipping_address") or part(value, "billing_address")
    customer = part(value, "customer")
    return Told(
        ref=text(value, "id"),
        number=text(value, "name")[:60].lstrip("#"),
        version_at=moment(value, "updated_at"),
        placed_at=moment(value, "created_at"),
        buyer=_buyer(value, address, customer),
        lines=tuple(_lines(value)),
        packed=tuple(_packed(each) for each in items_of(value, "fulfillments")),
        cancelled_at=moment(value, "cancelled_at") if value.get("cancelled_at") else None,
    )


def _buyer(value: dict[str, Any], address: dict[str, Any], customer: dict[str, Any]) -> Buyer:
    name = address.get("name") or " ".join(
        str(each) for each in (customer.get("first_name"), customer.get("last_name")) if each
    )
    names = {
        "street": "address1",
        "street_2": "address2",
        "postal_code": "zip",
        "city": "city",
        "region": "province",
        "country": "country_code",
    }
    kept = {ours: str(address[theirs])[:200] for ours, theirs in names.items() if address.get(theirs)}
    country = str(address.get("country_code") or "")
    return Buyer(
        name=str(name)[:200] or None,
        email=str(value.get("email") or customer.get("email") or "")[:254] or None,
        phone=str(value.get("phone") or address.get("phone") or "")[:32] or None,
        address=kept or None,
        language=str(value.get("customer_locale") or "en")[:8],
        country=country if len(country) == 2 else None,
    )


def _lines(value: dict[str, Any]) -> Iterator[Line]:
    back: Counter[str] = Counter()
    for refund in items_of(value, "refunds"):
        for each in items_of(refund, "refund_line_items"):
            back[text(each, "line_item_id")] += number(each, "quantity")
    for each in items_of(value, "line_items"):
        ref = text(each, "id")
        name = str(each.get("name") or each.get("title") or each.get("sku") or "?")
        yield Line(ref, name, number(each, "quantity"), str(each.get("sku") or "")[:80] or None, None, back[ref])


def _packed(value: dict[str, Any]) -> Packed:
    numbers = value.get("tracking_numbers") or [value.get("tracking_number")]
    if not isinstance(numbers, list):
        raise Unreadable("tracking_numbers is no list")
    company = str(value.get("tracking_company") or "")
    parcels = [parcel(str(each), company) for each in numbers if each]
    return Packed(
        ref=text(value, "id"),
        version_at=moment(value, "updated_at" if value.get("updated_at") else "created_at"),
        parcels=tuple({each.tracking_number: each for each in parcels if each}.values()),
        lines={text(each, "id"): number(each, "quantity") for each in items_of(value, "line_items")},
        cancelled=value.get("status") in ("cancelled", "error", "failure"),
    )
