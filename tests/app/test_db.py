from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    OperationalError,
    PendingRollbackError,
    StatementError,
)

from app.db import _PATIENCE, Db, make_db, make_engine, reading
from app.ids import new_id
from app.models.brands import Brand


def brand(created_at: datetime) -> Brand:
    return Brand(id=new_id(), slug="ada", name="Ada", log_id=1, log_key="k", created_at=created_at)


def test_a_time_comes_back_aware_and_in_utc(db: Db) -> None:
    local = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    with db.begin() as session:
        session.add(row := brand(local))
    with reading(db) as session:
        stored = session.get_one(Brand, row.id).created_at
    assert stored == local
    assert stored.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused_on_sqlite(sqlite_url: str) -> None:
    db = make_db(make_engine(sqlite_url))
    with pytest.raises(StatementError, match="no time zone"), db.begin() as session:
        session.add(brand(datetime(2026, 3, 2)))


def test_two_ids_of_one_moment_differ_and_sort_near_their_time() -> None:
    first, second = new_id(), new_id()
    assert first != second
    assert len(first) == 26
    assert first[:8] == second[:8]


def test_a_savepoint_takes_back_only_what_was_written_within_it(db: Db) -> None:
    kept, lost = brand(datetime.now(UTC)), brand(datetime.now(UTC))
    put = insert(Brand.__table__)
    with db.begin() as session:
        session.connection().execute(put, _columns(kept))
        within = session.begin_nested()
        session.connection().execute(put, _columns(lost) | {"slug": "ben", "log_key": "l"})
        within.rollback()
        assert session.connection().scalar(select(Brand.id)) == kept.id
    with reading(db) as session:
        assert session.scalars(select(Brand.id)).all() == [kept.id]


def test_a_session_that_was_rolled_back_writes_in_a_transaction_again(db: Db) -> None:
    row = brand(datetime.now(UTC))
    with db() as session:
        session.connection().execute(insert(Brand.__table__), _columns(row))
        session.rollback()
        assert session.connection().in_transaction()
        assert session.connection().scalar(select(Brand.id)) is None


def test_after_a_refused_row_nothing_more_is_written(db: Db) -> None:
    with db() as session:
        session.add_all([brand(datetime.now(UTC)), brand(datetime.now(UTC))])  # two of one slug
        with pytest.raises(IntegrityError):
            session.flush()
        with pytest.raises(PendingRollbackError):
            session.connection()


def _columns(row: Brand) -> dict[str, object]:
    given = {each.name: getattr(row, each.name) for each in Brand.__table__.c}
    return {**given, "colour": "#0b5d4f", "language": "en", "settings": {}}


def test_reading_sees_what_was_committed(db: Db) -> None:
    with db.begin() as session:
        session.add(brand(datetime(2026, 1, 1, tzinfo=UTC)))
    with reading(db) as session:
        assert session.query(Brand).count() == 1


def test_a_database_that_another_holds_too_long_is_told_as_every_other_error_of_the_database(
    sqlite_url: str,
) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as holder, engine.connect() as waiting:
        holder.execute(text("SELECT 1"))
        assert waiting.connection.dbapi_connection is not None
        waiting.connection.dbapi_connection.execute("PRAGMA busy_timeout=1")
        with pytest.raises(OperationalError, match="locked"):
            waiting.execute(text("SELECT 1"))


def test_a_connection_whose_server_went_while_it_rested_is_replaced_unseen(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.db._RESTED_S", 0.0)
    engine, other = make_engine(postgres_url), make_engine(postgres_url)
    with engine.connect() as connection:
        first = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.begin() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 60000)"), {"pid": first})
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != first
    engine.dispose()
    other.dispose()


LOCK = text("SELECT pg_advisory_xact_lock(7)")


def test_nobody_waits_for_a_lock_for_ever(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_PATIENCE, "lock_timeout", "100ms")
    engine = make_engine(postgres_url)
    with engine.connect() as holder, engine.connect() as waiting:
        holder.execute(LOCK)
        with pytest.raises(OperationalError, match="lock timeout"):
            waiting.execute(LOCK)
    engine.dispose()


def test_a_process_that_stands_still_in_a_transaction_loses_its_locks(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_PATIENCE, "idle_in_transaction_session_timeout", "100ms")
    engine = make_engine(postgres_url)
    with engine.connect() as still, engine.begin() as waiting:
        still.execute(LOCK)
        waiting.execute(LOCK)
        with pytest.raises(DBAPIError):
            still.execute(text("SELECT 1"))
    engine.dispose()
