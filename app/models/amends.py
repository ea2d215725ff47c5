"""Making good: rules with a budget, what was given for a broken promise, and proposals for goods that are lost."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class CompensationRule(Base):
    """What a brand gives for a promise that broke by some days. `spent_minor` never passes `budget_minor`."""

    __tablename__ = "compensation_rule"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # code, credit
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    min_days_late: Mapped[int]
    valid_days: Mapped[int]
    budget_minor: Mapped[int] = mapped_column(BigInteger)
    spent_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    active: Mapped[bool]
    submission_id: Mapped[int]
    created_at: Mapped[datetime]


class Compensation(Base):
    """What was given for one broken promise: once, which the promise's id makes sure of."""

    __tablename__ = "compensation"
    __table_args__ = (UniqueConstraint("promise_id"), UniqueConstraint("brand_id", "code"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    rule_id: Mapped[str] = mapped_column(ForeignKey("compensation_rule.id"))
    promise_id: Mapped[str] = mapped_column(ForeignKey("promise.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    code: Mapped[str] = mapped_column(String(20))
    valid_until: Mapped[date]
    days_late: Mapped[int]
    submission_id: Mapped[int]
    given_at: Mapped[datetime]


class Proposal(Base):
    """Goods that are lost or spoilt: what could be done, what it costs, and what a person chose, once."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("shipment_id", "cause"), UniqueConstraint("replacement_id"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"))
    cause: Mapped[str] = mapped_column(String(10))  # shock, spoilage, loss, damage
    state: Mapped[str] = mapped_column(String(10))  # open, resend, refund, wait
    submission_id: Mapped[int]
    opened_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(26))
    replacement_id: Mapped[str | None] = mapped_column(String(26))
