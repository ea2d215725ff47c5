"""The two levels of a receipt, by their names: accepted (durable, no index yet) and integrated (index and proof).

Accepted is said by `ledger.log.accept` once the caller has committed; here is asked, or waited for, what follows.
"""

from collections.abc import Iterable
from time import monotonic, sleep
from typing import Literal

from sqlalchemy import Table, exists, select
from sqlalchemy.orm import Session

from ledger.log import indexes
from ledger.snapshot import Db, snapshot
from ledger.tables import Submission

Level = Literal["accepted", "integrated"]

_FIRST_LOOK_S = 0.02
_LONGEST_PAUSE_S = 0.5
_INBOX: Table = Submission.__table__  # type: ignore[assignment]


def level_of(session: Session, submission_id: int) -> Level | None:
    """How far a submission is; None for one that was never accepted, or is in nobody's inbox and in no log."""
    waits = select(exists().where(_INBOX.c.id == submission_id))
    if session.connection().execute(waits).scalar():
        return "accepted"
    return "integrated" if indexes(session, [submission_id]) else None


def wait_integrated(db: Db, submission_ids: Iterable[int], *, within_s: float) -> dict[int, int]:
    """Wait until these submissions have an index, or the time is over; the index of each that has one then.

    No transaction is open between two looks. Somebody must be integrating: `wayproof work`, or another thread.
    """
    wanted, deadline, pause = list(submission_ids), monotonic() + within_s, _FIRST_LOOK_S
    while True:
        with snapshot(db) as session:
            found = indexes(session, wanted)
        left = deadline - monotonic()
        if len(found) == len(set(wanted)) or left <= 0:
            return found
        sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE_S)
