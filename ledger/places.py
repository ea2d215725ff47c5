"""Which place in a log a submission got, and the other way round. Nothing is proven here."""

from collections.abc import Iterable

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ledger.tables import Entry

_ENTRY: Table = Entry.__table__  # type: ignore[assignment]


def indexes(session: Session, submission_ids: Iterable[int]) -> dict[int, int]:
    """The index of each of these submissions that has one already, in whatever log it is."""
    query = select(_ENTRY.c.submission_id, _ENTRY.c.index)
    rows = session.connection().execute(query.where(_ENTRY.c.submission_id.in_(list(submission_ids))))
    return {int(submission_id): int(index) for submission_id, index in rows}


def submission_at(session: Session, log_id: int, index: int) -> int | None:
    """The submission that has this place in a log, or None."""
    query = select(_ENTRY.c.submission_id).where(_ENTRY.c.log_id == log_id, _ENTRY.c.index == index)
    found = session.connection().execute(query).scalar()
    return None if found is None else int(found)
