"""Messages that are kept but are no readings, each with its reason. Nothing is thrown away here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from iot.reading import Message, Refusal
from iot.tables import Quarantine

_KEPT_BYTES = 256 * 1024  # of a payload that is too large to be read; its length stands in the detail


@dataclass(frozen=True)
class Kept:
    """A quarantined message, or one map of it."""

    id: int
    topic: str
    reason: str
    detail: str
    position: int
    payload: bytes
    recv_at: datetime


def row(message: Message, refusal: Refusal, now: datetime) -> dict[str, Any]:
    """The row of a refusal, for `keep`."""
    levels = message.topic.split("/")
    return {
        "brand_slug": levels[1][:40] if len(levels) > 1 else None,
        "topic": message.topic[:200].replace("\x00", "\ufffd"),
        "reason": refusal.reason.value,
        "detail": refusal.detail[:200].replace("\x00", "\ufffd"),
        "position": refusal.position,
        "payload": message.payload[:_KEPT_BYTES],
        "recv_at": now,
    }


def keep(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Write the rows; durable when the caller commits."""
    if rows := list(rows):
        session.execute(insert(Quarantine), rows)


def newest(session: Session, brand_slug: str, limit: int = 100) -> list[Kept]:
    """What waits in quarantine for a brand, newest first."""
    rows = session.scalars(
        select(Quarantine).where(Quarantine.brand_slug == brand_slug).order_by(Quarantine.id.desc()).limit(limit)
    )
    return [Kept(r.id, r.topic, r.reason, r.detail, r.position, r.payload, r.recv_at) for r in rows]
