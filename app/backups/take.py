"""Taking a backup while the house runs: one moment of the database, and a manifest that says how far it goes."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine

from app.backups import engines, manifest
from app.backups.engines import BackupError, Progress
from app.backups.manifest import LogState, Manifest
from app.db import make_db, make_engine, reading
from app.migrations.steps import current
from ledger.log import logs


def take(url: str, folder: Path, now: datetime, progress: Progress) -> Manifest:
    """Copy the database at `url` into a new folder; it appears when it is whole, and never half.

    What the manifest says of the logs is at least in the copy, which is made afterwards. Raises BackupError.
    """
    with _new_folder(folder) as draft:
        states = log_states(url)
        engines.dump(url, draft / manifest.DATABASE, progress)
        taken = Manifest(
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            engine="sqlite" if engines.is_sqlite(url) else "postgresql",
            schema=_schema(url),
            logs=tuple(states),
            files={manifest.DATABASE: manifest.sha256(draft / manifest.DATABASE)},
        )
        taken.write(draft)
    return taken


def take_keys(keys: Path, folder: Path) -> int:
    """Copy the private keys and their marks into a new folder that its owner alone may read; how many files.

    They belong on another shelf than the database: whoever has both can read what is encrypted and sign.
    """
    with _new_folder(folder) as draft:
        return copy_keys(keys, draft)


def copy_keys(source: Path, target: Path) -> int:
    """Copy key files and marks, each readable by its owner alone; how many."""
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    files = [each for each in sorted(source.rglob("*")) if each.is_file() and not each.name.startswith(".")]
    for each in files:
        copy = target / each.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(each.read_bytes())
            file.flush()
            os.fsync(file.fileno())
    return len(files)


def log_states(url: str) -> list[LogState]:
    """How far every log of a database goes."""
    engine = make_engine(url)
    try:
        with reading(make_db(engine)) as session:
            return [
                LogState(each.head.origin, each.log_key, each.head.size, each.head.checkpoint, each.vkeys)
                for each in logs(session)
            ]
    finally:
        engine.dispose()


def _schema(url: str) -> str:
    engine = create_engine(engines.driver_url(url))
    try:
        return current(engine) or ""
    finally:
        engine.dispose()


class _new_folder:  # reads as a word after `with`
    """A folder that is filled under another name and gets its own when everything in it is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._draft = folder.with_name(f"{folder.name}.draft")

    def __enter__(self) -> Path:
        if self._folder.exists():
            raise BackupError(f"{self._folder} exists; give the name of a new folder")
        try:
            self._draft.mkdir(parents=True)
        except FileExistsError:
            raise BackupError(
                f"{self._draft} exists: another backup is running, or one was cut off; remove it"
            ) from None
        return self._draft

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            shutil.rmtree(self._draft, ignore_errors=True)
            return
        os.replace(self._draft, self._folder)
