"""The rows of the carriers' workshop: what is polled when, what was heard, and how each account stands.

Ids of the house (brand, parcel, submission) are plain values here; nothing refers across rooms.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Base of the carriers' tables."""

    type_annotation_map = {datetime: DateTime(timezone=True), bytes: LargeBinary}


class PollState(Base):
    """When a parcel is asked about next, and who is asking now. `next_at` None: closed, never asked again."""

    __tablename__ = "carrier_poll"
    __table_args__ = (Index("carrier_poll_due", "next_at"),)

    parcel_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(60), index=True)  # "{brand_id}:{carrier}"
    brand_id: Mapped[str] = mapped_column(String(26))
    carrier: Mapped[str] = mapped_column(String(30))
    tracking_number: Mapped[str] = mapped_column(String(60))
    next_at: Mapped[datetime | None]
    interval_s: Mapped[int]
    unchanged: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    claimed_until: Mapped[datetime | None]
    last_answer_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(20))  # settled, unresolved
    hinted_at: Mapped[datetime | None]  # when an unsigned callback asked us to look, until somebody has looked


class CarrierState(Base):
    """How one account with one carrier stands: requests used today, failures in a row, silent until when and why.

    `stretch`: how much longer than wished the waits must be for the quota to last the day; None until planned.
    """

    __tablename__ = "carrier_state"

    account_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    day: Mapped[date]  # UTC; quotas begin anew at 00:00 GMT
    used: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None]
    cause: Mapped[str | None] = mapped_column(String(12))  # quota, retry_after, failures, credentials, no_account
    error: Mapped[str | None] = mapped_column(String(300))
    stretch: Mapped[float | None]


class Token(Base):
    """An OAuth access token shared by all workers; `sealed` is encrypted by the house's box."""

    __tablename__ = "carrier_token"

    account_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    sealed: Mapped[bytes]
    refresh_at: Mapped[datetime]


class StoredEvent(Base):
    """A tracking event as it was told, never overwritten: a fuller telling is a row of its own."""

    __tablename__ = "tracking_event"
    __table_args__ = (UniqueConstraint("parcel_id", "dedupe_key"),)

    id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=True)
    brand_id: Mapped[str] = mapped_column(String(26))
    parcel_id: Mapped[str] = mapped_column(String(26), index=True)
    dedupe_key: Mapped[str] = mapped_column(String(64))
    carrier: Mapped[str] = mapped_column(String(30))
    status: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(24))
    sub_state: Mapped[str | None] = mapped_column(String(24))
    physical: Mapped[bool]
    occurred_text: Mapped[str] = mapped_column(String(64))
    occurred_local: Mapped[str | None] = mapped_column(String(32))  # naive, so a text: the reading at the place
    occurred_on: Mapped[date | None]
    offset_s: Mapped[int | None]
    occurred_utc: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(String(16))
    placeholder: Mapped[bool]
    code: Mapped[str | None] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(String(500))
    remark: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    piece: Mapped[str | None] = mapped_column(String(60))
    carrier_ref: Mapped[str | None] = mapped_column(String(120))
    received_at: Mapped[datetime]
    submission_id: Mapped[int]
    evidence: Mapped[str] = mapped_column(String(16), default="polled", server_default="polled")
    amends: Mapped[int | None]  # the submission of the first telling, when this one only improves it


class RawAnswer(Base):
    """The newest answer about a parcel, what names or finds a person cut out; for support and claims."""

    __tablename__ = "carrier_answer"

    parcel_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))  # of the bytes as received
    body: Mapped[bytes]
    received_at: Mapped[datetime]


class LaneChoice(Base):
    """Which carrier a person named for numbers of one format on one lane; outranks what the numbers say."""

    __tablename__ = "carrier_choice"

    brand_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    origin: Mapped[str] = mapped_column(String(2), primary_key=True)  # empty: not known
    destination: Mapped[str] = mapped_column(String(2), primary_key=True)
    format: Mapped[str] = mapped_column(String(40), primary_key=True)
    carrier: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[str] = mapped_column(String(26))
    chosen_at: Mapped[datetime]
