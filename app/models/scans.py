"""What a scan or a tap meets: the links of a thing, the keys and counters of its NFC tags. Imports only app/db."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ProductLink(Base):
    """Where the resolver sends a reader who asks for a kind of link (`link_type`, such as instructions)."""

    __tablename__ = "product_link"
    __table_args__ = (
        UniqueConstraint("brand_id", "key", "link_type", "language", "href"),
        Index("product_link_by_key", "key"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400))
    link_type: Mapped[str] = mapped_column(String(40))
    href: Mapped[str] = mapped_column(String(1000))
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(20), default="")  # empty: of no language, or of any
    media_type: Mapped[str] = mapped_column(String(100), default="text/html")
    created_at: Mapped[datetime]


class TagProfile(Base):
    """How the NFC tags of a product are keyed. `sealed` are its keys, encrypted with one outside the database."""

    __tablename__ = "tag_profile"
    __table_args__ = (UniqueConstraint("brand_id", "gtin"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    gtin: Mapped[str] = mapped_column(String(14))
    scheme: Mapped[str] = mapped_column(String(10))  # shared, an10922, hmac
    key_number: Mapped[int] = mapped_column(default=1)
    covers: Mapped[str] = mapped_column(String(12))  # what the MAC is over besides UID and counter
    registered_only: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class NfcTag(Base):
    """One tag: the item that it is on, and the highest counter that it has shown (-1 before its first tap)."""

    __tablename__ = "nfc_tag"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(14), primary_key=True)
    key: Mapped[str | None] = mapped_column(String(400))
    counter: Mapped[int] = mapped_column(default=-1)
    taps: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)  # taps that showed no new counter
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
