"""Shops that send orders, what they sent, and the lines of orders. Imports only app/db."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_Big = BigInteger().with_variant(Integer, "sqlite")


class Shop(Base):
    """A shop of one brand. `sealed` holds its secrets: the one of its webhooks and the keys of its API.

    `seen_until`: up to which change of its orders we have asked it. `failures` in a row keep its API waiting.
    """

    __tablename__ = "shop"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # the file in app/shops
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(300))
    sealed: Mapped[bytes]
    asks: Mapped[bool]  # whether we may ask its API
    heard_at: Mapped[datetime | None]
    seen_until: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    next_ask_at: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]


class ShopCall(Base):
    """A webhook of a shop, stored before anything else. `sealed` is the raw body, emptied when it is done."""

    __tablename__ = "shop_call"
    __table_args__ = (
        UniqueConstraint("shop_id", "external_id"),
        Index("shop_call_due", "state", "due_at"),
    )

    number: Mapped[int] = mapped_column(_Big, primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shop_id: Mapped[str] = mapped_column(ForeignKey("shop.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(100))
    topic: Mapped[str] = mapped_column(String(60))
    sealed: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(String(10))  # waiting, done, failed
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(300))
    due_at: Mapped[datetime]
    received_at: Mapped[datetime]


class OrderSource(Base):
    """Where an order comes from, and how new what we know of it is. `ref` is the shop's own id of it.

    `shop_id` is empty for a file or the API, and `ref` is the number then. It stays after an erasure, so that a
    later call of the shop does not bring the person back.
    """

    __tablename__ = "order_source"
    __table_args__ = (
        UniqueConstraint("brand_id", "shop_id", "ref"),
        Index("order_source_by_number", "brand_id", "number"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("customer_order.id"), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shop_id: Mapped[str] = mapped_column(String(26), default="")
    ref: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(60))  # as the shop calls it; ours may have the shop's name behind
    version_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class OrderLine(Base):
    """A line of an order. `key` is a thing or product with a passport, where one is named."""

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "ref"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("customer_order.id"))
    ref: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    sku: Mapped[str | None] = mapped_column(String(80), index=True)
    key: Mapped[str | None] = mapped_column(String(400))
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)


class PackedLine(Base):
    """How many of a line are in a shipment; in which of its parcels, where that is known."""

    __tablename__ = "packed_line"
    __table_args__ = (UniqueConstraint("shipment_id", "line_id", "parcel_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("order_line.id"), index=True)
    parcel_id: Mapped[str | None] = mapped_column(String(26))
    quantity: Mapped[int]


class Fulfilment(Base):
    """A parcel or group of parcels as a shop names it, and its shipment; without a shop `shop_id` is the brand."""

    __tablename__ = "fulfilment"

    shop_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    ref: Mapped[str] = mapped_column(String(80), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    version_at: Mapped[datetime]


class OrderFile(Base):
    """An uploaded file of orders. `sealed` is emptied when it is done; `told_at` makes every step read it alike.

    state: judging, judged, taking, done, failed. findings: the bad rows, without any value of theirs.
    """

    __tablename__ = "order_file"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    person_id: Mapped[str] = mapped_column(String(26))
    sealed: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(String(10), index=True)
    rows: Mapped[int]
    orders: Mapped[int]
    done: Mapped[int]
    new: Mapped[int]
    known: Mapped[int]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    told_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
