"""A file of orders, taken in a few at a time: a dry run first, progress, and safe to run again after a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from app.clock import system_clock
from app.db import Db, reading
from app.house import House
from app.ids import new_id
from app.intake.sheet import Finding, Sheet, orders_of, read_csv
from app.intake.take import Taken, take_order
from app.intake.told import Told
from app.intake.workbook import is_workbook, read_xlsx
from app.models.brands import Brand
from app.models.intake import OrderFile
from app.provenance.errors import NotCleared
from app.sealed import Box, open_box
from app.shipping.shipments import ShipmentRefused

AT_ONCE = 50
LARGEST = 10_000_000
MOST_FINDINGS = 1_000
KEPT = timedelta(days=7)
LEASE = timedelta(minutes=5)

log = structlog.get_logger()
Progress = Callable[[int, int], None]  # (orders done, orders in the file)


@dataclass(frozen=True)
class Done:
    """How a file went. `orders` can be taken in; of them `new` were, and `known` were there before."""

    rows: int
    orders: int
    new: int
    known: int
    findings: tuple[Finding, ...]


def read(data: bytes, now: datetime) -> Sheet:
    """The orders in a file, CSV or XLSX. Raises ValueError with a sentence for what is neither."""
    if len(data) > LARGEST:
        raise ValueError(f"the file is larger than {LARGEST // 1_000_000} MB; part it")
    return orders_of(read_xlsx(data) if is_workbook(data) else read_csv(data), now)


def import_orders(
    db: Db,
    brand_id: str,
    data: bytes,
    *,
    dry_run: bool,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> Done:
    """Take in a file at once; with `dry_run` everything is read and judged and nothing stored. Raises ValueError.

    Fifty orders a transaction. The same file again changes nothing; after a crash, run it again.
    """
    sheet = read(data, now)
    new = known = 0
    findings = list(sheet.findings)
    for start in range(0, 0 if dry_run else len(sheet.orders), AT_ONCE):
        part = sheet.orders[start : start + AT_ONCE]
        taken, refused = _take(db, brand_id, part, now)
        findings += refused
        new += taken.count(Taken.NEW)
        known += len(taken) - taken.count(Taken.NEW)
        progress(start + len(part), len(sheet.orders))
    return Done(sheet.rows, len(sheet.orders), new, known, tuple(findings))


def _take(db: Db, brand_id: str, orders: tuple[Told, ...], now: datetime) -> tuple[list[Taken], list[Finding]]:
    taken, refused = [], []
    with db.begin() as session:
        brand = session.get_one(Brand, brand_id)
        for told in orders:
            try:
                with session.begin_nested():
                    taken.append(take_order(session, brand, told, shop=None, now=now))
            except (ShipmentRefused, NotCleared) as error:
                refused.append(Finding(0, "", f"order {told.number}: {error}"))
    return taken, refused


def keep(session: Session, box: Box, *, brand_id: str, person_id: str, data: bytes, now: datetime) -> OrderFile:
    """Keep an uploaded file, sealed, for the worker to judge; nothing comes in before somebody says so."""
    row = OrderFile(id=new_id(), brand_id=brand_id, person_id=person_id, sealed=box.seal(data), state="judging")
    row.rows = row.orders = row.done = row.new = row.known = 0
    row.findings, row.told_at, row.created_at = [], now, now
    session.add(row)
    session.flush()
    return row


def get(session: Session, brand_id: str, file_id: str) -> OrderFile | None:
    """A file of this brand, or None."""
    return session.scalar(select(OrderFile).where(OrderFile.brand_id == brand_id, OrderFile.id == file_id))


def go(row: OrderFile) -> None:
    """Let the worker take in what can be; a file that was judged only, and once."""
    if row.state == "judged" and row.orders:
        row.state = "taking"


def work_due(house: House) -> int:
    """One step of every file that waits: judge it, or take in its next orders; how many steps were made."""
    waiting = (OrderFile.state.in_(("judging", "taking")), _unclaimed())
    with reading(house.db) as session:
        ids = session.scalars(select(OrderFile.id).where(*waiting).order_by(OrderFile.id).limit(10)).all()
    return sum(_step(house, id_) for id_ in ids)


def _step(house: House, file_id: str) -> int:
    if not _claim(house.db, file_id):
        return 0
    with reading(house.db) as session:
        row = session.get_one(OrderFile, file_id)
    assert row.sealed is not None
    try:
        sheet = read(open_box(house.keys).open(row.sealed), row.told_at)
    except ValueError as error:
        _note(
            house.db, file_id, state="failed", findings=[{"row": 0, "column": "", "rule": str(error)}], sealed=None
        )
        return 1
    if row.state == "judging":
        findings = [vars(each) for each in sheet.findings[:MOST_FINDINGS]]
        _note(house.db, file_id, state="judged", rows=sheet.rows, orders=len(sheet.orders), findings=findings)
        return 1
    while row.done < len(sheet.orders):
        row = _take_part(house, row, sheet)
    _note(house.db, file_id, state="done", sealed=None)
    return 1


def _take_part(house: House, row: OrderFile, sheet: Sheet) -> OrderFile:
    """The next fifty; how far it came stands in the row, so another worker goes on from there."""
    part = sheet.orders[row.done : row.done + AT_ONCE]
    taken, refused = _take(house.db, row.brand_id, part, house.clock())
    fresh = taken.count(Taken.NEW)
    findings = [*row.findings, *(vars(each) for each in refused)][:MOST_FINDINGS]
    counts = {"new": row.new + fresh, "known": row.known + len(taken) - fresh, "findings": findings}
    _note(house.db, row.id, done=row.done + len(part), claimed_until=system_clock() + LEASE, **counts)
    with reading(house.db) as session:
        return session.get_one(OrderFile, row.id)


def _unclaimed() -> ColumnElement[bool]:
    return or_(OrderFile.claimed_until.is_(None), OrderFile.claimed_until < system_clock())


def _claim(db: Db, file_id: str) -> bool:
    mine = update(OrderFile).where(OrderFile.id == file_id, _unclaimed())
    with db.begin() as session:
        done = session.execute(mine.values(claimed_until=system_clock() + LEASE))
        assert isinstance(done, CursorResult)
        return bool(done.rowcount)


def _note(db: Db, file_id: str, **values: object) -> None:
    with db.begin() as session:
        change = update(OrderFile).where(OrderFile.id == file_id).values(**{"claimed_until": None, **values})
        session.execute(change)


def forget_old(session: Session, now: datetime) -> int:
    """Forget files a week after they came, with everything in them; how many."""
    old = delete(OrderFile).where(OrderFile.created_at < now - KEPT).returning(OrderFile.id)
    return len(session.execute(old).all())
