"""OAuth tokens at rest, sealed, shared by all workers. Each verb is a short transaction of its own."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from carriers.tables import Token


class Box(Protocol):
    """Seals and opens secrets with a key outside the database."""

    def seal(self, value: bytes) -> bytes: ...

    def open(self, sealed: bytes) -> bytes: ...


class StoredTokens:
    """The `Tokens` of carriers.http, in the database."""

    def __init__(self, db: sessionmaker[Session], box: Box) -> None:
        self._db = db
        self._box = box

    def get(self, account_id: str, now: datetime) -> str | None:
        """A token that need not be refreshed yet, or None."""
        with self._db.begin() as session:
            row = session.get(Token, account_id)
        return self._box.open(row.sealed).decode() if row and row.refresh_at > now else None

    def put(self, account_id: str, token: str, refresh_at: datetime) -> None:
        """Keep a token for everybody until `refresh_at`."""
        row = {"sealed": self._box.seal(token.encode()), "refresh_at": refresh_at}
        with self._db.begin() as session:
            insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
            session.execute(
                insert(Token)
                .values(account_id=account_id, **row)
                .on_conflict_do_update(index_elements=["account_id"], set_=row)
            )
