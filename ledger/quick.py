"""Statements of the hottest paths, handed to the driver past SQLAlchemy's parameter and result machinery.

Only for inserts and selects by key, where that machinery costs more than the database. No subject lives here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Executable, LargeBinary, Table, Text
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError

_NAMED_SQLITE = sqlite_dialect(paramstyle="named")
_OID_NAMES = {BigInteger: "int8", LargeBinary: "bytea", Text: "text"}


class Quick:
    """A statement compiled once per engine. Its parameters are given by name, all of them, each time.

    `by_dialect` gives the statement for "sqlite" and "postgresql", without constants in it. A datetime must be
    aware and is stored as app/db stores it. Rows come back as the driver gives them: select no time here. Errors
    are SQLAlchemy's, without the values of the parameters.
    """

    def __init__(self, by_dialect: Mapping[str, Executable]) -> None:
        self._by_dialect = by_dialect
        self._compiled: dict[str, str] = {}

    def first(self, connection: Connection, values: dict[str, Any]) -> tuple[Any, ...] | None:
        """Execute in the connection's transaction and give the first row, if there is one."""
        with _cursor(connection) as cursor:
            cursor.execute(self._sql(connection), _for(connection, values))
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def number(self, connection: Connection, values: dict[str, Any]) -> int:
        """Execute in the connection's transaction and give the one number of its one row."""
        row = self.first(connection, values)
        assert row is not None  # only for statements that always have a row
        return int(row[0])

    def rows(self, connection: Connection, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Execute in the connection's transaction and give all rows."""
        with _cursor(connection) as cursor:
            cursor.execute(self._sql(connection), _for(connection, values))
            return list(cursor.fetchall())

    def each(self, connection: Connection, rows: Iterable[dict[str, Any]]) -> int:
        """Execute once for each of `rows`, in the connection's transaction; how many rows were changed."""
        with _cursor(connection) as cursor:
            cursor.executemany(self._sql(connection), [_for(connection, row) for row in rows])
            return int(cursor.rowcount)

    def _sql(self, connection: Connection) -> str:
        name = connection.dialect.name
        if name not in self._compiled:
            target = _NAMED_SQLITE if name == "sqlite" else connection.dialect
            self._compiled[name] = str(self._by_dialect[name].compile(dialect=target))  # type: ignore[attr-defined]
        return self._compiled[name]


def both(statement: Executable) -> dict[str, Executable]:
    """The same statement for both engines."""
    return {"sqlite": statement, "postgresql": statement}


def fill(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Put many rows into a table as fast as its engine can, in the connection's transaction.

    On SQLite one prepared insert; on PostgreSQL a binary COPY. For numbers, bytes and texts: no time is converted.
    """
    names = ", ".join(f'"{each}"' for each in columns)
    with _cursor(connection) as cursor:
        if connection.dialect.name == "sqlite":
            places = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)  # noqa: S608  # our names
            return
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as door:
            door.set_types([_OID_NAMES[type(table.c[each].type)] for each in columns])
            for row in rows:
                door.write_row(row)


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """A cursor of the driver; its errors become SQLAlchemy's, and a lost connection is not used again."""
    cursor = connection.connection.cursor()
    dialect = connection.dialect
    try:
        yield cursor
    except dialect.loaded_dbapi.Error as error:
        lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost
        ) from error
    finally:
        cursor.close()


def _for(connection: Connection, values: dict[str, Any]) -> dict[str, Any]:
    """The values as the driver wants them: SQLite has no type for a time."""
    if connection.dialect.name != "sqlite":
        return values
    return {name: _stored(value) if type(value) is datetime else value for name, value in values.items()}


def _stored(at: datetime) -> str:
    """A time as SQLAlchemy's DATETIME writes it into SQLite."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone; every time here is aware")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
