"""The door for shops: what is signed is stored before the answer, what is not is refused."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.intake import calls, shops
from app.models.intake import Shop, ShopCall
from app.models.shipments import Order
from app.sealed import open_box
from tests.support.shopfront import (
    SECRET,
    body_of,
    shopify_headers,
    shopify_order,
    signature,
    woo_headers,
    woo_order,
)
from tests.web.conftest import Company
from tests.web.test_access import person


def open_shop(house: House, brand_id: str, kind: str, url: str) -> str:
    with house.db.begin() as session:
        secrets = {"webhook_secret": SECRET}
        brand = brand_of(session, brand_id)
        given = {"kind": kind, "name": "Shop", "url": url, "secrets": secrets, "now": house.clock()}
        shop, _ = shops.add(session, open_box(house.keys), brand, **given)
    return shop.id


@pytest.fixture
def tea(house: House, ada: Company) -> str:
    return open_shop(house, ada.brand_id, "shopify", "https://ada.myshopify.com")


@pytest.fixture
def oil(house: House, ada: Company) -> str:
    return open_shop(house, ada.brand_id, "woocommerce", "https://oil.example")


def stored(house: House) -> list[ShopCall]:
    with reading(house.db) as session:
        return list(session.scalars(select(ShopCall)))


def test_a_signed_call_is_stored_sealed_and_taken_in_later(client: FlaskClient, house: House, tea: str) -> None:
    body = body_of(shopify_order())
    answer = client.post(f"/hooks/shops/{tea}", data=body, headers=shopify_headers(body, "orders/create", "e1"))
    assert answer.status_code == 204
    (call,) = stored(house)
    assert call.state == "waiting"
    assert call.sealed is not None
    assert b"Ben" not in call.sealed
    calls.take_due(house)
    with reading(house.db) as session:
        assert session.scalars(select(Order.number)).all() == ["1001"]


def test_a_repetition_is_answered_and_stored_once(client: FlaskClient, house: House, tea: str) -> None:
    body = body_of(shopify_order())
    headers = shopify_headers(body, "orders/create", "e1")
    for delivery in ("d1", "d2"):
        again = {**headers, "X-Shopify-Webhook-Id": delivery}
        assert client.post(f"/hooks/shops/{tea}", data=body, headers=again).status_code == 204
    assert len(stored(house)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"X-Shopify-Hmac-Sha256": ""},
        {"X-Shopify-Hmac-Sha256": "ÿ"},
        {"X-Shopify-Hmac-Sha256": signature(b"another body")},
        {"X-Shopify-Shop-Domain": "cleo.myshopify.com"},
    ],
)
def test_what_is_not_from_this_shop_is_refused(
    client: FlaskClient, house: House, tea: str, change: dict[str, str]
) -> None:
    body = body_of(shopify_order())
    headers = shopify_headers(body, "orders/create", "e1") | change
    assert client.post(f"/hooks/shops/{tea}", data=body, headers=headers).status_code == 401
    assert stored(house) == []


def test_a_call_without_its_headers_is_a_bad_request(client: FlaskClient, house: House, tea: str) -> None:
    headers = {"X-Shopify-Hmac-Sha256": signature(b"{}")}
    assert client.post(f"/hooks/shops/{tea}", data=b"{}", headers=headers).status_code == 400


def test_an_owner_connects_a_shop_and_sees_what_to_enter_there(
    client: FlaskClient, house: House, ada: Company
) -> None:
    owner = person(house, client, ada.people["owner"])
    assert "No shop is connected" in client.get("/brand/connections", headers=owner.headers).text
    form = {"kind": "woocommerce", "name": "Oil", "url": "https://oil.example"}
    made = client.post("/brand/shops", data=form, headers=owner.headers)
    assert made.status_code == 201
    assert "whsec_" in made.text
    assert "/hooks/shops/" in made.text
    with reading(house.db) as session:
        id_ = session.scalars(select(Shop.id)).one()
    page = client.get(f"/brand/shops/{id_}", headers=owner.headers)
    assert "Nothing heard yet" in page.text
    assert "whsec_" not in page.text
    refused = client.post("/brand/shops", data=form | {"kind": "shopify"}, headers=owner.headers)
    assert refused.status_code == 422
    assert "The secret that signs the webhooks is missing." in refused.text
    client.post(f"/brand/shops/{id_}/remove", headers=owner.headers)
    body = body_of(woo_order())
    assert client.post(f"/hooks/shops/{id_}", data=body, headers=woo_headers(body)).status_code == 404


def test_an_unknown_shop_is_not_found(client: FlaskClient) -> None:
    body = body_of(shopify_order())
    headers = shopify_headers(body, "orders/create", "e1")
    assert client.post("/hooks/shops/none", data=body, headers=headers).status_code == 404


def test_a_body_that_is_too_large_is_refused(client: FlaskClient, house: House, tea: str) -> None:
    body = b"{" + b" " * 5_000_001
    headers = shopify_headers(body, "orders/create", "e1")
    assert client.post(f"/hooks/shops/{tea}", data=body, headers=headers).status_code == 413


def test_woocommerce_gets_its_answer_when_a_webhook_is_saved(client: FlaskClient, house: House, oil: str) -> None:
    assert client.post(f"/hooks/shops/{oil}", data={"webhook_id": "3"}).status_code == 204
    assert stored(house) == []
    body = body_of(woo_order())
    assert client.post(f"/hooks/shops/{oil}", data=body, headers=woo_headers(body)).status_code == 204
    wrong = woo_headers(body) | {"X-WC-Webhook-Signature": signature(b"x")}
    assert client.post(f"/hooks/shops/{oil}", data=body, headers=wrong).status_code == 401
    assert len(stored(house)) == 1
