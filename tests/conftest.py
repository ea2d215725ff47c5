"""Fixtures that every room may use: real databases, one fresh for each test, on SQLite and on PostgreSQL."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from app.db import Db, make_db, make_engine
from app.ring import FileRing
from ledger.vault import hand_ring
from tests.support import postgres, schema

pytest_plugins = ["tests.again", "tests.strict"]

# An example that takes long says that the machine is busy, not that the code is wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a running PostgreSQL server with a migrated database named `template_wayproof`.

    Its folder is not one of pytest's: the next run of pytest would close that to the server's own user.
    """
    with tempfile.TemporaryDirectory(prefix="wayproof-postgres-") as folder:
        server = postgres.start(Path(folder))
        if server is None:
            pytest.skip("no PostgreSQL: neither on the path nor in a wheel")
        try:
            schema.create(server.make("template_wayproof"))
            yield server.url
        finally:
            server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    schema.create(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty, migrated SQLite file of this test alone."""
    copy = tmp_path / "wayproof.db"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database of this test alone, once on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    base = request.getfixturevalue("postgres_url")
    name = f"t_{uuid.uuid4().hex}"
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_wayproof"))
    yield postgres.named(base, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def db(database_url: str, tmp_path: Path) -> Iterator[Db]:
    engine = make_engine(database_url)
    yield make_db(engine, hand_ring({}, FileRing(tmp_path)))
    engine.dispose()


@pytest.fixture
def now() -> datetime:
    return NOW
