"""What the page of an item says where its code may have been copied: one calm line, and what to do."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.provenance.passport import Passport
from app.scanning.signals import retired_at
from app.suspects.raising import shown_kinds
from app.texts import Texts
from app.words import counterfeit


@dataclass(frozen=True, slots=True)
class Line:
    """The line in plain words."""

    state: str
    text: str
    more: str


def line(session: Session, passport: Passport, t: Texts) -> Line | None:
    """The line for an item that was retired, or that an open case has signals of; None for all others."""
    if passport.level != "item":
        return None
    if retired_at(passport.steps):
        kind = "retired"
    elif shown_kinds(session, passport.brand.id, passport.key):
        kind = "copied"
    else:
        return None
    return Line("warn", t.gettext(counterfeit.CUSTOMER[kind]), t.gettext(counterfeit.CUSTOMER_MORE[kind]))
