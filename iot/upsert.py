"""INSERT … ON CONFLICT for whichever engine the session speaks to. No table of its own."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def insert_into(session: Session, table: type[DeclarativeBase]) -> Any:
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`.

    SQLAlchemy gives the two dialects separate classes with the same methods, hence Any.
    """
    name = session.get_bind().dialect.name
    return sqlite.insert(table) if name == "sqlite" else postgresql.insert(table)
