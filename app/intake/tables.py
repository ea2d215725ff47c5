"""A table from a file, taken in a part at a time: a dry run first, progress, and safe to kill and to run again.

A part's rows and the mark of how far the file has come are one transaction: a worker that dies leaves whole parts,
and the next one goes on behind them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.clock import system_clock
from app.db import Db, reading
from app.house import House
from app.ids import new_id
from app.intake.sheet import MOST_ROWS, NAMELESS, Finding, cut, nameless, read_csv
from app.intake.workbook import formulas_of, is_workbook, read_xlsx
from app.models.tables import TableFile
from app.provenance import tables
from app.provenance.errors import Refused
from app.provenance.tables import Came, Row
from app.sealed import Box, open_box
from app.shipping import shipment_rows
from app.texts import marked as _

AT_ONCE = 100
LARGEST = 20_000_000
MOST_FINDINGS = 1_000
KEPT = timedelta(days=7)
LEASE = timedelta(seconds=60)

MOVING = ("judging", "taking")

log = structlog.get_logger()
Progress = Callable[[int, int], None]  # (rows done, rows in the file)


@dataclass(frozen=True)
class Table:
    """The rows of a file by their number, and what is wrong with it before any row is judged."""

    rows: Sequence[tuple[int, Row]]
    findings: tuple[Finding, ...]
    bad: frozenset[int]


@dataclass
class Tally:
    """What rows changed, and what is wrong with the others."""

    came: Counter[Came] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def right(self) -> int:
        return self.came.total()


def read(kind: str, data: bytes) -> Table:
    """The rows of a file, CSV or XLSX. Raises ValueError with a sentence for what is no table.

    Rows that hold a formula, or are about what an earlier row is about, are named and left out.
    """
    if len(data) > LARGEST:
        raise ValueError(_("the file is larger than 20 MB; part it"))
    cells = read_xlsx(data) if is_workbook(data) else read_csv(data)
    if len(cells) - 1 > MOST_ROWS:
        raise ValueError(_("the file has more than 200,000 rows; part it"))
    heading = [name.strip().lower() for name in cells[0]] if cells else []
    if wrong := tuple(_wrong_heading(kind, heading)):
        return Table((), wrong, frozenset())
    rows = [(number, _named(heading, row)) for number, row in enumerate(cells[1:], 2)]
    rows = [(number, row) for number, row in rows if row]
    places = formulas_of(data) if is_workbook(data) else []
    findings = [
        Finding(
            row, heading[column - 1] if column <= len(heading) else "", _("this is a formula; enter its value")
        )
        for row, column in places
    ]
    findings += [
        Finding(number, "", NAMELESS) for number, row in enumerate(cells[1:], 2) if nameless(heading, row)
    ]
    findings += _twice(kind, rows)
    return Table(rows, tuple(findings), frozenset(each.row for each in findings))


def load(
    db: Db,
    brand_id: str,
    kind: str,
    data: bytes,
    *,
    dry_run: bool,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> tuple[int, Tally]:
    """Take in a file at once, a hundred rows a transaction; the number of its rows, and what they changed.

    A dry run keeps nothing. The same file again changes nothing. Raises ValueError.
    """
    table, tally = read(kind, data), Tally()
    tally.findings += table.findings
    for start in range(0, len(table.rows), AT_ONCE):
        with db() as session, session.begin() as transaction:
            _put(session, brand_id, kind, table, slice(start, start + AT_ONCE), tally, now)
            if dry_run:
                transaction.rollback()
        progress(min(start + AT_ONCE, len(table.rows)), len(table.rows))
    return len(table.rows), tally


def keep(
    session: Session, box: Box, *, brand_id: str, person_id: str, kind: str, data: bytes, now: datetime
) -> TableFile:
    """Keep an uploaded table, sealed, for the worker to judge; nothing comes in before somebody says so."""
    row = TableFile(id=new_id(), brand_id=brand_id, person_id=person_id, kind=kind, sealed=box.seal(data))
    row.state, row.findings, row.told_at, row.created_at = "judging", [], now, now
    session.add(row)
    session.flush()
    return row


def get(session: Session, brand_id: str, file_id: str) -> TableFile | None:
    """A table of this brand, or None."""
    return session.scalar(select(TableFile).where(TableFile.brand_id == brand_id, TableFile.id == file_id))


def recent(session: Session, brand_id: str, limit: int) -> Sequence[TableFile]:
    """The newest tables of a brand, without what is in them."""
    mine = select(TableFile).where(TableFile.brand_id == brand_id)
    return session.scalars(mine.order_by(TableFile.id.desc()).limit(limit)).all()


def go(session: Session, row: TableFile) -> None:
    """Let the rows of a judged table come in."""
    if row.state == "judged" and row.new + row.changed:
        _change(
            session, row.id, was="judged", state="taking", done=0, new=0, changed=0, same=0, wrong=0, findings=[]
        )


def cancel(session: Session, row: TableFile) -> None:
    """Stop a table where it stands: what came in stays, the rest does not come, and the file goes."""
    if row.state in (*MOVING, "judged"):
        _change(session, row.id, was=row.state, state="cancelled", sealed=None)


def work_due(house: House) -> int:
    """Judge every table that waits, or take in its rows; how many tables were worked on."""
    waiting = (TableFile.state.in_(MOVING), _unclaimed())
    with reading(house.db) as session:
        ids = session.scalars(select(TableFile.id).where(*waiting).order_by(TableFile.id).limit(10)).all()
    return sum(_work(house, id_) for id_ in ids)


def _work(house: House, file_id: str) -> int:
    if not _claim(house.db, file_id):
        return 0
    with reading(house.db) as session:
        row = session.get_one(TableFile, file_id)
    if row.sealed is None:  # cancelled between the look and the claim
        return 0
    try:
        table = read(row.kind, open_box(house.keys).open(row.sealed))
    except ValueError as error:
        with house.db.begin() as session:
            wrong = [{"row": 0, "column": "", "rule": str(error)}]
            _change(
                session, file_id, was=row.state, state="failed", findings=wrong, sealed=None, claimed_until=None
            )
        return 1
    standing: TableFile | None = row
    while standing is not None and standing.state in MOVING:
        standing = _next_part(house, standing, table)
    return 1


def _next_part(house: House, row: TableFile, table: Table) -> TableFile | None:
    """The next hundred rows and the mark behind them; None when another worker or a person was here meanwhile."""
    start, end = row.done, min(row.done + AT_ONCE, len(table.rows))
    tally = Tally(findings=list(table.findings) if start == 0 else [])
    with house.db() as session, session.begin() as part:
        _put(session, row.brand_id, row.kind, table, slice(start, end), tally, row.told_at)
        if row.state == "judging":
            part.rollback()
        elif not _mark(session, row, end, len(table.rows), tally):
            part.rollback()
            return None
    if row.state == "judging":
        with house.db.begin() as session:
            if not _mark(session, row, end, len(table.rows), tally):
                return None
    with reading(house.db) as session:
        return session.get_one(TableFile, row.id)


def _mark(session: Session, row: TableFile, done: int, total: int, tally: Tally) -> bool:
    over = done == total
    state = {"judging": "judged", "taking": "done"}[row.state] if over else row.state
    known = {each["row"] for each in row.findings}
    wrong = {each.row for each in tally.findings} - known
    findings = [*row.findings, *(vars(each) for each in tally.findings)][:MOST_FINDINGS]
    values: dict[str, Any] = {each.value: getattr(row, each.value) + tally.came[each] for each in Came}
    values |= {"state": state, "rows": total, "done": done, "wrong": row.wrong + len(wrong), "findings": findings}
    if state == "done":
        values["sealed"] = None
    lease = None if over else system_clock() + LEASE
    return _change(session, row.id, TableFile.done == row.done, was=row.state, claimed_until=lease, **values)


def _put(
    session: Session, brand_id: str, kind: str, table: Table, part: slice, tally: Tally, now: datetime
) -> None:
    """Put these rows in, each in a savepoint of its own, so that a wrong one leaves nothing."""
    brand = brand_of(session, brand_id)
    for number, row in table.rows[part]:
        if number in table.bad:
            continue
        try:
            with session.begin_nested():
                tally.came[tables.put(session, brand, kind, row, now)] += 1
        except Refused as refused:
            tally.findings.append(_finding(kind, number, row, refused))
        except (DataError, IntegrityError):
            tally.findings.append(Finding(number, "", _("the database cannot hold this row")))


def _finding(kind: str, number: int, row: Row, refused: Refused) -> Finding:
    """What a verb refused, with what stands in the cell as far as it may be kept."""
    private = kind == "shipments" and refused.field in shipment_rows.PRIVATE
    cell = "" if private else row.get(refused.field, "")
    value = cut(cell.replace("\0", "\N{REPLACEMENT CHARACTER}"))  # PostgreSQL holds no NUL
    return Finding(number, refused.field, refused.sentence, value, refused.told)


def _wrong_heading(kind: str, heading: Sequence[str]) -> Iterator[Finding]:
    for name in tables.NEEDED[kind]:
        if name not in heading:
            yield Finding(1, name, _("this column is missing"))
    for name in dict.fromkeys(heading):
        if name and not tables.is_column(kind, name):
            yield Finding(1, name[:40], _("there is no such column"))
        elif name and heading.count(name) > 1:
            yield Finding(1, name, _("this column is there twice"))


def _named(heading: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    pairs = zip(heading, row, strict=False)
    return {name: _plain(cell) for name, cell in pairs if name and cell.strip()}


def _plain(cell: str) -> str:
    """A cell without the apostrophe that our own tables put before what a spreadsheet would calculate."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _twice(kind: str, rows: Sequence[tuple[int, Row]]) -> Iterator[Finding]:
    """Rows about what an earlier row is about: of two that differ nobody could say which one counts."""
    seen: dict[str, int] = {}
    for number, row in rows:
        name = tables.name_of(kind, row)
        if name and seen.setdefault(name, number) != number:
            yield Finding(number, tables.NEEDED[kind][0], _("an earlier row is about the same; leave one out"))


def _unclaimed() -> ColumnElement[bool]:
    return or_(TableFile.claimed_until.is_(None), TableFile.claimed_until < system_clock())


def _claim(db: Db, file_id: str) -> bool:
    mine = update(TableFile).where(TableFile.id == file_id, TableFile.state.in_(MOVING), _unclaimed())
    with db.begin() as session:
        done = session.execute(mine.values(claimed_until=system_clock() + LEASE))
        assert isinstance(done, CursorResult)
        return bool(done.rowcount)


def _change(session: Session, file_id: str, *more: ColumnElement[bool], was: str, **values: Any) -> bool:
    """Change a file that still stands as it was read; False when it does not."""
    mine = update(TableFile).where(TableFile.id == file_id, TableFile.state == was, *more).values(**values)
    done = session.execute(mine.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return bool(done.rowcount)


def forget_old(session: Session, now: datetime) -> int:
    """Forget tables a week after they came, with everything in them; how many."""
    old = delete(TableFile).where(TableFile.created_at < now - KEPT).returning(TableFile.id)
    return len(session.execute(old).all())
