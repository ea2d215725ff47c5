"""Ada's brand behind a real HTTP door, on each database, with a clock moved by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.door import Door, open_door


@dataclass
class HandClock:
    """A clock that goes on only when a test says so."""

    at: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def door(database_url: str, tmp_path: Path, clock: HandClock) -> Iterator[Door]:
    with open_door(
        tmp_path / "var", clock=clock, database_url=database_url, allow_private_targets=True, log_level="ERROR"
    ) as opened:
        yield opened
