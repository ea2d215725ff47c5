"""What a backup says of itself: its files with their hashes, and how far each log went. Reads no database."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.backups.engines import BackupError

FORMAT = "wayproof-backup/1"
NAME = "manifest.json"
DATABASE = "database.dump"
LARGEST = 1_000_000
_BLOCK = 1 << 20


@dataclass(frozen=True)
class LogState:
    """A log in a copy: its entries, its newest signed checkpoint if there is one, and the keys that signed."""

    origin: str
    log_key: str
    size: int
    checkpoint: str | None
    vkeys: tuple[str, ...]

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "LogState":
        """The value of its JSON form. Raises KeyError, TypeError, ValueError."""
        found = cls(**{**said, "vkeys": tuple(said["vkeys"])})
        if type(found.size) is not int or not all(isinstance(each, str) for each in (found.origin, found.log_key)):
            raise ValueError("a log has a wrong form")
        return found


@dataclass(frozen=True)
class Manifest:
    """A whole backup; `files` are SHA-256 in hex by name. made_at is ISO 8601, UTC."""

    made_at: str
    engine: str
    schema: str
    logs: tuple[LogState, ...]
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Write it as the last file of a backup: a folder without it is none."""
        said = {"format": FORMAT, **asdict(self)}
        (folder / NAME).write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a backup whose files are all as they were written. Raises BackupError."""
    path = folder / NAME
    try:
        if path.stat().st_size > LARGEST:
            raise BackupError(f"{path} is larger than any manifest")
        said = json.loads(path.read_bytes())
        if said.pop("format") != FORMAT:
            raise BackupError(f"{path} is not a {FORMAT}")
        found = Manifest(**{**said, "logs": tuple(LogState.read(each) for each in said["logs"])})
        wrong = [name for name, digest in found.files.items() if sha256(_inside(folder, name)) != digest]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BackupError(f"{folder} is no whole backup: {error}") from error
    if DATABASE not in found.files:
        raise BackupError(f"{folder} is no whole backup: it names no {DATABASE}")
    if wrong:
        raise BackupError(f"{folder / wrong[0]} was changed since the backup was taken")
    return found


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _inside(folder: Path, name: str) -> Path:
    if Path(name).name != name:
        raise BackupError(f"{name!r} is no file of this folder")
    return folder / name
