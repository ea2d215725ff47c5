"""Endpoints that hear of what happens, and what was sent to each. Imports only app/db."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_Big = BigInteger().with_variant(Integer, "sqlite")


class WebhookEndpoint(Base):
    """Somebody's server that hears of a brand's entries. Both secrets are sealed with a key outside the database.

    state: on, off (by a person), failing (by us, after days without an answer). `next_index`: the entry of the
    brand's log that it hears of next, so an endpoint that is off loses nothing. `failures` are those in a row.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(500))
    topics: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[bytes]
    old_secret: Mapped[bytes | None]
    old_secret_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10))
    next_index: Mapped[int] = mapped_column(_Big)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One entry for one endpoint. `place` is its index in the log; a sample has none.

    state: queued, waiting (its row is in the outbox), sent, dead. `lane` names what it is about: of one lane the
    next is sent when the one before has arrived or was given up. `round` counts sendings asked for by hand.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "place"),
        Index("webhook_delivery_by_state", "endpoint_id", "state", "number"),
        Index("webhook_delivery_by_lane", "endpoint_id", "lane", "number"),
    )

    number: Mapped[int] = mapped_column(_Big, primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    place: Mapped[int | None] = mapped_column(_Big)
    type: Mapped[str] = mapped_column(String(80))
    lane: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
