"""Notices to customers: one per trouble and promise, with four facts. Nothing is sent here; the outbox does that."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.models.products import Recall
from app.models.shipments import Notice, Shipment


def delay(
    session: Session, *, shipment: Shipment, reason: str, window: tuple[date, date] | None, now: datetime
) -> Notice | None:
    """Tell the customer that the promise will not hold; None when this trouble of this promise is told already.

    `reason` is one of the reasons of carriers/event, or "unknown"; `window` the new window in dates at the
    destination, None while we do not know one.
    """
    raise NotImplementedError


def excursion(
    session: Session,
    *,
    shipment: Shipment,
    device_name: str,
    started_at: datetime,
    peak: str,
    unit: str,
    limit: str,
    alarm_id: str,
    now: datetime,
) -> Notice | None:
    """Tell the customer that the goods left their band on the way; once per alarm and shipment."""
    raise NotImplementedError


def recall(session: Session, *, shipment: Shipment, recall: Recall, now: datetime) -> Notice | None:
    """Tell the customer that what was bought is called back; once per recall and shipment."""
    raise NotImplementedError
