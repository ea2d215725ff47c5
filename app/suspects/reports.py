"""Reports of suspected fakes by readers without an account: kept sealed, told to the desk, forgotten in time."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.scanning import FakeReport
from app.models.shipments import Case
from app.record import record
from app.scanning import store
from app.scanning.buffer import hour_of
from app.scanning.distances import is_country
from app.scanning.signals import Signal
from app.sealed import Box
from app.suspects import photos, raising
from app.words.counterfeit import SELLER, WRONG
from ledger.canonical import moment_text

LONGEST_WORDS = 1000
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,180}\.[^@\s,;<>\"]{2,60}")
_KEPT_AFTER_CASE = timedelta(days=30)
_KEPT_AT_MOST = timedelta(days=365)


class ReportRefused(ValueError):
    """A field can't be taken as it is; `field` names it, `code` says why."""

    def __init__(self, field: str, code: str = "") -> None:
        super().__init__(field)
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader wrote, checked. All but the two choices may be empty."""

    seller: str
    wrong: str
    country: str = ""
    words: str = ""
    email: str = ""
    photo: photos.Photo | None = None


def read(form: Mapping[str, str], photo: bytes | None) -> Said:
    """What a form says; `photo` is None where none was chosen. Raises ReportRefused."""
    given = {name: form.get(name, "").strip() for name in ("seller", "wrong", "country", "words", "email")}
    if given["seller"] not in SELLER:
        raise ReportRefused("seller")
    if given["wrong"] not in WRONG:
        raise ReportRefused("wrong")
    if given["country"] and not is_country(given["country"]):
        raise ReportRefused("country")
    if len(given["words"]) > LONGEST_WORDS:
        raise ReportRefused("words")
    if given["email"] and not _EMAIL.fullmatch(given["email"]):
        raise ReportRefused("email")
    try:
        return Said(**given, photo=None if photo is None else photos.clean(photo))
    except photos.NotPhoto as refused:
        raise ReportRefused("photo", refused.code) from refused


def receive(
    session: Session, box: Box, *, brand_id: str, key: str, said: Said, language: str, now: datetime
) -> FakeReport:
    """Keep a report of an item and put it on the item's case. It is an entry, which says nothing personal."""
    hour = hour_of(now)
    item = store.item_of(session, brand_id, key, hour)
    earlier = _count(session, item.id)
    case = raising.raise_signals(session, item, [Signal(raising.REPORTED, hour, {"reports": earlier + 1})], now)
    row = FakeReport(
        id=new_id(), brand_id=brand_id, item_id=item.id, case_id=case.id, hour=hour, language=language
    )
    row.country, row.seller, row.wrong = said.country, said.seller, said.wrong
    photo = said.photo
    row.photo_media, row.photo = (photo.media, box.seal(photo.data)) if photo else ("", None)
    row.photo_sha256 = hashlib.sha256(photo.data).hexdigest() if photo else ""
    row.words = box.seal(said.words.encode()) if said.words else None
    row.email = box.seal(said.email.encode()) if said.email else None
    row.submission_id = _record(session, row, key, now)
    session.add(row)
    return row


def of_case(session: Session, case: Case) -> Sequence[FakeReport]:
    """The reports of a case, the newest first."""
    mine = select(FakeReport).where(FakeReport.brand_id == case.brand_id, FakeReport.case_id == case.id)
    return session.scalars(mine.order_by(FakeReport.id.desc())).all()


def get(session: Session, brand_id: str, report_id: str) -> FakeReport | None:
    """A report of this brand by its id."""
    mine = select(FakeReport).where(FakeReport.brand_id == brand_id, FakeReport.id == report_id)
    return session.scalar(mine)


def open_sealed(session: Session, box: Box, row: FakeReport, person_id: str, now: datetime) -> dict[str, bytes]:
    """The photo, the words and the mail address of a report, after the look is an entry."""
    log_id = session.get_one(Brand, row.brand_id).log_id
    body = {"report": row.id, "person": person_id, "reason": "counterfeit"}
    record(session, log_id, EntryType.PERSONAL_REVEALED, body, now=now)
    sealed = {"photo": row.photo, "words": row.words, "email": row.email}
    return {name: box.open(value) for name, value in sealed.items() if value}


def forget_old(session: Session, now: datetime) -> int:
    """Delete what could be personal in reports: a month after their case was closed, a year after at most."""
    closed = select(Case.id).where(Case.closed_at < now - _KEPT_AFTER_CASE)
    due = update(FakeReport).where(
        FakeReport.forgotten_at.is_(None),
        or_(FakeReport.case_id.in_(closed), FakeReport.hour < now - _KEPT_AT_MOST),
    )
    emptied = due.values(photo=None, words=None, email=None, forgotten_at=now)
    return len(session.execute(emptied.returning(FakeReport.id)).all())


def _count(session: Session, item_id: str) -> int:
    return len(session.scalars(select(FakeReport.id).where(FakeReport.item_id == item_id)).all())


def _record(session: Session, row: FakeReport, key: str, now: datetime) -> int:
    body = {
        "report": row.id,
        "item": key,
        "hour": moment_text(row.hour),
        "country": row.country,
        "seller": row.seller,
        "wrong": row.wrong,
        "photo_sha256": row.photo_sha256,
    }
    log_id = session.get_one(Brand, row.brand_id).log_id
    return record(session, log_id, EntryType.FAKE_REPORTED, body, now=now).submission_id
