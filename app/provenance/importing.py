"""Files of EPCIS documents into a brand's record: `wayproof import FILE...`. Safe to run twice."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.db import Db, reading
from app.epcis.document import Document, parse_document, parse_event
from app.epcis.errors import Invalid, Problem
from app.epcis.event import Event
from app.models.brands import Brand
from app.provenance.errors import Conflict, SignatureRefused
from app.provenance.store import capture_event

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
    stored, findings = 0, []
    for start in range(0, len(events), _BATCH):
        batch = events[start : start + _BATCH]
        with db.begin() as session:
            for index, event in enumerate(batch, start):
                try:
                    stored += capture_event(session, brand, event, partner_id=None, now=now).created
                except Conflict as error:
                    findings.append(Finding(path, f"/epcisBody/eventList/{index}/eventID", str(error)))
                except SignatureRefused as error:
                    findings.append(Finding(path, f"/epcisBody/eventList/{index}{error.field}", str(error)))
        progress(path, start + len(batch), len(events))
    return Imported(0, stored, len(events) - stored - len(findings), tuple(findings))


def _finding(path: Path, problem: Problem) -> Finding:
    return Finding(path, problem.field, problem.rule)


def _add(one: Imported, other: Imported) -> Imported:
    return Imported(
        one.events + other.events,
        one.stored + other.stored,
        one.known + other.known,
        one.findings + other.findings,
    )
