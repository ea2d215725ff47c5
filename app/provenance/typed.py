"""What a broker or driver typed into the form, as an EPCIS event. Pure: no database, no web framework."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.epcis.context import STANDARD
from app.gs1 import identifiers
from app.support import pasted
from app.words import partner as partner_words

NOTE = "urn:wayproof:note"
LONGEST_NOTE = 500

_AHEAD = timedelta(minutes=5)  # clocks differ


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form as they came, all of them text."""

    thing: str = ""
    step: str = ""
    place: str = ""
    at: str = ""
    zone: str = ""
    state: str = ""
    note: str = ""


def event(typed: Typed, zones: Mapping[str, str | None], event_id: str, now: datetime) -> dict[str, Any]:
    """The event that was typed. Raises Mistyped with every field that is wrong.

    zones: the keys of the places that may be chosen, with their time zones. The note is commercial: no reader
    outside sees it.
    """
    wrong: dict[str, str] = {}
    key = _thing(typed.thing, wrong)
    if typed.step not in partner_words.SAID:
        wrong["step"] = "step"
    if typed.place and typed.place not in zones:
        wrong["place"] = "place"
    if typed.state not in partner_words.STATE:
        wrong["state"] = "step"
    if len(typed.note) > LONGEST_NOTE or "\x00" in typed.note:
        wrong["note"] = "note"
    at = _at(typed, zones, now, wrong)
    if wrong or at is None:
        raise Mistyped(wrong)
    return {
        "@context": [STANDARD],
        "type": "ObjectEvent",
        "eventID": event_id,
        "eventTime": at.isoformat(),
        "eventTimeZoneOffset": at.isoformat()[-6:],
        "action": "OBSERVE",
        "bizStep": typed.step,
        **({"disposition": typed.state} if typed.state else {}),
        **_named(key),
        **({"readPoint": {"id": identifiers.to_uri(typed.place)}} if typed.place else {}),
        **({NOTE: typed.note.strip()} if typed.note.strip() else {}),
    }


class Mistyped(ValueError):
    """Fields of the form that are wrong: field to the name of the sentence that says how to mend it."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = wrong


def _thing(text: str, wrong: dict[str, str]) -> str:
    found = pasted.keys(text[:400])
    if not found:
        wrong["thing"] = "thing"
        return ""
    if identifiers.level(found[0]) == "product":
        wrong["thing"] = "product"
    return found[0]


def _named(key: str) -> dict[str, Any]:
    """A lot is a class of things, anything finer is one thing."""
    uri = identifiers.to_uri(key)
    return {"quantityList": [{"epcClass": uri}]} if identifiers.level(key) == "lot" else {"epcList": [uri]}


def _at(typed: Typed, zones: Mapping[str, str | None], now: datetime, wrong: dict[str, str]) -> datetime | None:
    """The moment on the clock of the place, or in the zone that was chosen."""
    name = typed.zone or zones.get(typed.place) or ""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        wrong["zone"] = "zone"
        return None
    try:
        local = datetime.fromisoformat(typed.at)
    except ValueError:
        wrong["at"] = "at"
        return None
    if local.tzinfo is not None or local.year < 2000:
        wrong["at"] = "at"
        return None
    at = local.replace(tzinfo=zone, microsecond=0)
    if at.astimezone(UTC) > now + _AHEAD:
        wrong["at"] = "future"
    return at
