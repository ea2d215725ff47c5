"""From a parcel's public view to what a page says of it, in plain words. Pure; it knows no personal data."""

from dataclasses import dataclass

from app import words
from app.shipping.views import CustomsView, EventView, ParcelView, PromiseView
from app.texts import Texts
from carriers.known import CARRIERS
from carriers.vocabulary import Status
from carriers.wording_known import known_line

# How each status looks; words always stand beside the sign.
SIGN = {
    "delivered": "good",
    "customs": "warn",
    "attempt_failed": "warn",
    "exception": "bad",
    "returning": "warn",
    "returned": "warn",
    "cancelled": "warn",
}


_REASON = {**words.REASON, **words.OWN_REASON}


@dataclass(frozen=True, slots=True)
class EventLine:
    """A tracking event in words; `source` is what the carrier wrote itself, `evidence` how we know it."""

    title: str
    reason: str
    place: str
    when: str
    note: str
    iso: str
    source: str
    carrier: str
    entry: int
    evidence: str


@dataclass(frozen=True, slots=True)
class CustomsLine:
    """The stage at customs in words: who must act, since when, and where duties are paid."""

    actor: str
    since: str
    duty_url: str
    entry: int


@dataclass(frozen=True, slots=True)
class ParcelPage:
    """A shipment in words. `first` is empty while the first promise still holds."""

    id: str
    sign: str
    status: str
    reason: str
    what_to_do: str
    current: str
    source: str
    first: str
    later: bool
    carriers: str
    numbers: str
    pieces: str
    checked: str
    events: tuple[EventLine, ...]
    delivered: bool
    customs: CustomsLine | None = None


def page(view: ParcelView, t: Texts) -> ParcelPage:
    """The shipment as its page shows it; times of the shipment itself stand in the zone of its destination."""
    status = view.status or ""
    delivered = status == "delivered"
    first, current = view.first, view.current
    moved = first and current and (first.window_from, first.window_to) != (current.window_from, current.window_to)
    return ParcelPage(
        id=view.shipment_id,
        sign=SIGN.get(status, "open"),
        status=status_words(view, t),
        reason=t.gettext(_REASON[view.reason]) if view.reason in _REASON else "",
        what_to_do=_what_to_do(view, t) if not delivered else "",
        current=t.window(current.window_from, current.window_to) if current else "",
        source=_source(current, t),
        first=t.window(first.window_from, first.window_to) if first and moved else "",
        later=bool(first and current and current.window_to > first.window_to),
        carriers=", ".join(CARRIERS.get(carrier, carrier) for carrier in view.carriers),
        numbers=", ".join(view.numbers),
        pieces=_pieces(view, t),
        checked=t.moment(view.checked_at, view.destination_zone or "UTC") if view.checked_at else "",
        events=tuple(_line(event, t) for event in view.events),
        delivered=delivered,
        customs=_customs(view.customs, view.destination_zone, t) if view.customs else None,
    )


def customs_words(stage: CustomsView, zone: str | None, t: Texts) -> tuple[str, str]:
    """Who must act, and since when it is there, by the clock of the destination."""
    since = t.moment(stage.since, zone or "UTC") + ("" if zone else " UTC")
    return t.gettext(words.CUSTOMS_ACTOR_TOLD[stage.actor]), since


def _customs(stage: CustomsView, zone: str | None, t: Texts) -> CustomsLine:
    actor, since = customs_words(stage, zone, t)
    return CustomsLine(
        actor=actor,
        since=since,
        duty_url=stage.duty_url or "",
        entry=stage.submission_id,
    )


def status_words(view: ParcelView, t: Texts) -> str:
    """The status in words; without one, that nothing has been heard."""
    if view.status in words.STATUS:
        return t.gettext(words.STATUS[view.status])
    return t.gettext("The carrier has not reported anything yet")


def _what_to_do(view: ParcelView, t: Texts) -> str:
    action = words.ACTION_FOR.get(view.reason or "")
    return t.gettext(words.ACTION[action]) if action else ""


def _source(promise: PromiseView | None, t: Texts) -> str:
    if promise is None or promise.source == "brand":
        return ""
    return t.gettext("stated by %(carrier)s", carrier=CARRIERS.get(promise.source, promise.source))


def _pieces(view: ParcelView, t: Texts) -> str:
    if view.pieces < 2:
        return ""
    return t.gettext(
        "%(delivered)s of %(pieces)s parcels delivered",
        delivered=t.number(view.delivered),
        pieces=t.number(view.pieces),
    )


def _line(event: EventView, t: Texts) -> EventLine:
    return EventLine(
        title=t.gettext(_title(event)),
        reason=t.gettext(words.REASON[event.reason]) if event.reason in words.REASON else "",
        place=event.place,
        when=_when(event, t),
        note=_clock(event, t),
        iso=event.at.isoformat() if event.at else event.on.isoformat() if event.on else "",
        source=event.description,
        carrier=CARRIERS.get(event.carrier, event.carrier),
        entry=event.submission_id,
        evidence=t.gettext(words.EVIDENCE[event.evidence]),
    )


def _title(event: EventView) -> str:
    """The carrier's line in our words where we know it, else its status."""
    line = known_line(event.description, Status(event.status))
    return words.LINE[line] if line else words.STATUS[event.status]


def _when(event: EventView, t: Texts) -> str:
    if event.local:
        return t.moment(event.local)
    if event.on:
        return t.day(event.on, "medium")
    return t.moment(event.at, "UTC") if event.at else ""


def _clock(event: EventView, t: Texts) -> str:
    """What is known of the clock: the carrier may state an offset, or leave us to find it, or leave it open."""
    if event.local is None:
        return ""
    if event.how in ("unknown", "assumed") or event.offset is None:
        return t.gettext("local time, zone not stated")
    return offset_text(event.offset.total_seconds())


def offset_text(seconds: float) -> str:
    """An offset as people write it: `UTC+05:30`."""
    if not seconds:
        return "UTC"
    hours, minutes = divmod(abs(int(seconds)) // 60, 60)
    return f"UTC{'+' if seconds > 0 else '-'}{hours:02}:{minutes:02}"
