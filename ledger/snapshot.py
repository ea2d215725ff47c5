"""Reading one moment of the database, as the integrator and the auditor need it. No query lives here."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

Db = sessionmaker[Session]


@contextmanager
def snapshot(db: Db) -> Iterator[Session]:
    """A session that only reads, and sees the same moment in every statement, on both engines.

    On SQLite the option makes the house's engine open a plain BEGIN, which takes no write lock.
    """
    with db() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.connection(execution_options={"wayproof_read_only": True})
        else:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
