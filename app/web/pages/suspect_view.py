"""From the dossier of a suspected copy to what the desk's page says, in words."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.scanning import FakeReport, ItemSignal
from app.models.shipments import Case
from app.suspects.dossier import Custody, Dossier, dossier
from app.texts import Texts
from app.web.pages import passport_view
from app.words import counterfeit


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the page lists it; what is sealed in it is opened by a button."""

    id: str
    when: str
    told: str
    has_photo: bool
    has_words: bool
    forgotten: str


@dataclass(frozen=True, slots=True)
class SuspectPage:
    """A suspected copy in words. The rows of tables are (week, country, …)."""

    case_id: str
    address: str
    lot: str
    signals: list[tuple[str, str]]
    opened: list[tuple[str, str, str, str]]
    clusters: list[tuple[str, str, str, str]]
    custody: list[tuple[str, str]]
    reports: list[Report]


def page(session: Session, case: Case, t: Texts) -> SuspectPage | None:
    """The page of a suspected copy; None for a case of another kind."""
    whole = dossier(session, case)
    if whole is None:
        return None
    return SuspectPage(
        case_id=case.id,
        address=whole.item.key if whole.item.key.startswith("/") else "",
        lot=identifiers.values(whole.lot or "").get("10", ""),
        signals=[(t.gettext(counterfeit.SIGNAL[each.kind]), _about(each, t)) for each in whole.signals],
        opened=_opened(whole, t),
        clusters=[
            (t.day(each.week), _country(each.country, t), t.number(len(each.items)), t.number(each.same_lot))
            for each in whole.clusters
        ],
        custody=_custody(whole.custody, t) if whole.custody else [],
        reports=[_report(each, t) for each in whole.reports],
    )


def _about(signal: ItemSignal, t: Texts) -> str:
    """What a signal rests on."""
    facts: dict[str, Any] = signal.facts
    since = t.moment(signal.since, "UTC") + " UTC"
    if signal.kind == "travelled":
        return t.gettext(
            "from %(start)s to %(end)s, %(km)s km apart, within %(hours)s · %(since)s",
            start=t.country(facts["from"]),
            end=t.country(facts["to"]),
            km=t.number(facts["km"]),
            hours=t.ago((facts["hours_between"] + 1) * 3600),
            since=since,
        )
    if signal.kind == "unusual":
        return t.gettext(
            "in %(count)s hours and countries; half of %(items)s other items in at most %(usual)s",
            count=t.number(facts["openings"]),
            usual=t.number(facts["usual"]),
            items=t.number(facts["items"]),
        )
    if "hours" in facts:
        return t.ngettext(
            "in %(num)s hour · %(since)s", "in %(num)s hours · %(since)s", facts["hours"], since=since
        )
    return since


def _opened(whole: Dossier, t: Texts) -> list[tuple[str, str, str, str]]:
    return [
        (t.day(each.week), _country(each.country, t), t.number(each.count), t.number(each.by_reader))
        for each in whole.opened
    ]


def _country(code: str, t: Texts) -> str:
    return t.country(code) if code else t.gettext("Unknown")


def _custody(custody: Custody, t: Texts) -> list[tuple[str, str]]:
    place = ", ".join(part for part in (custody.place_name, t.country(custody.country)) if part)
    lines = [
        (t.gettext("What happened"), passport_view.what_happened(custody.biz_step, None, t)),
        (t.gettext("When"), f"{t.moment(passport_view.local(custody.at, custody.zone))} (UTC{custody.zone})"),
        (t.gettext("Where"), place or custody.place or ""),
        (t.gettext("Told by"), custody.partner),
        (t.gettext("State after it"), passport_view.disposition(custody.disposition, t)),
    ]
    return [(label, value) for label, value in lines if value]


def _report(row: FakeReport, t: Texts) -> Report:
    told = [
        t.gettext(counterfeit.WRONG[row.wrong]),
        t.gettext(counterfeit.SELLER[row.seller]),
        t.country(row.country) if row.country else "",
    ]
    return Report(
        id=row.id,
        when=t.moment(row.hour, "UTC"),
        told=" · ".join(part for part in told if part),
        has_photo=row.photo is not None,
        has_words=row.words is not None or row.email is not None,
        forgotten=t.day(row.forgotten_at.date()) if row.forgotten_at else "",
    )
