"""What the support desk works with: claims, holds at customs, links for customers and what they sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Claim(Base):
    """What a carrier owes for a parcel: drafted by a rule, sent and settled by a person."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("shipment_id", "carrier", "kind"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"))
    carrier: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))  # loss, damage, late
    state: Mapped[str] = mapped_column(String(10))  # draft, sent, accepted, refused, withdrawn
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    paid_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    until: Mapped[date]
    term_source: Mapped[str] = mapped_column(String(200))  # an address, "brand", or empty: careful
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    submission_id: Mapped[int]
    drafted_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CustomsHold(Base):
    """A stay at customs for a named reason, and who must act. `key` is the shipment while it lasts."""

    __tablename__ = "customs_hold"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    key: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(24))
    actor: Mapped[str] = mapped_column(String(10))  # customer, sender, broker, customs
    since: Mapped[datetime]
    duty_url: Mapped[str | None] = mapped_column(String(300))
    submission_id: Mapped[int]
    released_at: Mapped[datetime | None]


class CustomerLink(Base):
    """A link that a customer uses once: to send documents, or to confirm or correct the address."""

    __tablename__ = "customer_link"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))  # documents, address
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CustomerFile(Base):
    """A document that a customer sent for customs. Sealed, in the database: erasure takes it with the rows."""

    __tablename__ = "customer_file"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    media: Mapped[str] = mapped_column(String(20))  # by its bytes; its name is never asked
    size: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    submission_id: Mapped[int]
    received_at: Mapped[datetime]
