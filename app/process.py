"""Children of `wayproof run`: start, watch, start again, stop in order. Standard library only, to stay light.

What a child does is its own business; nothing here opens the database or knows a brand.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

LOG_LIMIT = 5_000_000
"""Bytes after which a child's log is set aside at the next start."""

PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Before a child is started again; the first one again after it has run for STEADY_S."""

STEADY_S = 20.0


class AlreadyRunning(Exception):
    """Another supervisor holds this home."""


@dataclass(frozen=True)
class Program:
    """One child: its name, its command line, what it gets in its environment, how long it may take to stop."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    stop_within_s: float = 3.0


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    due_at: float = 0.0


def python(*words: str) -> list[str]:
    """The command line of a module of ours, run by this interpreter."""
    return [sys.executable, "-P", "-m", *words]  # -P: a folder named app where we were started is not ours


class Lock:
    """Holds a home for one supervisor; the kernel lets go when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            pid = self._file.read().strip() or "unknown"
            self._file.close()
            raise AlreadyRunning(f"wayproof already runs in {path.parent} (process {pid})") from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        self._file.close()


class Supervisor:
    """Keeps programs running until told to stop; stops them in the reverse of the order they came in.

    Each child leads a session of its own, so that Ctrl-C reaches only the supervisor and a child can be
    ended with everything it started. On Linux a child also ends when the supervisor is killed.
    """

    def __init__(
        self, home: Path, say: Callable[[str], None], on_change: Callable[[dict[str, int]], None]
    ) -> None:
        self._home = home
        self._say = say
        self._on_change = on_change
        self._children: list[_Child] = []
        self._stopping = False

    def listen_to_signals(self) -> None:
        """Stop on Ctrl-C, on a polite kill and when the terminal closes. A second one changes nothing."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    @property
    def stopping(self) -> bool:
        return self._stopping

    def add(self, program: Program) -> None:
        """Start a program and keep it running."""
        child = _Child(program)
        self._children.append(child)
        self._start(child)
        self._tell()

    def once(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> int:
        """Run a command to its end, speaking to our terminal; its status, or 1 when we were told to stop."""
        process = subprocess.Popen(argv, env={**os.environ, **(env or {})}, preexec_fn=_own_session())
        while process.poll() is None:
            self.tend()
            if self._stopping:
                _end(process, 2.0)
                return 1
            time.sleep(0.05)
        return process.returncode

    def watch(self) -> None:
        """Tend the children until told to stop."""
        while not self._stopping:
            self.tend()
            time.sleep(0.1)

    def tend(self) -> None:
        """Notice who died, and start again whoever's pause is over."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child)
            if child.process is None and not self._stopping and time.monotonic() >= child.due_at:
                self._start(child)
                self._tell()

    def stop(self) -> None:
        """End every child, the last one added first; none is left when this returns."""
        self._stopping = True
        for child in reversed(self._children):
            if child.process is not None:
                _end(child.process, child.program.stop_within_s)
                child.process = None
        self._tell()

    def _start(self, child: _Child) -> None:
        with _log_of(self._home, child.program.name) as log:
            child.process = subprocess.Popen(
                child.program.argv,
                env={**os.environ, **child.program.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=_own_session(),
            )
        child.started_at = time.monotonic()

    def _bury(self, child: _Child) -> None:
        assert child.process is not None
        status, lived = child.process.returncode, time.monotonic() - child.started_at
        _kill_group(child.process.pid, signal.SIGKILL)  # whatever it had started goes with it
        child.process = None
        child.deaths = 1 if lived > STEADY_S else child.deaths + 1
        child.due_at = time.monotonic() + PAUSES_S[min(child.deaths, len(PAUSES_S)) - 1]
        self._say(f"{child.program.name} ended ({_cause(status)}); starting it again")
        if status > 0 and (last := _last_line(self._home, child.program.name)):
            self._say(f"  its last words: {last}")

    def _tell(self) -> None:
        self._on_change({c.program.name: c.process.pid for c in self._children if c.process is not None})


def _log_of(home: Path, name: str) -> IO[bytes]:
    folder = home / "log"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(folder / f"{name}.log.1")
    return path.open("ab")


def _last_line(home: Path, name: str) -> str:
    """The end of a child's log, for somebody who wonders why it ended."""
    with (home / "log" / f"{name}.log").open("rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
        lines = log.read().decode(errors="replace").split("\n")
    return next((line[:300] for line in reversed(lines) if line.strip()), "")


def _cause(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"


def _end(process: subprocess.Popen[bytes], within_s: float) -> None:
    """Ask, wait, insist; also for what the child had started."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        _kill_group(process.pid, signal.SIGKILL)
        process.wait()
    _kill_group(process.pid, signal.SIGKILL)


def _kill_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _own_session() -> Callable[[], None]:
    """What a child does between fork and exec: lead a session, and on Linux end when we are gone."""
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        os.setsid()
        if libc is not None:
            libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:  # it went before we asked
                os._exit(1)

    return prepare


# Where the system has no parent-death signal, a killed supervisor leaves children behind. The next start finds
# them in this file, each with its time of birth, so that a pid used again by a stranger is left in peace.


def born(pid: int) -> str | None:
    """When a process started, in the system's own form; None when there is none of this number."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            return stat.read_text().rpartition(")")[2].split()[19]
        except OSError:
            return None
    told = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return told.stdout.strip() or None


def remember(path: Path, pids: Mapping[str, int]) -> None:
    """Write who runs, for `end_leftovers` of the next start."""
    write_private(path, {name: {"pid": pid, "born": born(pid)} for name, pid in pids.items()})


def end_leftovers(path: Path) -> list[str]:
    """End the children of a supervisor that was killed; their names."""
    ended = []
    for name, row in read_json(path).items():
        if row["born"] and born(row["pid"]) == row["born"]:
            _kill_group(row["pid"], signal.SIGKILL)
            ended.append(name)
    path.unlink(missing_ok=True)
    return ended


def write_private(path: Path, value: object) -> None:
    """Replace a JSON file in one step, readable by its owner only (mode 0600)."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty when there is no such file or it was cut short."""
    try:
        value = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return value if isinstance(value, dict) else {}
