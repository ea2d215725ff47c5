"""The real thing in a folder of its own: `wayproof run` as a child, and what demo.json says of it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


class Demo:
    """A running demo; `stop` leaves nothing of it running."""

    def __init__(self, home: Path, *, lan: bool = False, settings: dict[str, str] | None = None) -> None:
        self.home = home
        self.printed = home.parent / f"{home.name}.out"
        command = [sys.executable, "-m", "app", "run", "--home", str(home), "--port", "0"]
        command += ["--lan"] if lan else []
        env = {name: value for name, value in os.environ.items() if not name.startswith("WAYPROOF_")}
        env |= settings or {}
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**env, "PYTHONUNBUFFERED": "1"}, stdout=out, stderr=subprocess.STDOUT
            )

    @property
    def facts(self) -> dict[str, Any]:
        """What demo.json says now; empty before it is written."""
        try:
            found: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return found

    def pid(self, name: str) -> int | None:
        found = self.facts.get("pids", {}).get(name)
        return int(found) if found else None

    def wait_for_page(self) -> None:
        """Until the passport page answers."""
        self.until(lambda: bool(self.facts.get("pids")), "demo.json never came")
        self.until(lambda: get(self.facts["passport_url"])[0] == 200, "the passport page never came")

    def wait_for_welcome(self) -> str:
        """All that was printed, once it says where to go."""
        self.until(lambda: "API key" in self.output(), "the welcome was never printed")
        return self.output()

    def output(self) -> str:
        return self.printed.read_text(errors="replace")

    def until(self, fact: Callable[[], bool], otherwise: str) -> None:
        """Wait for a fact: as long as a busy machine may need, since a fact that comes costs no waiting."""
        deadline = time.monotonic() + PATIENCE_S
        while not fact():
            assert self.process.poll() is None, f"wayproof run ended:\n{self.output()}\n{self.logs()}"
            assert time.monotonic() < deadline, f"{otherwise}:\n{self.output()}\n{self.logs()}"
            time.sleep(0.1)

    def kill(self, name: str) -> int:
        """kill -9 one process, at once; gives the pid that is gone."""
        pid = self.pid(name)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_for_restart(self, name: str, gone: int) -> None:
        self.until(lambda: self.pid(name) not in (None, gone), f"{name} was not started again")

    def logs(self) -> str:
        """The last lines of each process, for a test that failed."""
        folder = self.home / "log"
        files = sorted(folder.glob("*.log")) if folder.exists() else []
        return "\n".join(f"--- {path.name}\n" + "\n".join(path.read_text().splitlines()[-15:]) for path in files)

    def stop(self) -> None:
        """Ctrl-C, until it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise


def request(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None, timeout: float = 10
) -> tuple[int, bytes]:
    """One HTTP request on a connection of its own; (0, b"") when nobody answered."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def get(url: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    return request("GET", url, None, headers)
