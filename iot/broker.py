"""Which MQTT broker runs, with what configuration and credentials. No message passes through here.

Order: the configured address, else mosquitto where it is installed, else the embedded amqtt. The folder (mode 0700)
holds the generated configuration, password file and access list, and `broker.json` for the processes that connect.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class NoBroker(Exception):
    """There is no broker to connect to; the text says what to do."""


@dataclass(frozen=True)
class Credential:
    """A user of the broker and its password in the $7$ form of mosquitto's password file."""

    username: str
    password_hash: str


@dataclass(frozen=True)
class Plan:
    """The broker to use. `command` is what to run and keep running, None for a configured one (then nothing to start).

    `kind`: configured, mosquitto or amqtt. `sentence` says it to the operator. `url` is how our own listener connects
    (with its user and password), `host` and `port` where devices connect.
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
    """Choose the broker, write its files and `broker.json`, start nothing. `port` 0 takes the one of last time or a free one."""
    raise NotImplementedError


def ingest_url(folder: Path, configured_url: str) -> str:
    """Where our listener connects: the configured address, else the one in `broker.json`. Raises NoBroker."""
    raise NotImplementedError


def write_credentials(folder: Path, credentials: Iterable[Credential]) -> bool:
    """Give the generated broker its users; True when they changed. A running broker takes them over within seconds."""
    raise NotImplementedError


def wait_until_up(host: str, port: int, timeout_s: float = 10.0) -> None:
    """Return once the broker accepts connections. Raises NoBroker after `timeout_s`."""
    raise NotImplementedError
