"""The quick look of an audit by several processes: each takes a stretch of tiles and gives back what it saw.

Processes that only read need no word from one another; in which order stretches are used is decided here. The
process that asks is one of them: while the stretch that comes next is not there yet, it looks at another one.
"""

import gc
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from ledger.audit_scan import Scan, Scanned
from ledger.snapshot import Db
from ledger.tiles import WIDTH

STRETCH = 32 * WIDTH
WORTH_IT = 100_000  # entries; to start processes costs about as much as reading half of these
MOST_JOBS = 2  # unless more are wanted: each takes about 65 MB
AHEAD = 64  # stretches that are looked at before their turn; what was seen of one takes about 300 KB

_engine: Engine | None = None


def jobs_for(entries: int, wanted: int | None) -> int:
    """How many processes look at so many entries: the wanted number, or where None what is worth it."""
    if wanted is not None:
        return max(1, wanted)
    return 1 if entries < WORTH_IT else min(_cores(), MOST_JOBS)


def scanned_tiles(
    db: Db, connection: Connection, scan: Scan, first: int, end: int, jobs: int
) -> Iterator[Scanned]:
    """Every tile of [first, end) in order. This process, in the connection's transaction, is one of the jobs."""
    engine: Engine = db.kw["bind"]
    if jobs == 1 or engine.url.database in (None, "", ":memory:") or end - first <= STRETCH:
        yield from scan.tiles(connection, first, end)
        return
    url = engine.url.render_as_string(hide_password=False)
    # spawned, not forked: a fork would share this process's connections and locks
    with ProcessPoolExecutor(jobs - 1, get_context("spawn"), _open, (url,)) as pool:
        try:
            yield from _in_order(pool, connection, scan, range(first, end, STRETCH), end, 2 * (jobs - 1))
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(
    pool: ProcessPoolExecutor, connection: Connection, scan: Scan, starts: range, end: int, waiting: int
) -> Iterator[Scanned]:
    """What the pool and this process see of the stretches; so many of them are kept `waiting` for the pool."""
    stretches = ((at, min(at + STRETCH, end)) for at in starts)
    given: deque[Future[list[Scanned]] | list[Scanned]] = deque()
    while True:
        open_ones = sum(isinstance(each, Future) and not each.done() for each in given)
        given += [pool.submit(_look, scan, *stretch) for stretch in islice(stretches, max(0, waiting - open_ones))]
        own = None
        if given and len(given) < AHEAD and isinstance(given[0], Future) and not given[0].done():
            own = next(stretches, None)
        if own:
            given.append(list(scan.tiles(connection, *own)))
        elif given:
            seen = given.popleft()
            yield from seen.result() if isinstance(seen, Future) else seen
        else:
            return


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
