"""A service of one brand as it runs in production: `web` and two of `work`, each a process that may be killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.brands import tenants
from app.brands.keys import issue_key
from app.db import reading
from app.house import House, open_house
from app.migrations.steps import upgrade
from app.models.brands import Brand
from app.settings import load
from app.web.rules import SCOPES
from ledger import failpoints
from tests.support import postgres
from tests.support.demo import ROOT, get
from tests.support.ports import free_port

PATIENCE_S = 120
PROGRAMS = {"web": "web", "integrator": "work", "worker": "work"}
# What each program passes; nobody here writes through the group door.
POINTS = {
    "web": [each for each in failpoints.POINTS if each.startswith("accept.")],
    "work": [each for each in failpoints.POINTS if each.startswith(("integrate.", "sign.", "publish."))],
}


def until(fact: Callable[[], bool], otherwise: str) -> None:
    """Wait for a fact, as long as a busy machine may need."""
    deadline = time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


@contextmanager
def database(folder: Path, engine: str) -> Iterator[str]:
    """The address of an empty database."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'wayproof.db'}"
        return
    with server(folder) as started:
        yield started.make("faults")


@contextmanager
def server(folder: Path) -> Iterator[postgres.Server]:
    """A PostgreSQL of our own."""
    place = folder / "postgres"
    place.mkdir()
    place.chmod(0o755)  # as root, the server runs as somebody else
    started = postgres.start(place)
    assert started is not None, "there is no PostgreSQL here: neither on the path nor in a wheel"
    try:
        yield started
    finally:
        started.stop()


class Site:
    """The house and its processes; `key` may do everything a key may."""

    def __init__(self, home: Path, url: str, **more: str) -> None:
        """`more`: settings of the processes, besides those of every site."""
        self.url = url
        self.points = home / "points"
        self.points.mkdir(parents=True)
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WAYPROOF_")},
            "WAYPROOF_HOME": str(home / "var"),
            "WAYPROOF_DATABASE_URL": url,
            "WAYPROOF_BASE_URL": self.base,
            "WAYPROOF_PORT": str(self.port),
            "WAYPROOF_FAIL_POINTS": str(self.points),
            **more,
        }
        upgrade(url)
        self.house: House = open_house(load(home=home / "var", database_url=url))
        now = self.house.clock()
        brand_id = tenants.create_brand(self.house.db, self.house.keys, name="Ada's Orchard", slug="ada", now=now)
        with self.house.db.begin() as session:
            brand = session.get_one(Brand, brand_id)
            self.key = issue_key(session, brand, name="faults", scopes=SCOPES, now=now).text
        self._log = (home / "processes.log").open("wb")
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def brand(self) -> Brand:
        with reading(self.house.db) as session:
            return session.query(Brand).one()

    @property
    def vkey(self) -> str:
        return tenants.signer_of(self.house.keys, self.brand).vkey

    def start(self, *names: str) -> None:
        for name in names or tuple(PROGRAMS):
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-P", "-m", "app", PROGRAMS[name]],
                cwd=ROOT,
                env={**self._env, "PYTHONPATH": str(ROOT)},
                stdout=self._log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if "web" in self._processes:
            self.wait_for_web()

    def wait_for_web(self) -> None:
        until(lambda: get(f"{self.base}/readyz")[0] == 200, f"the web never came; see {self._log.name}")

    def tend(self) -> None:
        """Start again what has died, as a supervisor would."""
        dead = [name for name, process in self._processes.items() if process.poll() is not None]
        if dead:
            self.start(*dead)

    def kill(self, name: str) -> None:
        """kill -9 a program with all its processes, now."""
        os.killpg(self._processes[name].pid, signal.SIGKILL)
        self._processes[name].wait()

    def kill_at(self, point: str, nth: int, program: str) -> None:
        """Let the process die that reaches a named point for the nth time from now on; waits until it did."""
        before = self.hits(point)
        draft = self.points / f"{point}.draft"
        draft.write_text(f"{nth} {program}")
        draft.rename(self.points / point)
        until(lambda: self._hit(point, before), f"nobody came to {point}")

    def _hit(self, point: str, before: int) -> bool:
        self.tend()
        return self.hits(point) > before

    def hits(self, point: str) -> int:
        return len(list(self.points.glob(f"{point}.hit.*")))

    def audit(self) -> bool:
        """Whether `wayproof ledger audit` finds nothing; what it finds is printed."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "app", "ledger", "audit"],
            cwd=ROOT,
            env={**self._env, "PYTHONPATH": str(ROOT), "WAYPROOF_FAIL_POINTS": ""},
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode:
            print(done.stdout, done.stderr)
        return done.returncode == 0

    def stop(self) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._log.close()
        self.house.db.kw["bind"].dispose()


@contextmanager
def running(home: Path, engine: str, *names: str) -> Iterator[Site]:
    """A site with its processes (all, or those named), gone at the end."""
    with database(home, engine) as url:
        site = Site(home, url)
        try:
            site.start(*names)
            yield site
        finally:
            site.stop()


def chosen(moments: random.Random, name: str) -> tuple[str, int]:
    """A point that this program passes, and at which passage to die there."""
    return moments.choice(POINTS[PROGRAMS[name]]), moments.randint(1, 4)
