"""A log to write into, a bare table beside it, and many threads: what the ledger's figures share."""

import os
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table

from app.db import Db, make_db, make_engine
from ledger.bulk import Wish, accept_many
from ledger.integrator import integrate_due
from ledger.log import open_log
from tests.support import schema

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TYPE = "epcis:event:captured"

BARE = Table(
    "bench_row",
    MetaData(),
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
)


class Bench:
    """A new database with one log and the bare table."""

    def __init__(self, url: str) -> None:
        schema.create(url)
        self.db: Db = make_db(make_engine(url))
        BARE.create(self.db.kw["bind"])
        with self.db.begin() as session:
            self.log_id = open_log(session, "wayproof/bench", "bench", NOW)

    @classmethod
    def on_sqlite(cls, folder: Path) -> "Bench":
        return cls(f"sqlite:///{folder}/bench.db")

    def wish(self, number: int) -> Wish:
        """An entry whose envelope has about 330 bytes, as that of an event has."""
        body = {"number": number, "id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}", "text": "x" * 90}
        return Wish(self.log_id, TYPE, body, NOW)

    def accept(self, first: int, end: int, step: int = 1000) -> None:
        """Accept so many entries in batches, each a commit."""
        for at in range(first, end, step):
            with self.db.begin() as session:
                accept_many(session, map(self.wish, range(at, min(at + step, end))))

    def integrate(self) -> None:
        """Integrate all that was accepted, as `wayproof work` does."""
        while integrate_due(self.db, self.log_id, owner="bench", clock=lambda: NOW):
            pass

    def envelope_size(self) -> int:
        """The bytes of one entry, so that what we are set against writes as many."""
        from ledger.entry import write

        return len(write("wayproof/bench", TYPE, self.wish(1000).body, NOW, {}))

    def bare_row(self, size: int) -> dict[str, bytes]:
        return {"body": os.urandom(size), "leaf_hash": os.urandom(32), "chain": os.urandom(32)}


def rate(threads: int, works: int, work: Callable[[int], object]) -> float:
    """Works a second when so many threads do them, each its share one after the other."""
    shares: Sequence[range] = [range(slot, works, threads) for slot in range(threads)]
    failures: list[BaseException] = []

    def run(share: range) -> None:
        try:
            for number in share:
                work(number)
        except Exception as error:
            failures.append(error)

    running = [threading.Thread(target=run, args=(share,)) for share in shares]
    started = perf_counter()
    for each in running:
        each.start()
    for each in running:
        each.join()
    if failures:
        raise SystemExit(f"a writer failed: {failures[0]}")
    return works / (perf_counter() - started)
