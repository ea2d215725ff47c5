"""Bring a database to a schema, and write the next step. What the steps do is in versions/, made by Alembic."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.db import make_engine


def upgrade(url: str, to: str = "head") -> None:
    """Take a database to the newest schema, or to a named step; all of it in one transaction.

    Safe to call when there is nothing to do, and while another process does the same: the second one waits.
    """
    _in_one_transaction(url, lambda config: command.upgrade(config, to))


def downgrade(url: str, to: str = "base") -> None:
    """Take a database back to a named step; "base" drops every table with all that is in it."""
    _in_one_transaction(url, lambda config: command.downgrade(config, to))


def newest() -> str | None:
    """The name of the newest step that this release knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current(engine: Engine) -> str | None:
    """The name of the step that a database stands at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def write_revision(url: str, message: str) -> None:
    """Write the next step from what the tables of the rooms say and what the database at `url` has."""
    number = f"{len(list(ScriptDirectory.from_config(_config()).walk_revisions())) + 1:04}"
    _in_one_transaction(url, lambda c: command.revision(c, message, autogenerate=True, rev_id=number))


def _in_one_transaction(url: str, act: Callable[[Config], object]) -> None:
    engine = make_engine(url)
    config = _config()
    try:
        with engine.connect() as connection, _free_of_references(connection), connection.begin():
            config.attributes["connection"] = connection
            act(config)
            _check_references(connection)
    finally:
        engine.dispose()


@contextmanager
def _free_of_references(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying and dropping it: what refers to it must not stop that, nor go with it.

    So its manual says (lang_altertable, section 7); it can be switched outside of a transaction only.
    """
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.cursor().execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise RuntimeError(f"a row of {broken[0]} would refer to nothing in {broken[2]}; nothing was changed")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
