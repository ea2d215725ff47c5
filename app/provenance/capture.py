"""The capture jobs of EPCIS (2.0, section 12.7.1): a document is kept first and worked off afterwards.

One event at once is `capture_event`, which lives in app/provenance/store and is handed out here too.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from app.db import Db, reading
from app.epcis.document import Document, parse_document, read_value
from app.epcis.errors import Invalid, Problem
from app.epcis.event import Event
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import CaptureJob
from app.provenance import masterdata
from app.provenance.errors import Conflict, NotAllowed, NotCleared, SignatureRefused
from app.provenance.store import Captured, capture_event
from app.provenance.together import capture_new, seal_new

__all__ = ["Captured", "capture_event", "run_job", "run_jobs_due", "submit"]

Behaviour = Literal["rollback", "proceed"]

CLAIM = timedelta(seconds=20)  # for each megabyte of a document that was begun
_BATCH = 200  # events in one transaction of a job that proceeds
_MOST_ERRORS = 100


def submit(
    session: Session,
    brand: Brand,
    document: bytes,
    *,
    behaviour: Behaviour = "rollback",
    partner_id: str | None,
    now: datetime,
) -> CaptureJob:
    """Keep a document as a job that `run_jobs_due` will work off; its events are judged there.

    Raises Invalid for what cannot be received at all: no JSON object and no XML. TooLarge for too many bytes.
    """
    read_value(document)
    job = CaptureJob(
        id=new_id(),
        brand_id=brand.id,
        partner_id=partner_id,
        behaviour=behaviour,
        document=document,
        running=True,
        success=True,
        event_count=0,
        errors=[],
        created_at=now,
    )
    session.add(job)
    return job


def run_jobs_due(db: Db, now: datetime, *, limit: int = 10) -> int:
    """Work off up to `limit` waiting jobs, those of a crashed worker too; how many were run here."""
    with reading(db) as session:
        due: Sequence[str] = session.scalars(_due(now).limit(limit)).all()
    return sum(run_job(db, job_id, now) for job_id in due)


def run_job(db: Db, job_id: str, now: datetime) -> bool:
    """Capture the events of one job; False when it is done, or somebody else has it.

    With rollback all events go in, in one transaction, or none does. With proceed each good event goes in and the
    others are listed. A crash leaves the claim to run out; the next run finds what is stored and stores the rest.
    So does a second worker that comes too early, because this one is slow: it finds the same and changes nothing.
    """
    with db.begin() as session:
        job = session.get_one(CaptureJob, job_id)
        until = now + CLAIM * (1 + len(job.document or b"") // 1_000_000)
        claim = update(CaptureJob).where(CaptureJob.id == job_id, CaptureJob.running, _free(now))
        if session.connection().execute(claim.values(claimed_until=until)).rowcount != 1:
            return False
        brand = session.get_one(Brand, job.brand_id)
    try:
        document = parse_document(job.document or b"")
    except Invalid as error:
        with db.begin() as session:
            _finish(session, job, 0, _errors(error.problems), now)
        return True
    (_roll if job.behaviour == "rollback" else _proceed)(db, job, brand, document, now)
    return True


def problem(field: str, rule: str, *, kind: str = "ValidationException", status: int = 400) -> dict[str, Any]:
    """One error of a job, as RFC 9457 wants it; `field` is a JSON pointer into the document."""
    return {"type": f"epcisException:{kind}", "title": rule, "status": status, "detail": rule, "field": field}


def _due(now: datetime) -> Select[Any]:
    return select(CaptureJob.id).where(CaptureJob.running, _free(now)).order_by(CaptureJob.created_at)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(CaptureJob.claimed_until.is_(None), CaptureJob.claimed_until <= now)


def _roll(db: Db, job: CaptureJob, brand: Brand, document: Document, now: datetime) -> None:
    """All events and the end of the job, in one transaction; or the end alone, with what was wrong."""
    try:
        events = document.valid()
        sealed = seal_new(db, brand, events, partner_id=job.partner_id, now=now)
        with db.begin() as session:
            _describe(session, brand, document, job, now)
            if not capture_new(session, brand, events, partner_id=job.partner_id, now=now, sealed=sealed):
                for index, event in enumerate(events):
                    _capture(session, brand, event, f"{document.at}/{index}", job, now)
            _finish(session, job, len(events), [], now)
        return
    except Invalid as error:
        errors = _errors(error.problems)
    except _Unfit as error:
        errors = [error.body]
    with db.begin() as session:
        _finish(session, job, 0, errors, now)


def _proceed(db: Db, job: CaptureJob, brand: Brand, document: Document, now: datetime) -> None:
    count, errors = 0, []
    try:
        with db.begin() as session:
            _describe(session, brand, document, job, now)
    except _Unfit as error:
        errors.append(error.body)
    for start in range(0, len(document.events), _BATCH):
        batch = document.events[start : start + _BATCH]
        good = [event for event in batch if isinstance(event, Event)]
        sealed = seal_new(db, brand, good, partner_id=job.partner_id, now=now)
        with db.begin() as session:
            stored = capture_new(session, brand, good, partner_id=job.partner_id, now=now, sealed=sealed)
            for index, event in enumerate(batch, start):
                try:
                    if not stored or isinstance(event, Invalid):
                        _capture(session, brand, event, f"{document.at}/{index}", job, now)
                    count += 1
                except Invalid as error:
                    errors += _errors(error.problems)
                except _Unfit as error:
                    errors.append(error.body)
    with db.begin() as session:
        _finish(session, job, count, errors, now)


class _Unfit(Exception):
    """A valid event that cannot be stored; `body` is the error as the job lists it."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["detail"])
        self.body = body


def _capture(
    session: Session, brand: Brand, event: Event | Invalid, at: str, job: CaptureJob, now: datetime
) -> None:
    if isinstance(event, Invalid):
        raise event
    try:
        capture_event(session, brand, event, partner_id=job.partner_id, now=now)
    except Conflict as error:
        raise _Unfit(
            problem(f"{at}/eventID", str(error), kind="ResourceAlreadyExistsException", status=409)
        ) from error
    except NotAllowed as error:
        raise _Unfit(problem(at, str(error), kind="SecurityException", status=403)) from error
    except NotCleared as error:
        raise _Unfit(problem(at, str(error), status=409)) from error
    except SignatureRefused as error:
        raise _Unfit(problem(at + error.field, str(error), kind="SecurityException", status=403)) from error


def _describe(session: Session, brand: Brand, document: Document, job: CaptureJob, now: datetime) -> None:
    try:
        masterdata.describe(session, brand, document.master, partner_id=job.partner_id, now=now)
    except NotAllowed as error:
        raise _Unfit(problem("/epcisHeader", str(error), kind="SecurityException", status=403)) from error


def _errors(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [problem(each.field, each.rule) for each in problems]


def _finish(
    session: Session, job: CaptureJob, count: int, errors: Sequence[dict[str, Any]], now: datetime
) -> None:
    """The job's last word. The document goes: its events hold what was kept of it."""
    done = update(CaptureJob).where(CaptureJob.id == job.id, CaptureJob.running)
    session.connection().execute(
        done.values(
            running=False,
            success=not errors,
            event_count=count,
            errors=list(errors[:_MOST_ERRORS]),
            document=None,
            claimed_until=None,
            finished_at=now,
        )
    )
