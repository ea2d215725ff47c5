"""A tracking event that a person heard from the carrier by telephone or by letter; never from a poll."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.shipments import Parcel
from app.shipping import timeline
from app.shipping.timeline import Applied
from carriers import clock
from carriers.answer import Answer, TrackedShipment
from carriers.event import Place, TrackingEvent
from carriers.vocabulary import Evidence, Reason, Status

LONGEST = 300


class ReportRefused(ValueError):
    """What was typed can't be an event; the text names the field."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Report:
    """What a person heard. `occurred` as typed, `2026-03-04T09:30` or with an offset; `town` may be empty."""

    status: Status
    reason: Reason | None
    occurred: str
    words: str
    town: str


def read_report(form: Mapping[str, str], now: datetime) -> Report:
    """The report of a form. Raises ReportRefused."""
    status, reason = form.get("status", ""), form.get("reason", "")
    words, occurred = form.get("words", "").strip(), form.get("occurred", "").strip()
    if status not in {*Status}:
        raise ReportRefused("status")
    if reason and reason not in {*Reason}:
        raise ReportRefused("reason")
    if not 0 < len(words) <= LONGEST:
        raise ReportRefused("words")
    stamp = clock.read(occurred)
    if stamp.on is None or clock.believed(stamp, now).on is None:
        raise ReportRefused("occurred")
    return Report(Status(status), Reason(reason) if reason else None, occurred, words, form.get("town", "")[:80])


def take_report(
    session: Session, *, brand_id: str, parcel_id: str, report: Report, person_id: str, now: datetime
) -> Applied | None:
    """Take a person's word into the parcel's history, marked as such in its entry; None for no such parcel."""
    mine = select(Parcel).where(Parcel.id == parcel_id, Parcel.brand_id == brand_id)
    parcel = session.scalar(mine)
    if parcel is None:
        return None
    event = TrackingEvent(
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        clock=clock.read(report.occurred),
        status=report.status,
        reason=report.reason,
        physical=report.status is not Status.REGISTERED,
        description=report.words,
        place=Place(city=report.town) if report.town.strip() else None,
    )
    told = TrackedShipment(parcel.carrier, parcel.tracking_number, (event,))
    return timeline.apply(session, parcel, Answer((told,)), now, evidence=Evidence.MANUAL, person_id=person_id)
