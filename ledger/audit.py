"""The auditor: hashes every stored value of a log again and names what is not as it was recorded. Changes nothing.

How one entry's values are weighed against each other is `ledger.compare`; here they are read, and followed up
to the signed roots.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from ledger import compare, entry, fields, merkle, tiles
from ledger.audit_signers import Signers, Tells
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.compare import Chain, Finding, Stored
from ledger.errors import Tampered, UnknownLog
from ledger.fields import Opening
from ledger.merkle import HASH_SIZE, CompactRange
from ledger.note import Verifier
from ledger.snapshot import Db, snapshot
from ledger.tables import Entry, FieldOpening, Head, Log, PublishedCheckpoint, Submission, Tile
from ledger.tiles import WIDTH, TileId

__all__ = ["Finding", "audit"]

BATCH = WIDTH  # entries may have large openings, so not more at once
Progress = Callable[[int, int], None]

_LOG: Table = Log.__table__  # type: ignore[assignment]
_HEAD: Table = Head.__table__  # type: ignore[assignment]
_INBOX: Table = Submission.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_TILE: Table = Tile.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]


def audit(
    db: Db,
    log_id: int,
    vkeys: Sequence[str],
    progress: Progress | None = None,
    *,
    high_water: bytes | None = None,
    tells: Tells | None = None,
) -> list[Finding]:
    """Everything that is wrong with a log, entries first; an empty list says that every value was checked.

    vkeys: the log's public keys, known from elsewhere. high_water: the last signed checkpoint as it is kept beside
    the key (`ledger.mark.read_mark`); it shows a log that was cut off together with its checkpoints.
    progress(done, total) is called after each batch of entries. Reads one moment of the database, in batches.
    tells: compares the facts in a signed entry with the event that its partner signed.

    Raises UnknownLog, and ValueError when no key is given or one is malformed.
    """
    verifiers = [Verifier.parse_dated(each) for each in vkeys]
    if not verifiers:
        raise ValueError("a log cannot be audited without one of its public keys")
    with snapshot(db) as session:
        return _Audit(session.connection(), log_id, verifiers, high_water, tells).run(progress)


class _Audit:
    """One run: first what was signed, then every entry in order, then what must follow from the entries."""

    def __init__(
        self,
        connection: Connection,
        log_id: int,
        verifiers: Sequence[Verifier],
        high_water: bytes | None,
        tells: Tells | None,
    ) -> None:
        query = select(_LOG.c.origin, _HEAD).join_from(_LOG, _HEAD).where(_LOG.c.id == log_id)
        self.head: Any = connection.execute(query).first()
        if self.head is None:
            raise UnknownLog(f"there is no log {log_id}")
        self.origin: str = self.head.origin
        self.connection = connection
        self.log_id = log_id
        self.verifiers = verifiers
        self.of_entries: list[Finding] = []
        self.of_log: list[Finding] = []
        self.signed = self._signed(high_water)
        self.size = max([self.head.size, *self.signed])
        self.tree: CompactRange | None = CompactRange()
        self.chain = Chain(self.origin)
        self.signers = Signers(tells)
        self.good_until = 0
        self.missing_from: int | None = None
        self.upper: dict[TileId, bytes] = {}
        self.places: dict[bytes, int] | None = None

    def run(self, progress: Progress | None) -> list[Finding]:
        for first in range(0, self.size, BATCH):
            end = min(first + BATCH, self.size)
            self._check_entries(first, end)
            if progress:
                progress(end, self.size)
        self._close_gap(self.size)
        self._check_strays()
        self._check_upper_tiles()
        self._check_head()
        self._check_inbox()
        return self.of_entries + self.of_log

    # what was signed

    def _signed(self, high_water: bytes | None) -> dict[int, bytes]:
        """The roots that the log's key signed, by size; what it did not sign is a finding."""
        signed = {}
        for row in self._pages(_CHECKPOINT):
            try:
                said = self._opened(row.note.encode())
                if (said.size, said.root) != (row.size, row.root):
                    raise Tampered("its columns are not what its note says")
                signed[said.size] = said.root
            except Tampered as error:
                self._note("checkpoint", f"The checkpoint of size {row.size} is not a signed one: {error}.")
        if high_water is not None:
            self._add_high_water(signed, high_water)
        return signed

    def _add_high_water(self, signed: dict[int, bytes], high_water: bytes) -> None:
        try:
            mark = self._opened(high_water)
        except Tampered as error:
            self._note("high-water", f"The high-water mark is not a checkpoint of this log: {error}.")
            return
        held = max([self.head.size, *signed])
        if mark.size > held:
            self._note("high-water", f"The log was signed at size {mark.size}, the database holds {held}.", held)
        if signed.setdefault(mark.size, mark.root) != mark.root:
            self._note("high-water", f"Two different roots were signed at size {mark.size}.")

    def _opened(self, note: bytes) -> Checkpoint:
        checkpoint = open_checkpoint(note, self.verifiers)
        if checkpoint.origin != self.origin:
            raise Tampered(f"it is of the log {checkpoint.origin!r}")
        return checkpoint

    # every entry in order

    def _check_entries(self, first: int, end: int) -> None:
        here = (_ENTRY.c.log_id == self.log_id, _ENTRY.c.index >= first, _ENTRY.c.index < end)
        found = self.connection.execute(select(_ENTRY).where(*here)).mappings().all()
        rows = {
            row["index"]: Stored(row["submission_id"], row["envelope"], row["leaf_hash"], row["chain"])
            for row in found
        }
        openings = self._openings([row.submission_id for row in rows.values()])
        stored = self._tiles(first, end)
        leaves = []
        for index in range(first, end):
            row = rows.get(index)
            in_tile = _at(stored.get((0, index // WIDTH), b""), index % WIDTH)
            leaves.append(self._check_entry(index, row, in_tile, openings))
            self.chain.go_on(leaves[-1], row.chain if row else None)
            self._grow(leaves[-1])
        self._check_tiles(first, end, leaves, stored)

    def _check_tiles(self, first: int, end: int, leaves: list[bytes | None], stored: dict[TileId, bytes]) -> None:
        """The widths of these tiles; a changed hash in one is told with its entry. Keeps the rows above."""
        for number in range(first // WIDTH, -(-end // WIDTH)):
            width = min(end - number * WIDTH, WIDTH)
            has = len(stored.get((0, number), b""))
            if has != width * HASH_SIZE:
                self._note("tile", f"Tile 0/{number} has {has} bytes, not {width} hashes.", number * WIDTH)
        known = [leaf for leaf in leaves if leaf is not None]
        if self.tree is not None:
            grown = tiles.grow(first, known, lambda tile: self.upper[tile])
            self.upper.update((tile, row) for tile, row in grown.items() if tile[0])

    def _check_entry(
        self, index: int, row: Stored | None, in_tile: bytes | None, openings: dict[int, list[Opening]]
    ) -> bytes | None:
        """The leaf hash that is believed in, after noting what is wrong with the entry."""
        if row is None:
            self.missing_from = index if self.missing_from is None else self.missing_from
            return in_tile
        self._close_gap(index)
        hashed = merkle.leaf_hash(row.envelope)
        odd = hashed != row.leaf_hash or in_tile not in (hashed, None)
        place = self._place_of(hashed) if odd else None
        judged = compare.judge(index, row, in_tile, odd and self.chain.fits(hashed, row.chain), place)
        if judged.finding:
            self.of_entries.append(self.signers.named(judged.finding, row.envelope))
        if judged.leaf == hashed:
            shown = openings[row.submission_id]
            wrong = compare.wrong_openings(index, row, self.origin, shown)
            self.of_entries += [self.signers.named(each, row.envelope) for each in wrong]
            self.of_entries += self.signers.look(index, row.envelope, shown)
        moved = judged.finding is not None and judged.finding.what in ("moved", "envelope")
        if judged.leaf and not moved and not self.chain.fits(judged.leaf, row.chain):
            self._found(index, "chain", f"Entry {index}: its link does not follow the chain before it.")
        return judged.leaf

    def _grow(self, leaf: bytes | None) -> None:
        if leaf is None:
            self.tree = None  # a hash is unknown: nothing above it can be computed any more
        if self.tree is None or leaf is None:
            return
        self.tree.append(leaf)
        size = self.tree.size
        if size not in self.signed:
            return
        if self.signed[size] != self.tree.root():
            first = self.good_until
            sentence = f"The entries {first} to {size - 1} do not give the root that was signed at size {size}."
            self._found(first, "checkpoint", sentence)
            self.signed = {}  # every later root differs for the same reason
        self.good_until = size

    def _close_gap(self, index: int) -> None:
        if self.missing_from is not None:
            first, last = self.missing_from, index - 1
            sentence = f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."
            self._found(first, "missing", sentence)
            self.missing_from = None

    def _place_of(self, hashed: bytes) -> int | None:
        """Where a hash stands in the leaf tiles; read as a whole only for a log in which something is odd."""
        if self.places is None:
            self.places = {}
            for row in self._pages(_TILE, _TILE.c.level == 0):
                for at, each in enumerate(tiles.split(row.hashes)):
                    self.places.setdefault(each, row.number * WIDTH + at)
        return self.places.get(hashed)

    # what must follow from the entries

    def _check_strays(self) -> None:
        """Entries and openings that have no place in the log."""
        outside = (_ENTRY.c.log_id == self.log_id) & ((_ENTRY.c.index < 0) | (_ENTRY.c.index >= self.size))
        for index in self.connection.execute(
            select(_ENTRY.c.index).where(outside).order_by(_ENTRY.c.index)
        ).scalars():
            self._found(index, "inserted", f"Entry {index} was added: the log has {self.size} entries.")
        owner = select(_ENTRY.c.submission_id).where(_ENTRY.c.submission_id == _OPENING.c.submission_id)
        stray = select(_OPENING.c.submission_id).where(_OPENING.c.log_id == self.log_id, ~owner.exists())
        for submission in self.connection.execute(stray.distinct()).scalars():
            self._note("opening", f"A value is stored for submission {submission}, which is no entry.")

    def _check_upper_tiles(self) -> None:
        """The rows above the leaves, and rows that nothing belongs to."""
        leaf_tiles = -(-self.size // WIDTH)
        beyond = (_TILE.c.level == 0) & (_TILE.c.number >= leaf_tiles)
        stored = {}
        for row in self._pages(_TILE, (_TILE.c.level > 0) | beyond):
            stored[row.level, row.number] = row.hashes
        if self.tree is None:
            return
        for level, number in sorted(stored.keys() | self.upper.keys()):
            if stored.get((level, number)) != self.upper.get((level, number)):
                first = number * WIDTH ** (level + 1)
                self._note("tile", f"Tile {level}/{number} is not what the entries give.", first)

    def _check_head(self) -> None:
        if self.head.size != self.size:
            sentence = f"The head says {self.head.size} entries, the log was signed at size {self.size}."
            self._note("head", sentence, self.head.size)
            return
        if self.tree is not None:
            if self.head.root != self.tree.root() or self.head.frontier != b"".join(self.tree.hashes):
                self._note("head", "The root in the head is not the one of the entries.")
            if self.size and not self.chain.ends_with(self.head.chain):
                self._note("head", "The chain in the head does not end where the entries do.")

    def _check_inbox(self) -> None:
        """What waits for its index: each must still be what its receipt said."""
        for row in self._pages(_INBOX):
            sentences = []
            if merkle.leaf_hash(row.envelope) != row.leaf_hash:
                sentences = ["it has not the hash of its receipt"]
            else:
                try:
                    given = entry.read(row.envelope).commitments
                    sentences = compare.wrong_values(self.origin, given, fields.unpack(row.openings))
                except (Tampered, ValueError) as error:
                    sentences = [str(error)]
            for each in sentences:
                self._note("inbox", f"Submission {row.id}, which waits for its index: {each}.")

    # reading

    def _openings(self, submissions: list[int]) -> dict[int, list[Opening]]:
        found: dict[int, list[Opening]] = defaultdict(list)
        if submissions:
            query = select(_OPENING).where(_OPENING.c.submission_id.in_(submissions))
            for row in self.connection.execute(query):
                found[row.submission_id].append(Opening(row.path, row.salt, row.value))
        return found

    def _tiles(self, first: int, end: int) -> dict[TileId, bytes]:
        wanted = [_TILE.c.number >= first // WIDTH, _TILE.c.number <= (end - 1) // WIDTH]
        query = select(_TILE.c.number, _TILE.c.hashes).where(
            _TILE.c.log_id == self.log_id, _TILE.c.level == 0, *wanted
        )
        return {(0, number): hashes for number, hashes in self.connection.execute(query)}

    def _pages(self, table: Table, *where: ColumnElement[bool]) -> Iterator[Any]:
        """The rows of a table that are of this log, in order, read a thousand at a time."""
        query = select(table).where(table.c.log_id == self.log_id, *where).order_by(*table.primary_key.columns)
        yield from self.connection.execute(query, execution_options={"yield_per": 1000})

    # noting

    def _found(self, index: int, what: str, sentence: str) -> None:
        self.of_entries.append(Finding(index, what, sentence))

    def _note(self, what: str, sentence: str, index: int | None = None) -> None:
        self.of_log.append(Finding(index, what, sentence))


def _at(row: bytes, position: int) -> bytes | None:
    return row[position * HASH_SIZE : (position + 1) * HASH_SIZE] or None
