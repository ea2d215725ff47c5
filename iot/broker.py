"""Which MQTT broker runs, with what configuration and credentials. No message passes through here.

Order: the configured address, else mosquitto where it is installed, else the embedded amqtt. The folder (mode
0700) holds the generated configuration, password file and access list, and `broker.json` for the processes that
connect.
"""

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from iot import passwords, topics
from iot.passwords import Credential

INGEST_USER = "wayproof-ingest"
PASSWORD_FILE = "passwords"  # noqa: S105  (the name of a file)
_STATE = "broker.json"
_PID = "mosquitto.pid"


class NoBroker(Exception):
    """There is no broker to connect to; the text says what to do."""


@dataclass(frozen=True)
class Plan:
    """The broker to use. `command` is what to run and keep running, None for a configured one (nothing to start).

    `kind`: configured, mosquitto or amqtt. `sentence` says it to the operator. `url` is how our own listener
    connects (with its user and password), `host` and `port` where devices connect.
    """

    kind: str
    url: str
    host: str
    port: int
    command: list[str] | None
    sentence: str


def plan(
    folder: Path, *, configured_url: str, bind: str, port: int, credentials: Iterable[Credential] = ()
) -> Plan:
    """Choose the broker, write its files and `broker.json`, start nothing.

    `port` 0 takes the one of last time or a free one. Raises NoBroker when there is none to choose.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if configured_url:
        return _configured(configured_url)
    before = _state(folder)
    port = port or _same_or_free(bind, before.port if before else 0)
    password = before.password if before else secrets.token_urlsafe(32)
    host = "127.0.0.1" if bind in ("0.0.0.0", "::", "") else bind  # noqa: S104  (compared, not bound)
    url = f"mqtt://{INGEST_USER}:{password}@{host}:{port}"
    mosquitto = find_mosquitto()
    kind = "mosquitto" if mosquitto else "amqtt"
    url += "" if mosquitto else "?version=3.1.1"
    (folder / _PID).unlink(missing_ok=True)  # of a broker that was killed: the number may be another program's now
    _write(folder / _STATE, json.dumps({"kind": kind, "url": url}))
    write_credentials(folder, credentials)
    if mosquitto:
        return Plan(kind, url, host, port, _mosquitto(folder, mosquitto, bind, port), _sentence(kind, host, port))
    return Plan(kind, url, host, port, _amqtt(folder, bind, port), _sentence(kind, host, port))


def ingest_url(folder: Path, configured_url: str) -> str:
    """Where our listener connects: the configured address, else the one in `broker.json`. Raises NoBroker."""
    if configured_url:
        return _configured(configured_url).url
    if state := _state(folder):
        return state.url
    raise NoBroker("there is no MQTT broker: set WAYPROOF_MQTT_URL, or use `wayproof run`, which starts one")


def client_id(folder: Path) -> str:
    """The MQTT client id of this house's listener: kept, so that its session survives, and not to be guessed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "client-id"
    if not path.exists():
        _write(path, f"wayproof-{secrets.token_hex(12)}")
    return path.read_text("ascii").strip()


def write_credentials(folder: Path, credentials: Iterable[Credential]) -> bool:
    """Give the generated broker its users; True when they changed. A running broker knows them within seconds.

    amqtt looks at the file at every login; mosquitto is told by SIGHUP. With a configured broker nothing happens.
    """
    state = _state(folder)
    if state is None:
        return False
    lines = _lines([Credential(INGEST_USER, _kept_hash(folder, state.password)), *credentials])
    path = folder / PASSWORD_FILE
    if path.exists() and path.read_text("utf-8") == lines:
        return False
    _write(path, lines)
    if state.kind == "mosquitto":
        _hang_up(folder)
    return True


def wait_until_up(host: str, port: int, timeout_s: float = 10.0) -> None:
    """Return once the broker accepts connections. Raises NoBroker after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.05)
    raise NoBroker(f"the MQTT broker at {host}:{port} did not answer within {timeout_s:.0f} seconds")


def find_mosquitto() -> str | None:
    """The mosquitto program, also where Debian keeps it and an ordinary user's path does not look."""
    found = shutil.which("mosquitto")
    return found or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")


def _configured(url: str) -> Plan:
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise NoBroker(
            "WAYPROOF_MQTT_URL: must be an address such as mqtt://user:password@broker.example.com:1883"
        )
    port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
    return Plan("configured", url, parts.hostname, port, None, _sentence("configured", parts.hostname, port))


def _sentence(kind: str, host: str, port: int) -> str:
    where = f"{host}:{port}"
    return {
        "configured": f"MQTT: the configured broker at {where}; it must know the devices' credentials.",
        "mosquitto": f"MQTT: mosquitto at {where}, started by us with a generated configuration.",
        "amqtt": f"MQTT: the embedded broker (amqtt, MQTT 3.1.1) at {where}; it is for the demo and one small "
        "site. Install mosquitto or set WAYPROOF_MQTT_URL for more.",
    }[kind]


def _mosquitto(folder: Path, program: str, bind: str, port: int) -> list[str]:
    _write(folder / "acl", _ACL)
    _write(
        folder / "mosquitto.conf",
        _MOSQUITTO.format(folder=folder.resolve(), bind=bind, port=port, user=pwd.getpwuid(os.getuid()).pw_name),
    )
    return [program, "-c", str((folder / "mosquitto.conf").resolve())]


def _amqtt(folder: Path, bind: str, port: int) -> list[str]:
    return [sys.executable, "-P", "-m", "iot.embedded", str(folder.resolve()), bind, str(port)]


# %u is the user name, `{brand}/{device}`: nobody can publish as another device or hear another's receipts.
_ACL = f"""\
user {INGEST_USER}
topic read {topics.ALL_READINGS}
topic write {topics.ALL_RECEIPTS}
pattern write wayproof/%u/readings
pattern read wayproof/%u/receipt
"""

# The default queue of 1,000 messages drops silently when a client is slow; persistence keeps what waits for us.
_MOSQUITTO = """\
listener {port} {bind}
user {user}
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
pid_file {folder}/mosquitto.pid
persistence true
persistence_location {folder}/
autosave_interval 30
max_queued_messages 1000000
max_queued_bytes 268435456
max_inflight_messages 2000
max_packet_size 1048576
log_dest stderr
log_type error
log_type warning
connection_messages false
"""


def _hang_up(folder: Path) -> None:
    """Tell mosquitto to read its files again. Right after a start there is no pid yet, and none is needed."""
    with suppress(OSError, ValueError):
        pid = int((folder / _PID).read_text("ascii"))
        name = Path(f"/proc/{pid}/comm")  # where there is /proc, make sure of whom we speak to
        if not name.exists() or name.read_text("ascii").strip() == "mosquitto":
            os.kill(pid, signal.SIGHUP)


def _kept_hash(folder: Path, password: str) -> str:
    """The hash of our own user as it stands in the file; a fresh salt would change the file every time."""
    for credential in read_credentials(folder / PASSWORD_FILE):
        if credential.username == INGEST_USER and passwords.matches(password, credential.password_hash):
            return credential.password_hash
    return passwords.hashed(password)


def read_credentials(path: Path) -> list[Credential]:
    """The users of a password file; none when there is no file."""
    if not path.exists():
        return []
    pairs = (line.partition(":") for line in path.read_text("utf-8").splitlines() if line)
    return [Credential(user, stored) for user, _, stored in pairs]


def _lines(credentials: Iterable[Credential]) -> str:
    return "".join(f"{each.username}:{each.password_hash}\n" for each in credentials)


@dataclass(frozen=True)
class _State:
    """What `broker.json` says of the broker that we generated."""

    kind: str
    url: str

    @property
    def password(self) -> str:
        return urlsplit(self.url).password or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0


def _state(folder: Path) -> _State | None:
    path = folder / _STATE
    return _State(**json.loads(path.read_text("utf-8"))) if path.exists() else None


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and for our eyes only: a broker may read it at any moment."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")  # two threads may write at once
    part.touch(mode=0o600)
    part.write_text(text, "utf-8")
    part.replace(path)


def _same_or_free(bind: str, port: int) -> int:
    """The port of last time, so that devices find it again, as long as nobody else took it."""
    for candidate in (port, 0):
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((bind, candidate))
            return int(probe.getsockname()[1])
    raise NoBroker(f"no port is free at {bind}")
