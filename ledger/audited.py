"""What an audit knows once every entry was gone through, for the views that go on from there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ledger.audit_scan import Gone
from ledger.audit_signers import Signers
from ledger.fields import Kept, Opening
from ledger.note import Verifier
from ledger.tables import Entry, FieldOpening
from ledger.vault import Opener, vault_of

_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_AT_ONCE = 256


@dataclass(frozen=True)
class Audited:
    """What the audit knows after the entries, for views to go on from. The session only reads.

    noted: by full type the indexes of the entries whose type begins with `ledger:`, and under "partner" of those
    that are of a partner (`body.partner`). gone: the commitments without a stored opening.
    """

    session: Session
    log_id: int
    origin: str
    size: int
    verifiers: Sequence[Verifier]
    noted: Mapping[str, Sequence[int]]
    gone: Sequence[Gone]
    signers: Signers

    def entries(self, indexes: Sequence[int]) -> Iterator[tuple[int, bytes, list[Opening]]]:
        """(index, bytes, what is stored of its values) of these entries, in order."""
        connection = self.session.connection()
        for at in range(0, len(indexes), _AT_ONCE):
            wanted = (_ENTRY.c.log_id == self.log_id, _ENTRY.c.index.in_(indexes[at : at + _AT_ONCE]))
            query = select(_ENTRY.c.index.label("place"), _ENTRY.c.submission_id, _ENTRY.c.envelope).where(*wanted)
            rows = connection.execute(query.order_by(_ENTRY.c.index)).all()
            opened: dict[int, list[Opening]] = defaultdict(list)
            of_these = _OPENING.c.submission_id.in_([row.submission_id for row in rows])
            stored = connection.execute(select(_OPENING).where(of_these).order_by(_OPENING.c.path)).all()
            kept = (Kept(row.path, row.salt, row.value, row.key_id) for row in stored)
            openings = Opener(connection, vault_of(self.session)).open(kept)
            for row, opening in zip(stored, openings, strict=True):
                opened[row.submission_id].append(opening)
            for row in rows:
                yield row.place, row.envelope, opened[row.submission_id]
