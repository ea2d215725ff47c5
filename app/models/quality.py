"""Inspections, audits, required checks, their files, and what is shown of a supplier. Imports only app/db."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_Big = BigInteger().with_variant(Integer, "sqlite")


class Inspection(Base):
    """What was measured of the thing `key` at one stage, and how it ended. A correction is a row of its own.

    `measures` are objects of name, unit, sample, low, high and values, numbers as decimal text. `superseded_by` is
    the correction that took its place. Who looked is an organisation; a person is only committed to in the entry.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        Index("inspection_by_key", "brand_id", "key"),
        UniqueConstraint("supersedes_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400))
    stage: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    result: Mapped[str] = mapped_column(String(12))  # pass, fail, conditional
    condition: Mapped[str | None] = mapped_column(String(400))
    inspector: Mapped[str] = mapped_column(String(120))
    inspected_at: Mapped[datetime]
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    supersedes_id: Mapped[str | None] = mapped_column(String(26))
    superseded_by: Mapped[str | None] = mapped_column(String(26))
    submission_id: Mapped[int] = mapped_column(_Big)
    created_at: Mapped[datetime]


class Audit(Base):
    """An audit of a supplier (`partner_id`), or of one of its sites, against a scheme such as SA8000."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_by_partner", "brand_id", "partner_id"),
        UniqueConstraint("supersedes_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    site: Mapped[str | None] = mapped_column(String(400))
    scheme: Mapped[str] = mapped_column(String(120))
    audited_on: Mapped[date]
    valid_until: Mapped[date | None]
    result: Mapped[str] = mapped_column(String(12))
    grade: Mapped[str | None] = mapped_column(String(40))
    findings: Mapped[dict[str, int]] = mapped_column(JSON)  # critical, major, minor
    auditor: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    supersedes_id: Mapped[str | None] = mapped_column(String(26))
    superseded_by: Mapped[str | None] = mapped_column(String(26))
    submission_id: Mapped[int] = mapped_column(_Big)
    created_at: Mapped[datetime]


class RequiredCheck(Base):
    """What every lot of a product (`gtin`), or of a category, needs before it may be packed; until `ended_at`.

    `kind` is inspection (of `stage` and `name`), certificate (of the kind `name`) or audit (of `partner_id`
    against the scheme `name`). Older than `max_age_days` does not count.
    """

    __tablename__ = "required_check"
    __table_args__ = (Index("required_check_by_brand", "brand_id", "ended_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    gtin: Mapped[str | None] = mapped_column(String(14))
    category: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    stage: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("partner.id"))
    max_age_days: Mapped[int | None]
    conditional_ok: Mapped[bool]
    submission_id: Mapped[int] = mapped_column(_Big)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PackedUnchecked(Base):
    """A partner's event that packed or sent `key` although a required check had not passed: it is on record."""

    __tablename__ = "packed_unchecked"
    __table_args__ = (
        Index("packed_unchecked_by_key", "brand_id", "key"),
        UniqueConstraint("brand_id", "event_id", "key"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400))
    event_id: Mapped[str] = mapped_column(String(400))
    checks: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    event_time: Mapped[datetime]
    submission_id: Mapped[int] = mapped_column(_Big)
    created_at: Mapped[datetime]


class ProofFile(Base):
    """A file behind a claim that the owner chose to keep, sealed; its hash stands in the entry of the claim."""

    __tablename__ = "proof_file"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]


class SupplierFace(Base):
    """Whether a partner is shown by its name; without a row it is not."""

    __tablename__ = "supplier_face"

    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    named: Mapped[bool]
    submission_id: Mapped[int] = mapped_column(_Big)
    changed_at: Mapped[datetime]


class SupplierSite(Base):
    """A place (the GLN's path or a URI) that belongs to a supplier."""

    __tablename__ = "supplier_site"
    __table_args__ = (UniqueConstraint("brand_id", "key"), Index("supplier_site_by_partner", "partner_id"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    key: Mapped[str] = mapped_column(String(400))
