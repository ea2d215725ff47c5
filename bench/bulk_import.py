"""Entries in bulk until each has its index, beside raw batches of rows as large; on SQLite, synchronous=FULL."""

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import perf_counter

from sqlalchemy import MetaData, insert

from bench.figure import Figure, compare
from bench.logs import Bench
from ledger.bulk import accept_many
from ledger.integrator import MOST
from ledger.tables import Entry

ENTRIES = 5 * MOST
BATCH = 1000
# The same columns, keys and bytes as a stored entry has, and nothing else of ours.
_RAW = Entry.__table__.to_metadata(MetaData(), name="bench_entry")  # type: ignore[attr-defined]


def measure(folder: Path) -> Iterator[Figure]:
    bench = Bench.on_sqlite(folder)
    _RAW.create(bench.db.kw["bind"])
    gc.freeze()  # as `wayproof import` does: what is loaded stays
    starts, raw_starts = count(0, ENTRIES), count(0, ENTRIES)
    yield compare(
        "bulk import",
        "entries/s",
        lambda: _ours(bench, next(starts)),
        "raw SQLAlchemy Core batches of 1,000",
        lambda: _raw(bench, next(raw_starts)),
        0.35,
    )


def _ours(bench: Bench, first: int) -> float:
    seconds = 0.0
    for at in range(first, first + ENTRIES, MOST):
        batch = [bench.wish(number) for number in range(at, at + MOST)]
        started = perf_counter()
        with bench.db.begin() as session:
            accept_many(session, batch)
        seconds += perf_counter() - started
    started = perf_counter()
    bench.integrate()
    _copy_back(bench)
    return ENTRIES / (seconds + perf_counter() - started)


def _raw(bench: Bench, first: int) -> float:
    envelope, digest = os.urandom(bench.envelope_size()), os.urandom(32)
    hashes = {"envelope": envelope, "leaf_hash": digest, "chain": digest}
    seconds = 0.0
    for at in range(first, first + ENTRIES, BATCH):
        batch = [{"log_id": 1, "index": n, "submission_id": n, **hashes} for n in range(at, at + BATCH)]
        started = perf_counter()
        with bench.db.begin() as session:
            session.connection().execute(insert(_RAW), batch)
        seconds += perf_counter() - started
    started = perf_counter()
    _copy_back(bench)
    return ENTRIES / (seconds + perf_counter() - started)


def _copy_back(bench: Bench) -> None:
    """Each side pays for the pages that it wrote; else whoever fills SQLite's log pays for both."""
    with bench.db.kw["bind"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(RESTART)")
