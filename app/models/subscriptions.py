"""Who is told of what a kept EPCIS query finds. Imports only app/db."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_Big = BigInteger().with_variant(Integer, "sqlite")


class Subscription(Base):
    """A server that is told what a named query finds. `secret` is sealed with a key outside the database.

    `next_index`: the entry of the brand's log from which on it has not been told; it moves on with each answer of
    200 alone. state: on, or failing (by us, after days without one). `partner_id`: as whom it reads.
    """

    __tablename__ = "subscription"
    __table_args__ = (Index("subscription_by_due", "state", "due_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    query_id: Mapped[str] = mapped_column(ForeignKey("named_query.id", ondelete="CASCADE"), index=True)
    partner_id: Mapped[str | None] = mapped_column(String(26))
    dest: Mapped[str] = mapped_column(String(500))
    secret: Mapped[bytes | None]
    schedule: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # None: it is streamed to
    report_if_empty: Mapped[bool]
    links: Mapped[bool]  # identifiers as Digital Links
    initial_record_time: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10))
    next_index: Mapped[int] = mapped_column(_Big)
    at_once: Mapped[int]
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_notified_at: Mapped[datetime | None]
