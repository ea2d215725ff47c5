"""The 72-hour rule with what support needs at once: class, last scan, what is usual there, until when to claim."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.models.shipments import Shipment
from app.shipping.dwell import usual_dwell
from app.shipping.standing import Standing
from app.support.cases import close_for, open_for
from app.support.claim_terms import claim_until
from carriers.event import TrackingEvent
from carriers.legs import Usual, leg_of
from carriers.silence import Silence, expected_until, silence_of

_STUCK, _EXPECTED_GAP = 2, 5
_HOUR = timedelta(hours=1)


def judge_silence(session: Session, shipment: Shipment, stands: Standing, now: datetime) -> datetime | None:
    """Open the case, or bring it up to what is known; when an expected gap would turn into a stuck parcel.

    The parcel is stuck when it lies longer than nine in ten of ours lay there, or than such a leg takes anywhere.
    """
    clock = stands.clock
    if not clock.fires or clock.last_physical is None:
        close_for(session, shipment, "no_movement", now)
        return None
    last = clock.last_physical
    leg = leg_of(last, shipment.origin_country, shipment.destination_country)
    usual = usual_dwell(session, shipment, last.carrier, leg, now)
    p90 = usual.p90 if usual and usual.is_enough else None
    kind = silence_of(last, now, p90)
    facts = _facts(session, shipment, stands, last, leg, usual, now) | {"class": kind.value}
    open_for(
        session, shipment, "no_movement", _EXPECTED_GAP if kind is Silence.EXPECTED_GAP else _STUCK, facts, now
    )
    until = expected_until(last, p90)
    return until + _HOUR if until and kind is Silence.EXPECTED_GAP else None


def _facts(
    session: Session,
    shipment: Shipment,
    stands: Standing,
    last: TrackingEvent,
    leg: str,
    usual: Usual | None,
    now: datetime,
) -> dict[str, Any]:
    at = stands.clock.last_physical_at
    settings = session.get_one(Brand, shipment.brand_id).settings
    return {
        "last_physical_at": at.isoformat() if at else None,
        "last_physical_on": last.clock.on.isoformat() if last.clock.on else None,
        "place": str(last.place) if last.place else None,
        "carrier": last.carrier,
        "leg": leg,
        "usual": _usual_facts(usual),
        "claim_until": claim_until(last.carrier, taken_on(shipment, stands), settings).isoformat(),
    }


def _usual_facts(usual: Usual | None) -> dict[str, int]:
    """Counted always; the hours only where they are more than chance."""
    if usual is None or not usual.is_enough:
        return {"count": usual.count if usual else 0}
    return {"count": usual.count, "median_h": round(usual.median / _HOUR), "p90_h": round(usual.p90 / _HOUR)}


def taken_on(shipment: Shipment, stands: Standing) -> date:
    """The day on which the first carrier took it: of its first physical scan, else of its label."""
    scanned = [each.event.clock.on for each in stands.kept if each.event.physical and each.event.clock.on]
    labelled = min((parcel.created_at for parcel in stands.parcels), default=shipment.created_at)
    return min(scanned, default=labelled.astimezone(UTC).date())
