"""The migrations make exactly the tables that the rooms describe, on both engines, and can be taken back."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, create_engine, insert, inspect, text

from app.db import make_engine
from app.migrations import steps
from app.schema import all_metadata
from tests.support import postgres


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    base = request.getfixturevalue("postgres_url")
    name = f"e_{uuid.uuid4().hex}"
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.named(base, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, all_metadata())


def test_the_migrations_make_what_the_tables_say(empty_url: str, engine: Engine) -> None:
    steps.upgrade(empty_url)
    assert differences(engine) == []
    assert steps.current(engine) == steps.newest()


def test_going_down_leaves_nothing_behind(empty_url: str, engine: Engine) -> None:
    steps.upgrade(empty_url)
    steps.downgrade(empty_url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    steps.upgrade(empty_url)
    assert differences(engine) == []


def test_a_second_upgrade_changes_nothing(empty_url: str, engine: Engine) -> None:
    steps.upgrade(empty_url)
    steps.upgrade(empty_url)
    assert steps.current(engine) == steps.newest()


def test_an_empty_database_stands_at_no_step(engine: Engine) -> None:
    assert steps.current(engine) is None


def test_every_row_of_the_first_release_is_kept_on_the_way_up(empty_url: str, engine: Engine) -> None:
    steps.upgrade(empty_url, "0001")
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(insert(table), _row(table))
    before = counts(engine, tables)
    steps.upgrade(empty_url)
    assert counts(engine, tables) == before
    assert differences(engine) == []


def counts(engine: Engine, tables: MetaData) -> dict[str, int]:
    with engine.connect() as connection:
        names = [each.name for each in tables.sorted_tables]
        return {each: connection.execute(text(f'SELECT count(*) FROM "{each}"')).scalar_one() for each in names}


_SAMPLES = {
    bool: True,
    int: 1,
    float: 1.0,
    Decimal: Decimal(1),
    str: "x",
    bytes: b"x",
    object: {},  # JSON
    date: date(2026, 3, 2),
    datetime: datetime(2026, 3, 2, tzinfo=UTC),
}


def _row(table: Table) -> dict[str, object]:
    """A row with something in every column; the same of each kind, so that references between tables hold."""
    return {each.name: _SAMPLES[each.type.python_type] for each in table.columns}
