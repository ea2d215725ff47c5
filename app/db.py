"""Engines, sessions and the base of the house's tables. No query of any subject lives here."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import DateTime, Engine, LargeBinary, create_engine, event
from sqlalchemy.dialects.sqlite import DATETIME as SQLITE_DATETIME
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

Db = sessionmaker[Session]

_READ_ONLY = "wayproof_read_only"
_READER = "wayproof_reader"
_RESTS = "wayproof_rests"
_RESTED_S = 1.0
# A process that was stopped in mid-transaction, as with its machine, must not keep the others waiting for ever.
_PATIENCE = {"timezone": "utc", "idle_in_transaction_session_timeout": "60s", "lock_timeout": "30s"}
# A capture changes a line or two in each of a dozen pages, and its commit writes them whole: so half of SQLite's
# own size. A database that stands keeps the size that it has.
_PAGE = "page_size=2048"
# 32 MB, not 2: copying the pages back every sixty commits costs as much again.
_WAL_PAGES = "wal_autocheckpoint=16000"


class Base(DeclarativeBase):
    """Base of app/models; the workshops have bases of their own."""

    type_annotation_map = {datetime: DateTime(timezone=True), bytes: LargeBinary}


class _AwareOnSqlite(SQLITE_DATETIME):
    """SQLite keeps no zone: store UTC, give back aware UTC, refuse a naive time."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        return _utc_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        def aware(value: str | None) -> datetime | None:
            return None if value is None else datetime.fromisoformat(f"{value}+00:00")

        return aware


_last: tuple[datetime | None, str | None] = None, None


def _utc_text(value: datetime | None) -> str | None:
    """A time as SQLite keeps it. One verb writes its `now` into row after row, so the last one is remembered."""
    global _last
    known, text = _last
    if value is known:
        return text
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone; every time here is aware")
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    _last = value, text
    return text


def make_engine(url: str) -> Engine:
    """An engine for a SQLite file or a PostgreSQL database, set up so that a commit is durable.

    SQLite: WAL, synchronous=FULL, 10 s busy timeout, foreign keys on; the driver's own BEGIN is off and
    a writing transaction opens with BEGIN IMMEDIATE, so that two writers queue instead of failing late.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(
        url,
        hide_parameters=True,  # an error that is logged must not carry what a row was to hold
        pool_size=40,  # opened as threads need them; to wait for one of few halves the rate of 32 writers
        max_overflow=0,
        connect_args={"options": " ".join(f"-c {name}={value}" for name, value in _PATIENCE.items())},
    )
    _try_rested_connections(engine)
    return engine


def _try_rested_connections(engine: Engine) -> None:
    """Ask a connection that rested whether its server is still there, before it is handed out.

    Not each time, as `pool_pre_ping` does: one that worked a moment ago is told by its next statement, and the
    question is a fourth of what a small transaction costs.
    """
    dialect = engine.dialect

    @event.listens_for(engine, "checkin")
    def rest(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS] = monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if monotonic() - record.info.get(_RESTS, monotonic()) < _RESTED_S:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the server is gone since this connection rested") from error


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=16,  # a connection for each thread: to open one costs more than to read a page's rows
        connect_args={"timeout": 10, "check_same_thread": False},
    )
    engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: _AwareOnSqlite}

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        for pragma in (
            _PAGE,
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=10000",
            "foreign_keys=ON",
            _WAL_PAGES,
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        opening = "BEGIN" if connection.get_execution_options().get(_READ_ONLY) else "BEGIN IMMEDIATE"
        try:
            connection.connection.cursor().execute(opening)
        except sqlite3.OperationalError as error:  # past the driver's wrapping, for speed: so wrapped here
            raise OperationalError(opening, None, error, hide_parameters=True) from error

    return engine


def make_db(engine: Engine, info: Mapping[Any, Any] | None = None) -> Db:
    """The sessionmaker that is handed about as `db`; `with db.begin() as session:` writes.

    Every session carries `info`, such as the ring that opens the ledger's closed values.
    """
    reader = engine.execution_options(**{_READ_ONLY: True})
    return sessionmaker(engine, class_=_Writing, expire_on_commit=False, info={**(info or {}), _READER: reader})


class _Writing(Session):
    """A session that remembers the connection of its transaction: asking for it costs as much as a statement."""

    _at_hand: Connection | None = None

    def connection(self, *how: Any, **more: Any) -> Connection:
        """As of every session. Within a savepoint it is always asked for: that is what opens the savepoint."""
        known = self._at_hand
        if known is None or how or more or self.in_nested_transaction() or not known.in_transaction():
            known = self._at_hand = super().connection(*how, **more)
        return known


_one_at_a_time = Lock()


def turn(db: Db) -> AbstractContextManager[object]:
    """A thread's turn to read in many short statements, as for a page; not for what may take long.

    On SQLite nothing is waited for meanwhile, but at every row another thread may take the interpreter:
    threads that do cost each other almost as much again as a page. On PostgreSQL they need not wait for a turn.
    """
    return _one_at_a_time if db.kw["bind"].dialect.name == "sqlite" else nullcontext()


class _Reading(Session):
    """A session over a connection that is in its transaction already, so that asking for it costs nothing."""

    def connection(self, *_: Any, **__: Any) -> Connection:
        """The one connection of this session."""
        assert isinstance(self.bind, Connection)
        return self.bind


@contextmanager
def reading(db: Db) -> Iterator[Session]:
    """A session that only reads: on SQLite it takes no write lock and sees one moment of the database."""
    info = db.kw["info"]
    with info[_READER].connect() as connection:
        connection.begin()
        with _Reading(connection, info=info) as session:
            yield session
