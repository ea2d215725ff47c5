"""The drill: a backup taken, restored beside the house, judged and thrown away, and how long that took."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from app.backups import engines
from app.backups.engines import Progress
from app.backups.restore import Judged, judge, restore
from app.backups.take import log_states, take
from app.ids import new_id


@dataclass(frozen=True)
class Drilled:
    """What a drill showed. seconds by step; since: entries that the running house got after the copy was taken."""

    judged: tuple[Judged, ...]
    seconds: dict[str, float]
    bytes: int
    since: int


def drill(url: str, keys: Path, now: datetime, scratch: Path | None, progress: Progress) -> Drilled:
    """Prove that this house could be restored today; leaves nothing behind. Raises BackupError.

    `scratch` is where the copy and the restored database go for that time: a folder with room for both.
    """
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="wayproof-drill-", dir=scratch) as folder:
        copy = Path(folder) / "backup"
        with _timed(seconds, "backup"):
            taken = take(url, copy, now, progress)
        size = sum(each.stat().st_size for each in copy.iterdir())
        with _place(url, Path(folder)) as place:
            with _timed(seconds, "restore"):
                restore(copy, place, progress)
            with _timed(seconds, "audit"):
                judged = judge(place, taken.logs, keys, progress)
    copied = {each.origin: each.size for each in judged}
    since = sum(max(0, each.size - copied.get(each.origin, 0)) for each in log_states(url))
    return Drilled(tuple(judged), seconds, size, since)


@contextmanager
def _place(url: str, folder: Path) -> Iterator[str]:
    """An empty database of the same engine, for as long as the drill takes."""
    if engines.is_sqlite(url):
        yield f"sqlite:///{folder / 'restored.db'}"
        return
    place = engines.make_beside(url, f"wayproof_drill_{new_id().lower()}")
    try:
        yield place
    finally:
        engines.drop(place)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[Any]:
    began = monotonic()
    yield
    seconds[step] = monotonic() - began
