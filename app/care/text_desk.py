"""The brand's own texts: saved, taken back, tried on a sample, and counted on who would have got them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.care import letters
from app.care.letters import Fact, Letter
from app.care.own_words import check, fill, standard, written
from app.entries import EntryType
from app.models.brands import Brand
from app.models.care import NoticeText
from app.models.shipments import Notice, Outgoing
from app.record import record
from app.texts import Texts

KINDS = ("delay", "compensation", "update", "excursion", "recall", "page")
"""What has one text: amends are either sent goods or money, which no single text can say."""

LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Counts:
    """What became of the notices of a kind and language in the last 30 days: each would have had this text."""

    written: int
    sent: dict[str, int]  # by channel
    page_only: int
    held: int
    withdrawn: int


def own(session: Session, brand_id: str, kind: str, language: str) -> NoticeText | None:
    """The brand's own text; None where the standard one is used."""
    return session.get(NoticeText, (brand_id, kind, language))


def overview(session: Session, brand_id: str) -> set[tuple[str, str]]:
    """For which kinds and languages a brand has its own text."""
    mine = select(NoticeText.kind, NoticeText.language).where(NoticeText.brand_id == brand_id)
    return {(kind, language) for kind, language in session.execute(mine)}


def save(
    session: Session,
    brand: Brand,
    kind: str,
    language: str,
    subject: str,
    body: str,
    *,
    person_id: str | None,
    now: datetime,
) -> None:
    """Use this text from now on; what is written already stays as it is. Raises TextRefused.

    The entry holds the text's hash, and who set it: what a customer was told is committed to by its own notice.
    """
    check(kind, subject, body)
    session.merge(
        NoticeText(
            brand_id=brand.id,
            kind=kind,
            language=language,
            subject=subject,
            body=body,
            person_id=person_id,
            changed_at=now,
        )
    )
    _record(session, brand, kind, language, sha256(f"{subject}\n\n{body}".encode()).hexdigest(), person_id, now)


def undo(
    session: Session, brand: Brand, kind: str, language: str, *, person_id: str | None, now: datetime
) -> bool:
    """Go back to the standard text; False where it is used already."""
    row = own(session, brand.id, kind, language)
    if row is None:
        return False
    session.delete(row)
    _record(session, brand, kind, language, "", person_id, now)
    return True


def beginning(kind: str, t: Texts) -> tuple[str, str]:
    """Subject and text that the editor begins with: the standard ones, with places for the facts."""
    if kind == "page":
        return "", ""
    letter = sample(kind, t)
    return letter.subject.replace(t.isolate("{number}"), "{number}"), standard(_facts(letter, t))


def preview(kind: str, t: Texts, brand_name: str, subject: str, body: str) -> tuple[str, str]:
    """Subject and body as a customer would read them, of an order that does not exist. Raises TextRefused."""
    check(kind, subject, body)
    if kind == "page":
        return "", fill(body, {"number": "A-1001", "brand": brand_name})
    return fill(subject, {"number": "A-1001"}), written(body, "A-1001", _facts(sample(kind, t), t))


def dry_run(session: Session, brand_id: str, kind: str, language: str, now: datetime) -> Counts:
    """Who would have got this text in the last 30 days, in numbers."""
    these = (
        Notice.brand_id == brand_id,
        Notice.kind == kind,
        Notice.language == language,
        Notice.created_at >= now - LOOK_BACK,
    )
    states = select(Notice.state, func.count()).where(*these).group_by(Notice.state)
    by_state = Counter(dict(row for row in session.execute(states)))
    reached = select(Outgoing.subject_id).where(Outgoing.state.in_(("sent", "waiting")))
    ways = (
        select(Outgoing.channel, func.count(func.distinct(Outgoing.subject_id)))
        .join(Notice, Notice.id == Outgoing.subject_id)
        .where(*these, Outgoing.state.in_(("sent", "waiting")))
        .group_by(Outgoing.channel)
        .order_by(Outgoing.channel)
    )
    alone = (
        select(func.count()).select_from(Notice).where(*these, Notice.state == "told", Notice.id.not_in(reached))
    )
    return Counts(
        written=by_state.total(),
        sent=dict(row for row in session.execute(ways)),
        page_only=session.scalar(alone) or 0,
        held=by_state["held"],
        withdrawn=by_state["withdrawn"],
    )


def sample(kind: str, t: Texts) -> Letter:
    """A letter of this kind about an order that does not exist, with every fact that one may have."""
    window, number = (date(2026, 12, 1), date(2026, 12, 7)), "{number}"
    late = letters.Late(
        "customs_documents",
        "send_documents",
        window,
        date(2026, 11, 27),
        letters.Outlook(date(2026, 12, 4)),
        due=letters.Money(1250, "EUR"),
    )
    if kind == "update":
        return letters.update(t, number, late.reason, late.action, window)
    if kind == "excursion":
        began = datetime.fromisoformat("2026-11-24T14:05:00+00:00")
        measured = letters.Measured("11.5", "8", "CEL", began, "UTC")
        return letters.excursion(t, number, measured, "wait_for_check", window)
    if kind == "recall":
        return letters.recall(t, number, "…", "…", "follow_recall")
    if kind == "compensation":
        gift = letters.Compensation(letters.Money(500, "EUR"), "THANKS-5")
        return letters.compensated(t, number, replace(late, compensation=gift))
    return letters.delay(t, number, late)


def _facts(letter: Letter, t: Texts) -> Sequence[Fact]:
    return letter.facts(t, date(2026, 11, 29))


def _record(
    session: Session, brand: Brand, kind: str, language: str, digest: str, person_id: str | None, now: datetime
) -> None:
    body = {"kind": kind, "language": language, "sha256": digest, "person": person_id}
    record(session, brand.log_id, EntryType.TEXT_SET, body, now=now)
