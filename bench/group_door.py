"""The group door, 64 callers, SQLite, synchronous=FULL: beside itself with bare rows, and beside pymerkle."""

import gc
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench import peers
from bench.figure import Figure, compare, missing
from bench.logs import BARE, Bench, rate
from ledger.group import Group, submissions

CALLERS = 64
WORKS = 12_800
SINGLE = 600  # appends of the peer in each repetition


def measure(folder: Path) -> Iterator[Figure]:
    bench = Bench.on_sqlite(folder)
    size = bench.envelope_size()
    gc.freeze()  # as the web process does: what is loaded stays
    yield compare(
        "submissions, group door, 64 callers, SQLite FULL",
        "submissions/s",
        lambda: _ours(bench),
        "the same threads and queue with a bare insert",
        lambda: _bare(bench, size),
        0.6,
    )
    name, against = "group door against pymerkle", "pymerkle SqliteTree, single append"
    try:
        with peers.running("peer_pymerkle.py", folder) as peer:
            yield compare(
                name, "submissions/s", lambda: _ours(bench), against, lambda: peer.ask("append", SINGLE, size), 5.0
            )
    except peers.NoPeer as error:
        yield missing(name, "submissions/s", against, 5.0, str(error))


def _ours(bench: Bench) -> float:
    wishes = [bench.wish(number) for number in range(WORKS)]
    with submissions(bench.db) as door:
        return rate(CALLERS, WORKS, lambda number: door.submit(wishes[number]))


def _bare(bench: Bench, size: int) -> float:
    row, put = bench.bare_row(size), insert(BARE)

    def write(session: Session, rows: Sequence[dict[str, bytes]]) -> Sequence[None]:
        session.connection().execute(put, list(rows))
        return [None] * len(rows)

    with Group(bench.db, write) as door:
        return rate(CALLERS, WORKS, lambda _: door.submit(row))
