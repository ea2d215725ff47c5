"""The supervisor on real processes: it starts again what dies and leaves nobody behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app import process
from app.process import AlreadyRunning, Lock, Program, Supervisor

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
)
WITH_A_CHILD = (
    sys.executable,
    "-c",
    "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); p.wait()",
)


class Watched:
    """A supervisor with what it said and the pids that it told last."""

    def __init__(self, home: Path) -> None:
        self.said: list[str] = []
        self.pids: dict[str, int] = {}
        self.supervisor = Supervisor(home, self.said.append, self._keep)

    def _keep(self, pids: dict[str, int]) -> None:
        self.pids = pids

    def until(self, fact: Callable[[], bool], within_s: float = 60) -> None:
        deadline = time.monotonic() + within_s
        while not fact():
            assert time.monotonic() < deadline
            self.supervisor.tend()
            time.sleep(0.02)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def alive(pid: int) -> bool:
    """Whether a process still does anything; one that only waits to be reaped does not count."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_killed_child_is_started_again_and_its_new_pid_is_told(watched: Watched) -> None:
    watched.supervisor.add(Program("sleeper", SLEEPER))
    first = watched.pids["sleeper"]
    os.kill(first, signal.SIGKILL)
    watched.until(lambda: watched.pids.get("sleeper") not in (None, first))
    assert watched.said == ["sleeper ended (signal 9); starting it again"]
    watched.supervisor.stop()
    assert watched.pids == {}


def test_stop_insists_with_a_child_that_does_not_listen(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.add(Program("stubborn", STUBBORN, stop_within_s=0.3))
    watched.until(lambda: "up" in (tmp_path / "log/stubborn.log").read_text())
    pid = watched.pids["stubborn"]
    watched.supervisor.stop()
    assert not alive(pid)


def test_what_a_child_started_goes_with_it(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.add(Program("parent", WITH_A_CHILD))
    log = tmp_path / "log/parent.log"
    watched.until(lambda: log.exists() and log.read_text().strip().isdigit())
    grandchild = int(log.read_text())
    os.kill(watched.pids["parent"], signal.SIGKILL)
    watched.until(lambda: not alive(grandchild))
    watched.supervisor.stop()


def test_children_are_stopped_in_the_reverse_of_their_order(watched: Watched, tmp_path: Path) -> None:
    def told(name: str) -> Program:
        code = (
            "import signal, sys, time\n"
            f"def bye(*_):\n    print('{name} left', time.monotonic(), flush=True); sys.exit()\n"
            "signal.signal(signal.SIGTERM, bye); print('up', flush=True)\n"
            "while True: time.sleep(1)"
        )
        return Program(name, (sys.executable, "-c", code))

    for name in ("first", "second"):
        watched.supervisor.add(told(name))
    for name in ("first", "second"):
        log = tmp_path / f"log/{name}.log"
        watched.until(lambda log=log: "up" in log.read_text())
    watched.supervisor.stop()
    left = {name: float((tmp_path / f"log/{name}.log").read_text().split()[-1]) for name in ("first", "second")}
    assert left["second"] < left["first"]


def test_one_home_has_one_supervisor(tmp_path: Path) -> None:
    held = Lock(tmp_path / "run.lock")
    with pytest.raises(AlreadyRunning, match=str(os.getpid())):
        Lock(tmp_path / "run.lock")
    held.release()
    Lock(tmp_path / "run.lock").release()


def test_leftovers_of_a_killed_supervisor_are_ended_but_never_a_stranger(tmp_path: Path) -> None:
    left = subprocess.Popen(SLEEPER, start_new_session=True)
    stranger = subprocess.Popen(SLEEPER, start_new_session=True)
    path = tmp_path / "pids.json"
    try:
        rows = {
            "left": {"pid": left.pid, "born": process.born(left.pid)},
            "stranger": {"pid": stranger.pid, "born": "another time"},
        }
        process.write_private(path, rows)
        assert process.end_leftovers(path) == ["left"]
        assert left.wait(60) == -signal.SIGKILL
        assert stranger.poll() is None
        assert process.end_leftovers(path) == []
    finally:
        for child in (left, stranger):
            child.kill()
            child.wait()


def test_a_private_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    process.write_private(path, {"a": 1})
    assert path.stat().st_mode & 0o777 == 0o600
    assert process.read_json(path) == {"a": 1}
    path.write_text('{"a": ')
    assert process.read_json(path) == {}
