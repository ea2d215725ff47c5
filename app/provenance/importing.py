"""Files of EPCIS documents into a brand's record: `wayproof import FILE...`. Safe to run twice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.db import Db, reading
from app.epcis.document import Document, parse_document, parse_event
from app.epcis.errors import Invalid, Problem
from app.epcis.event import Event
from app.models.brands import Brand
from app.provenance.errors import Conflict, NotCleared, SignatureRefused
from app.provenance.store import capture_event
from app.provenance.together import capture_new, told_before
from ledger.group import Group

LARGEST = 500_000_000
MOST_EVENTS = 1_000_000
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in a file: the JSON pointer of the field, and the rule that it breaks."""

    path: Path
    field: str
    rule: str

    def __str__(self) -> str:
        return f"{self.path}{f'#{self.field}' if self.field else ''}: {self.rule}"


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went: events valid in the files, stored now, and there before; and what was wrong."""

    events: int
    stored: int
    known: int
    findings: tuple[Finding, ...]


# (file, events of it that are done, events in it)
Progress = Callable[[Path, int, int], None]


def import_files(
    db: Db,
    brand_id: str,
    paths: Iterable[Path],
    *,
    dry_run: bool,
    now: datetime,
    progress: Progress = lambda path, done, total: None,
) -> Imported:
    """Capture the events of each file, one transaction for every 500; a file with an error is left out whole.

    With `dry_run` everything is read and judged and nothing is stored. A file that was imported before, or was cut
    off by a crash, may be imported again: events that are there already are counted as known.
    """
    total = Imported(0, 0, 0, ())
    with reading(db) as session:
        brand = session.get_one(Brand, brand_id)
    for path in paths:
        try:
            events = _read(path)
        except Invalid as error:
            total = _add(total, Imported(0, 0, 0, tuple(_finding(path, each) for each in error.problems)))
            continue
        total = _add(total, Imported(len(events), 0, 0, ()))
        if not dry_run:
            total = _add(total, _store(db, brand, path, events, now, progress))
    return total


def _read(path: Path) -> tuple[Event, ...]:
    """The events of a file: of a document, or a bare event. Raises Invalid."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Invalid(Problem("", f"the file cannot be read: {error.strerror}")) from error
    try:
        document: Document = parse_document(data, largest=LARGEST, most=MOST_EVENTS)
    except Invalid as error:
        if error.problems[0].field != "/type":
            raise
        return (parse_event(data, largest=LARGEST),)
    return document.valid()


def _store(
    db: Db, brand: Brand, path: Path, events: tuple[Event, ...], now: datetime, progress: Progress
) -> Imported:
    """Through the group door: many events a commit, and one that cannot be stored does not hold up the others."""

    stored, findings = 0, []
    with Group(db, partial(_captured_together, brand, now), largest=_BATCH) as door:
        for start in range(0, len(events), _BATCH):
            batch = [door.bring(event) for event in events[start : start + _BATCH]]
            for index, future in enumerate(batch, start):
                try:
                    stored += future.result()
                except (Conflict, NotCleared, SignatureRefused, DataError, IntegrityError) as error:
                    findings.append(_unstorable(path, index, error))
            progress(path, start + len(batch), len(events))
    return Imported(0, stored, len(events) - stored - len(findings), tuple(findings))


def _captured_together(
    brand: Brand, now: datetime, session: Session, batch: Sequence[Event]
) -> Sequence[bool | Exception]:
    """Many at once: those that are stored already are passed over, plain new ones are stored in a few statements.

    All others go one by one, as they do over HTTP. So a file that was cut off goes on quickly where it stopped.
    """
    if len(batch) == 1:
        return [_captured(session, brand, batch[0], now)]
    known = told_before(session, brand, batch)
    fresh = [event for event in batch if event.event_id not in known]
    if capture_new(session, brand, fresh, partner_id=None, now=now):
        return [event.event_id not in known for event in batch]
    return [event.event_id not in known and _captured(session, brand, event, now) for event in batch]


def _captured(session: Session, brand: Brand, event: Event, now: datetime) -> bool | Exception:
    """Whether the event is new; or why it is refused, in which case nothing of it was written."""
    try:
        return capture_event(session, brand, event, partner_id=None, now=now).created
    except (Conflict, NotCleared, SignatureRefused) as error:
        return error


def _unstorable(path: Path, index: int, error: Exception) -> Finding:
    at = f"/epcisBody/eventList/{index}"
    if isinstance(error, Conflict):
        return Finding(path, f"{at}/eventID", str(error))
    if isinstance(error, NotCleared):
        return Finding(path, at, str(error))
    if isinstance(error, SignatureRefused):
        return Finding(path, f"{at}{error.field}", str(error))
    return Finding(path, at, f"the database cannot hold this event ({type(error).__name__})")


def _finding(path: Path, problem: Problem) -> Finding:
    return Finding(path, problem.field, problem.rule)


def _add(one: Imported, other: Imported) -> Imported:
    return Imported(
        one.events + other.events,
        one.stored + other.stored,
        one.known + other.known,
        one.findings + other.findings,
    )
