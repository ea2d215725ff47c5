"""Customers, orders, shipments, parcels, promises, cases, notices and the outbox. Imports only what is pure."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.db import Base
from app.phones import end_of


class Customer(Base):
    """Personal data, all of it in this row: what erasure empties. Never copied into an entry, a log or a URL."""

    __tablename__ = "customer"
    __table_args__ = (
        Index("customer_by_email", "brand_id", "email"),
        Index("customer_by_phone", "brand_id", "phone_end"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))  # lower case
    phone: Mapped[str | None] = mapped_column(String(32))
    phone_end: Mapped[str | None] = mapped_column(String(7))  # of `phone`, to find it by; goes with it
    address: Mapped[dict[str, str] | None] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @validates("phone")
    def _keep_end(self, _: str, phone: str | None) -> str | None:
        self.phone_end = end_of(phone)
        return phone


class Order(Base):
    """What a customer bought. `token` opens its public page without a login."""

    __tablename__ = "customer_order"
    __table_args__ = (UniqueConstraint("brand_id", "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    number: Mapped[str] = mapped_column(String(60))
    token: Mapped[str] = mapped_column(String(32), unique=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    placed_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Shipment(Base):
    """What a customer waits for. Status and reason are the headline that carriers/event computes."""

    __tablename__ = "shipment"
    __table_args__ = (Index("shipment_by_replaced", "replaces_id", unique=True),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("customer_order.id"), index=True)
    status: Mapped[str | None] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(24))
    status_at: Mapped[datetime | None]
    last_physical_at: Mapped[datetime | None]
    origin_country: Mapped[str | None] = mapped_column(String(2))
    destination_country: Mapped[str | None] = mapped_column(String(2))
    destination_zone: Mapped[str | None] = mapped_column(String(60))
    service: Mapped[str | None] = mapped_column(String(60))  # of the carrier, as the brand names it: express
    mode: Mapped[str | None] = mapped_column(String(4))  # air, sea, road or rail, where somebody said so
    delivered_at: Mapped[datetime | None]
    due_minor: Mapped[int | None] = mapped_column(BigInteger)  # to be paid at the door, as the order says
    due_currency: Mapped[str | None] = mapped_column(String(3))
    judge_at: Mapped[datetime | None] = mapped_column(index=True)  # when a rule of shipping/delays may fire next
    hand_over_by: Mapped[datetime | None]  # the promised end of our own handling
    no_stock_since: Mapped[datetime | None]
    restock_on: Mapped[date | None]
    own_reason: Mapped[str | None] = mapped_column(String(24))  # why it is late before a carrier has it
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    replaces_id: Mapped[str | None] = mapped_column(String(26))  # the shipment it is sent in place of
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Parcel(Base):
    """A parcel of a shipment with one carrier; numbers are recycled, so they are no key across time."""

    __tablename__ = "parcel"
    __table_args__ = (
        UniqueConstraint("shipment_id", "carrier", "tracking_number"),
        Index("parcel_by_number", "brand_id", "tracking_number"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(30))
    tracking_number: Mapped[str] = mapped_column(String(60))  # normalised: no blanks, no hyphens, upper case
    leg: Mapped[int] = mapped_column(default=1)
    found_in: Mapped[int | None]  # the submission of the event in which a carrier named it; else a person did
    created_at: Mapped[datetime]


class ShipmentItem(Base):
    """Which passports travel in a shipment: items, lots, or the logistic unit that holds them."""

    __tablename__ = "shipment_item"
    __table_args__ = (Index("shipment_item_by_key", "brand_id", "key"),)

    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    brand_id: Mapped[str] = mapped_column(String(26))


class Promise(Base):
    """A delivery window that we or a carrier stated, in dates at the destination; none is ever changed."""

    __tablename__ = "promise"
    __table_args__ = (UniqueConstraint("shipment_id", "ordinal"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    ordinal: Mapped[int]
    source: Mapped[str] = mapped_column(String(30))  # "brand", or the carrier's key
    window_from: Mapped[date]
    window_to: Mapped[date]
    submission_id: Mapped[int]
    stated_at: Mapped[datetime]


class Case(Base):
    """Something a person must look at. One open case per `key`; the 72-hour rule and the alarms open them."""

    __tablename__ = "support_case"
    __table_args__ = (
        UniqueConstraint("brand_id", "key"),
        Index("support_case_by_subject", "brand_id", "subject"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(120))  # kind and subject; gets the id behind it when closed
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))  # "shipment:{id}" or "device:{id}"
    shipment_id: Mapped[str | None] = mapped_column(String(26), index=True)
    priority: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    owner_id: Mapped[str | None] = mapped_column(String(26))
    submission_id: Mapped[int]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Notice(Base):
    """A message to a customer. `key` makes it one: the same trouble of the same promise is told once."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(20))  # delay, update, excursion, recall
    state: Mapped[str] = mapped_column(String(10), default="told", server_default="told")  # told, held, withdrawn
    why: Mapped[str | None] = mapped_column(String(20))  # of holding or withdrawing it, as a code
    settled_by: Mapped[str | None] = mapped_column(String(26))  # who released or withdrew it
    promise: Mapped[int] = mapped_column(default=0, server_default="0")  # the ordinal of the promise it is about
    presses: Mapped[bool] = mapped_column(default=False, server_default=false())  # asks or gives something new
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(40))
    window_from: Mapped[date | None]
    window_to: Mapped[date | None]
    action: Mapped[str] = mapped_column(String(40))
    next_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    submission_id: Mapped[int]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Consent(Base):
    """What a customer agreed to, per channel and purpose; the newest row counts."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    given: Mapped[bool]
    source: Mapped[str] = mapped_column(String(30))
    submission_id: Mapped[int]
    created_at: Mapped[datetime]


class Unsubscribe(Base):
    """The token of a one-click unsubscribe link; it names nobody and works without a login."""

    __tablename__ = "unsubscribe"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"))
    channel: Mapped[str] = mapped_column(String(20))
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Outgoing(Base):
    """Something to be said to the outside. Claimed by a conditional update; `key` keeps it single."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("key"), Index("outbox_due", "state", "due_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(20))  # the file name in app/channels
    subject_id: Mapped[str] = mapped_column(String(26))  # the row that the channel renders, a notice's id
    target_id: Mapped[str | None] = mapped_column(String(26))  # to whom, where a channel has many: a subscription
    state: Mapped[str] = mapped_column(String(10))  # waiting, sent, failed, held, withdrawn
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    claimed_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
