"""What one fault gives back, and the notebook in which a client keeps what it was told."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock


class Impossible(Exception):
    """This machine lacks what the fault needs; the text says what."""


@dataclass(frozen=True)
class Outcome:
    """How often a fault was made, what was acknowledged and is gone, and how often something else went wrong."""

    fault: str
    count: int
    lost: int
    failed: int
    detail: str

    @property
    def held(self) -> bool:
        return self.count > 0 and not self.lost and not self.failed

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def line(self) -> str:
        verdict = "held" if self.held else "FAILED"
        return (
            f"{self.fault}: {self.count} times, {self.lost} lost, {self.failed} failed: {verdict}; {self.detail}"
        )


class Notebook:
    """A file that has each acknowledged name on the disk before the client does anything else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._file = path.open("a", encoding="ascii")

    def note(self, name: str) -> None:
        with self._lock:
            self._file.write(f"{name}\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def names(self) -> list[str]:
        return self._path.read_text("ascii").split()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())
