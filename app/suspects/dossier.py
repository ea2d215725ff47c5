"""Everything that speaks for or against a suspected copy, on one page for the desk: reads only.

Openings by country and week, other items of the product with signals, and who had the item last for certain.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.products import Location, Passport
from app.models.scanning import FakeReport, ItemSignal, ScanHour, ScannedItem
from app.models.shipments import Case
from app.provenance.containment import containers
from app.provenance.way import Passed, way
from app.scanning.store import monday
from app.suspects import raising, reports

MOST_COPIES = 500
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """How often the item was opened in a week from a country; `by_reader` of them by the reader's own word."""

    week: date
    country: str
    count: int
    by_reader: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Items of the product with signals that were opened in a week in a country, those of the same lot apart."""

    week: date
    country: str
    items: tuple[str, ...]
    same_lot: int


@dataclass(frozen=True, slots=True)
class Custody:
    """The last event of the item before its first signal: who told it, where it happened, and its entry."""

    event_id: str
    at: datetime
    zone: str
    biz_step: str | None
    disposition: str | None
    place: str | None
    place_name: str
    country: str
    partner: str
    via: str | None
    submission_id: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case about a suspected copy with all that is known of it."""

    case: Case
    item: ScannedItem
    lot: str | None
    signals: Sequence[ItemSignal]
    opened: tuple[Opened, ...]
    clusters: tuple[Cluster, ...]
    custody: Custody | None
    reports: Sequence[FakeReport]


def dossier(session: Session, case: Case) -> Dossier | None:
    """All about a suspected copy; None for a case of another kind."""
    item = raising.item_of_case(session, case)
    if item is None or item.brand_id != case.brand_id:
        return None
    mine = select(ItemSignal).where(ItemSignal.item_id == item.id, ItemSignal.case_id == case.id)
    signals = session.scalars(mine.order_by(ItemSignal.since, ItemSignal.kind)).all()
    lot = _lots(session, item.brand_id, [item.key]).get(item.key)
    return Dossier(
        case,
        item,
        lot,
        signals,
        _opened(hours_of(session, item)),
        _clusters(session, item, lot),
        _custody(session, item, lot, min((each.since for each in signals), default=case.opened_at)),
        reports.of_case(session, case),
    )


def hours_of(session: Session, item: ScannedItem) -> Sequence[ScanHour]:
    """The openings of an item as they are kept, the oldest first."""
    mine = select(ScanHour).where(ScanHour.brand_id == item.brand_id, ScanHour.key == item.key)
    return session.scalars(mine.order_by(ScanHour.hour, ScanHour.country, ScanHour.verdict)).all()


def _opened(hours: Iterable[ScanHour]) -> tuple[Opened, ...]:
    sums: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0])
    for each in hours:
        place = sums[monday(each.hour), each.country]
        place[0] += each.count
        place[1] += each.count if each.by_reader else 0
    newest_first = sorted(sums.items(), key=lambda pair: (-pair[0][0].toordinal(), -pair[1][0], pair[0][1]))
    return tuple(Opened(week, country, *counts) for (week, country), counts in newest_first)


def _clusters(session: Session, item: ScannedItem, lot: str | None) -> tuple[Cluster, ...]:
    """Where several items of one product show signs of copies, there is a source of copies."""
    suspected = (
        select(ScannedItem.key)
        .join(ItemSignal, ItemSignal.item_id == ScannedItem.id)
        .where(ScannedItem.brand_id == item.brand_id, ScannedItem.gtin == item.gtin, ScannedItem.gtin != "")
        .distinct()
        .order_by(ScannedItem.key)
        .limit(MOST_COPIES)
    )
    keys = list(session.scalars(suspected))
    asked = select(ScanHour.key, ScanHour.hour, ScanHour.country).where(ScanHour.brand_id == item.brand_id)
    found: dict[tuple[date, str], set[str]] = defaultdict(set)
    for key, hour, country in session.execute(asked.where(ScanHour.key.in_(keys))):
        found[monday(hour), country].add(key)
    lots = _lots(session, item.brand_id, keys)
    most_first = sorted(found.items(), key=lambda pair: (-pair[0][0].toordinal(), -len(pair[1]), pair[0][1]))
    return tuple(
        Cluster(
            week, country, tuple(sorted(items)), sum(lot is not None and lots.get(key) == lot for key in items)
        )
        for (week, country), items in most_first
    )


def _lots(session: Session, brand_id: str, keys: Sequence[str]) -> dict[str, str]:
    asked = select(Passport.key, Passport.lot_key).where(Passport.brand_id == brand_id, Passport.key.in_(keys))
    return {key: lot for key, lot in session.execute(asked) if lot}


def _custody(session: Session, item: ScannedItem, lot: str | None, since: datetime) -> Custody | None:
    """The newest event up to the hour of the first signal. What was declared an error does not count."""
    around = containers(session, item.brand_id, [item.key, lot] if lot else [item.key])
    passed = way(session, item.brand_id, item.key, lot, around)
    before = [each for each in passed if each.row.event_time < since + _HOUR and not each.row.error_declared]
    return _told(session, item.brand_id, before[-1]) if before else None


def _told(session: Session, brand_id: str, passed: Passed) -> Custody:
    row: Any = passed.row
    place = row.biz_location or row.read_point
    where = select(Location).where(Location.brand_id == brand_id, Location.key == place)
    known = session.scalar(where) if place else None
    return Custody(
        event_id=row.event_id,
        at=row.event_time,
        zone=row.event_zone,
        biz_step=row.biz_step,
        disposition=row.disposition,
        place=place,
        place_name=", ".join(part for part in (known.name, known.city) if part) if known else "",
        country=(known.country or "") if known else "",
        partner=row.partner or "",
        via=passed.via,
        submission_id=row.submission_id,
    )
