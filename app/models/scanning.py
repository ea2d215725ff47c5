"""What openings of passports leave behind, coarsely, and what is reported as a fake. Imports only app/db."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_Big = BigInteger().with_variant(Integer, "sqlite")


class ScanHour(Base):
    """How often a thing was opened in one hour, from one country, in one way. Says nothing of who opened it.

    `country` is two letters or empty (unknown); `by_reader`: the reader said it, nobody else did.
    """

    __tablename__ = "scan_hour"
    __table_args__ = (Index("scan_hour_by_hour", "hour"), {"sqlite_with_rowid": False})

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    by_reader: Mapped[bool] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(String(8), primary_key=True)  # of a tap; empty for a code
    count: Mapped[int]


class ScanWeek(Base):
    """How often a product, its lots and its items were opened in a week, by country. Kept without an end."""

    __tablename__ = "scan_week"
    __table_args__ = ({"sqlite_with_rowid": False},)

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    gtin: Mapped[str] = mapped_column(String(14), primary_key=True)  # empty: a thing without one
    week: Mapped[date] = mapped_column(primary_key=True)  # its Monday, UTC
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    count: Mapped[int]


class ScannedItem(Base):
    """An item that was opened or reported; `judged` is False while its newest openings wait to be looked at."""

    __tablename__ = "scanned_item"
    __table_args__ = (
        UniqueConstraint("brand_id", "key"),
        Index("scanned_item_waiting", "judged", "last_hour"),
        Index("scanned_item_by_product", "brand_id", "gtin"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400))
    gtin: Mapped[str] = mapped_column(String(14))
    judged: Mapped[bool]
    last_hour: Mapped[datetime]


class ItemSignal(Base):
    """A sign that an item may have been copied, raised for one case. `facts` are coarse plain JSON."""

    __tablename__ = "item_signal"

    item_id: Mapped[str] = mapped_column(ForeignKey("scanned_item.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    since: Mapped[datetime]  # the hour of the first opening that showed it
    submission_id: Mapped[int] = mapped_column(_Big)
    raised_at: Mapped[datetime]


class FakeReport(Base):
    """A reader's report of a suspected fake. What could be personal is sealed and forgotten after a while."""

    __tablename__ = "fake_report"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("scanned_item.id"), index=True)
    case_id: Mapped[str] = mapped_column(String(26), index=True)
    hour: Mapped[datetime]
    country: Mapped[str] = mapped_column(String(2))  # where it was bought; empty: not said
    seller: Mapped[str] = mapped_column(String(12))
    wrong: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(8))
    photo_media: Mapped[str] = mapped_column(String(12))  # empty: none was sent
    photo_sha256: Mapped[str] = mapped_column(String(64))
    photo: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed
    words: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed
    email: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed
    submission_id: Mapped[int] = mapped_column(_Big)
    forgotten_at: Mapped[datetime | None]
