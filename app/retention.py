"""What is forgotten by the clock: keys of repeated requests after a day, sessions that ended. Never an entry."""

from datetime import timedelta

from sqlalchemy import CursorResult, delete

from app.house import House
from app.models.brands import IdempotencyKey, StaffSession

KEYS_KEPT = timedelta(hours=24)


def forget_due(house: House, _owner: str) -> int:
    """Delete what has outlived its purpose; how many rows."""
    now = house.clock()
    old = (
        delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEYS_KEPT),
        delete(StaffSession).where(StaffSession.expires_at < now),
    )
    with house.db.begin() as session:
        results = [session.execute(each) for each in old]
    return sum(result.rowcount for result in results if isinstance(result, CursorResult))
