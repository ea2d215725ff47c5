"""The quick look of an audit by several processes: each takes a stretch of tiles and gives back what it saw.

Processes that only read need no word from one another; in which order stretches are used is decided here.
"""

import gc
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from ledger.audit_scan import Scan, Scanned
from ledger.snapshot import Db
from ledger.tiles import WIDTH

STRETCH = 32 * WIDTH
WORTH_IT = 100_000  # entries; to start processes costs about as much as reading half of these
MOST_JOBS = 8

_engine: Engine | None = None


def jobs_for(entries: int, wanted: int | None) -> int:
    """How many processes look at so many entries: the wanted number, or where None as many as are worth it."""
    if wanted is not None:
        return max(1, wanted)
    return 1 if entries < WORTH_IT else min(_cores(), MOST_JOBS)


def scanned_tiles(
    db: Db, connection: Connection, scan: Scan, first: int, end: int, jobs: int
) -> Iterator[Scanned]:
    """Every tile of [first, end) in order. With one job in this process, in the connection's transaction."""
    engine: Engine = db.kw["bind"]
    if jobs == 1 or engine.url.database in (None, "", ":memory:") or end - first <= STRETCH:
        yield from scan.tiles(connection, first, end)
        return
    url = engine.url.render_as_string(hide_password=False)
    # spawned, not forked: a fork would share this process's connections and locks
    with ProcessPoolExecutor(jobs, get_context("spawn"), _open, (url,)) as pool:
        stretches = iter(range(first, end, STRETCH))
        running = deque(
            pool.submit(_look, scan, at, min(at + STRETCH, end))
            for _, at in zip(range(jobs * 2), stretches, strict=False)
        )
        try:
            while running:
                seen = running.popleft().result()
                for at in stretches:
                    running.append(pool.submit(_look, scan, at, min(at + STRETCH, end)))
                    break
                yield from seen
        finally:
            pool.shutdown(cancel_futures=True)


def _open(url: str) -> None:
    global _engine  # the one engine of a process that does nothing else
    _engine = create_engine(url, poolclass=NullPool)
    gc.disable()  # nothing here makes circles, and looking for them costs a sixth of the time


def _look(scan: Scan, first: int, end: int) -> list[Scanned]:
    assert _engine is not None
    with _engine.connect() as connection:
        return list(scan.tiles(connection, first, end))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
