"""The audit's look at what waits for its index: each submission must still be what its receipt said."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, select

from ledger import compare, entry, fields, merkle
from ledger.compare import Finding
from ledger.errors import Tampered
from ledger.tables import Submission
from ledger.vault import Opener

_INBOX: Table = Submission.__table__  # type: ignore[assignment]


def changed_while_waiting(connection: Connection, log_id: int, origin: str, opener: Opener) -> Iterator[Finding]:
    """What is wrong with the submissions of a log, in their order; read a hundred at a time."""
    query = select(_INBOX).where(_INBOX.c.log_id == log_id).order_by(_INBOX.c.id)
    for row in connection.execute(query, execution_options={"yield_per": 100}):
        for each in _wrong_submission(origin, row, opener):
            yield Finding(None, "inbox", f"Submission {row.id}, which waits for its index: {each}.")


def _wrong_submission(origin: str, row: Any, opener: Opener) -> list[str]:
    if merkle.leaf_hash(row.envelope) != row.leaf_hash:
        return ["it has not the hash of its receipt"]
    try:
        given, openings = entry.read(row.envelope).commitments, opener.open(fields.unpack(row.openings))
    except (Tampered, ValueError) as error:
        return [str(error)]
    gone = [f"the value of {path!r} is gone" for path in compare.gone_values(given, openings)]
    return compare.wrong_values(origin, given, openings) + gone
