"""What a brand lets its machines say, in which words, and by which ways to a person. Imports only app/db."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Switch(Base):
    """Whether a brand's predictions, notices or compensations run by themselves; `rule` "": all of the subject.

    There is a row once a person has touched it; without one it is on.
    """

    __tablename__ = "switch"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(20), primary_key=True)
    rule: Mapped[str] = mapped_column(String(60), primary_key=True)
    on: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[str | None] = mapped_column(String(26))  # None: at the command line, or by a key
    changed_at: Mapped[datetime]


class BadAddress(Base):
    """An address that bounced, known only by a keyed hash of it (app/sealed); after a while it is tried again."""

    __tablename__ = "bad_address"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20))  # RFC 3463, such as 5.1.1, or the SMTP code
    since: Mapped[datetime]


class PushSubscription(Base):
    """A browser that wants to hear of an order. `sealed` is its address and its keys; personal data."""

    __tablename__ = "push_subscription"
    __table_args__ = (UniqueConstraint("order_id", "mark"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("customer_order.id"), index=True)
    mark: Mapped[bytes]
    sealed: Mapped[bytes]
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]


class ChatChannel(Base):
    """A brand's way to a chat or SMS service: an Apprise address with a place for the recipient, sealed."""

    __tablename__ = "chat_channel"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]


class Contact(Base):
    """A customer's address on a chat channel: a phone number, a chat id. Personal; erased with the customer."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("customer_id", "channel"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"))
    channel: Mapped[str] = mapped_column(String(20))  # the name of a ChatChannel
    address: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime]


class NoticeText(Base):
    """A brand's own words for a kind of notice in one language, with places for the facts; plain text."""

    __tablename__ = "notice_text"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # a kind of notice, or "page"
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str | None] = mapped_column(String(26))
    changed_at: Mapped[datetime]
