"""How much one visitor may ask of a public page: counted in the database, so that every process counts together.

A visitor is told only coarsely (an IPv4 /24, an IPv6 /48), and kept as a keyed hash for an hour.
"""

import ipaddress
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models.brands import PublicUse
from app.sealed import Box

SPAN = timedelta(hours=1)


def take(
    session: Session, box: Box, *, page: str, address: str, amount: int, limit: int, now: datetime
) -> timedelta:
    """Count `amount` more for this visitor of a page; nothing is counted where it would pass `limit` in the hour.

    Returns how long to wait, nothing when it was counted.
    """
    began = now.replace(minute=0, second=0, microsecond=0)
    name = box.mark(f"{page}\n{began.isoformat()}\n{coarse(address)}".encode()).hex()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(PublicUse).values(id=name, used=0, began_at=began)
    session.execute(row.on_conflict_do_nothing(index_elements=["id"]))
    mine = update(PublicUse).where(PublicUse.id == name, PublicUse.used + amount <= limit)
    counted = session.execute(mine.values(used=PublicUse.used + amount))
    return timedelta() if cast("CursorResult[Any]", counted).rowcount else began + SPAN - now


def coarse(address: str) -> str:
    """The neighbourhood of an address, empty for what is none."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if found.version == 6 and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def forget_old(session: Session, now: datetime) -> int:
    """Delete the hours that are over. Returns how many rows."""
    old = delete(PublicUse).where(PublicUse.began_at < now - SPAN)
    return len(session.execute(old.returning(PublicUse.id)).all())
