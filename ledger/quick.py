"""Statements of the hottest paths, handed to the driver past SQLAlchemy's machinery of parameters and results.

Only for inserts and selects by key, where that machinery costs more than the database. No subject lives here.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Delete,
    Dialect,
    Float,
    Insert,
    LargeBinary,
    Select,
    Table,
    Text,
    TextClause,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Statement = Select[Any] | CompoundSelect[Any] | Insert | Delete | TextClause
Row = Any  # a named tuple of the columns that the statement gives; of a bare text a tuple
_Convert = Callable[[Any], Any]

_OID_NAMES = {BigInteger: "int8", LargeBinary: "bytea", Text: "text"}


class Quick:
    """A statement compiled once per engine. Its parameters are given by name, all of them, each time.

    `by_dialect` gives the statement for "sqlite" and "postgresql". A list, for an expanding parameter, may have
    any length. Values and rows are converted by their types, as SQLAlchemy does it, and errors are SQLAlchemy's,
    without the values of the parameters.
    """

    def __init__(self, by_dialect: Mapping[str, Statement]) -> None:
        self._by_dialect = by_dialect
        self._plain: dict[str, _Compiled] = {}  # without lists, by the name of the dialect
        self._compiled: dict[tuple[object, ...], _Compiled] = {}

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """Execute in the connection's transaction and give the first row, if there is one."""
        return next(iter(self.rows(connection, values)), None)

    def number(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Execute in the connection's transaction and give the one number of its one row."""
        ((number,),) = self.rows(connection, values)
        return int(number)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Execute in the connection's transaction and give all rows."""
        compiled = self._for(connection.dialect, values)
        bound = compiled.bound(values)
        try:
            found = _driver(connection).execute(compiled.sql, bound).fetchall()
        except Exception as error:
            _tell(connection, error)
            raise
        return compiled.given(found)

    def put(self, connection: Connection, values: Mapping[str, Any]) -> int | None:
        """Insert a row in the connection's transaction and give its id; None where the statement put none in.

        The statement returns the id on PostgreSQL. On SQLite the driver knows it, and to return it costs more.
        """
        compiled = self._for(connection.dialect, values)
        bound = compiled.bound(values)
        try:
            cursor = _driver(connection).execute(compiled.sql, bound)
            if connection.dialect.name == "sqlite":
                return int(cursor.lastrowid) if cursor.rowcount == 1 else None
            row = cursor.fetchone()
        except Exception as error:
            _tell(connection, error)
            raise
        return None if row is None else int(row[0])

    def each(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
        """Execute once for each of `rows`, in the connection's transaction; how many rows were changed."""
        compiled = self._for(connection.dialect, {})
        bound = [compiled.bound(row) for row in rows]
        try:
            cursor = _driver(connection).cursor()
            cursor.executemany(compiled.sql, bound)
        except Exception as error:
            _tell(connection, error)
            raise
        return int(cursor.rowcount)

    def _for(self, dialect: Dialect, values: Mapping[str, Any]) -> "_Compiled":
        plain = self._plain.get(dialect.name)
        if plain is not None:
            return plain
        place = dialect.name, *[_rounded(len(each)) for each in values.values() if type(each) is list]
        compiled = self._compiled.get(place)
        if compiled is None:
            compiled = self._compiled[place] = _compile(self._by_dialect[dialect.name], dialect, values)
            if not compiled.lists:
                self._plain[dialect.name] = compiled
        return compiled


def both(statement: Statement) -> dict[str, Statement]:
    """The same statement for both engines."""
    return {"sqlite": statement, "postgresql": statement}


def fill(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Put many rows into a table as fast as its engine can, in the connection's transaction.

    On SQLite one prepared insert; on PostgreSQL a binary COPY. For numbers, bytes and texts: no time is converted.
    """
    names = ", ".join(f'"{each}"' for each in columns)
    cursor = _driver(connection).cursor()
    try:
        if connection.dialect.name == "sqlite":
            places = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)  # noqa: S608  # our names
            return
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as door:
            door.set_types([_OID_NAMES[type(table.c[each].type)] for each in columns])
            for row in rows:
                door.write_row(row)
    except Exception as error:
        _tell(connection, error)
        raise


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as text for the driver, for lists of certain lengths, with what converts values and rows."""

    sql: str
    constants: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    take: Callable[[Mapping[str, Any]], Mapping[str, Any] | Sequence[Any]]
    writers: Sequence[tuple[str, _Convert]]
    readers: Sequence[tuple[int, _Convert]]
    row: Callable[[Iterable[Any]], Row]

    def bound(self, values: Mapping[str, Any]) -> Mapping[str, Any] | Sequence[Any]:
        """The values as the driver takes them; a list is filled up with its last one, which IN does not mind."""
        bound = {**values, **self.constants}
        for name, write in self.writers:
            bound[name] = write(bound[name])
        for name, places in self.lists.items():
            members = bound.pop(name)
            bound.update(zip(places, members + members[-1:] * (len(places) - len(members)), strict=True))
        return self.take(bound)

    def given(self, rows: Iterable[Sequence[Any]]) -> list[Row]:
        """The driver's rows as SQLAlchemy gives them."""
        if self.readers:
            rows = [self._read(list(row)) for row in rows]
        return [self.row(row) for row in rows]

    def _read(self, columns: list[Any]) -> list[Any]:
        for at, read in self.readers:
            columns[at] = read(columns[at])
        return columns


def _rounded(length: int) -> int:
    """The next power of two, so that a few texts of a statement do for lists of every length."""
    return 1 << (length - 1).bit_length() if length else 0


def _compile(statement: Statement, dialect: Dialect, values: Mapping[str, Any]) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    names = [name for name, each in compiled.binds.items() if each.required]
    lengths = {name: _rounded(len(each)) for name, each in values.items() if type(each) is list}
    state = compiled.construct_expanded_state({name: [None] * lengths.get(name, 0) for name in names})
    types = {name: each.type.dialect_impl(dialect) for name, each in compiled.binds.items()}
    columns = [] if isinstance(statement, TextClause) else list(statement.exported_columns)
    return _Compiled(
        sql=state.statement,
        constants={name: value for name, value in state.parameters.items() if name not in names},
        lists={name: places for name, places in state.parameter_expansion.items() if name in names},
        take=_taker(state.positiontup),
        writers=[(name, write) for name in names if (write := _writer(types[name], dialect))],
        readers=[(at, read) for at, each in enumerate(columns) if (read := _reader(each.type, dialect))],
        row=_row_of([str(each.key) for each in columns]) if columns else tuple,
    )


def _taker(order: Sequence[str] | None) -> Callable[[Mapping[str, Any]], Mapping[str, Any] | Sequence[Any]]:
    """What puts the values into the order of a driver that counts places; another one takes them by name."""
    if order is None:
        return lambda values: values
    if len(order) < 2:  # for which the getter would give no tuple
        return lambda values: [values[name] for name in order]
    return itemgetter(*order)


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    if isinstance(kind, LargeBinary):  # both drivers take bytes as they are; the dialect would wrap them
        return None
    return kind.bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    if isinstance(kind, Float):  # both drivers give it as one; the dialect would ask for the column's number
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _row_of(names: Sequence[str]) -> Callable[[Iterable[Any]], Row]:
    kind: Any = namedtuple("_Row", names)  # type: ignore[misc]  # the names are known when it runs
    make: Callable[[Iterable[Any]], Row] = kind._make
    return make


def _driver(connection: Connection) -> Any:
    """The driver's own connection, in the transaction that SQLAlchemy opened on it."""
    return connection.connection.dbapi_connection


def _tell(connection: Connection, error: Exception) -> None:
    """Raise an error of the driver as SQLAlchemy's, and let a lost connection not be used again."""
    dialect = connection.dialect
    if not isinstance(error, dialect.loaded_dbapi.Error):
        return
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        None, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost
    ) from error
