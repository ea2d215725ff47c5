"""A fleet of simulated sensors behind a gateway, over real MQTT. It keeps every reading until our receipt comes.

For the demo and for trying things out. What a sensor measures follows from time, seed and how warm its place is.
"""

import json
import math
import random
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from iot import topics
from iot.steering import Steering, steering

_TICK_S = 0.25
_RESEND_S = 10.0  # without a receipt
_MAPS_PER_MESSAGE = 100
_MESSAGES_IN_FLIGHT = 20
_WARMING_S = 60.0  # a place comes two thirds of the way to its new temperature in this time
_CATCH_UP_INTERVALS = 50  # a longer absence is measured coarsely, though without a gap
_LONGEST_ABSENCE_S = 7 * 24 * 3600.0


@dataclass(frozen=True)
class SimulatedDevice:
    """A sensor of the fleet: MQTT user and password, and the walk its temperature (°C) takes around `mean`."""

    username: str
    password: str
    mean: float = 4.5
    swing: float = 0.6
    warm: float = 13.0
    interval_s: float = 10.0
    metrics: tuple[str, ...] = ("temperature", "humidity")
    seed: int = 1

    @property
    def name(self) -> str:
        """The device's name without its brand."""
        return self.username.rpartition("/")[2]


class Fleet:
    """`steer.json` in `state_dir` steers it: {"warm": [device name], "unplugged": [device name]}, read every
    second.

    An unplugged sensor goes on measuring into its gateway's store and brings its readings late once it is plugged
    in again. The store is a file, so that kill -9 of anything loses nothing.
    """

    def __init__(
        self, broker_url: str, devices: Sequence[SimulatedDevice], state_dir: Path, clock: Callable[[], datetime]
    ) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._state_dir = state_dir
        self._devices = devices
        self._clock = clock
        self._store = _Store(state_dir / "gateway.db")
        self._lines = [_Line(broker_url, device, self._store.boot) for device in devices]

    def run(self, stop: Event) -> None:
        """Measure and publish until `stop` is set. A second run goes on where the first ended."""
        wishes, read_at = steering(self._state_dir), monotonic()
        try:
            while not stop.wait(_TICK_S):
                if monotonic() - read_at > 1:
                    wishes, read_at = steering(self._state_dir), monotonic()
                self.tick(wishes)
        finally:
            for line in self._lines:
                line.close()
            self._store.close()

    def tick(self, wishes: Steering) -> None:
        """One round: measure what is due, publish what waits, forget what has its receipt."""
        now = self._clock().timestamp()
        for device, line in zip(self._devices, self._lines, strict=True):
            self._store.measure(device, now, device.name in wishes.warm)
            line.plug(device.name not in wishes.unplugged)
            if line.connected:
                line.send(self._store.waiting(device, _MAPS_PER_MESSAGE * _MESSAGES_IN_FLIGHT))
            self._store.forget(device, line.received())

    def waiting(self) -> int:
        """How many readings have no receipt yet."""
        return self._store.count()


def temperature(device: SimulatedDevice, at: float, offset: float) -> float:
    """The temperature (°C) at a moment (seconds since 1970) in a place warmed by `offset`."""
    noise = random.Random(f"{device.seed}:{at:.3f}").gauss(0, 0.08)  # noqa: S311  (a walk, no secret)
    day = math.sin(2 * math.pi * (at / 1800 + device.seed / 7))
    return device.mean + device.swing * day + offset + noise


def humidity(device: SimulatedDevice, at: float, offset: float) -> float:
    """The relative humidity (%) that goes with it."""
    noise = random.Random(f"h{device.seed}:{at:.3f}").gauss(0, 0.5)  # noqa: S311  (a walk, no secret)
    return min(99.0, 62 + 6 * math.sin(at / 2700 + device.seed) - 1.5 * offset + noise)


class _Store:
    """The gateway's memory: readings without a receipt, and where each sensor stands."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(
            """
            PRAGMA journal_mode=WAL;
            CREATE TABLE IF NOT EXISTS waiting (
                username TEXT, seq INTEGER, ts REAL, reading TEXT, PRIMARY KEY (username, seq));
            CREATE TABLE IF NOT EXISTS sensor (username TEXT PRIMARY KEY, seq INTEGER, ts REAL, offset REAL);
            CREATE TABLE IF NOT EXISTS gateway (boot TEXT);
            """
        )
        self._db.execute(
            "INSERT INTO gateway SELECT ? WHERE NOT EXISTS (SELECT 1 FROM gateway)", (secrets.token_hex(4),)
        )
        # The counters live in this file, so its own name is the boot that they belong to.
        self.boot: str = self._db.execute("SELECT boot FROM gateway").fetchone()[0]

    def measure(self, device: SimulatedDevice, now: float, warm: bool) -> None:
        """Write the readings that are due since the last one, with the counter, in one transaction."""
        seq, last, offset = self._sensor(device, now)
        step = device.interval_s
        if now - last < step:
            return
        if now - last > _CATCH_UP_INTERVALS * step:
            last, step = max(last, now - _LONGEST_ABSENCE_S), 2.5 * step
        rows = []
        target = device.warm - device.mean if warm else 0.0
        while last + step <= now:
            last += step
            offset += (target - offset) * (1 - math.exp(-step / _WARMING_S))
            seq += 1
            rows.append((device.username, seq, last, _reading(device, last, seq, offset)))
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO waiting VALUES (?, ?, ?, ?)", rows)
        self._db.execute("REPLACE INTO sensor VALUES (?, ?, ?, ?)", (device.username, seq, last, offset))
        self._db.execute("COMMIT")

    def _sensor(self, device: SimulatedDevice, now: float) -> tuple[int, float, float]:
        found = self._db.execute("SELECT seq, ts, offset FROM sensor WHERE username = ?", (device.username,))
        row = found.fetchone()
        return (row[0], row[1], row[2]) if row else (0, now - device.interval_s, 0.0)

    def waiting(self, device: SimulatedDevice, limit: int) -> list[tuple[int, str]]:
        """(seq, reading) without a receipt: the newest first, so that live stays live, then from the oldest on."""
        found = self._db.execute(
            """SELECT seq, reading FROM waiting WHERE username = :user
               ORDER BY seq < (SELECT max(seq) FROM waiting WHERE username = :user), seq LIMIT :limit""",
            {"user": device.username, "limit": limit},
        )
        return found.fetchall()

    def forget(self, device: SimulatedDevice, seqs: list[int]) -> None:
        """Let go of what the other side has."""
        if seqs:
            rows = [(device.username, seq) for seq in seqs]
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("DELETE FROM waiting WHERE username = ? AND seq = ?", rows)
            self._db.execute("COMMIT")

    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM waiting").fetchone()[0])

    def close(self) -> None:
        self._db.close()


def _reading(device: SimulatedDevice, at: float, seq: int, offset: float) -> str:
    values = {}
    if "temperature" in device.metrics:
        values["temperature"] = round(temperature(device, at, offset), 2)
    if "humidity" in device.metrics:
        values["humidity"] = round(humidity(device, at, offset), 1)
    return json.dumps({"ts": round(at * 1000), "seq": seq, "values": values})


class _Line:
    """The MQTT connection of one sensor. paho's thread fills the queue of receipts; all else is in the fleet's."""

    def __init__(self, url: str, device: SimulatedDevice, boot: str) -> None:
        parts = urlsplit(url)
        self._device = device
        self._boot = boot
        self._receipts: SimpleQueue[list[int]] = SimpleQueue()
        self._sent: dict[int, float] = {}
        self._plugged = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"sim-{boot}-{device.name}")
        self._client.username_pw_set(device.username, device.password)
        if parts.scheme == "mqtts":
            self._client.tls_set()
        self._client.reconnect_delay_set(1, 5)
        self._client.on_connect = self._subscribe
        self._client.on_message = self._receive
        self._address = (parts.hostname or "127.0.0.1", parts.port or (8883 if parts.scheme == "mqtts" else 1883))

    @property
    def connected(self) -> bool:
        """Whether readings can be sent now."""
        return self._plugged and bool(self._client.is_connected())

    def plug(self, plugged: bool) -> None:
        """Connect, or fall silent, as the demo wishes."""
        if plugged and not self._plugged:
            self._client.connect_async(*self._address, keepalive=30)
            self._client.loop_start()
        elif self._plugged and not plugged:
            self.close()
        self._plugged = plugged

    def close(self) -> None:
        """Disconnect and end paho's thread."""
        self._client.disconnect()
        self._client.loop_stop()
        self._sent.clear()

    def send(self, waiting: Sequence[tuple[int, str]]) -> None:
        """Publish what was not sent in the last seconds: the newest alone, the others a hundred to a message."""
        now = monotonic()
        due = [(seq, text) for seq, text in waiting if now - self._sent.get(seq, -_RESEND_S) >= _RESEND_S]
        for group in _groups(due):
            maps = ",".join(f'{{"boot": "{self._boot}", {text[1:]}' for _, text in group)
            self._client.publish(topics.readings(self._device.username), f"[{maps}]", qos=1)
            self._sent.update((seq, now) for seq, _ in group)

    def received(self) -> list[int]:
        """The counters of readings whose receipt came since the last call."""
        seqs: list[int] = []
        try:
            while True:
                seqs += self._receipts.get_nowait()
        except Empty:
            for seq in seqs:
                self._sent.pop(seq, None)
            return seqs

    def _subscribe(self, client: mqtt.Client, _user: Any, _flags: Any, _code: Any, _properties: Any) -> None:
        client.subscribe(topics.receipt(self._device.username), qos=1)

    def _receive(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        receipt = json.loads(message.payload)
        if receipt.get("boot") == self._boot:
            self._receipts.put(list(receipt["seq"]))


def _groups(due: Sequence[tuple[int, str]]) -> list[Sequence[tuple[int, str]]]:
    return (
        [due[:1]] + [due[n : n + _MAPS_PER_MESSAGE] for n in range(1, len(due), _MAPS_PER_MESSAGE)] if due else []
    )
