"""What was stated of transport emissions, a brand's own intensities, what a border asks. Imports only app/db."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class CarbonStatement(Base):
    """What somebody states of one leg or hub of the way of `subject`. Amounts are decimal text; none is changed.

    `subject` is a passport's key, with the keys of the places as `origin` and `destination`; or `shipment:{id}`
    with the number of its `leg`. The newest of the best kind of data counts.
    """

    __tablename__ = "carbon_statement"
    __table_args__ = (Index("carbon_statement_by_subject", "brand_id", "subject"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    subject: Mapped[str] = mapped_column(String(400))
    origin: Mapped[str] = mapped_column(String(400))
    destination: Mapped[str] = mapped_column(String(400))
    leg: Mapped[int]
    mode: Mapped[str] = mapped_column(String(12))
    vehicle: Mapped[str | None] = mapped_column(String(40))
    data: Mapped[str] = mapped_column(String(8))
    emissions_kg: Mapped[str | None] = mapped_column(String(20))
    activity: Mapped[str | None] = mapped_column(String(20))
    intensity: Mapped[str | None] = mapped_column(String(20))
    per: Mapped[str | None] = mapped_column(String(6))
    longer_percent: Mapped[str | None] = mapped_column(String(20))
    mass_kg: Mapped[str | None] = mapped_column(String(20))
    distance_km: Mapped[str | None] = mapped_column(String(20))
    distance_kind: Mapped[str | None] = mapped_column(String(6))
    source: Mapped[str | None] = mapped_column(String(200))
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    partner_id: Mapped[str | None] = mapped_column(String(26))
    submission_id: Mapped[int] = mapped_column(BigInteger)
    stated_at: Mapped[datetime]


class CarbonFactor(Base):
    """An intensity that the brand may use, by its code: a mode, or a name of its own. Goes before our table."""

    __tablename__ = "carbon_factor"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    mode: Mapped[str] = mapped_column(String(12))
    intensity: Mapped[str] = mapped_column(String(20))
    low: Mapped[str | None] = mapped_column(String(20))
    high: Mapped[str | None] = mapped_column(String(20))
    per: Mapped[str | None] = mapped_column(String(6))
    longer_percent: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(200))
    submission_id: Mapped[int] = mapped_column(BigInteger)
    set_at: Mapped[datetime]


class GoodsFacts(Base):
    """What a border asks about a product, lot or item, and its mass: text by field (app/carbon/cbam)."""

    __tablename__ = "goods_facts"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    submission_id: Mapped[int] = mapped_column(BigInteger)
    described_at: Mapped[datetime]
