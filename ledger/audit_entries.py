"""The audit's close look at the entries of a tile in which something is odd: names each wrong value.

How one entry's values are weighed against each other is `ledger.compare`; here they are read, one by one.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, select

from ledger import audit_scan, compare, merkle
from ledger.audit_scan import Gone, Scanned
from ledger.audit_signers import signed_by
from ledger.compare import Chain, Finding, Stored
from ledger.fields import Kept, Opening
from ledger.merkle import HASH_SIZE
from ledger.tables import Entry, FieldOpening, Tile
from ledger.tiles import FULL, WIDTH
from ledger.vault import Opener

MOST_LOOKUPS = 1000  # past these an entry that is not what was recorded is not looked for elsewhere

_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_TILE: Table = Tile.__table__  # type: ignore[assignment]


class CloseLook:
    """Goes through entries in their order and notes what is wrong. `chain` follows the links of all entries."""

    def __init__(self, connection: Connection, log_id: int, origin: str, chain: Chain, opener: Opener) -> None:
        self._connection = connection
        self._log_id = log_id
        self._origin = origin
        self._chain = chain
        self._opener = opener
        self._starts: bytes | None = None
        self._lookups = 0
        self.missing_from: int | None = None
        self.of_entries: list[Finding] = []
        self.of_tiles: list[Finding] = []
        self.gone: list[Gone] = []
        self.noted: list[tuple[str, int]] = []
        self.partners: dict[int, str] = {}

    def tile(self, scanned: Scanned) -> list[bytes | None]:
        """The leaves of this tile that are believed in; None where one is not known any more."""
        first, end = scanned.first, scanned.end
        rows = self._rows(first, end)
        openings = self._openings([row.submission_id for row in rows.values()])
        stored = self._stored_tile(first // WIDTH)
        leaves = []
        for index in range(first, end):
            row = rows.get(index)
            leaves.append(self._entry(index, row, _at(stored, index % WIDTH), openings))
            self._chain.go_on(leaves[-1], row.chain if row else None)
        if len(stored) != (end - first) * HASH_SIZE:
            sentence = f"Tile 0/{first // WIDTH} has {len(stored)} bytes, not {end - first} hashes."
            self.of_tiles.append(Finding(first, "tile", sentence))
        return leaves

    def close_gap(self, index: int) -> None:
        """Note the entries that are missing before this one, as one stretch."""
        if self.missing_from is not None:
            first, last = self.missing_from, index - 1
            sentence = f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."
            self.of_entries.append(Finding(first, "missing", sentence))
            self.missing_from = None

    def _entry(
        self, index: int, row: Stored | None, in_tile: bytes | None, openings: dict[int, list[Opening]]
    ) -> bytes | None:
        """The leaf hash that is believed in, after noting what is wrong with the entry."""
        if row is None:
            self.missing_from = index if self.missing_from is None else self.missing_from
            return in_tile
        self.close_gap(index)
        hashed = merkle.leaf_hash(row.envelope)
        odd = hashed != row.leaf_hash or in_tile not in (hashed, None)
        place = self._place_of(hashed) if odd else None
        judged = compare.judge(index, row, in_tile, odd and self._chain.fits(hashed, row.chain), place)
        before = len(self.of_entries)
        if judged.finding:
            self.of_entries.append(judged.finding)
        if judged.leaf == hashed:
            self._content(index, row, openings[row.submission_id])
        moved = judged.finding is not None and judged.finding.what in ("moved", "envelope")
        if judged.leaf and not moved and not self._chain.fits(judged.leaf, row.chain):
            sentence = f"Entry {index}: its link does not follow the chain before it."
            self.of_entries.append(Finding(index, "chain", sentence))
        if len(self.of_entries) > before and (partner := signed_by(row.envelope)):
            self.partners[index] = partner
        return judged.leaf

    def _content(self, index: int, row: Stored, openings: list[Opening]) -> None:
        """The form of a genuine entry, and each value that it commits to."""
        envelope = compare.read_own(index, row, self._origin)
        if isinstance(envelope, Finding):
            self.of_entries.append(envelope)
            return
        for each in compare.wrong_values(self._origin, envelope.commitments, openings):
            self.of_entries.append(Finding(index, "opening", f"Entry {index}: {each}."))
        gone = compare.gone_values(envelope.commitments, openings)
        self.gone += [Gone(index, row.submission_id, path) for path in gone]
        self.noted += audit_scan.noted_in(envelope, index)

    def _place_of(self, hashed: bytes) -> int | None:
        """Where a hash stands in the leaf tiles, looked for only while few entries are odd."""
        if self._lookups >= MOST_LOOKUPS:
            return None
        self._lookups += 1
        if self._starts is None:
            self._starts = b"".join(self._all_starts())
        at = self._starts.find(hashed[:8])
        while at % 8 and at >= 0:
            at = self._starts.find(hashed[:8], at + 1)
        return at // 8 if at >= 0 else None

    def _all_starts(self) -> Iterator[bytes]:
        """Of every leaf hash the first eight bytes: enough to find one, and a quarter of the memory."""
        leaf_tiles = select(_TILE.c.hashes).where(_TILE.c.log_id == self._log_id, _TILE.c.level == 0)
        query = leaf_tiles.order_by(_TILE.c.number)
        for hashes in self._connection.execute(query, execution_options={"yield_per": 100}).scalars():
            yield b"".join(hashes[at : at + 8] for at in range(0, FULL, HASH_SIZE)).ljust(WIDTH * 8, b"\x00")

    def _rows(self, first: int, end: int) -> dict[int, Stored]:
        here = (_ENTRY.c.log_id == self._log_id, _ENTRY.c.index >= first, _ENTRY.c.index < end)
        found: Any = self._connection.execute(select(_ENTRY).where(*here)).mappings().all()
        return {
            row["index"]: Stored(row["submission_id"], row["envelope"], row["leaf_hash"], row["chain"])
            for row in found
        }

    def _openings(self, submissions: list[int]) -> dict[int, list[Opening]]:
        found: dict[int, list[Opening]] = defaultdict(list)
        if submissions:
            query = select(_OPENING).where(_OPENING.c.submission_id.in_(submissions))
            rows = self._connection.execute(query).all()
            opened = self._opener.open(Kept(row.path, row.salt, row.value, row.key_id) for row in rows)
            for row, opening in zip(rows, opened, strict=True):
                found[row.submission_id].append(opening)
        return found

    def _stored_tile(self, number: int) -> bytes:
        where = (_TILE.c.log_id == self._log_id, _TILE.c.level == 0, _TILE.c.number == number)
        hashes = self._connection.execute(select(_TILE.c.hashes).where(*where)).scalar()
        return bytes(hashes or b"")


def _at(row: bytes, position: int) -> bytes | None:
    return row[position * HASH_SIZE : (position + 1) * HASH_SIZE] or None
