"""What the clock forgets: answers to repeated requests, ended sessions, old webhooks. Never an entry."""

from app.brands import answers, public_use, sessions, throttle
from app.hooks import queue
from app.house import House
from app.intake import calls, files, tables
from app.provenance import workbooks
from app.scanning import store
from app.suspects import reports
from app.watching import watches


def forget_due(house: House, _owner: str) -> int:
    """Delete what has outlived its purpose; how many rows."""
    now = house.clock()
    with house.db.begin() as session:
        rooms = (answers, sessions, throttle, public_use, watches, queue, calls, files, tables, workbooks, reports)
        forgotten: int = sum(room.forget_old(session, now) for room in rooms)
        return forgotten + store.forget_old(session, now, house.settings.scan_days)
