"""The first answer to a request with an idempotency key, kept for 24 hours. No HTTP here: app/web/idempotency."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models.brands import IdempotencyKey
from app.sealed import Box

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Kept:
    """An answer as it was given; `sealed` because it may hold a credential that is shown once."""

    request_sha256: bytes
    status: int
    headers: dict[str, str]
    sealed: bytes


def claim(session: Session, caller: str, key: str, request_sha256: bytes, now: datetime) -> Kept | None:
    """Claim a key for the transaction of `session`. None: it is ours, act. Otherwise the answer given before.

    While another transaction holds the same key this waits for its end; if that one rolls back, the key is ours.
    """
    mine = IdempotencyKey.caller == caller, IdempotencyKey.key == key
    session.execute(delete(IdempotencyKey).where(*mine, IdempotencyKey.created_at <= now - KEPT_FOR))
    if _insert(session, caller=caller, key=key, request_sha256=request_sha256, created_at=now):
        return None
    row = session.execute(select(IdempotencyKey).where(*mine)).scalar_one()
    assert row.status is not None and row.body is not None  # noqa: PT018  # stored with the claim, or neither is
    return Kept(row.request_sha256, row.status, row.headers, row.body)


def _insert(session: Session, **values: Any) -> bool:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(IdempotencyKey).values(id=new_id(), headers={}, **values)
    return bool(session.execute(row.on_conflict_do_nothing().returning(IdempotencyKey.id)).all())


def keep_answer(
    session: Session, caller: str, key: str, status: int, headers: dict[str, str], body: bytes, box: Box
) -> None:
    """Store the answer to a claimed key, to be committed with the act itself."""
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.caller == caller, IdempotencyKey.key == key)
        .values(status=status, headers=headers, body=box.seal(body))
    )


def forget_old(session: Session, now: datetime) -> int:
    """Delete answers older than 24 hours. Returns how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at <= now - KEPT_FOR)
    return len(session.execute(old.returning(IdempotencyKey.id)).all())
