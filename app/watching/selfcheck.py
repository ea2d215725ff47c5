"""The house looks at its own logs every few minutes; what it finds wrong, the desk and the watchers hear once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import SystemRandom

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import key_file, keys_of
from app.db import reading
from app.house import House
from app.ids import new_id
from app.models.brands import Brand
from app.models.watching import LogFinding
from app.support import cases
from app.watching import news
from ledger import anchor_check
from ledger.audit_sample import sample
from ledger.compare import Finding
from ledger.mark import read_mark

CASE = "log"
ACT_WITHIN = timedelta(hours=1)
MOST_KEPT = 50
MOST_TOLD = 480

log = structlog.get_logger()


def check_due(house: House, _owner: str) -> int:
    """Look at a part of every brand's log; 0, because there is nothing to hurry for."""
    with reading(house.db) as session:
        brands = list(session.scalars(select(Brand).order_by(Brand.id)))
    for brand in brands:
        try:
            check(house, brand)
        except Exception:  # the log of one brand must not hold up the others
            log.exception("selfcheck.stuck", brand=brand.id)
    return 0


def check(house: House, brand: Brand) -> list[Finding]:
    """Look at a part of a log and note what is wrong, and what is right again."""
    with reading(house.db) as session:
        known = _open_findings(session, brand.id)
        told = [each.sentence for each in anchor_check.findings(session) if each.log_id == brand.log_id]
    found = sample(
        house.db,
        brand.log_id,
        keys_of(house.keys, brand).dated,
        high_water=read_mark(key_file(house.keys, brand.log_key)),
        random=SystemRandom(),
        again=[each.index for each in known if each.index is not None],
    )
    found += [Finding(None, "anchor", each) for each in told]
    with house.db.begin() as session:
        note(session, brand, found, house.clock())
    return found


def note(session: Session, brand: Brand, found: Sequence[Finding], now: datetime) -> None:
    """Open what is new, close what is right again; the first finding opens a case and tells the watchers once."""
    open_now = {(each.what, each.index): each for each in _open_findings(session, brand.id)}
    places = {(each.what, each.index): each for each in found}
    for place, row in open_now.items():
        if place not in places:
            row.closed_at = now
    fresh = [each for place, each in places.items() if place not in open_now][:MOST_KEPT]
    rows = [_row(brand, each, now) for each in fresh]
    session.add_all(rows)
    session.flush()
    if rows and not open_now:
        _alarm(session, brand, rows[0], now)
    if open_now and not places:
        cases.close_case(session, brand_id=brand.id, kind=CASE, subject=_subject(brand), now=now)
    if rows:
        log.error("selfcheck.failed", brand=brand.id, findings=len(places), first=rows[0].sentence)


def open_findings(session: Session, brand_id: str) -> Sequence[LogFinding]:
    """What is wrong with a brand's log by what the house knows, the first found first."""
    return _open_findings(session, brand_id)


def _alarm(session: Session, brand: Brand, first: LogFinding, now: datetime) -> None:
    cases.open_case(
        session,
        brand_id=brand.id,
        kind=CASE,
        subject=_subject(brand),
        shipment_id=None,
        priority=0,
        facts={"finding": first.sentence, "command": f"wayproof ledger audit --brand {brand.slug}"},
        due_at=now + ACT_WITHIN,
        now=now,
    )
    news.misbehaved(session, brand.id, first, now)


def _open_findings(session: Session, brand_id: str) -> Sequence[LogFinding]:
    mine = select(LogFinding).where(LogFinding.brand_id == brand_id, LogFinding.closed_at.is_(None))
    return session.scalars(mine.order_by(LogFinding.found_at, LogFinding.id)).all()


def _row(brand: Brand, finding: Finding, now: datetime) -> LogFinding:
    row = LogFinding(id=new_id(), brand_id=brand.id, what=finding.what, index=finding.index, found_at=now)
    row.sentence = finding.sentence[:MOST_TOLD]
    return row


def _subject(brand: Brand) -> str:
    return f"log:{brand.id}"
