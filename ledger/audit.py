"""The auditor: hashes every stored value of a log again and names what is not as it was recorded. Changes nothing.

The run is here: what was signed, every entry in order, what must follow from the entries, the views. How a tile is
looked at is `audit_scan` (quick) and `audit_entries` (close); further views are listed in `audit_views`.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ledger.audit_entries import CloseLook
from ledger.audit_inbox import changed_while_waiting
from ledger.audit_jobs import jobs_for, scanned_tiles
from ledger.audit_openings import count_erased
from ledger.audit_scan import Gone, Scan, Scanned
from ledger.audit_signed import Signed
from ledger.audit_signers import Signers, Tells
from ledger.audit_state import Kept, keep, read_kept
from ledger.audit_tree import Growth
from ledger.audit_views import VIEWS
from ledger.audited import Audited
from ledger.compare import Chain, Finding
from ledger.errors import Tampered, UnknownLog
from ledger.note import Verifier
from ledger.snapshot import Db, snapshot
from ledger.stored_tree import StoredTree
from ledger.tables import Entry, FieldOpening, Head, Log, Tile
from ledger.tiles import WIDTH, TileId, read_rows, split
from ledger.vault import Opener, vault_of

__all__ = ["Finding", "audit"]

Progress = Callable[[int, int], None]
SAVED_EVERY_S = 2.0
MOST_FINDINGS = 10_000

_LOG: Table = Log.__table__  # type: ignore[assignment]
_HEAD: Table = Head.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_TILE: Table = Tile.__table__  # type: ignore[assignment]


def audit(
    db: Db,
    log_id: int,
    vkeys: Sequence[str],
    progress: Progress | None = None,
    *,
    high_water: bytes | None = None,
    tells: Tells | None = None,
    state: Path | None = None,
    jobs: int | None = 1,
    notes: list[str] | None = None,
) -> list[Finding]:
    """Everything that is wrong with a log, entries first; an empty list says that every value was checked.

    vkeys: the log's public keys, known from elsewhere. high_water: the last signed checkpoint as it is kept beside
    the key (`ledger.mark.read_mark`); it shows a log that was cut off together with its checkpoints.
    tells: compares the facts in a signed entry with the event that its partner signed.
    progress(done, total) is called after each tile of entries. state: a file in which the place is kept, so that
    an interrupted audit goes on from there; it is removed at the end. Whoever can write it can hide entries from
    the audit that goes on. jobs: how many processes look at the entries; None: one, for a large log two.
    notes: takes in sentences that are no findings, such as how much was erased.
    Reads one moment of the database, in batches.

    Raises UnknownLog, and ValueError when no key is given or one is malformed.
    """
    verifiers = [Verifier.parse_dated(each) for each in vkeys]
    if not verifiers:
        raise ValueError("a log cannot be audited without one of its public keys")
    with snapshot(db) as session:
        run = _Audit(session, log_id, verifiers, high_water, tells)
        run.notes = [] if notes is None else notes
        if state:
            run.go_on(state)
        found = run.run(db, progress, jobs_for(run.size - run.next, jobs))
    if state:
        state.unlink(missing_ok=True)
    return found


class _Audit:
    """One run over a log, from its beginning or from where an earlier one was interrupted."""

    def __init__(
        self,
        session: Session,
        log_id: int,
        verifiers: Sequence[Verifier],
        high_water: bytes | None,
        tells: Tells | None,
    ) -> None:
        self.session = session
        self.connection = session.connection()
        query = select(_LOG.c.origin, _HEAD).join_from(_LOG, _HEAD).where(_LOG.c.id == log_id)
        self.head: Any = self.connection.execute(query).first()
        if self.head is None:
            raise UnknownLog(f"there is no log {log_id}")
        self.origin: str = self.head.origin
        self.log_id = log_id
        self.verifiers = verifiers
        self.signed = Signed(self.connection, log_id, self.origin, verifiers, self.head.size, high_water)
        self.size = max(self.head.size, self.signed.largest)
        self.next = 0
        self.state: Path | None = None
        self.saved_at = monotonic()
        self.chain = Chain(self.origin)
        self.growth = Growth(self._stored)
        self.opener = Opener(self.connection, vault_of(session))
        self.close = CloseLook(self.connection, log_id, self.origin, self.chain, self.opener)
        self.of_entries = self.close.of_entries = self.growth.of_entries = list[Finding]()
        self.of_log = self.close.of_tiles = self.growth.of_log = self.signed.of_log
        self.gone = self.close.gone
        self.noted: dict[str, array[int]] = defaultdict(lambda: array("Q"))
        self.signers = Signers(tells)
        self.notes: list[str] = []

    def run(self, db: Db, progress: Progress | None, jobs: int) -> list[Finding]:
        scan = Scan(self.log_id, self.origin, vault_of(self.session))
        tiles = scanned_tiles(db, self.connection, scan, self.next, self.size, jobs)
        for scanned in tiles:
            self._take(scanned)
            if progress:
                progress(scanned.end, self.size)
            if len(self.of_entries) + len(self.of_log) > MOST_FINDINGS:
                sentence = f"More than {MOST_FINDINGS} values are wrong; the audit ended at entry {self.next}."
                return [*self.of_entries, *self.of_log, Finding(None, "audit", sentence)]
            self._save_due()
        self.close.close_gap(self.size)
        self._check_strays()
        self._check_tiles()
        self._check_head()
        self.of_log += changed_while_waiting(self.connection, self.log_id, self.origin, self.opener)
        self.of_entries += self._views()
        self.of_entries.sort(key=lambda each: (each.index is None, each.index or 0))
        named = [self.signers.named(each, self.close.partners.get(each.index or 0)) for each in self.of_entries]
        return named + self.of_log

    def _take(self, scanned: Scanned) -> None:
        """One tile: believed as a whole where nothing is odd and it follows what came before, else looked at."""
        if not scanned.odd and scanned.before is not None and self.chain.ends_with(scanned.before):
            leaves: Sequence[bytes | None] = split(scanned.leaves)
            assert scanned.last is not None
            self.chain.stand_at(scanned.last)
            self.close.close_gap(scanned.first)
            self.gone += scanned.gone
            noted = scanned.noted
        else:
            leaves = self.close.tile(scanned)
            noted, self.close.noted = self.close.noted, []
        for name, index in noted:
            self.noted[name].append(index)
        self.growth.take(scanned.first, leaves, self.signed.between(scanned.first, scanned.end))
        self.next = scanned.end

    # what must follow from the entries

    def _check_strays(self) -> None:
        """Entries and openings that have no place in the log."""
        outside = (_ENTRY.c.log_id == self.log_id) & ((_ENTRY.c.index < 0) | (_ENTRY.c.index >= self.size))
        query = select(_ENTRY.c.index).where(outside).order_by(_ENTRY.c.index).limit(MOST_FINDINGS)
        for index in self.connection.execute(query).scalars():
            sentence = f"Entry {index} was added: the log has {self.size} entries."
            self.of_entries.append(Finding(index, "inserted", sentence))
        owner = select(_ENTRY.c.submission_id).where(_ENTRY.c.submission_id == _OPENING.c.submission_id)
        stray = select(_OPENING.c.submission_id).where(_OPENING.c.log_id == self.log_id, ~owner.exists())
        for submission in self.connection.execute(stray.distinct().limit(MOST_FINDINGS)).scalars():
            self._note("opening", f"A value is stored for submission {submission}, which is no entry.")

    def _check_tiles(self) -> None:
        """The rows above the leaves that are not full yet, and rows that nothing belongs to."""
        counts = {0: -(-self.size // WIDTH), **self.growth.finish()}
        if self.growth.tree is None:
            return
        beyond = (_TILE.c.level > 0) | (_TILE.c.number >= counts[0])
        query = select(_TILE.c.level, _TILE.c.number).where(_TILE.c.log_id == self.log_id, beyond)
        for level, number in self.connection.execute(query.order_by(*_TILE.primary_key.columns)).all():
            if number >= counts.get(level, 0):
                first = number * WIDTH ** (level + 1)
                self._note("tile", f"Tile {level}/{number} is not what the entries give.", first)

    def _check_head(self) -> None:
        if self.head.size != self.size:
            sentence = f"The head says {self.head.size} entries, the log was signed at size {self.size}."
            self._note("head", sentence, self.head.size)
            return
        tree = self.growth.tree
        if tree is not None:
            if self.head.root != tree.root() or self.head.frontier != b"".join(tree.hashes):
                self._note("head", "The root in the head is not the one of the entries.")
            if self.size and not self.chain.ends_with(self.head.chain):
                self._note("head", "The chain in the head does not end where the entries do.")

    def _views(self) -> Iterator[Finding]:
        about = Audited(
            session=self.session,
            log_id=self.log_id,
            origin=self.origin,
            size=self.size,
            verifiers=self.verifiers,
            noted=self.noted,
            gone=self._still_gone(),
            signers=self.signers,
        )
        for view in VIEWS:
            yield from view(about)
        if erased := count_erased(about):
            self.notes.append(f"{erased} value{'s' * (erased > 1)} erased, commitments intact.")

    def _still_gone(self) -> list[Gone]:
        """Another process may have looked a moment later; what counts is the moment of this run."""
        found: list[Gone] = []
        for at in range(0, len(self.gone), 500):
            some = self.gone[at : at + 500]
            wanted = _OPENING.c.submission_id.in_({each.submission_id for each in some})
            rows = self.connection.execute(select(_OPENING.c.submission_id, _OPENING.c.path).where(wanted))
            there = {tuple(row) for row in rows}
            found += [each for each in some if (each.submission_id, each.path) not in there]
        return found

    # going on later

    def go_on(self, state: Path) -> None:
        """Take up an earlier run of this log, if the file holds one and the log still begins as it did then."""
        self.state = state
        kept = read_kept(state, self.origin)
        if kept is None or kept.next > self.size:
            return
        try:
            growth = Growth(self._stored)
            growth.go_on(kept.growth)
            if growth.tree is not None and growth.tree.size:
                stored = StoredTree(self.session, self.log_id, fresh=True).root(growth.tree.size)
                if stored != growth.tree.root():
                    return
        except (ValueError, KeyError, TypeError, Tampered):
            return
        growth.of_entries, growth.of_log = self.of_entries, self.of_log
        self.growth, self.next = growth, kept.next
        self.chain.stand_at(*kept.links)
        self.of_entries += kept.of_entries
        self.of_log += kept.of_log
        self.gone += kept.gone
        self.close.missing_from = kept.missing_from
        for name, indexes in kept.noted.items():
            self.noted[name].extend(indexes)
        self.close.partners.update(kept.partners)
        self.signed.begin_at(kept.next)

    def _save_due(self) -> None:
        if self.state is None or self.next % WIDTH or monotonic() - self.saved_at < SAVED_EVERY_S:
            return
        keep(
            self.state,
            Kept(
                origin=self.origin,
                next=self.next,
                links=self.chain.standing,
                growth=self.growth.as_json(),
                of_entries=self.of_entries,
                of_log=[each for each in self.of_log if each not in self.signed.at_begin],
                gone=self.gone,
                missing_from=self.close.missing_from,
                noted=self.noted,
                partners=self.close.partners,
            ),
        )
        self.saved_at = monotonic()

    # reading

    def _stored(self, tile: TileId) -> bytes | None:
        return read_rows(self.session, self.log_id, [tile]).get(tile)

    def _note(self, what: str, sentence: str, index: int | None = None) -> None:
        self.of_log.append(Finding(index, what, sentence))
