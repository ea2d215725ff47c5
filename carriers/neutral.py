"""Histories in a neutral form: what an aggregator, a file or a person at the desk tells, with words and few codes.

Pure. A record is a mapping with `carrier`, `tracking_number`, `occurred` and `description`; optional are `zone`,
`code`, `piece`, `location` (a text, or city, region, postal_code, country), `received_at` and `carrier_ref`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from carriers import clock, zones
from carriers.event import Place, TrackingEvent
from carriers.headline import delivered_at_sender
from carriers.vocabulary import Status
from carriers.wording_abroad import classify_abroad


def read(records: Iterable[Mapping[str, Any]], sender_city: str | None = None) -> list[TrackingEvent]:
    """The events of a history, one for each record and in their order; never raises for what a record holds.

    Give `sender_city` only where the sender's town is not the recipient's: a delivery there is a return.
    """
    return [delivered_at_sender(_event(record), sender_city) for record in records]


def _event(record: Mapping[str, Any]) -> TrackingEvent:
    place = _place(record.get("location"))
    text, code = _text(record.get("description")), _text(record.get("code")) or None
    reading = classify_abroad(text, code, placed=place is not None)
    received = clock.read(_text(record.get("received_at"))).utc
    return TrackingEvent(
        carrier=_text(record.get("carrier")),
        tracking_number=_text(record.get("tracking_number")),
        clock=clock.believed(_clock(record, place), received),
        status=reading.status or Status.IN_TRANSIT,
        reason=reading.reason,
        sub_state=reading.sub_state,
        physical=reading.physical,
        code=code,
        description=text,
        place=place,
        piece=_text(record.get("piece")) or None,
        carrier_ref=_text(record.get("carrier_ref")) or None,
        received_at=received,
    )


def _clock(record: Mapping[str, Any], place: Place | None) -> clock.Clock:
    stamp, named = _text(record.get("occurred")), _text(record.get("zone"))
    if named:
        return clock.read(stamp, zone=named, how=clock.How.GIVEN)
    found = zones.zone_of(place.country, place.region) if place else None
    return clock.read(stamp, zone=found, how=clock.How.FROM_LOCATION)


def _place(value: Any) -> Place | None:
    if isinstance(value, Mapping):
        parts = {name: _text(value.get(name)) or None for name in ("city", "region", "postal_code", "country")}
        return Place(**parts) if any(parts.values()) else None
    text = _text(value)
    return Place(city=text) if text else None


def _text(value: Any) -> str:
    """A text, a number as text, the ISO form of a time; everything else is nothing."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()[:500]
