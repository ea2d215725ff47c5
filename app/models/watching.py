"""Who watches an item, what they are told, and what the house found wrong with a log. Imports only app/db."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_Big = BigInteger().with_variant(Integer, "sqlite")


class Watch(Base):
    """Somebody's wish to hear of a thing. `sealed` is the address, encrypted with a key outside the database.

    state: waiting (a mail with a link was sent), confirmed, ended (`sealed` is empty then). `mark` is a keyed hash
    of the address, by which a second wish of the same person is found.
    """

    __tablename__ = "watch"
    __table_args__ = (
        UniqueConstraint("brand_id", "key", "mark"),
        Index("watch_by_state", "state", "brand_id", "key"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(400))
    mark: Mapped[bytes]
    sealed: Mapped[bytes | None]
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10))
    confirm_token: Mapped[str | None] = mapped_column(String(32), unique=True)
    stop_token: Mapped[str] = mapped_column(String(32), unique=True)
    seen_version: Mapped[int] = mapped_column(default=0)  # of the passport
    seen_event: Mapped[int] = mapped_column(_Big, default=0)
    told_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class WatchMail(Base):
    """One mail to a watcher; `key` makes it one. `facts` are codes and public keys of things, never an address."""

    __tablename__ = "watch_mail"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    watch_id: Mapped[str] = mapped_column(ForeignKey("watch.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(20))  # confirm, news, recall, misbehaved
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class LogFinding(Base):
    """Something that the house itself found wrong with a brand's log; open until it is right again."""

    __tablename__ = "log_finding"
    __table_args__ = (Index("log_finding_open", "brand_id", "closed_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    what: Mapped[str] = mapped_column(String(20))
    index: Mapped[int | None] = mapped_column("place", _Big)
    sentence: Mapped[str] = mapped_column(String(500))
    found_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
