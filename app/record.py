"""The one way of the house into a brand's log: an entry holds what its line in entry_fields allows, no more."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.entry_fields import FIELDS
from ledger.bulk import Wish, accept_prepared, prepare_many
from ledger.log import Receipt, accept
from ledger.prepare import Prepared
from ledger.vault import has_key

__all__ = [
    "Prepared",
    "Receipt",
    "Told",
    "Unclassed",
    "about_customer",
    "about_event",
    "prepare_by_reading",
    "prepare_records",
    "record",
    "record_prepared",
]

Told = tuple[Mapping[str, Any], Mapping[str, bytes], str]
"""Of one entry among many: its body, its openings, and whom its personal fields are about."""

_POSITION = re.compile(r"(?<=/)\d+(?=/)")


class Unclassed(ValueError):
    """A field of an entry has no class: it stands in no line of app/entry_fields. Write its class there."""


def record(
    session: Session,
    log_id: int,
    kind: EntryType,
    body: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    openings: Mapping[str, bytes] = {},
    person: str = "",
    author: str | None = None,
    commitments: Mapping[str, bytes] = {},
) -> Receipt:
    """Hand an entry to the log (`ledger.log.accept`), every field of it with a class. Raises Unclassed.

    `person` says whom its personal fields are about, such as `customer:ID`: who is erased takes them along.
    `author` is the partner whose the commercial ones are; without one they are the brand's. `commitments` are
    somebody else's, who keeps their values.
    """
    check(kind, body, {**openings, **commitments} if commitments else openings, person)
    about = {"personal": person, "commercial": _commercial(author)}
    given = {"openings": openings, "commitments": commitments}
    return accept(session, log_id, kind, body, now=now, key=key, about=about, **given)


def prepare_records(
    session: Session, log_id: int, kind: EntryType, told: Iterable[Told], *, now: datetime, author: str | None
) -> list[Prepared]:
    """Many entries of one kind and author, judged and hashed as by `record`; `record_prepared` writes them.

    Nothing is written but the key of a subject that is new; see `prepare_by_reading`.
    """
    commercial = _commercial(author)
    wishes = []
    for body, openings, person in told:
        check(kind, body, openings, person)
        about = {"personal": person, "commercial": commercial}
        wishes.append(Wish(log_id, kind, body, now, openings=openings, about=about))
    return prepare_many(session, wishes)


def record_prepared(session: Session, prepared: Sequence[Prepared]) -> list[Receipt]:
    """Hand these entries to the log in a few statements; all or, by a rollback, none."""
    return accept_prepared(session, prepared)


def prepare_by_reading(session: Session, log_id: int, author: str | None) -> bool:
    """Whether `prepare_records` of this author's entries, with nothing personal in them, would write nothing."""
    return has_key(session, log_id, _commercial(author))


def _commercial(author: str | None) -> str:
    """The subject of what is commercial: the partner who says it, or the brand itself."""
    return f"partner:{author}" if author else "brand"


def about_customer(customer_id: str) -> str:
    """The subject of everything that is about a customer."""
    return f"customer:{customer_id}"


def about_event(event_id: str) -> str:
    """The subject of what is personal in one event, such as who packed."""
    return f"event:{event_id}"


def check(kind: EntryType, body: Mapping[str, Any], openings: Mapping[str, bytes], person: str) -> None:
    """Raise Unclassed for a field that the line of this kind does not have, and for a personal one of nobody."""
    line = FIELDS[kind]
    if not body.keys() <= line.public:
        raise Unclassed(f"{kind}: {', '.join(sorted(body.keys() - line.public))} has no class")
    for path in openings:
        if path not in line.openings and _POSITION.sub("*", path) not in line.openings:
            raise Unclassed(f"{kind}: the opening {path} has no class")
        if path.startswith("personal:") and not person:
            raise Unclassed(f"{kind}: the opening {path} is personal; say whom it is about")
