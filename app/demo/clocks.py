"""The demo's clock on both of its sides: a row for processes with a database, a file for those without."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.process import read_json, write_private

Clock = Callable[[], datetime]


def file_clock(path: Path) -> Clock:
    """The machine's time and the offset in the file, read anew each time: a stale answer stands for hours."""

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=read_json(path).get("offset_s", 0))

    return clock


def write_offset(path: Path, offset_s: int) -> None:
    """Tell the processes without a database how far ahead the demo is."""
    write_private(path, {"offset_s": offset_s})
