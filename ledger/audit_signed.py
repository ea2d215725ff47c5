"""What a log's key signed, as the audit needs it: the checkpoints of a stretch, and the mark beside the key.

A row that the key did not sign is a finding. However many checkpoints there are, few are held at a time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.compare import Finding
from ledger.errors import Tampered
from ledger.note import Verifier
from ledger.tables import PublishedCheckpoint
from ledger.tiles import WIDTH

STRETCH = 16 * WIDTH

_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]


class Signed:
    """The roots that were signed, by size. `largest` is the largest of them, the mark's included."""

    def __init__(
        self,
        connection: Connection,
        log_id: int,
        origin: str,
        verifiers: Sequence[Verifier],
        held: int,
        high_water: bytes | None,
    ) -> None:
        self.of_log: list[Finding] = []
        self._connection = connection
        self._log_id = log_id
        self._origin = origin
        self._verifiers = verifiers
        self._mark = self._opened_mark(high_water)
        self._newest = self._newest_signed()
        self.largest = max(self._newest, self._mark.size if self._mark else 0)
        if self._mark and self._mark.size > max(held, self._newest):
            held = max(held, self._newest)
            sentence = f"The log was signed at size {self._mark.size}, the database holds {held}."
            self.of_log.append(Finding(held, "high-water", sentence))
        self.at_begin = list(self.of_log)
        self._loaded: dict[int, bytes] = {}
        self._until = -1

    def begin_at(self, first: int) -> None:
        """Leave out what an earlier run has looked at: the checkpoints up to this size."""
        self._until = first

    def between(self, first: int, end: int) -> Mapping[int, bytes]:
        """The signed roots of the sizes above `first` up to `end` and perhaps some more; call it in order."""
        if end > self._until:
            until = max(end, first + STRETCH)
            self._loaded = self._load(self._until, until)
            self._until = until
        return self._loaded

    def _load(self, above: int, until: int) -> dict[int, bytes]:
        sizes = (_CHECKPOINT.c.size > above, _CHECKPOINT.c.size <= min(until, self._newest))
        query = (
            select(_CHECKPOINT).where(_CHECKPOINT.c.log_id == self._log_id, *sizes).order_by(_CHECKPOINT.c.size)
        )
        found = {}
        for row in self._connection.execute(query, execution_options={"yield_per": 100}):
            said = self._said(row)
            if said:
                found[said.size] = said.root
        mark = self._mark
        if mark and above < mark.size <= until and found.setdefault(mark.size, mark.root) != mark.root:
            sentence = f"Two different roots were signed at size {mark.size}."
            self.of_log.append(Finding(None, "high-water", sentence))
        return found

    def _newest_signed(self) -> int:
        """The size of the newest checkpoint that the key did sign; what stands above it is told here."""
        query = select(_CHECKPOINT).where(_CHECKPOINT.c.log_id == self._log_id).order_by(_CHECKPOINT.c.size.desc())
        with self._connection.execution_options(yield_per=1).execute(query) as rows:
            for row in rows:
                said = self._said(row)
                if said:
                    return said.size
        return -1

    def _said(self, row: Any) -> Checkpoint | None:
        """What a stored checkpoint says, or a finding."""
        try:
            said = self._opened(row.note.encode())
            if (said.size, said.root) != (row.size, row.root):
                raise Tampered("its columns are not what its note says")
        except Tampered as error:
            sentence = f"The checkpoint of size {row.size} is not a signed one: {error}."
            self.of_log.append(Finding(None, "checkpoint", sentence))
            return None
        return said

    def _opened_mark(self, high_water: bytes | None) -> Checkpoint | None:
        if high_water is None:
            return None
        try:
            return self._opened(high_water)
        except Tampered as error:
            sentence = f"The high-water mark is not a checkpoint of this log: {error}."
            self.of_log.append(Finding(None, "high-water", sentence))
            return None

    def _opened(self, note: bytes) -> Checkpoint:
        checkpoint = open_checkpoint(note, self._verifiers)
        if checkpoint.origin != self._origin:
            raise Tampered(f"it is of the log {checkpoint.origin!r}")
        return checkpoint
