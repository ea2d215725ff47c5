"""From a passport to what its page says: one answer first, then steps, condition, checks, in plain words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from app import words
from app.gs1 import identifiers
from app.provenance.events import EventFace
from app.provenance.passport import Check, Passport, Place, Step, Voice
from app.shipping.views import ParcelView
from app.telemetry.conditions import Condition
from app.texts import Texts
from app.web.pages import anchor_view, chart, parcel_view, quality_view, routemap
from app.words import partner as partner_words

# What a check's state looks like: the sign's shape and colour.
SIGN = {"ok": "good", "bad": "bad", "pending": "open", "unknown": "open"}


@dataclass(frozen=True, slots=True)
class Said:
    """The one answer: how it looks and what it says."""

    state: str
    text: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the three facts below the answer."""

    label: str
    value: str
    more: str = ""
    state: str = "open"


class StepLine(NamedTuple):
    """A step of the way in words, with what the check in the phone needs to find it again."""

    title: str
    disposition: str
    when: str
    zone: str
    iso: str
    place: str
    told: str
    via: str
    withdrawn: bool
    entry: int
    leaf: str
    index: int | None  # type: ignore[assignment]  # no place of a value is looked for
    intact: bool
    event_id: str


class CheckLine(NamedTuple):
    """One line of the check: what was looked at, how it stands, in words and as a sign."""

    name: str
    sign: str
    title: str
    text: str
    transaction: str = ""


def title(passport: Passport, t: Texts) -> str:
    """What the thing is called: its product's name, or its number."""
    if passport.product and passport.product.name:
        return passport.product.name
    values = identifiers.values(passport.key)
    if "00" in values:
        return t.gettext("Logistic unit %(number)s", number=values["00"])
    return " · ".join(values.values()) or passport.key


def said(passport: Passport, t: Texts) -> Said:
    """Whether to trust this thing: the worst that is known decides. "Genuine" is said of what is proven."""
    states = {check.name: check.state for check in passport.checks}
    proven = all(states.get(name) == "ok" for name in ("unchanged", "included", "signed"))
    waiting = t.gettext("The newest entries get their place in the log in a moment.")
    if "bad" in states.values():
        return Said(
            "bad",
            t.gettext("Do not trust this record."),
            t.gettext("It is not what was written into the log; see the check below."),
        )
    if passport.recall:
        more = t.gettext("The record itself is genuine.") if proven else waiting
        return Said("bad", t.gettext("Recalled. Please do not use it."), more)
    if passport.owned and (passport.owned.missing_on or passport.owned.state == "retired"):
        return _not_for_sale(passport.owned.state, proven, t)
    if quality_view.trouble(passport):
        genuine = t.gettext("The record is genuine. A quality check has failed or is missing.")
        text = genuine if proven else t.gettext("A quality check has failed or is missing.")
        return Said("warn", text, t.gettext("See the quality checks below."))
    if passport.condition and passport.condition.outside_s:
        genuine = t.gettext("The record is genuine. It shows a time out of range.")
        text = genuine if proven else t.gettext("The record shows a time out of range.")
        return Said("warn", text, t.gettext("See the condition below."))
    if not passport.submissions:
        more = t.gettext("This page grows with the first event that names this code.")
        return Said("open", t.gettext("Nothing of its way has been recorded yet."), more)
    if _nothing_proven(passport):
        return Said(
            "open", t.gettext("This record is on its way into the log."), t.gettext("Look again in a minute.")
        )
    if not proven:
        return Said("open", t.gettext("What the log holds of this record so far is genuine."), waiting)
    return Said("good", t.gettext("This record is genuine and unchanged."), _about_code(passport, t))


def _nothing_proven(passport: Passport) -> bool:
    """Whether no entry of the record stands in a signed log yet; one that does speaks for itself alone."""
    found = {check.name: check for check in passport.checks}
    if any(name not in found for name in ("unchanged", "included", "signed")):
        return True
    waiting, count = (int(found["included"].facts.get(name, 0)) for name in ("waiting", "count"))
    return found["unchanged"].state != "ok" or found["signed"].state != "ok" or waiting >= count > 0


def _not_for_sale(state: str, proven: bool, t: Texts) -> Said:
    """What a buyer must hear first: the item is its owner's and missing, or it was handed in."""
    if state == "retired":
        more = t.gettext("Its owner handed it in. If somebody sells it to you, ask the brand.")
        return Said("warn", t.gettext("This item is no longer in use."), more)
    genuine = t.gettext("The record itself is genuine. If somebody sells it to you, ask the brand before you pay.")
    more = genuine if proven else t.gettext("If somebody sells it to you, ask the brand before you pay.")
    return Said("warn", t.gettext("Its owner reports this item missing."), more)


def _about_code(passport: Passport, t: Texts) -> str:
    if passport.level == "item":
        return t.gettext(
            "It speaks for the item with this serial number. Compare it with the number on the product."
        )
    return ""


def facts(passport: Passport, t: Texts) -> list[Fact]:
    """Intact, where, when: what is known of the three."""
    found = []
    if passport.condition:
        found.append(_condition_fact(passport.condition, t))
    if passport.steps:
        found.append(_where(passport.steps[-1], t))
    if passport.parcel:
        found.append(_when(passport.parcel, t))
    return found


def _condition_fact(condition: Condition, t: Texts) -> Fact:
    shares = chart.shares(condition)
    label = t.gettext("Condition")
    if shares is None or (condition.low is None and condition.high is None):
        latest = condition.latest
        return Fact(label, f"{latest.value} {condition.symbol}" if latest else t.gettext("No data yet"))
    unknown = (
        t.gettext("no data for %(share)s", share=t.percent(shares.unknown)) if shares.unknown >= 0.0005 else ""
    )
    if condition.outside_s:
        out = t.gettext("Out of range for %(time)s", time=t.ago(condition.outside_s))
        return Fact(label, out, unknown, "warn")
    value = t.gettext("In range %(share)s of the time measured", share=t.percent(shares.inside))
    return Fact(label, value, unknown, "good" if shares.unknown < 0.05 else "open")


def _where(step: Step, t: Texts) -> Fact:
    place = place_name(step.place, t) or t.gettext("Place not stated")
    return Fact(t.gettext("Last seen"), place, f"{step_title(step, t)} · {t.moment(local(step.at, step.zone))}")


def _when(parcel: ParcelView, t: Texts) -> Fact:
    label, status = t.gettext("Delivery"), parcel_view.status_words(parcel, t)
    if parcel.status == "delivered":
        day = (
            t.day(parcel.status_at.astimezone(t.zone(parcel.destination_zone)).date()) if parcel.status_at else ""
        )
        return Fact(label, status, day, "good")
    if parcel.customs:
        actor, since = parcel_view.customs_words(parcel.customs, parcel.destination_zone, t)
        return Fact(label, status, f"{actor} · {t.gettext('At customs since %(moment)s', moment=since)}", "warn")
    if parcel.current:
        return Fact(label, t.window(parcel.current.window_from, parcel.current.window_to), status)
    return Fact(label, status)


def steps(passport: Passport, t: Texts) -> list[StepLine]:
    """The way, the newest step first."""
    return [_line(step, passport.brand.name, t) for step in reversed(passport.steps)]


def told(voice: Voice, brand: str, t: Texts) -> str:
    """Who said it, and whether they signed it; nothing for what the brand says itself."""
    sentence = partner_words.VOICE.get(voice.kind)
    return t.gettext(sentence, partner=voice.name, brand=brand) if sentence else ""


def _line(step: Step, brand: str, t: Texts) -> StepLine:
    at = local(step.at, step.zone)
    return StepLine(
        title=step_title(step, t),
        disposition=disposition(step.disposition, t),
        when=t.moment(at),
        zone="UTC" if step.zone in ("+00:00", "Z") else f"UTC{step.zone}",
        iso=at.isoformat(),
        place=place_name(step.place, t),
        told=told(step.voice, brand, t),
        via=_unit(step.via, t) if step.via else "",
        withdrawn=step.error_declared,
        entry=step.submission_id,
        leaf=step.leaf_hash,
        index=step.index,
        intact=step.intact,
        event_id=step.event_id,
    )


def disposition(word: str | None, t: Texts) -> str:
    """The state of the thing after a step, in words; one outside the CBV is shown as it is."""
    return t.gettext(words.DISPOSITION[word]) if word in words.DISPOSITION else word or ""


def _unit(key: str, t: Texts) -> str:
    number = identifiers.values(key).get("00")
    return t.gettext("inside the unit %(number)s", number=number or key)


def step_title(step: Step, t: Texts) -> str:
    """What happened, in words."""
    return what_happened(step.biz_step, step.action, t)


def event_title(event: EventFace, t: Texts) -> str:
    """What happened, in words."""
    return what_happened(event.biz_step, event.action, t)


def what_happened(biz_step: str | None, action: str | None, t: Texts) -> str:
    """A step outside the CBV is named by the end of its URI, an event without a step by its action."""
    biz_step = biz_step or ""
    if biz_step in words.STEP:
        return t.gettext(words.STEP[biz_step])
    if biz_step:
        return biz_step.rstrip("/").replace(":", "/").replace("#", "/").rpartition("/")[2].replace("_", " ")
    return t.gettext(words.ACTION_OF_EVENT.get(action or "", words.ACTION_OF_EVENT["OBSERVE"]))


def place_name(place: Place | None, t: Texts) -> str:
    """Name, city and country of a place as far as the brand described it; its key where it did not."""
    if place is None:
        return ""
    known = [place.name, place.city if place.city != place.name else None, t.country(place.country)]
    return ", ".join(part for part in known if part) or place.key.rpartition("/")[2]


@lru_cache(maxsize=64)
def offset(zone: str) -> timezone:
    """The offset `+08:00` of an event as a zone; UTC for anything that is none."""
    try:
        sign = -1 if zone[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])))
    except (ValueError, IndexError):
        return UTC


def local(at: datetime, zone: str) -> datetime:
    """A moment as the clock at its place showed it."""
    return at.astimezone(offset(zone))


def check_lines(found: Iterable[Check], t: Texts, *, anchor_minutes: int | None = None) -> list[CheckLine]:
    """The four lines of the check, each in words; an anchor on the demo's own chain is not called evidence.

    anchor_minutes: between two anchors, None where none are made.
    """
    return [_check(check, t, anchor_minutes) for check in found]


def _check(check: Check, t: Texts, anchor_minutes: int | None) -> CheckLine:
    title = t.gettext(words.CHECK[check.name])
    if check.name != "anchored":
        return CheckLine(check.name, SIGN[check.state], title, t.gettext(words.CHECK_STATE[check.text]))
    sign = "open" if check.text in anchor_view.SHOWN_ONLY else SIGN[check.state]
    text = anchor_view.sentence(check, t, anchor_minutes)
    return CheckLine(check.name, sign, title, text, check.facts.get("tx", ""))


def route(passport: Passport, t: Texts) -> routemap.RouteMap | None:
    """The map of the steps whose place the brand described with coordinates."""
    return routemap.draw(list(_places(passport.steps, t)))


def _places(steps: Iterable[Step], t: Texts) -> Iterable[tuple[float, float, str]]:
    for step in steps:
        place = step.place
        if place and place.latitude is not None and place.longitude is not None:
            yield place.latitude, place.longitude, place.city or place.name or t.country(place.country)
