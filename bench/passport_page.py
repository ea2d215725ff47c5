"""The passport page, cached and uncached, against a hello route of the same app, worker and run.

Cached: one item is asked for again and again. Uncached: every request asks for an item that was not asked for
before, so that nothing of its page can have been kept.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from bench.figure import Figure, compare
from bench.stock import ITEMS, stock
from tests.support.ports import free_port

CONNECTIONS = 8
SECONDS = 4.0


def measure(folder: Path) -> list[Figure]:
    paths = stock(folder, datetime.now(UTC) - timedelta(hours=6))
    fresh = iter(range(0, ITEMS, ITEMS // 3))
    with served(folder) as port:

        def uncached() -> float:
            start = next(fresh)
            return _rate(port, paths[start : start + ITEMS // 3])

        return [
            compare(
                "passport page, cached",
                "pages/s",
                lambda: _rate(port, paths[:1] * CONNECTIONS),
                "hello route",
                lambda: _rate(port, ["/healthz"] * CONNECTIONS),
                0.6,
            ),
            compare(
                "passport page, uncached",
                "pages/s",
                uncached,
                "hello route",
                lambda: _rate(port, ["/healthz"] * CONNECTIONS),
                0.15,
            ),
        ]


def _rate(port: int, paths: list[str]) -> float:
    command = [sys.executable, "-m", "bench.load", "--port", str(port), "--seconds", str(SECONDS)]
    command += ["--connections", str(CONNECTIONS)]
    done = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise SystemExit(f"the load generator failed: {done.stderr.strip()[-300:]}")
    return float(done.stdout)


@contextmanager
def served(folder: Path, *others: str) -> Iterator[int]:
    """The web process of the house in this folder, and its `others`, such as work; gives the port of the web."""
    port = free_port()
    settings = {
        "WAYPROOF_HOME": str(folder),
        "WAYPROOF_PORT": str(port),
        "WAYPROOF_BASE_URL": f"http://127.0.0.1:{port}",
        "WAYPROOF_LOG_LEVEL": "ERROR",
    }
    program = str(Path(sys.executable).with_name("wayproof"))
    server, *beside = [
        subprocess.Popen([program, each], env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
        for each in ("web", *others)
    ]
    try:
        _wait(port, server)
        yield port
    finally:
        for each in (server, *beside):
            each.terminate()
        for each in (server, *beside):
            each.wait(20)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit("the web process ended before it answered")
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web process did not answer within 30 s")
