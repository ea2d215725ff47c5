"""Ada's log, on each engine; Cleo has a log of her own, which must never be mixed up with it."""

from datetime import datetime
from pathlib import Path

import pytest

from app.db import Db
from tests.support.logs import OpenLog, open_for_test


@pytest.fixture
def ada(db: Db, tmp_path: Path, now: datetime) -> OpenLog:
    return open_for_test(db, tmp_path, "ada1", now)


@pytest.fixture
def cleo(db: Db, tmp_path: Path, now: datetime) -> OpenLog:
    return open_for_test(db, tmp_path, "cleo1", now)
