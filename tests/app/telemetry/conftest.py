"""Ada's brand and her cold room."""

from datetime import datetime
from pathlib import Path

import pytest

from app.brands.tenants import create_brand
from app.db import Db
from iot.devices import Registered
from tests.support.sensors import cold_room


@pytest.fixture
def brand_id(db: Db, tmp_path: Path, now: datetime) -> str:
    (tmp_path / "keys").mkdir(mode=0o700)
    return create_brand(db, tmp_path / "keys", name="Ada Tea", slug="ada", now=now)


@pytest.fixture
def device(db: Db, brand_id: str, now: datetime) -> Registered:
    return cold_room(db, brand_id, now)
