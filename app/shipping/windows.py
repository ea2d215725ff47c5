"""The new window of a late shipment, simple and honest: what the carrier says, else what this lane has shown.

There is no model here. The lane rule is the median and the 80th percentile of how late late deliveries of the last
year on the same lane were; with fewer than eight of them we say that we do not know yet.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.shipments import Promise, Shipment

ENOUGH = 8
_YEAR = timedelta(days=365)

Window = tuple[date, date]


def new_window(
    session: Session,
    shipment: Shipment,
    promises: Sequence[Promise],
    since: datetime | None,
    today: date,
    now: datetime,
) -> Window | None:
    """When the shipment may come instead, in dates at the destination; None: we do not know yet.

    `since` is when the trouble began: an estimate that is older knows nothing of it.
    """
    for promise in reversed(promises):
        fresh = since is None or promise.stated_at >= since
        revised = promise.source != "brand" or promise.ordinal > 1
        if revised and fresh and promise.window_to >= today:
            return promise.window_from, promise.window_to
    late = days_late(session, shipment, now)
    if not promises or len(late) < ENOUGH:
        return None
    return shifted(promises[0].window_to, late, today)


def shifted(promised: date, late: Sequence[int], today: date) -> Window | None:
    """The promised day moved by the median to the 80th percentile of `late`; None when that has passed as well."""
    ordered = sorted(late)
    begin = promised + timedelta(days=round(median(ordered)))
    end = promised + timedelta(days=ordered[min(len(ordered) - 1, int(0.8 * len(ordered)))])
    return (max(begin, today), end) if end >= today else None


def days_late(session: Session, shipment: Shipment, now: datetime) -> list[int]:
    """By how many days late deliveries of this brand on the same lane missed their first promise, last year."""
    rows = session.execute(
        select(Shipment.delivered_at, Promise.window_to)
        .join(Promise, Promise.shipment_id == Shipment.id)
        .where(
            Shipment.brand_id == shipment.brand_id,
            Shipment.origin_country == shipment.origin_country,
            Shipment.destination_country == shipment.destination_country,
            Shipment.delivered_at >= now - _YEAR,
            Promise.ordinal == 1,
        )
        .order_by(Shipment.delivered_at.desc())
        .limit(200)
    )
    spans = ((delivered_at.date() - window_to).days for delivered_at, window_to in rows if delivered_at)
    return [span for span in spans if span > 0]
