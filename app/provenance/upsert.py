"""Insert a row or change the one that is there: the one statement that SQLite and PostgreSQL spell apart."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Insert = sqlite.Insert | postgresql.Insert


def insert_into(table: Table, dialect: str) -> Insert:
    """An INSERT of this dialect ("sqlite" or "postgresql"), ready for its ON CONFLICT."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def dialect_of(session: Session) -> str:
    """The name of the engine behind the session."""
    return session.get_bind().dialect.name
