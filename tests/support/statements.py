"""What a session says to its database, heard at the driver, so that no statement goes unheard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Cursor
from sqlalchemy.orm import Session


@contextmanager
def heard(session: Session) -> Iterator[list[str]]:
    """The texts of the statements of this session, while the block lasts."""
    said: list[str] = []
    driver: Any = session.connection().connection.dbapi_connection
    if session.connection().dialect.name == "sqlite":
        driver.set_trace_callback(said.append)
        yield said
        driver.set_trace_callback(None)
        return

    class Heard(Cursor[Any]):
        def execute(self, query: Any, *rest: Any, **named: Any) -> Any:
            said.append(str(query))
            return super().execute(query, *rest, **named)

    driver.cursor_factory = Heard
    yield said
    driver.cursor_factory = Cursor
