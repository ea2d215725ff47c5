"""The alarm of drift: one open case for each lane whose told chances have stopped coming true."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.shipping.learning import Drift
from app.support.cases import close_case, open_case, open_of_kind, refresh

KIND = "drift"
_PRIORITY = 3
_DUE = timedelta(days=3)


def alarm(session: Session, brand_id: str, drifts: Sequence[Drift], now: datetime) -> None:
    """Open, keep up to date and close the cases of a brand. Safe to call twice."""
    for drift in drifts:
        facts = {
            "lane": drift.lane,
            "told_permille": round(1000 * drift.told),
            "late_permille": round(1000 * drift.late),
            "scored": drift.shipments,
        }
        case = open_case(
            session,
            brand_id=brand_id,
            kind=KIND,
            subject=_subject(drift.lane),
            shipment_id=None,
            priority=_PRIORITY,
            facts=facts,
            due_at=now + _DUE,
            now=now,
        )
        refresh(case, _PRIORITY, facts)
    wanted = {_subject(drift.lane) for drift in drifts}
    for case in open_of_kind(session, brand_id, KIND):
        if case.subject not in wanted:
            close_case(session, brand_id=brand_id, kind=KIND, subject=case.subject, now=now)


def _subject(lane: str) -> str:
    return f"lane:{lane or 'all'}"
