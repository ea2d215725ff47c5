"""64 threads, each submission in a transaction of its own, on SQLite with synchronous=FULL."""

from pathlib import Path

from sqlalchemy import insert

from bench.figure import Figure, compare
from bench.logs import NOW, TYPE, Bench, rate
from ledger.log import accept

THREADS = 64
WORKS = 3200


def measure(folder: Path) -> list[Figure]:
    bench = Bench.on_sqlite(folder)
    return [
        compare(
            "submissions, own transactions, 64 threads, SQLite FULL",
            "submissions/s",
            lambda: rate(THREADS, WORKS, submit(bench)),
            "the same threads each committing one bare insert",
            lambda: rate(THREADS, WORKS, bare(bench)),
            0.6,
        )
    ]


def submit(bench: Bench):  # type: ignore[no-untyped-def]
    def one(number: int) -> None:
        with bench.db.begin() as session:
            accept(session, bench.log_id, TYPE, bench.wish(number).body, now=NOW)

    return one


def bare(bench: Bench):  # type: ignore[no-untyped-def]
    from bench.logs import BARE

    row = bench.bare_row(bench.envelope_size())
    put = insert(BARE)

    def one(_: int) -> None:
        with bench.db.begin() as session:
            session.connection().execute(put, row)

    return one
