"""Products, lots, locations, certificates, passports and recalls. Imports only app/db."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.ids import new_id

_Big = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in an INTEGER column


def _where_set(name: str, column: str, *more: str) -> Index:
    """An index over the rows that have a value in `column`; the others cost it nothing."""
    has_value = text(f"{column} IS NOT NULL")
    return Index(name, column, *more, sqlite_where=has_value, postgresql_where=has_value)


IS_PRODUCT = text("level = 'product'")


class Product(Base):
    """What a GTIN stands for. Texts are `{language: text}`; a band's limits are decimal text in its unit."""

    __tablename__ = "product"
    __table_args__ = (UniqueConstraint("brand_id", "gtin"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    gtin: Mapped[str] = mapped_column(String(14), index=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    description: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    care: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    category: Mapped[str | None] = mapped_column(String(40))
    origin_country: Mapped[str | None] = mapped_column(String(2))
    origin_place: Mapped[str | None] = mapped_column(String(120))
    temperature_low: Mapped[str | None] = mapped_column(String(20))
    temperature_high: Mapped[str | None] = mapped_column(String(20))
    # What the law wants told besides, by the names of app/provenance/lawful; each `{language: text}`.
    details: Mapped[dict[str, dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    submission_id: Mapped[int | None] = mapped_column(_Big)  # of the entry that says the same
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Lot(Base):
    """What the brand says about a lot, named by its key `/01/{gtin}/10/{lot}`. A day that is unknown is None."""

    __tablename__ = "lot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    produced_on: Mapped[date | None]
    packed_on: Mapped[date | None]
    best_before: Mapped[date | None]
    expires_on: Mapped[date | None]
    origin_country: Mapped[str | None] = mapped_column(String(2))
    origin_place: Mapped[str | None] = mapped_column(String(120))
    submission_id: Mapped[int] = mapped_column(_Big)  # of the entry that says the same
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Location(Base):
    """A place named by its GLN or URI (`key`, canonical), with what a map and a clock need."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400))
    name: Mapped[str] = mapped_column(String(120))
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    zone: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime]


class Passport(Base):
    """The public page of a product, lot, item, logistic unit or any other named thing.

    `key` is canonical: a Digital Link path (`/01/{gtin}/21/{serial}`) or another identifier's URI.
    `version` grows with everything that changes the page.
    """

    __tablename__ = "passport"
    __table_args__ = (
        Index("passport_of_product", "brand_id", "key", sqlite_where=IS_PRODUCT, postgresql_where=IS_PRODUCT),
        _where_set("passport_by_lot", "lot_key", "brand_id"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(400), primary_key=True)  # first, so that it finds every brand's
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(26), default=new_id)
    level: Mapped[str] = mapped_column(String(12))
    gtin: Mapped[str | None] = mapped_column(String(14))
    lot_key: Mapped[str | None] = mapped_column(String(400))  # of an item, when an event said it
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Certificate(Base):
    """A claim by a third party about the passport `key`: issuer, scope, validity, hash of its file.

    `kind` is what a required check asks for by name (`Organic`). Of a signed one `partner_id` is the issuer, and
    `signed_key` the key it signed with. `told_at`: when the owner was told that it runs out.
    """

    __tablename__ = "certificate"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400), index=True)
    name: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(200))
    scope: Mapped[str | None] = mapped_column(String(400))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str | None] = mapped_column(String(120))
    number: Mapped[str | None] = mapped_column(String(120))
    partner_id: Mapped[str | None] = mapped_column(String(26))
    signed_key: Mapped[str | None] = mapped_column(String(8))
    told_at: Mapped[datetime | None]
    submission_id: Mapped[int]
    created_at: Mapped[datetime]


class Recall(Base):
    """A recall of everything under the passport `key` (a lot, mostly), open until `closed_at`."""

    __tablename__ = "recall"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400), index=True)
    reason: Mapped[dict[str, str]] = mapped_column(JSON)
    advice: Mapped[dict[str, str]] = mapped_column(JSON)
    submission_id: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class RecallAnswer(Base):
    """What the customer of a shipment did with recalled goods; the newest answer counts. Names nobody."""

    __tablename__ = "recall_answer"

    recall_id: Mapped[str] = mapped_column(ForeignKey("recall.id"), primary_key=True)
    shipment_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    answer: Mapped[str] = mapped_column(String(10))  # kept, returned, destroyed, not_mine
    submission_id: Mapped[int] = mapped_column(_Big)
    answered_at: Mapped[datetime]


class CaptureJob(Base):
    """One EPCIS capture call. `document` is kept only until the job has run."""

    __tablename__ = "capture_job"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    partner_id: Mapped[str | None] = mapped_column(String(26))
    behaviour: Mapped[str] = mapped_column(String(10))
    document: Mapped[bytes | None]
    running: Mapped[bool]
    success: Mapped[bool]
    event_count: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class NamedQuery(Base):
    """An EPCIS query that a brand keeps under a name; `query` is its JSON as it was sent."""

    __tablename__ = "named_query"
    __table_args__ = (UniqueConstraint("brand_id", "name"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class EpcisEvent(Base):
    """A captured event. `document` is the public part of its JSON, byte for byte what the commitment opens to.

    What is commercial or personal of it stands nowhere but in the ledger's openings.
    """

    __tablename__ = "epcis_event"
    __table_args__ = (
        UniqueConstraint("brand_id", "event_id", "revision"),
        Index("epcis_event_by_time", "brand_id", "event_time"),
        _where_set("epcis_event_by_read_point", "read_point", "brand_id"),
        _where_set("epcis_event_by_biz_location", "biz_location", "brand_id"),
        _where_set("epcis_event_by_partner", "partner_id", "id"),
        _where_set("epcis_event_by_transformation", "transformation", "brand_id"),
    )

    id: Mapped[int] = mapped_column(_Big, primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    event_id: Mapped[str] = mapped_column(String(400))
    revision: Mapped[int] = mapped_column(default=0)  # 1 for the same event sent again with its errorDeclaration
    event_type: Mapped[str] = mapped_column(String(200))
    event_time: Mapped[datetime]
    event_zone: Mapped[str] = mapped_column(String(6))
    record_time: Mapped[datetime]
    action: Mapped[str | None] = mapped_column(String(7))
    biz_step: Mapped[str | None] = mapped_column(String(400))
    disposition: Mapped[str | None] = mapped_column(String(400))
    read_point: Mapped[str | None] = mapped_column(String(400))
    biz_location: Mapped[str | None] = mapped_column(String(400))
    error_declared: Mapped[bool] = mapped_column(default=False)
    document: Mapped[bytes]
    partner_id: Mapped[str | None] = mapped_column(String(26))
    signed_key: Mapped[str | None] = mapped_column(String(8))  # the id of the key that its partner signed it with
    typed_by: Mapped[str | None] = mapped_column(String(26))  # the person who typed it into the partner's form
    transformation: Mapped[str | None] = mapped_column(String(400))  # events with the same one are one act
    submission_id: Mapped[int] = mapped_column(_Big)


class EventKey(Base):
    """Which thing an event names and as what: epc, parent, child, input, output, or a class of those."""

    __tablename__ = "event_key"
    __table_args__ = (Index("event_key_by_key", "brand_id", "key", "role"), {"sqlite_with_rowid": False})

    event: Mapped[int] = mapped_column(_Big, ForeignKey("epcis_event.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(12), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    brand_id: Mapped[str] = mapped_column(String(26))


class MasterData(Base):
    """What is known of one place, class or party of a vocabulary; `children` are the keys right below it.

    Its attributes stand nowhere but in the ledger's openings, behind `submission_id`.
    """

    __tablename__ = "master_data"
    __table_args__ = ({"sqlite_with_rowid": False},)

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    kind: Mapped[str] = mapped_column(String(200), primary_key=True)
    children: Mapped[list[str]] = mapped_column(JSON)
    partner_id: Mapped[str | None] = mapped_column(String(26))
    submission_id: Mapped[int] = mapped_column(_Big)
    described_at: Mapped[datetime]


class EndedToken(Base):
    """A nextPageToken that its client gave back: it opens no page any more."""

    __tablename__ = "ended_token"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    ended_at: Mapped[datetime]


class Containment(Base):
    """What was inside what, and when: opened by an aggregation ADD, closed by its DELETE."""

    __tablename__ = "containment"
    __table_args__ = (Index("containment_by_child", "brand_id", "child_key"),)

    id: Mapped[int] = mapped_column(_Big, primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    parent_key: Mapped[str] = mapped_column(String(400), index=True)
    child_key: Mapped[str] = mapped_column(String(400))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
