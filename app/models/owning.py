"""After the sale: that an item is claimed (never by whom), warranty, repairs, take-back. Imports only app/db.

Of every code, and of an owner's secret, only a keyed hash is here.
"""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_Big = BigInteger().with_variant(Integer, "sqlite")


class OwnedItem(Base):
    """Where the ownership of one item stands. `version` grows with every act, so of two at once one is refused.

    `submission_id` is the entry that says the same; the days themselves stand here only, the log has their months.
    """

    __tablename__ = "owned_item"
    __table_args__ = (UniqueConstraint("secret_mark"),)

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default="free")  # free, claimed, retired
    version: Mapped[int] = mapped_column(default=0)
    secret_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    owners: Mapped[int] = mapped_column(default=0)
    sold_on: Mapped[date | None]
    first_claimed_on: Mapped[date | None]
    claimed_on: Mapped[date | None]  # by the present owner
    missing_on: Mapped[date | None]
    retired_on: Mapped[date | None]
    fate: Mapped[str | None] = mapped_column(String(10))  # of a retired item: reused, recycled
    repairs: Mapped[int] = mapped_column(default=0)
    submission_id: Mapped[int | None] = mapped_column(_Big)
    changed_at: Mapped[datetime]


class ItemCode(Base):
    """A code that works once for one item: to claim it, to pass it on, after a lost secret, to hand it in."""

    __tablename__ = "item_code"
    __table_args__ = (Index("item_code_by_key", "brand_id", "key"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400))
    kind: Mapped[str] = mapped_column(String(8))  # claim, transfer, reset, takeback
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    option: Mapped[str | None] = mapped_column(String(10))  # of a take-back: dropoff, post
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # taken back before it was used


class Warranty(Base):
    """How long a product is warranted in a country; the country is empty where there is no line of its own."""

    __tablename__ = "warranty"
    __table_args__ = (UniqueConstraint("brand_id", "gtin", "country"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    gtin: Mapped[str] = mapped_column(String(14))
    country: Mapped[str] = mapped_column(String(2), default="")
    months: Mapped[int]
    starts: Mapped[str] = mapped_column(String(8))  # claim, purchase
    repair_months: Mapped[int] = mapped_column(default=0)  # what an authorised repair gives at least, from its day
    href: Mapped[str | None] = mapped_column(String(1000))
    submission_id: Mapped[int] = mapped_column(_Big)
    changed_at: Mapped[datetime]


class Guidance(Base):
    """What to do with a product in a country: text by language, and a link. Empty country: everywhere else."""

    __tablename__ = "guidance"
    __table_args__ = (UniqueConstraint("brand_id", "gtin", "topic", "country"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    gtin: Mapped[str] = mapped_column(String(14))
    topic: Mapped[str] = mapped_column(String(10))  # care, repair, recycling, dropoff, post
    country: Mapped[str] = mapped_column(String(2), default="")
    text: Mapped[dict[str, str]] = mapped_column(JSON)
    href: Mapped[str | None] = mapped_column(String(1000))
    submission_id: Mapped[int] = mapped_column(_Big)
    changed_at: Mapped[datetime]


class Repair(Base):
    """A repair by a partner whom the brand authorised. `parts` are identifiers of what was put in."""

    __tablename__ = "repair"
    __table_args__ = (Index("repair_by_key", "brand_id", "key"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400))
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    parts: Mapped[list[str]] = mapped_column(JSON)
    repaired_on: Mapped[date]
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    submission_id: Mapped[int] = mapped_column(_Big)
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
