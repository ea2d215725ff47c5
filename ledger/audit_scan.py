"""The audit's quick look: tile by tile, whether every stored value is right. It never says what is wrong.

Rows come straight from the driver, a few tiles at a time, and are compared as whole lists. A tile in which
anything is odd is looked at again, entry by entry, by `ledger.audit_entries`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Table, select

from ledger import chain, entry, fields
from ledger.canonical import MAX_DEPTH
from ledger.entry import MAX_SIZE, Envelope
from ledger.errors import Tampered
from ledger.fields import SALT_SIZE, Kept
from ledger.merkle import HASH_SIZE
from ledger.tables import FieldOpening
from ledger.tiles import WIDTH
from ledger.vault import Opener, Vault

MOST_BYTES = 4_000_000  # of a batch: larger entries make smaller batches
MOST_TILES = 16
SPREAD = 8  # how much wider than their number the ids of a batch may lie, where logs share a database

_LENGTH = HASH_SIZE.to_bytes(8, "big")
_SALT_LENGTH = SALT_SIZE.to_bytes(8, "big")
_KEYS = {"v", "log", "type", "recorded_at", "body", "commitments"}
_VERSION = b'"v":1}'
_STRICT = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
NOTED = ("ledger:",)

_OPENING: Table = FieldOpening.__table__  # type: ignore[assignment]
_ENTRIES = (
    'SELECT "index", submission_id, envelope, leaf_hash, chain FROM ledger_entry'
    ' WHERE log_id = :log AND "index" >= :first AND "index" < :end ORDER BY "index"'
)
_TILES = (
    "SELECT number, hashes FROM ledger_tile"
    " WHERE log_id = :log AND level = 0 AND number >= :first AND number < :end"
)
_OPENINGS = (
    "SELECT submission_id, path, salt, value, key_id FROM ledger_opening"
    " WHERE submission_id >= :first AND submission_id <= :last AND log_id = :log"
)
_LINK = 'SELECT chain FROM ledger_entry WHERE log_id = :log AND "index" = :at'

Row = tuple[int, int, bytes, bytes, bytes]
Values = Mapping[int, Sequence[tuple[str, bytes, bytes]]]


class Gone(NamedTuple):
    """A value that an entry commits to and that is not stored any more: erased, or taken away."""

    at: int
    submission_id: int
    path: str


@dataclass
class Scanned:
    """The entries of one tile. Everything else is believed only while `odd` is False.

    leaves: their hashes, one after the other. before, last: the chain's link before the first of them, as the row
    before holds it (None: there is no such row), and the last one. noted: (what, index) of what views read.
    """

    first: int
    end: int
    odd: bool = True
    leaves: bytes = b""
    before: bytes | None = None
    last: bytes | None = None
    gone: list[Gone] = field(default_factory=list)
    noted: list[tuple[str, int]] = field(default_factory=list)


class Scan:
    """The quick look at one log; holds what is the same for every entry of it."""

    def __init__(self, log_id: int, origin: str, vault: Vault | None = None) -> None:
        self._log_id = log_id
        self._vault = vault
        self._origin = origin
        self._start = chain.start(origin)
        self._link = chain.prefix(origin) + _LENGTH
        self._commitment = fields.prefix(origin)
        self._paths: dict[str, bytes] = {}
        self._octets = 0

    def tiles(self, connection: Connection, first: int, end: int) -> Iterator[Scanned]:
        """Every tile of the entries [first, end), in order; `first` begins a tile."""
        at, step = first, 1
        before = self._before(connection, first)
        while at < end:
            until = min(at + step * WIDTH, end)
            self._octets = 0
            for scanned in self._batch(connection, at, until, before):
                before = scanned.last
                yield scanned
            step = min(step * 2, MOST_TILES) if self._octets * 2 < MOST_BYTES else max(step // 2, 1)
            at = until

    def _before(self, connection: Connection, first: int) -> bytes | None:
        if first == 0:
            return self._start
        rows = fetch(connection, _LINK, {"log": self._log_id, "at": first - 1})
        return bytes(rows[0][0]) if rows else None

    def _batch(self, connection: Connection, first: int, end: int, before: bytes | None) -> Iterator[Scanned]:
        here = {"log": self._log_id, "first": first, "end": end}
        rows: list[Row] = fetch(connection, _ENTRIES, here)
        numbers = {"log": self._log_id, "first": first // WIDTH, "end": -(-end // WIDTH)}
        stored = dict(fetch(connection, _TILES, numbers))
        values = self._values(connection, [row[1] for row in rows])
        self._octets += sum(len(row[2]) for row in rows)
        whole = len(rows) == end - first  # they are in order and none comes twice, so then each is in its place
        for at in range(first, end, WIDTH):
            until = min(at + WIDTH, end)
            mine = rows[at - first : until - first] if whole else [row for row in rows if at <= row[0] < until]
            scanned = self._tile(at, until, mine, stored.get(at // WIDTH, b""), values, before)
            before = scanned.last
            yield scanned

    def _values(self, connection: Connection, ids: list[int]) -> Values:
        found: dict[int, list[tuple[str, bytes, bytes]]] = defaultdict(list)
        if not ids:
            return found
        first, last = min(ids), max(ids)
        if last - first < SPREAD * len(ids):
            rows: Any = fetch(connection, _OPENINGS, {"log": self._log_id, "first": first, "last": last})
        else:
            columns = (_OPENING.c[name] for name in ("submission_id", "path", "salt", "value", "key_id"))
            rows = connection.execute(select(*columns).where(_OPENING.c.submission_id.in_(ids)))
        closed = []
        for submission_id, path, salt, value, key in rows:
            self._octets += len(value)
            if key is None:
                found[submission_id].append((path, salt, value))
            else:
                closed.append((submission_id, Kept(path, bytes(salt), bytes(value), key)))
        if closed:
            opened = Opener(connection, self._vault).open(each for _, each in closed)
            for (submission_id, _), each in zip(closed, opened, strict=True):
                found[submission_id].append((each.path, each.salt, each.value))
        return found

    def _tile(
        self, first: int, end: int, rows: list[Row], in_tile: bytes, values: Values, before: bytes | None
    ) -> Scanned:
        scanned = Scanned(first, end, before=before, last=rows[-1][4] if rows and rows[-1][0] == end - 1 else None)
        if len(rows) != end - first or before is None:
            return scanned
        leaves = [sha256(b"\x00" + row[2]).digest() for row in rows]
        links = [row[4] for row in rows]
        head, sized = self._link, _LENGTH
        linked = [
            sha256(b"".join((head, link, sized, leaf))).digest()
            for link, leaf in zip([before, *links[:-1]], leaves, strict=True)
        ]
        scanned.leaves = b"".join(leaves)
        if leaves == [row[3] for row in rows] and scanned.leaves == in_tile and linked == links:
            with suppress(Tampered, ValueError, KeyError, TypeError, AttributeError):  # of another form: odd
                scanned.odd = not self._are_right(rows, values, scanned)
        return scanned

    def _are_right(self, rows: list[Row], values: Values, scanned: Scanned) -> bool:
        """Whether these are entries of this log in canonical form, each with the values that it commits to."""
        read = self._read([row[2] for row in rows])
        for row, envelope in zip(rows, read, strict=True):
            commitments = envelope["commitments"]
            stored = values.get(row[1], ())
            for path, salt, content in stored:
                head = self._paths.get(path) or self._head_of(path)
                said = sha256(b"".join((head, salt, len(content).to_bytes(8, "big"), content))).hexdigest()
                if len(salt) != SALT_SIZE or said != commitments.get(path):
                    return False
            if len(stored) != len(commitments):
                entry.read(row[2])  # the form of a commitment that nothing opens is looked at here alone
                present = {path for path, _, _ in stored}
                scanned.gone += [Gone(row[0], row[1], path) for path in sorted(commitments.keys() - present)]
            if envelope["type"].startswith(NOTED):
                scanned.noted.append((envelope["type"], row[0]))
            if type(envelope["body"].get("partner")) is str:
                scanned.noted.append(("partner", row[0]))
        return True

    def _read(self, envelopes: list[bytes]) -> list[dict[str, Any]]:
        """The members of entries, read as strictly as `entry.read` does, and for plain ones many times as fast.

        All at once: where the values, each read by itself, give all the bytes again, each gives its own. For the
        end of the first object in two equal texts is the same, and so on.
        """
        read = [orjson.loads(each) for each in envelopes]
        together = b"[%s]" % b",".join(envelopes)
        if not together.isascii() or orjson.dumps(read, option=_STRICT) != together:
            return [self._own(entry.read(each))._asdict() for each in envelopes]
        origin = self._origin
        for each, envelope in zip(read, envelopes, strict=True):
            if (
                len(each) != len(_KEYS)
                or not envelope.endswith(_VERSION)
                or each["log"] != origin
                or not type(each["type"]) is type(each["recorded_at"]) is str
                or type(each["commitments"]) is not dict
                or len(envelope) > MAX_SIZE
            ):
                self._own(entry.read(envelope))
                raise Tampered("an entry of another form")
            _require_no_fraction(each["body"].values(), 2)
        return read

    def _own(self, envelope: Envelope) -> Envelope:
        if envelope.log != self._origin:
            raise Tampered("the entry is of another log")
        return envelope

    def _head_of(self, path: str) -> bytes:
        """What the commitment to a value of this path hashes first, up to its salt."""
        head = self._paths.get(path)
        if head is None:
            name = path.encode()
            head = self._commitment + len(name).to_bytes(8, "big") + name + _SALT_LENGTH
            if len(self._paths) < 10_000:
                self._paths[path] = head
        return head


def noted_in(envelope: Envelope, index: int) -> list[tuple[str, int]]:
    """Under which names views find this entry: its type, and "partner" where it is of one."""
    found = [(envelope.type, index)] if envelope.type.startswith(NOTED) else []
    return found + ([("partner", index)] if type(envelope.body.get("partner")) is str else [])


def fetch(connection: Connection, statement: str, values: Mapping[str, int]) -> list[Any]:
    """The rows of a statement as the driver gives them, in the connection's transaction."""
    on_sqlite = connection.dialect.name == "sqlite"
    cursor = connection.connection.cursor(**({} if on_sqlite else {"binary": True}))
    try:
        cursor.execute(statement if on_sqlite else re.sub(r":(\w+)", r"%(\1)s", statement), dict(values))
        return list(cursor.fetchall())
    finally:
        cursor.close()


def _require_no_fraction(values: Iterable[Any], depth: int) -> None:
    """What orjson reads and writes again and the profile does not allow: a fraction, and very deep nesting."""
    for each in values:
        kind = type(each)
        if kind is str or kind is int:
            continue  # the common cases first
        if kind is float or depth > MAX_DEPTH:
            raise Tampered("the entry is not canonical")
        if kind is dict:
            _require_no_fraction(each.values(), depth + 1)
        elif kind is list:
            _require_no_fraction(each, depth + 1)
