"""Stamps in a brand's log: taking the commitment of a file that stays with its owner, and giving its proof."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.record import Receipt, record
from ledger import anchor, entry, stamp
from ledger.errors import UnknownSubmission
from ledger.log import bundle, evidence, indexes, submission_at


def take_stamp(session: Session, log_id: int, commitment: bytes, now: datetime) -> Receipt:
    """Put the commitment (32 bytes) into the log. The same commitment again gives the same receipt."""
    key = f"stamp/{commitment.hex()}"
    return record(
        session, log_id, EntryType.FILE_STAMPED, {}, now=now, key=key, commitments={stamp.PATH: commitment}
    )


def proof_of_stamp(
    session: Session, log_id: int, *, submission: int | None = None, index: int | None = None
) -> dict[str, Any]:
    """The one-file proof of a stamp, named by its submission or its place, with the first anchor that covers it.

    Raises UnknownSubmission for anything but a stamp, NotPublished while no checkpoint covers it.
    """
    if submission is None:
        submission = submission_at(session, log_id, index or 0)
    item = evidence(session, log_id, [submission]).items[submission] if submission is not None else None
    if submission is None or item is None or item.envelope is None or not _is_stamp(item.envelope):
        raise UnknownSubmission("there is no such stamp")
    place = indexes(session, [submission]).get(submission)
    first = anchor.covering(session, log_id, place) if place is not None else None
    return bundle(session, log_id, submission, first or anchor.latest(session, log_id))


def _is_stamp(envelope: bytes) -> bool:
    return entry.read(envelope).type == stamp.STAMPED
