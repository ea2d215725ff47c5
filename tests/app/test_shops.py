"""Orders of shops: signed calls stored first, each taken in once, the newest version kept, the rest asked for."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.brands.erasure import erase_customer
from app.brands.tenants import brand_of, create_brand
from app.db import Db, reading
from app.house import House
from app.intake import asking, calls, shops
from app.intake.told import Told, Unreadable
from app.models.intake import OrderLine, OrderSource, PackedLine, Shop, ShopCall
from app.models.shipments import Case, Customer, Order, Parcel, Shipment
from app.sealed import open_box
from app.settings import Settings
from app.shipping import delays
from app.shipping.written import carrier_named
from app.shops import shopify, woocommerce
from app.support import search
from ledger.integrator import integrate_due
from tests.support.shopfront import (
    SECRET,
    TOKEN,
    Shopfront,
    body_of,
    shopfront,
    shopify_fulfilment,
    shopify_headers,
    shopify_order,
    woo_headers,
    woo_order,
    woo_tracking,
)

UPS_1, UPS_2 = "1Z999AA10123456784", "1Z5338FF0107231059"


@pytest.fixture
def house(db: Db, tmp_path: Path, now: Any) -> House:
    (tmp_path / "keys").mkdir(mode=0o700)
    return House(Settings(home=tmp_path, allow_private_targets=True), db, lambda: now, tmp_path / "keys")


@pytest.fixture
def ada(house: House) -> str:
    return create_brand(house.db, house.keys, name="Ada Tea", slug="ada", now=house.clock())


@pytest.fixture
def front() -> Iterator[Shopfront]:
    with shopfront() as server:
        yield server


def open_shop(
    house: House, brand_id: str, kind: str = "shopify", url: str = "", name: str = "Tea", **keys: str
) -> str:
    with house.db.begin() as session:
        shop, _ = shops.add(
            session,
            open_box(house.keys),
            brand_of(session, brand_id),
            kind=kind,
            name=name,
            url=url or {"shopify": "https://ada.myshopify.com", "woocommerce": "https://oil.example"}[kind],
            secrets={"webhook_secret": SECRET, **keys},
            now=house.clock(),
        )
    return shop.id


def calling(house: House, shop_id: str, topic: str, value: Any, event: str) -> None:
    """A call that came and was stored, as the door does it, then taken in, as the worker does it."""
    body = body_of(value)
    with house.db.begin() as session:
        shop = session.get_one(Shop, shop_id)
        headers = shopify_headers(body, topic, event) if shop.kind == "shopify" else woo_headers(body, topic)
        call = shops.adapter(shop.kind).call(headers, body)
        calls.store(session, open_box(house.keys), shop, call, body, house.clock())
    calls.take_due(house)


def later(house: House, **by: float) -> House:
    at = house.clock() + timedelta(**by)
    return dataclasses.replace(house, clock=lambda: at)


def all_of(house: House, table: type[Any]) -> list[Any]:
    with reading(house.db) as session:
        return list(session.scalars(select(table)))


def test_an_order_comes_in_with_its_customer_and_lines(house: House, ada: str) -> None:
    calling(house, open_shop(house, ada), "orders/create", shopify_order(), "e1")
    (order,), (customer,) = all_of(house, Order), all_of(house, Customer)
    assert (order.number, order.brand_id) == ("1001", ada)
    assert (customer.name, customer.email, customer.country) == ("Ben Carrow", "ben@example.org", "NL")
    assert customer.address["street"] == "Prinsengracht 1"
    lines = {line.name: (line.sku, line.quantity) for line in all_of(house, OrderLine)}
    assert lines == {"Green tea - 100 g": ("TEA-100", 2), "Pot": (None, 1)}


def test_an_order_is_found_as_soon_as_its_call_is_taken_in(house: House, ada: str) -> None:
    calling(house, open_shop(house, ada), "orders/create", shopify_order(), "e1")
    with reading(house.db) as session:
        for text in ("1001", "#1001", "ben@example.org"):
            assert [hit.label for hit in search.find(session, ada, text)] == ["1001"]


def test_the_same_call_again_and_the_same_order_in_another_call_make_one_order(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    for event in ("e1", "e1", "e2"):
        calling(house, shop, "orders/create", shopify_order(), event)
    assert len(all_of(house, Order)) == 1
    assert len(all_of(house, ShopCall)) == 2
    assert all(call.sealed is None for call in all_of(house, ShopCall))  # nothing personal rests there


def test_an_older_version_never_overwrites_a_newer_one(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    newer = shopify_order(minute=30)
    newer["line_items"][0]["quantity"] = 5
    calling(house, shop, "orders/updated", newer, "e2")
    calling(house, shop, "orders/create", shopify_order(minute=0), "e1")
    assert {line.quantity for line in all_of(house, OrderLine)} == {5, 1}


def test_a_line_that_is_taken_out_and_one_that_is_refunded_are_told_apart(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    calling(house, shop, "orders/create", shopify_order(), "e1")
    changed = shopify_order(minute=5)
    changed["line_items"].pop()
    changed["refunds"] = [{"id": 1, "refund_line_items": [{"line_item_id": 91, "quantity": 1}]}]
    calling(house, shop, "orders/updated", changed, "e2")
    assert {(line.ref, line.quantity, line.returned) for line in all_of(house, OrderLine)} == {
        ("91", 2, 1),
        ("92", 0, 0),
    }


def test_two_fulfilments_are_two_shipments_and_each_line_stands_in_its_own(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    calling(house, shop, "orders/create", shopify_order(), "e1")
    calling(house, shop, "fulfillments/create", shopify_fulfilment(81, UPS_1, lines={91: 2}), "e2")
    calling(house, shop, "fulfillments/create", shopify_fulfilment(82, UPS_2, lines={92: 1}), "e3")
    parcels = {parcel.tracking_number: parcel for parcel in all_of(house, Parcel)}
    assert {number: parcel.carrier for number, parcel in parcels.items()} == {UPS_1: "ups", UPS_2: "ups"}
    assert len(all_of(house, Shipment)) == 2
    lines = {line.id: line.ref for line in all_of(house, OrderLine)}
    packed = {(lines[row.line_id], row.parcel_id, row.quantity) for row in all_of(house, PackedLine)}
    assert packed == {("91", parcels[UPS_1].id, 2), ("92", parcels[UPS_2].id, 1)}


def test_a_number_added_later_is_another_parcel_of_the_same_shipment(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    calling(house, shop, "orders/create", shopify_order(), "e1")
    calling(house, shop, "fulfillments/create", shopify_fulfilment(81, UPS_1, lines={91: 2}), "e2")
    both = shopify_fulfilment(81, UPS_1, UPS_2, lines={91: 2, 92: 1}, minute=9)
    for event in ("e3", "e4"):
        calling(house, shop, "fulfillments/update", both, event)
    assert len(all_of(house, Shipment)) == 1
    assert {parcel.tracking_number for parcel in all_of(house, Parcel)} == {UPS_1, UPS_2}
    assert {row.parcel_id for row in all_of(house, PackedLine)} == {None}  # which of two is not known


def test_a_fulfilment_before_its_order_waits_for_it(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    calling(house, shop, "fulfillments/create", shopify_fulfilment(81, UPS_1, lines={91: 2}), "e2")
    assert all_of(house, Shipment) == []
    calling(house, shop, "orders/create", shopify_order(), "e1")
    calls.take_due(later(house, minutes=2))
    assert len(all_of(house, Shipment)) == 1


def test_a_cancelled_order_is_not_late(house: House, ada: str) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada)
        brand.settings = {**brand.settings, "promise": {"handling_days": 1, "first_day": 2, "last_day": 4}}
    shop = open_shop(house, ada)
    calling(house, shop, "orders/create", shopify_order(), "e1")
    gone = shopify_order(minute=5, cancelled_at="2026-03-02T10:05:00+02:00")
    calling(house, shop, "orders/cancelled", gone, "e2")
    (source,), (shipment,) = all_of(house, OrderSource), all_of(house, Shipment)
    assert source.cancelled_at is not None
    assert shipment.status == "cancelled"
    delays.judge_due(house.db, house.clock() + timedelta(days=30))
    assert all_of(house, Case) == []


def test_an_old_order_that_is_taken_in_now_is_promised_nothing(house: House, ada: str) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada)
        brand.settings = {**brand.settings, "promise": {"handling_days": 1, "first_day": 2, "last_day": 4}}
    calling(later(house, days=20), open_shop(house, ada), "orders/create", shopify_order(), "e1")
    assert len(all_of(house, Order)) == 1
    assert all_of(house, Shipment) == []


def test_one_shops_order_never_becomes_another_brands(house: House, ada: str) -> None:
    cleo = create_brand(house.db, house.keys, name="Cleo", slug="cleo", now=house.clock())
    for brand_id in (ada, cleo):
        calling(house, open_shop(house, brand_id), "orders/create", shopify_order(), "e1")
    assert {order.brand_id for order in all_of(house, Order)} == {ada, cleo}
    with reading(house.db) as session:
        assert len(search.find(session, ada, "1001")) == 1


def test_two_shops_of_a_brand_may_have_the_same_number(house: House, ada: str) -> None:
    calling(house, open_shop(house, ada, name="Tea"), "orders/create", shopify_order(), "e1")
    calling(house, open_shop(house, ada, name="Outlet"), "orders/create", shopify_order(6001), "e1")
    assert {order.number for order in all_of(house, Order)} == {"1001", "1001 Outlet"}
    with reading(house.db) as session:
        assert len(search.find(session, ada, "1001")) == 2


def test_who_was_erased_does_not_come_back_with_the_next_call(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    calling(house, shop, "orders/create", shopify_order(), "e1")
    (customer,) = all_of(house, Customer)
    with reading(house.db) as session:
        log_id = brand_of(session, ada).log_id
    while integrate_due(house.db, log_id, owner="test", clock=house.clock):
        pass
    erase_customer(house.db, house.keys, ada, customer.id, reason="asked", by="system", clock=house.clock)
    calling(house, shop, "orders/updated", shopify_order(minute=9), "e2")
    calling(house, shop, "fulfillments/create", shopify_fulfilment(81, UPS_1, lines={91: 2}), "e3")
    (customer,), (source,) = all_of(house, Customer), all_of(house, OrderSource)
    assert (customer.name, customer.email, customer.address) == (None, None, None)
    assert source.number.startswith("erased-")
    assert all_of(house, Parcel) == []


def test_a_call_that_can_not_be_read_becomes_a_case_and_holds_up_nobody(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    calling(house, shop, "orders/create", {"id": 1, "secret": "Ben"}, "e1")
    calling(house, shop, "orders/create", shopify_order(), "e2")
    assert len(all_of(house, Order)) == 1
    (case,) = all_of(house, Case)
    assert case.facts["said"] == "name is missing"
    calls_now = {call.external_id: call for call in all_of(house, ShopCall)}
    assert calls_now["orders/create:e1"].state == "failed"
    with house.db.begin() as session:
        calls.forget_old(session, house.clock() + timedelta(days=8))
    assert all(call.sealed is None for call in all_of(house, ShopCall))


def test_another_topic_is_done_without_an_order(house: House, ada: str) -> None:
    calling(house, open_shop(house, ada), "products/update", {"id": 1}, "e1")
    assert [call.state for call in all_of(house, ShopCall)] == ["done"]
    assert all_of(house, Order) == []


def test_an_order_of_woocommerce_comes_in_with_its_parcels(house: House, ada: str) -> None:
    shop = open_shop(house, ada, "woocommerce")
    calling(house, shop, "order.created", woo_order(), "-")
    shipped = woo_order(minute=9, meta_data=[woo_tracking(UPS_1)])
    calling(house, shop, "order.updated", shipped, "-")
    (order,), (parcel,), (packed,) = all_of(house, Order), all_of(house, Parcel), all_of(house, PackedLine)
    assert (order.number, parcel.tracking_number, parcel.carrier) == ("727", UPS_1, "ups")
    assert (packed.parcel_id, packed.quantity) == (parcel.id, 3)
    split = woo_order(minute=12, meta_data=[woo_tracking(UPS_1, UPS_2)], status="completed")
    calling(house, shop, "order.updated", split, "-")
    assert {row.tracking_number for row in all_of(house, Parcel)} == {UPS_1, UPS_2}


def test_a_refunded_and_a_cancelled_order_of_woocommerce_say_so(house: House, ada: str) -> None:
    shop = open_shop(house, ada, "woocommerce")
    calling(house, shop, "order.updated", woo_order(1, status="refunded"), "-")
    calling(house, shop, "order.updated", woo_order(2, status="cancelled"), "-")
    assert sorted(line.returned for line in all_of(house, OrderLine)) == [0, 3]
    assert {source.ref for source in all_of(house, OrderSource) if source.cancelled_at} == {"2"}


@pytest.mark.parametrize(
    ("kind", "keys"), [("shopify", {"token": TOKEN}), ("woocommerce", {"key": "ck_1", "secret": "cs_1"})]
)
def test_what_no_call_told_is_asked_for_page_by_page(
    house: House, ada: str, front: Shopfront, kind: str, keys: dict[str, str]
) -> None:
    shop = open_shop(house, ada, kind, front.url, **keys)
    make = shopify_order if kind == "shopify" else woo_order
    front.orders = [make(id_, minute=id_) for id_ in range(1, 6)]  # type: ignore[operator]
    if kind == "shopify":
        front.orders = [order | {"name": f"#{order['id']}"} for order in front.orders]
    assert asking.ask_due(house) == 1
    assert len(all_of(house, Order)) == 5
    assert len(front.asked) == 3
    assert asking.ask_due(house) == 0  # not before its next turn
    front.orders = []
    asking.ask_due(later(house, minutes=16))
    assert "2026-03-02T08" in front.asked[-1].replace("%3A", ":")  # from the newest change on, a little before
    (row,) = all_of(house, Shop)
    assert (row.error, row.failures, row.id) == (None, 0, shop)


def test_a_shop_that_asks_for_patience_gets_it_and_nothing_is_asked_twice(
    house: House, ada: str, front: Shopfront
) -> None:
    open_shop(house, ada, url=front.url, token=TOKEN)
    front.orders = [shopify_order(id_, f"#{id_}", minute=id_) for id_ in range(1, 6)]
    front.refusals = []
    front.page_size = 2
    asking.ask_due(house)
    front.refusals = [(429, {"Retry-After": "1200"})]
    asking.ask_due(later(house, minutes=16))
    calls_before = len(front.asked)
    assert asking.ask_due(later(house, minutes=35)) == 0
    assert len(front.asked) == calls_before
    assert asking.ask_due(later(house, minutes=37)) == 1


def test_a_key_that_the_shop_refuses_is_named_and_becomes_a_case(house: House, ada: str, front: Shopfront) -> None:
    open_shop(house, ada, url=front.url, token="wrong")
    for hours in range(7):
        asking.ask_due(later(house, hours=2 * hours))
    (row,) = all_of(house, Shop)
    assert "refuses our key (401)" in row.error
    (case,) = all_of(house, Case)
    assert case.kind == "shop"


def test_a_shop_that_lost_the_worker_in_mid_turn_is_asked_again(house: House, ada: str, front: Shopfront) -> None:
    open_shop(house, ada, url=front.url, token=TOKEN)
    front.orders = [shopify_order()]
    assert asking._claimed(house.db, all_of(house, Shop)[0].id, house.clock())  # and the worker dies here
    assert asking.ask_due(house) == 0
    assert asking.ask_due(later(house, minutes=11)) == 1
    assert len(all_of(house, Order)) == 1


def test_two_workers_take_a_call_once(house: House, ada: str) -> None:
    shop = open_shop(house, ada)
    calling(house, shop, "orders/create", shopify_order(), "e1")
    with house.db.begin() as session:
        session.execute(update(OrderLine).values(quantity=9))
        number = session.scalar(select(ShopCall.number))
        calls._take(session, open_box(house.keys), number or 0, house.clock())
    assert {line.quantity for line in all_of(house, OrderLine)} == {9}
    with reading(house.db) as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1


@pytest.mark.parametrize(
    ("company", "number", "key"),
    [
        ("UPS", UPS_1, "ups"),
        ("DHL", "JD014600006281230704", "dhl_universal"),
        ("Royal Mail", "RB123456785GB", "royalmail"),
        ("", UPS_1, "ups"),
        ("Boten Anna", "XX-1", "boten_anna"),
        ("", "??", "unknown"),
    ],
)
def test_the_carrier_is_the_one_that_the_shop_names_else_the_numbers(company: str, number: str, key: str) -> None:
    assert carrier_named(company, number) == key


def test_a_signature_is_checked_on_the_bytes_that_came() -> None:
    body = body_of(shopify_order())
    headers = shopify_headers(body, "orders/create", "e1")
    assert shopify.verify(SECRET, headers, body)
    assert not shopify.verify(SECRET, headers, body + b" ")
    assert not shopify.verify("another", headers, body)
    assert not shopify.verify(SECRET, {}, body)
    order = body_of(woo_order())
    assert woocommerce.verify(SECRET, woo_headers(order), order)
    assert not woocommerce.verify(SECRET, woo_headers(order), body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from([*shopify_order(), *woo_order(), "fulfillments", "meta_data"])


@given(st.dictionaries(_FIELDS, _JSON, max_size=4))
def test_a_hostile_order_is_read_or_refused_and_nothing_else(change: dict[str, Any]) -> None:
    for knows, topic, order in (
        (shopify, "orders/create", shopify_order(fulfillments=[shopify_fulfilment(1, UPS_1, lines={91: 1})])),
        (woocommerce, "order.updated", woo_order(meta_data=[woo_tracking(UPS_1)])),
    ):
        try:
            told = knows.parse(topic, json.dumps(order | change).encode())  # type: ignore[attr-defined]
        except Unreadable:
            continue
        assert isinstance(told, Told)
