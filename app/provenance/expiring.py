"""Mails to the owners of a brand before one of its certificates ends: 30 and 7 days ahead, each once.

The case at the desk is in certificates.tell_due; how a mail is sent, in app/channels/staff_email.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app import outbox
from app.db import Db
from app.models.brands import Person
from app.models.products import Certificate
from app.models.shipments import Outgoing
from app.texts import Texts

CHANNEL = "staff_email"
DAYS_AHEAD = (7, 30)


@dataclass(frozen=True)
class Letter:
    """A subject and the text below it; `see` is what the button says."""

    subject: str
    body: str
    see: str


def remind_due(db: Db, now: datetime, limit: int = 200) -> int:
    """Leave a mail for each owner of whom a certificate's end is near; how many. The same again leaves none.

    Of a certificate that is told late, only the nearest of the two is sent. One that another of its kind outlives
    is renewed, and nobody is told.
    """
    with db.begin() as session:
        wanted = {
            _key(certificate, owner.id, ahead): (certificate, owner)
            for certificate, ahead in _ending(session, now.date())
            for owner in _owners(session, certificate.brand_id)
        }
        known = set(session.scalars(select(Outgoing.key).where(Outgoing.key.in_(wanted)))) if wanted else set()
        waiting = [each for each in wanted.items() if each[0] not in known][:limit]
        for key, (certificate, owner) in waiting:
            told = {"subject_id": certificate.id, "target_id": owner.id, "key": key}
            outbox.put(session, brand_id=owner.brand_id, channel=CHANNEL, **told, due_at=now, now=now)
    return len(waiting)


def is_renewed(session: Session, row: Certificate) -> bool:
    """Whether another certificate of the same thing and kind is valid longer, or without an end."""
    other = aliased(Certificate)
    mine = select(other.id).where(other.brand_id == row.brand_id, other.key == row.key, other.id != row.id)
    same = other.kind == row.kind if row.kind else other.name == row.name
    longer = (other.valid_until > row.valid_until) | other.valid_until.is_(None)
    return session.scalars(mine.where(same, longer).limit(1)).first() is not None


def letter(t: Texts, row: Certificate, thing: str) -> Letter:
    """What an owner reads, in the owner's language. Pure."""
    assert row.valid_until is not None
    facts = {"name": row.name, "day": t.day(row.valid_until)}
    says = t.gettext(
        "The certificate %(name)s of %(thing)s, issued by %(issuer)s, is valid until %(day)s.",
        **facts,
        thing=thing,
        issuer=row.issuer,
    )
    remedy = t.gettext(
        "Ask the issuer for the next one and record it. From the day after, the passport shows this one as"
        " expired, and a check that asks for it blocks packing."
    )
    subject = t.gettext("A certificate ends soon: %(name)s, %(day)s", **facts)
    return Letter(subject, f"{says}\n\n{remedy}", t.gettext("See the certificates"))


def _key(row: Certificate, person_id: str, ahead: int) -> str:
    return f"{CHANNEL}:expiring:{row.id}:{ahead}:{person_id}"


def _ending(session: Session, today: date) -> Sequence[tuple[Certificate, int]]:
    """The certificates that end within thirty days, and which of the two mails is due of each."""
    until = today + timedelta(days=max(DAYS_AHEAD))
    near = select(Certificate).where(Certificate.valid_until >= today, Certificate.valid_until <= until)
    found = session.scalars(near.order_by(Certificate.valid_until, Certificate.id)).all()
    return [(row, _ahead(row, today)) for row in found if not is_renewed(session, row)]


def _ahead(row: Certificate, today: date) -> int:
    assert row.valid_until is not None
    left = (row.valid_until - today).days
    return next(days for days in DAYS_AHEAD if left <= days)


def _owners(session: Session, brand_id: str) -> Sequence[Person]:
    """The owners who can log in and whose login is an address of mail."""
    mine = select(Person).where(Person.brand_id == brand_id, Person.role == "owner", Person.disabled_at.is_(None))
    return [each for each in session.scalars(mine.order_by(Person.id)) if "@" in each.login]
