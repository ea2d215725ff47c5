"""Submissions on PostgreSQL, each its own transaction: 32 writers beside bare inserts, and beside 8 writers."""

from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure, compare, missing
from bench.logs import Bench, rate
from bench.own_transactions import bare, submit
from tests.support import postgres

WORKS = 3200


def measure(folder: Path) -> Iterator[Figure]:
    name, unit, against = "submissions on PostgreSQL, 32 writers", "submissions/s", "bare inserts by 32 writers"
    folder.chmod(0o755)  # as root, the server runs as somebody else
    server = postgres.start(folder)
    if server is None:
        yield missing(name, unit, against, 0.5, "there is no PostgreSQL, neither on the path nor in a wheel")
        return
    try:
        bench = Bench(server.make("bench"))
        one, row = submit(bench), bare(bench)
        yield compare(name, unit, lambda: rate(32, WORKS, one), against, lambda: rate(32, WORKS, row), 0.5)
        beside = f"{name}, beside 8"
        yield compare(
            beside, unit, lambda: rate(32, WORKS, one), "our own rate at 8", lambda: rate(8, WORKS, one), 0.8
        )
        bench.db.kw["bind"].dispose()
    finally:
        server.stop()
