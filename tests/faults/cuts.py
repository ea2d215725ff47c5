"""The connection to PostgreSQL is cut in mid-commit, before or after the server heard; the writer asks again."""

import random
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

from sqlalchemy.engine import make_url

from tests.faults.outcome import Outcome
from tests.faults.server_kills import Line
from tests.faults.site import server, until

SOCKET = ".s.PGSQL.5432"


class Proxy:
    """Passes everything on, but for one COMMIT when it is armed: then both ends find the line dead."""

    def __init__(self, folder: Path, target: Path, moments: random.Random) -> None:
        self._target, self._moments = target, moments
        self._lock, self._armed = Lock(), False
        self.cuts = {"before the server heard": 0, "after it heard": 0}
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / SOCKET))
        self._door.listen()
        Thread(target=self._welcome, daemon=True).start()

    def arm(self) -> None:
        with self._lock:
            self._armed = True

    def close(self) -> None:
        self._door.close()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                line = socket.socket(socket.AF_UNIX)
                line.connect(str(self._target))
                cut, answered = Event(), Event()
                Thread(target=self._upward, args=(client, line, cut, answered), daemon=True).start()
                Thread(target=self._downward, args=(line, client, cut, answered), daemon=True).start()

    def _upward(self, client: socket.socket, line: socket.socket, cut: Event, answered: Event) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if b"COMMIT" in data and self._fires():
                    heard = self._moments.random() < 0.5
                    self.cuts["after it heard" if heard else "before the server heard"] += 1
                    cut.set()
                    _hang_up(client)
                    if heard:
                        line.sendall(data)
                        answered.wait()  # the commit is done; its answer reaches nobody
                    break
                line.sendall(data)
        _hang_up(line)

    def _downward(self, line: socket.socket, client: socket.socket, cut: Event, answered: Event) -> None:
        with suppress(OSError):
            while (data := line.recv(65536)) and not cut.is_set():
                client.sendall(data)
        answered.set()
        _hang_up(client)

    def _fires(self) -> bool:
        with self._lock:
            fires, self._armed = self._armed, False
            return fires


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


def cut_connections(count: int, seed: int) -> Outcome:
    """Submit `count` entries; the first commit of each is cut."""
    with tempfile.TemporaryDirectory() as name, server(Path(name)) as started:
        folder = Path(name) / "proxy"
        folder.mkdir()
        url = make_url(started.make("faults"))
        proxy = Proxy(folder, Path(str(url.query["host"])) / SOCKET, random.Random(seed))
        line = Line(url.update_query_dict({"host": str(folder)}).render_as_string(hide_password=False), Path(name))
        for number in range(count):
            proxy.arm()
            line.submit(f"N{number}", lambda: True)
        names = line.told.names()
        until(lambda: not line.integrate() and line.size() >= len(names), "not everything got its place")
        size, findings = line.size(), line.findings()
        line.close()
        proxy.close()
    made = sum(proxy.cuts.values())
    how = ", ".join(f"{times} {when}" for when, times in proxy.cuts.items())
    return Outcome(
        "connection cut in mid-commit",
        made,
        max(0, count - size),
        findings + max(0, size - count) + (count - made),
        f"{count} entries submitted, {size} in the log; cut {how}; {line.tries} tries",
    )
