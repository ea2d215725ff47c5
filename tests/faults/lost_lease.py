"""An integrator stops breathing while it holds the lease, another takes over, and the first wakes up again.

Run as a program it is the first one: an integrator in a process of its own, which can be stopped at any line.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

from app.db import make_db, make_engine
from ledger.integrator import LEASE, integrate_due
from ledger.log import accept
from tests.faults.outcome import Outcome
from tests.faults.server_kills import Line, now
from tests.faults.site import database, until
from tests.support.demo import ROOT

ROUND = 40
SOON = timedelta(seconds=20)


def lost_lease(engine: str, count: int, seed: int) -> Outcome:
    """`count` times: the first integrator is stopped in mid-work, the second does the work, the first wakes up."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, database(Path(name), engine) as url:
        line = Line(url, Path(name))
        _hurry(line.db.kw["bind"])
        first = _start(url, line.log_id)
        given = taken_over = 0
        try:
            for _ in range(count):
                given += _submit(line)
                time.sleep(moments.uniform(0.0, 0.05))
                os.kill(first.pid, signal.SIGSTOP)
                taken_over += _take_over(line)
                os.kill(first.pid, signal.SIGCONT)
            given += _submit(line)
            until(lambda: line.size() >= given, "the first integrator never went on")
        finally:
            os.kill(first.pid, signal.SIGCONT)
            first.kill()
            first.wait()
        line.integrate()
        size, findings = line.size(), line.findings()
        line.close()
    return Outcome(
        f"two integrators after a lost lease, {engine}",
        count,
        max(0, given - size),
        findings + max(0, size - given),
        f"{size} entries of {given} submissions; the second integrator placed {taken_over} of them meanwhile",
    )


def _submit(line: Line) -> int:
    for _ in range(ROUND):
        with line.db.begin() as session:
            accept(session, line.log_id, "test:thing:happened", {}, now=now())
    return ROUND


def _take_over(line: Line) -> int:
    """Place what waits, long after the lease; 0 when the stopped one holds the database itself.

    PostgreSQL ends the transaction of a stopped one, unless it stopped between the statements of one round trip.
    """
    done = 0
    with suppress(DBAPIError):
        while more := integrate_due(
            line.db, line.log_id, owner="second", clock=lambda: now() + LEASE + SOON, limit=7
        ):
            done += more
    return done


def _start(url: str, log_id: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", "tests.faults.lost_lease", url, str(log_id)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def integrate_for_ever(url: str, log_id: int) -> None:
    """Integrate in small steps until the process is ended."""
    engine = make_engine(url)
    _hurry(engine)
    db = make_db(engine)
    while True:
        with suppress(DBAPIError):
            integrate_due(db, log_id, owner="first", clock=now, limit=3)


def _hurry(engine: Engine) -> None:
    """Two seconds on PostgreSQL, not a minute, to stand still in or to wait for one who does."""

    def shorten(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = '2s'; SET lock_timeout = '2s'")
        connection.commit()

    engine.dispose()
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", shorten)


if __name__ == "__main__":
    integrate_for_ever(sys.argv[1], int(sys.argv[2]))
