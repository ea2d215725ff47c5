"""WooCommerce: webhooks signed over the raw body, and its list of orders (REST API v3). Decides nothing.

Parcels are read from the order's meta data, where the Shipment Tracking extension and its kin keep them.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.intake.told import Line, Packed, Told, Unreadable
from app.shipping.orders import Buyer
from app.shipping.written import parcel
from app.shops.client import Call, Client, basic, items_of, moment, number, part, read, text

SECRETS = ("webhook_secret", "key", "secret")
ASKS_WITH = ("key", "secret")
NEEDS_SECRET = False  # the merchant types it into WooCommerce, so one of ours is as good
PER_PAGE = 50
TOPICS = ("order.created", "order.updated", "order.restored")
_PING = re.compile(rb"webhook_id=\d{1,20}")
_TRACKING = ("_wc_shipment_tracking_items", "wc_shipment_tracking_items", "_ast_tracking_items")


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the body is the shop's own: base64 of its HMAC-SHA256, compared in constant time."""
    wanted = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256))
    return hmac.compare_digest(wanted, headers.get("X-WC-Webhook-Signature", "").encode())


def is_ping(body: bytes) -> bool:
    """What WooCommerce sends, unsigned, when a webhook is saved: only the number of the webhook."""
    return _PING.fullmatch(body) is not None


def call(headers: Mapping[str, str], body: bytes) -> Call | None:
    """What this call is. A delivery's id is new in a repetition, so the body tells one from another."""
    topic = headers.get("X-WC-Webhook-Topic", "")
    if not topic:
        return None
    digest = hashlib.sha256(body).hexdigest()[:40]
    return Call(f"{topic}:{digest}"[:100], topic[:60], urlsplit(headers.get("X-WC-Webhook-Source", "")).netloc)


def parse(topic: str, body: bytes) -> Told | None:
    """The news in a call; None for a topic that says nothing of an order. Raises Unreadable."""
    return _order(read(body)) if topic in TOPICS else None


def page(body: bytes) -> list[Told]:
    """The orders on a page of the list. Raises Unreadable."""
    return [_order(each) for each in items_of({"orders": read(body, list)}, "orders")]


def recent(client: Client, url: str, secrets: Mapping[str, str], since: datetime) -> Iterator[list[Told]]:
    """Every order that changed since then, the oldest change first, a page at a time. Raises ShopError."""
    headers = basic(secrets["key"], secrets["secret"])
    number, pages = 1, 1
    while number <= pages:
        asked = {
            "modified_after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
            "per_page": str(PER_PAGE),
            "page": str(number),
        }
        answer = client.get(url, f"/wp-json/wc/v3/orders?{urlencode(asked)}", headers)
        yield page(answer.body)
        told = answer.headers.get("x-wp-totalpages", "1")
        pages = int(told) if told.isdigit() else 1
        number += 1


def _order(value: dict[str, Any]) -> Told:
    version_at = moment(value, "date_modified_gmt", UTC)
    cancelled = value.get("status") in ("cancelled", "trash", "failed")
    lines = tuple(_line(each) for each in items_of(value, "line_items"))
    if value.get("status") == "refunded":
        lines = tuple(Line(each.ref, each.name, each.quantity, each.sku, None, each.quantity) for each in lines)
    return Told(
        ref=text(value, "id"),
        number=(str(value.get("number") or "") or text(value, "id"))[:60],
        version_at=version_at,
        placed_at=moment(value, "date_created_gmt", UTC),
        buyer=_buyer(value),
        lines=lines,
        packed=tuple(_packed(value, lines, version_at)),
        cancelled_at=version_at if cancelled else None,
    )


def _buyer(value: dict[str, Any]) -> Buyer:
    billing, shipping = part(value, "billing"), part(value, "shipping")
    where = shipping if shipping.get("address_1") else billing
    name = " ".join(str(where[part]) for part in ("first_name", "last_name") if where.get(part))
    names = {
        "street": "address_1",
        "street_2": "address_2",
        "postal_code": "postcode",
        "city": "city",
        "region": "state",
        "country": "country",
    }
    kept = {ours: str(where[theirs])[:200] for ours, theirs in names.items() if where.get(theirs)}
    country = str(where.get("country") or "")
    return Buyer(
        name=name[:200] or None,
        email=str(billing.get("email") or "")[:254] or None,
        phone=str(shipping.get("phone") or billing.get("phone") or "")[:32] or None,
        address=kept or None,
        country=country if len(country) == 2 else None,
    )


def _line(value: dict[str, Any]) -> Line:
    name = str(value.get("name") or value.get("sku") or "?")
    return Line(text(value, "id"), name, number(value, "quantity"), str(value.get("sku") or "")[:80] or None)


def _packed(value: dict[str, Any], lines: tuple[Line, ...], version_at: datetime) -> Iterator[Packed]:
    """One for each tracking number; which lines are in it is known when there is one, or the extension says so."""
    items = list(_tracking(value))
    for item in items:
        company = str(item.get("tracking_provider") or item.get("custom_tracking_provider") or "")
        found = parcel(str(item.get("tracking_number") or ""), company)
        if found:
            inside = _inside(item) or ({line.ref: line.quantity for line in lines} if len(items) == 1 else {})
            yield Packed(f"{text(value, 'id')}/{found.tracking_number}", version_at, (found,), inside)


def _inside(item: dict[str, Any]) -> dict[str, int]:
    listed = item.get("products_list")
    if not isinstance(listed, list):
        return {}
    return {str(each["item_id"]): int(each.get("qty") or 1) for each in listed if _names_a_line(each)}


def _names_a_line(each: Any) -> bool:
    return isinstance(each, dict) and bool(each.get("item_id")) and str(each.get("qty") or 1).isdigit()


def _tracking(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for meta in items_of(value, "meta_data"):
        if meta.get("key") in _TRACKING:
            kept = meta.get("value")
            if not isinstance(kept, list):
                raise Unreadable("the tracking items are no list")
            yield from (each for each in kept if isinstance(each, dict))
