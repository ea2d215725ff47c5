"""Workbooks that people ask for: made by the worker, fetched by who asked, forgotten after a day.

The web process asks and fetches; it makes none, for the library is heavy.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from app.brands.readers import Reader, reader_of
from app.brands.tenants import brand_of
from app.clock import system_clock
from app.db import Db, reading
from app.epcis import fsma
from app.house import House
from app.ids import new_id
from app.models.tables import Workbook
from app.provenance import reached, tables, trace
from app.provenance.errors import Refused, TooMany
from app.provenance.fsma import sheet
from app.sealed import Box, open_box
from app.spreadsheet import write_xlsx
from app.texts import marked as _

KEPT = timedelta(days=1)
LEASE = timedelta(seconds=60)
_TOLD_EVERY = 2_000

log = structlog.get_logger()

Rows = Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a person of a brand, or of its partner, who then sees what the partner may see."""

    brand_id: str
    person_id: str
    partner_id: str | None = None


def ask(session: Session, who: Asker, kind: str, asked: dict[str, str], now: datetime) -> Workbook:
    """Have a workbook made. kind: `trace`, `fsma`, or one of tables.KINDS."""
    row = Workbook(id=new_id(), brand_id=who.brand_id, person_id=who.person_id, partner_id=who.partner_id)
    row.kind, row.asked, row.state, row.created_at = kind, asked, "making", now
    session.add(row)
    session.flush()
    return row


def get(session: Session, who: Asker, workbook_id: str) -> Workbook | None:
    """A workbook that this person asked for, or None."""
    mine = select(Workbook).where(Workbook.brand_id == who.brand_id, Workbook.person_id == who.person_id)
    return session.scalar(mine.where(Workbook.id == workbook_id))


def content(box: Box, row: Workbook) -> bytes:
    """The file of a workbook that is done."""
    assert row.sealed is not None
    return box.open(row.sealed)


def make_due(house: House) -> int:
    """Make the workbooks that wait, those of a worker that died too; how many."""
    waiting = (Workbook.state == "making", _unclaimed())
    with reading(house.db) as session:
        ids = session.scalars(select(Workbook.id).where(*waiting).order_by(Workbook.id).limit(10)).all()
    return sum(_make(house, id_) for id_ in ids)


def _make(house: House, workbook_id: str) -> int:
    if not _note(house.db, workbook_id, _unclaimed(), claimed_until=system_clock() + LEASE):
        return 0
    with reading(house.db) as session:
        row = session.get_one(Workbook, workbook_id)
    try:
        data = _written(house, row)
    except (Refused, TooMany) as refused:
        _note(house.db, workbook_id, state="failed", error=str(refused)[:300])
    except ImportError:
        lacks = _("this service lacks what writes workbooks; take the table as CSV")
        _note(house.db, workbook_id, state="failed", error=lacks)
    else:
        _note(house.db, workbook_id, state="done", sealed=open_box(house.keys).seal(data))
    return 1


def _written(house: House, row: Workbook) -> bytes:
    with tempfile.TemporaryFile() as out, reading(house.db) as session:
        head, rows = _KINDS[row.kind](session, row, reader_of(row.partner_id))
        write_xlsx(out, row.kind, head, _counted(house, row, rows))
        out.seek(0)
        return out.read()


def _counted(house: House, row: Workbook, rows: Rows) -> Iterator[Sequence[str]]:
    """The rows; how many are written is told on the way, and the claim is held."""
    number = 0
    for number, each in enumerate(rows, 1):
        yield each
        if number % _TOLD_EVERY == 0:
            _note(house.db, row.id, rows=number, claimed_until=system_clock() + LEASE)
    _note(house.db, row.id, rows=number)


def _trace(session: Session, row: Workbook, reader: Reader) -> tuple[Sequence[str], Rows]:
    walk = trace.up if row.asked["direction"] == "up" else trace.down
    found = walk(session, row.brand_id, row.asked["key"], row.partner_id)
    return reached.HEADER, reached.as_rows(found, reached.made(session, row.brand_id, found, reader))


def _fsma(session: Session, row: Workbook, reader: Reader) -> tuple[Sequence[str], Rows]:
    return fsma.HEADER, sheet(session, row.brand_id, [row.asked["key"]], reader)


def _table(session: Session, row: Workbook, _reader: Reader) -> tuple[Sequence[str], Rows]:
    brand = brand_of(session, row.brand_id)
    return tables.head(session, brand, row.kind), tables.rows(session, brand, row.kind)


_KINDS: dict[str, Callable[[Session, Workbook, Reader], tuple[Sequence[str], Rows]]] = {
    "trace": _trace,
    "fsma": _fsma,
    **dict.fromkeys(tables.KINDS, _table),
}


def _unclaimed() -> ColumnElement[bool]:
    return or_(Workbook.claimed_until.is_(None), Workbook.claimed_until < system_clock())


def _note(db: Db, workbook_id: str, *more: ColumnElement[bool], **values: Any) -> bool:
    mine = update(Workbook).where(Workbook.id == workbook_id, Workbook.state == "making", *more)
    with db.begin() as session:
        done = session.execute(mine.values(**values).execution_options(synchronize_session=False))
        assert isinstance(done, CursorResult)
        return bool(done.rowcount)


def forget_old(session: Session, now: datetime) -> int:
    """Forget workbooks a day after they were asked for; how many."""
    old = delete(Workbook).where(Workbook.created_at < now - KEPT).returning(Workbook.id)
    return len(session.execute(old).all())
