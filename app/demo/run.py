"""`wayproof run`: everything on one machine, with the demo. Stays light: what is heavy happens in children."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from app.demo.places import Places
from app.process import (
    Lock,
    Program,
    Supervisor,
    end_leftovers,
    python,
    read_json,
    remember,
    write_private,
)

FIRST_PORTS = range(8080, 8100)


class CannotRun(Exception):
    """Something on this machine is in the way; the text says what, and how to go on."""


def run(home: Path, *, port: int | None, lan: bool, say: Callable[[str], None]) -> int:
    """Start everything, keep it running until Ctrl-C, stop it in order; the exit status.

    A second run in the same home goes on where the first one stopped. Raises CannotRun, AlreadyRunning.
    """
    places = Places(home)
    places.make()
    lock = Lock(places.lock)
    end_leftovers(places.pids)
    supervisor = Supervisor(home, say, lambda pids: _tell(places, pids))
    supervisor.listen_to_signals()
    try:
        return _run(supervisor, places, _environment(home, port, lan), say)
    finally:
        supervisor.stop()
        places.pids.unlink(missing_ok=True)
        lock.release()
        say("Everything has stopped.")


def _run(supervisor: Supervisor, places: Places, env: dict[str, str], say: Callable[[str], None]) -> int:
    status = supervisor.once(python("app.demo.prepare"), env)
    if status or supervisor.stopping:
        return 0 if supervisor.stopping else status
    say("Starting the processes ...")
    for row in read_json(places.programs)["programs"]:
        supervisor.add(Program(row["name"], row["argv"], {**env, **row["env"]}, row["stop_within_s"]))
    status = supervisor.once(python("app.demo.welcome"), env)
    if status and not supervisor.stopping:
        say(f"The first page did not come; the logs are in {places.home / 'log'}.")
    supervisor.watch()
    say("Stopping ...")
    return 0


def _tell(places: Places, pids: dict[str, int]) -> None:
    """Keep the pids in demo.json, and beside it for the next start."""
    remember(places.pids, pids)
    if facts := read_json(places.facts):
        write_private(places.facts, {**facts, "pids": {"run": os.getpid(), **pids} if pids else {}})


def _environment(home: Path, port: int | None, lan: bool) -> dict[str, str]:
    """What every child of this run is told; a setting of the operator's own stays."""
    chosen = _port(port, urlsplit(read_json(Places(home).facts).get("base_url", "")).port)
    host = lan_address() if lan else "127.0.0.1"
    env = {
        "WAYPROOF_DEMO": "1",
        "WAYPROOF_HOME": str(home.resolve()),
        "WAYPROOF_PORT": str(chosen),
        "WAYPROOF_BIND": "0.0.0.0" if lan else "127.0.0.1",  # noqa: S104  # --lan asks for just that
        "WAYPROOF_ALLOW_PRIVATE_TARGETS": "1",  # the carriers of the demo are on this machine
        "WAYPROOF_WORKER": "demo",  # the only worker here: after a crash it takes up its own leases at once
    }
    if "WAYPROOF_BASE_URL" not in os.environ or lan:
        env["WAYPROOF_BASE_URL"] = f"http://{host}:{chosen}"
    return env


def _port(asked: int | None, last: int | None) -> int:
    """The port that was asked for, or else the one of the last run, or the first free one from 8080 on.

    0 asks for any free one, and the one of the last run is as good as any.
    """
    if asked is None and os.environ.get("WAYPROOF_PORT"):
        asked = int(os.environ["WAYPROOF_PORT"])
    if asked:
        if not is_free(asked):
            raise CannotRun(f"port {asked} is taken; choose another with --port")
        return asked
    if last and is_free(last):
        return last
    free = free_port() if asked == 0 else next(filter(is_free, FIRST_PORTS), None)
    if free is None:
        raise CannotRun("the ports 8080 to 8099 are taken; choose one with --port")
    return free


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the machine now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Any free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lan_address() -> str:
    """The address of this machine in its local network. Raises CannotRun when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent; the system only chooses the way out
            address = str(probe.getsockname()[0])
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        raise CannotRun("this machine has no address in a network; leave out --lan, or connect it first")
    return address
