"""A shop as its own API and webhooks show it, in the form of Shopify and of WooCommerce; every value is ours."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "a secret that the shop has"
TOKEN = "shpat_0001"


def shopify_order(id_: int = 5001, number: str = "#1001", minute: int = 0, **more: Any) -> dict[str, Any]:
    """An order of two lines in Shopify's form; `minute` makes a version newer."""
    return {
        "id": id_,
        "name": number,
        "order_number": int(number.lstrip("#")),
        "created_at": "2026-03-02T10:00:00+02:00",
        "updated_at": f"2026-03-02T10:{minute:02}:00+02:00",
        "cancelled_at": None,
        "email": "Ben@Example.org",
        "phone": None,
        "customer_locale": "de-DE",
        "currency": "EUR",
        "total_price": "39.80",
        "customer": {"id": 71, "first_name": "Ben", "last_name": "Carrow"},
        "shipping_address": {
            "name": "Ben Carrow",
            "address1": "Prinsengracht 1",
            "address2": None,
            "city": "Amsterdam",
            "zip": "1015 DK",
            "province": None,
            "country": "Netherlands",
            "country_code": "NL",
            "phone": "+31 20 555 0142",
        },
        "line_items": [
            {"id": 91, "title": "Green tea", "name": "Green tea - 100 g", "sku": "TEA-100", "quantity": 2},
            {"id": 92, "title": "Pot", "name": "Pot", "sku": "", "quantity": 1},
        ],
        "fulfillments": [],
        "refunds": [],
        **more,
    }


def shopify_fulfilment(
    id_: int, *numbers: str, lines: dict[int, int], minute: int = 1, order_id: int = 5001, **more: Any
) -> dict[str, Any]:
    return {
        "id": id_,
        "order_id": order_id,
        "status": "success",
        "created_at": "2026-03-02T10:00:00+02:00",
        "updated_at": f"2026-03-02T10:{minute:02}:00+02:00",
        "tracking_company": "UPS",
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": list(numbers),
        "line_items": [{"id": ref, "quantity": quantity} for ref, quantity in lines.items()],
        **more,
    }


def woo_order(id_: int = 727, minute: int = 0, **more: Any) -> dict[str, Any]:
    """An order in WooCommerce's form, whose times say UTC by their name only."""
    return {
        "id": id_,
        "number": str(id_),
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-03-02T08:00:00",
        "date_modified_gmt": f"2026-03-02T08:{minute:02}:00",
        "total": "29.90",
        "billing": {
            "first_name": "Ben",
            "last_name": "Carrow",
            "address_1": "Prinsengracht 1",
            "address_2": "",
            "city": "Amsterdam",
            "state": "",
            "postcode": "1015 DK",
            "country": "NL",
            "email": "ben@example.org",
            "phone": "+31 20 555 0142",
        },
        "shipping": {"first_name": "", "last_name": "", "address_1": "", "country": ""},
        "line_items": [{"id": 315, "name": "Olive oil", "sku": "OIL", "quantity": 3, "total": "29.90"}],
        "meta_data": [],
        "refunds": [],
        **more,
    }


def woo_tracking(*numbers: str) -> dict[str, Any]:
    items = [
        {"tracking_provider": "UPS", "tracking_number": number, "date_shipped": "1772452800"} for number in numbers
    ]
    return {"id": 1, "key": "_wc_shipment_tracking_items", "value": items}


def body_of(value: Any) -> bytes:
    return json.dumps(value).encode()


def signature(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def shopify_headers(body: bytes, topic: str, event: str, host: str = "ada.myshopify.com") -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": host,
        "X-Shopify-Webhook-Id": f"delivery-{event}",
        "X-Shopify-Event-Id": event,
        "X-Shopify-Hmac-Sha256": signature(body),
    }


def woo_headers(body: bytes, topic: str = "order.updated", host: str = "https://oil.example/") -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": host,
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-ID": "3",
        "X-WC-Webhook-Delivery-ID": hashlib.sha256(body).hexdigest()[:8],
        "X-WC-Webhook-Signature": signature(body),
    }


@dataclass
class Shopfront:
    """The API of a shop on loopback. `refusals` are statuses that the next calls get, each with its headers."""

    url: str
    orders: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    page_size: int = 2


@contextmanager
def shopfront() -> Iterator[Shopfront]:
    """Both forms behind one door: the path says which."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            if here.refusals:
                status, headers = here.refusals.pop(0)
                return self._say(status, headers, b"{}")
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path.startswith("/admin/api/"):
                return self._shopify(query)
            return self._woo(query)

        def _shopify(self, query: dict[str, list[str]]) -> None:
            if self.headers.get("X-Shopify-Access-Token") != TOKEN:
                return self._say(401, {}, b'{"errors":"[API] Invalid API key or access token"}')
            start = int(query.get("page_info", ["0"])[0])
            page = here.orders[start : start + here.page_size]
            headers = {}
            if start + here.page_size < len(here.orders):
                more = f"{here.url}/admin/api/2025-07/orders.json?limit=250&page_info={start + here.page_size}"
                headers["Link"] = f'<{here.url}/x?page_info=0>; rel="previous", <{more}>; rel="next"'
            return self._say(200, headers, body_of({"orders": page}))

        def _woo(self, query: dict[str, list[str]]) -> None:
            wanted = "Basic " + base64.b64encode(b"ck_1:cs_1").decode()
            if self.headers.get("Authorization") != wanted:
                return self._say(401, {}, b'{"code":"woocommerce_rest_cannot_view"}')
            number = int(query["page"][0])
            page = here.orders[(number - 1) * here.page_size : number * here.page_size]
            pages = -(-len(here.orders) // here.page_size)
            return self._say(200, {"X-WP-TotalPages": str(pages)}, body_of(page))

        def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    here = Shopfront(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
