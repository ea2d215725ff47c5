"""Which day it is at a shipment's destination. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.models.shipments import Shipment

_DAY = timedelta(days=1)
_LAST_TO_SEE_MIDNIGHT = timedelta(hours=12)  # UTC-12: without a zone a day is over when it is over everywhere


def today_there(shipment: Shipment, now: datetime) -> date:
    """The date at the destination; without a zone the one of the last place on Earth to begin it."""
    if shipment.destination_zone:
        return now.astimezone(ZoneInfo(shipment.destination_zone)).date()
    return (now - _LAST_TO_SEE_MIDNIGHT).date()


def end_of(shipment: Shipment, day: date) -> datetime:
    """The moment (UTC) at which a day is over at the destination."""
    if shipment.destination_zone:
        return datetime.combine(day + _DAY, time(), ZoneInfo(shipment.destination_zone)).astimezone(UTC)
    return datetime.combine(day + _DAY, time(), UTC) + _LAST_TO_SEE_MIDNIGHT
