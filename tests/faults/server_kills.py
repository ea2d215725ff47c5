"""PostgreSQL itself is killed under eight writers, and comes back by its own log."""

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil
from sqlalchemy.exc import DBAPIError

from app.db import Db, make_db, make_engine
from app.migrations.steps import upgrade
from ledger.audit import audit
from ledger.integrator import integrate_due, publish_due
from ledger.log import accept, head_size, open_log
from ledger.note import Signer
from ledger.snapshot import snapshot
from tests.faults.outcome import Notebook, Outcome
from tests.faults.site import server, until

WRITERS = 8
ORIGIN = "wayproof/faults"


class Line:
    """A log on PostgreSQL with writers that send again, under the same key, until a commit is answered."""

    def __init__(self, url: str, folder: Path) -> None:
        upgrade(url)
        self.db: Db = make_db(make_engine(url))
        self.signer = Signer.create(folder / "log.key", ORIGIN)
        with self.db.begin() as session:
            self.log_id = open_log(session, ORIGIN, "faults", now())
        self.told = Notebook(folder / "acknowledged")
        self.tries = 0

    def submit(self, key: str, going: Callable[[], bool]) -> bool:
        """One entry; whether it was acknowledged before it was time to stop."""
        while going():
            self.tries += 1
            with suppress(DBAPIError):
                with self.db.begin() as session:
                    accept(session, self.log_id, "test:thing:happened", {"key": key}, now=now(), key=key)
                self.told.note(key)
                return True
            time.sleep(0.02)
        return False

    def integrate(self) -> int:
        """Give places and sign, as far as the database answers."""
        with suppress(DBAPIError):
            done = integrate_due(self.db, self.log_id, owner="one", clock=now)
            publish_due(self.db, self.log_id, self.signer, now())
            return done
        return 0

    def size(self) -> int:
        with suppress(DBAPIError), snapshot(self.db) as session:
            return head_size(session, self.log_id)
        return -1

    def findings(self) -> int:
        found = audit(self.db, self.log_id, [self.signer.vkey])
        for each in found:
            print(each.sentence)
        return len(found)

    def close(self) -> None:
        self.db.kw["bind"].dispose()


def now() -> datetime:
    return datetime.now(UTC)


def server_kills(count: int, seed: int) -> Outcome:
    """Kill the server `count` times at random moments under eight writers."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, server(Path(name)) as started:
        line, stop = Line(started.make("faults"), Path(name)), Event()
        threads = [Thread(target=_write, args=(line, each, stop), daemon=True) for each in range(WRITERS)]
        threads.append(Thread(target=_integrate, args=(line, stop), daemon=True))
        for each in threads:
            each.start()
        for _ in range(count):
            time.sleep(moments.uniform(0.3, 1.0))
            _kill(started)
            reached = len(line.told.names())
            until(lambda reached=reached: len(line.told.names()) > reached, "nothing was taken after a kill")
        stop.set()
        for each in threads:
            each.join()
        names = line.told.names()
        until(lambda: not line.integrate() and line.size() >= len(names), "not everything got its place")
        size, findings = line.size(), line.findings()
        line.close()
    # A writer that was told to stop may leave one entry that was committed and never acknowledged.
    unasked = max(0, size - len(names) - WRITERS)
    detail = f"{len(names)} entries acknowledged to {WRITERS} writers in {line.tries} tries, log of {size}"
    return Outcome("kill -9 of PostgreSQL", count, max(0, len(set(names)) - size), findings + unasked, detail)


def _write(line: Line, writer: int, stop: Event) -> None:
    number = 0
    while line.submit(f"W{writer}N{number}", lambda: not stop.is_set()):
        number += 1


def _integrate(line: Line, stop: Event) -> None:
    while not stop.is_set():
        line.integrate()
        stop.wait(0.05)


def _kill(started: Any) -> None:
    """The server and all its backends, at once; then up again on the same data."""
    handle = started._handle
    postmaster = psutil.Process(handle.get_pid())
    family = [postmaster, *postmaster.children(recursive=True)]
    for each in family:
        with suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGKILL)
    psutil.wait_procs(family, timeout=60)
    handle.ensure_postgres_running()
