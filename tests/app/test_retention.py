"""What outlives its purpose is deleted; what is still needed stays."""

from datetime import datetime, timedelta
from pathlib import Path

from app.brands.answers import claim
from app.brands.sessions import open_session
from app.brands.throttle import take_attempt
from app.db import Db
from app.house import House
from app.retention import forget_due
from app.settings import Settings


def test_the_clock_forgets_what_is_over_and_nothing_else(db: Db, tmp_path: Path, now: datetime) -> None:
    for at in (now - timedelta(days=2), now):
        with db.begin() as session:
            claim(session, "public", f"key of {at}", b"request", at)
            open_session(session, None, {}, at)
            take_attempt(session, f"login at {at}", f"address at {at}", at)
    house = House(Settings(home=tmp_path), db, lambda: now, tmp_path)
    assert forget_due(house, "test") == 4
    assert forget_due(house, "test") == 0
