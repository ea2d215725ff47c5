"""How sure a window is, as a notice says it: from the newest prediction, where that knows of the trouble."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.care.letters import Outlook, Window
from app.models.shipments import Shipment
from app.shipping.days import today_there
from app.shipping.predictions import latest

FRESH = timedelta(days=1)


def foretold(
    session: Session, shipment: Shipment, window: Window | None, now: datetime
) -> tuple[Window | None, Outlook | None]:
    """The window and how sure it is. A window that a carrier named stays, without a number that nobody knows.

    A prediction from before the trouble began knows nothing of it, and one from too few parcels tells no chance.
    """
    told = latest(session, shipment.id)
    if told is None or told.risk is None or told.made_at < now - FRESH:
        return window, None
    if shipment.status_at and told.made_at < shipment.status_at:
        return window, None
    first = max(told.p10, today_there(shipment, now))
    if told.p90 < first or (window is not None and window != (told.p10, told.p90)):
        return window, None
    return (first, told.p90), Outlook(max(told.p50, first))
