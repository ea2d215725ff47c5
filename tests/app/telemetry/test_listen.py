"""The listener as a process, with a real broker and database: kill -9 loses nothing that had a receipt."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import func, select

from app.brands.tenants import brand_of, create_brand
from app.db import Db, reading
from app.house import House
from app.settings import load
from app.telemetry.listen import broker_folder, refresh_credentials
from app.telemetry.register import register_device, renew_password
from iot import broker, topics
from iot.devices import Registered
from iot.simulate import Fleet, SimulatedDevice
from iot.steering import Steering
from iot.tables import Frame, Reading

TS = 1_772_443_800_000


def eventually(fact: Callable[[], Any], within_s: float = 90.0) -> Any:
    deadline = monotonic() + within_s
    while not (found := fact()):
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.02)
    return found


@dataclass
class Site:
    """A house with its broker, one device and a listener that may be killed."""

    house: House
    plan: broker.Plan
    device: Registered
    password: str
    url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def listen(self) -> subprocess.Popen[bytes]:
        env = {
            **os.environ,
            "WAYPROOF_HOME": str(self.house.settings.home),
            "WAYPROOF_DATABASE_URL": self.url,
            "WAYPROOF_MQTT_URL": "",
        }
        process = subprocess.Popen([sys.executable, "-m", "tests.support.listener"], env=env)
        self.processes.append(process)
        return process

    def count(self) -> int:
        with reading(self.house.db) as session:
            return session.scalar(select(func.count()).select_from(Reading)) or 0


@pytest.fixture(params=[pytest.param("mosquitto", marks=pytest.mark.mosquitto), "amqtt"])
def site(
    request: pytest.FixtureRequest, db: Db, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    if request.param == "amqtt":
        monkeypatch.setattr(broker, "find_mosquitto", lambda: None)
    settings = load(home=tmp_path / "home", database_url=database_url, mqtt_url="")
    settings.keys.mkdir(mode=0o700, parents=True)
    house = House(settings, db, lambda: datetime.now(UTC), settings.keys)
    now = house.clock()
    brand_id = create_brand(db, settings.keys, name="Ada Tea", slug="ada", now=now)
    with db.begin() as session:
        device, password = register_device(
            session,
            brand_of(session, brand_id),
            "cold-1",
            metrics={"temperature": "CEL", "humidity": "P1"},
            expected_interval_s=60,
            now=now,
        )
    plan = broker.plan(broker_folder(house), configured_url="", bind="127.0.0.1", port=0)
    refresh_credentials(house)
    assert plan.command is not None
    one = Site(house, plan, device, password, database_url)
    one.processes.append(subprocess.Popen(plan.command))
    broker.wait_until_up(plan.host, plan.port)
    try:
        yield one
    finally:
        for process in reversed(one.processes):
            process.terminate()
            process.wait(60)


class Gateway:
    """A sender that keeps each reading until its receipt comes, and counts what it was told."""

    def __init__(self, site: Site) -> None:
        self.told: set[int] = set()
        self._topic = site.device.topic
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="gateway")
        self._client.username_pw_set(site.device.username, site.password)
        self._client.on_connect = lambda c, _u, _f, _r, _p: c.subscribe(
            topics.receipt(site.device.username), qos=1
        )
        self._client.on_message = lambda _c, _u, m: self.told.update(json.loads(m.payload)["seq"])
        self._client.connect(site.plan.host, site.plan.port)
        self._client.loop_start()

    def send(self, seqs: Any) -> None:
        for seq in seqs:
            body = {"ts": TS + seq, "seq": seq, "boot": "b", "temperature": 4.5}
            self._client.publish(self._topic, json.dumps(body), qos=1)

    def bring(self, seqs: set[int]) -> None:
        """Send again, every few seconds, what has no receipt, until everything has one."""
        deadline = monotonic() + 90
        while left := sorted(seqs - self.told):
            assert monotonic() < deadline, f"{len(left)} readings have no receipt"
            self.send(left)
            before = monotonic()
            while seqs - self.told and monotonic() - before < 5:
                sleep(0.05)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def test_killing_the_listener_loses_nothing_that_had_a_receipt_and_stores_nothing_twice(site: Site) -> None:
    gateway = Gateway(site)
    process = site.listen()
    gateway.bring({0})
    total = 3000
    sender = Thread(target=gateway.send, args=(range(1, total),))
    sender.start()
    for mark in (300, 1200):
        eventually(lambda: len(gateway.told) >= mark)  # noqa: B023  (called at once)
        process.send_signal(signal.SIGKILL)
        process.wait()
        told = set(gateway.told)
        with reading(site.house.db) as session:
            kept = set(session.scalars(select(Reading.seq)))
        assert told <= kept
        process = site.listen()
    sender.join()
    gateway.bring(set(range(total)))
    gateway.close()
    assert site.count() == total


def test_a_new_device_and_a_new_password_work_within_seconds(site: Site) -> None:
    site.listen()
    gateway = Gateway(site)
    gateway.bring({0})
    with site.house.db.begin() as session:
        brand = brand_of(session, site.device.brand_id)
        register_device(
            session,
            brand,
            "cold-2",
            metrics={"temperature": "CEL"},
            expected_interval_s=60,
            now=site.house.clock(),
        )
        renewed = renew_password(session, brand, "cold-1", now=site.house.clock())
    gateway.close()
    site.password = renewed
    again = Gateway(site)
    again.bring({1, 2})
    again.close()
    users = {each.username for each in broker.read_credentials(broker_folder(site.house) / broker.PASSWORD_FILE)}
    assert users == {broker.INGEST_USER, "ada/cold-1", "ada/cold-2"}


def test_the_fleet_brings_what_an_unplugged_sensor_measured(site: Site, tmp_path: Path) -> None:
    site.listen()
    start = datetime.now(UTC).timestamp() - 3600
    moment = [start]
    device = SimulatedDevice(site.device.username, site.password, interval_s=10)
    fleet = Fleet(site.plan.url, [device], tmp_path / "fleet", lambda: datetime.fromtimestamp(moment[0], UTC))
    fleet.tick(Steering())
    moment[0] += 1200
    fleet.tick(Steering(unplugged=frozenset({"cold-1"})))
    assert fleet.waiting() == 49  # 120 intervals in steps of two and a half, and the first
    assert site.count() <= 2
    stop = Event()
    runner = Thread(target=fleet.run, args=(stop,))
    runner.start()
    eventually(lambda: site.count() == 49 * 2)
    stop.set()
    runner.join()
    with reading(site.house.db) as session:
        assert (session.scalar(select(func.count()).select_from(Frame)) or 0) < 10


def test_a_killed_fleet_goes_on_with_its_counters(tmp_path: Path) -> None:
    def fleet() -> Fleet:
        device = SimulatedDevice("ada/cold-1", "x", interval_s=10)
        return Fleet("mqtt://127.0.0.1:1", [device], tmp_path, lambda: datetime.fromtimestamp(moment[0], UTC))

    moment = [1_772_443_800.0]
    fleet().tick(Steering())
    moment[0] += 30
    again = fleet()
    again.tick(Steering())
    assert again.waiting() == 4
