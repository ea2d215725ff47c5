"""Real brokers on free ports, and devices that speak to them."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from iot import broker, topics
from iot.broker import Plan
from iot.passwords import Credential, hashed

PASSWORD = "sesame"


@dataclass
class RunningBroker:
    """A broker in a process of its own."""

    plan: Plan
    folder: Path
    process: subprocess.Popen[bytes]

    def admit(self, *users: str) -> None:
        broker.write_credentials(self.folder, [Credential(user, hashed(PASSWORD)) for user in users])


def eventually(fact: Callable[[], Any], within_s: float = 90.0) -> Any:
    """Wait until the fact is true; fail when it does not come."""
    deadline = monotonic() + within_s
    while not (found := fact()):
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.02)
    return found


@pytest.fixture(params=[pytest.param("mosquitto", marks=pytest.mark.mosquitto), "amqtt"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def running(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningBroker]:
    """The broker of this kind, with the users ada/cold-1 and cleo/cold-1."""
    if kind == "amqtt":
        monkeypatch.setattr(broker, "find_mosquitto", lambda: None)
    folder = tmp_path / "broker"
    users = [Credential(user, hashed(PASSWORD)) for user in ("ada/cold-1", "cleo/cold-1")]
    plan = broker.plan(folder, configured_url="", bind="127.0.0.1", port=0, credentials=users)
    assert plan.kind == kind
    assert plan.command is not None
    process = subprocess.Popen(plan.command)
    try:
        broker.wait_until_up(plan.host, plan.port)
        yield RunningBroker(plan, folder, process)
    finally:
        process.terminate()
        process.wait(60)


@dataclass
class Sensor:
    """A device at the broker that hears its receipts."""

    user: str
    client: mqtt.Client
    refused: list[str] = field(default_factory=list)
    receipts: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, body: Any, *, qos: int = 1, retain: bool = False) -> mqtt.MQTTMessageInfo:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.publish(topics.readings(self.user), payload, qos=qos, retain=retain)

    def known(self) -> set[int]:
        """The counters that our receipts named."""
        return {seq for receipt in list(self.receipts) for seq in receipt["seq"]}


@pytest.fixture
def connect(running: RunningBroker) -> Iterator[Callable[..., Sensor]]:
    """Connect a sensor; `password` and `user` may be wrong ones."""
    opened: list[mqtt.Client] = []

    def open_one(user: str = "ada/cold-1", password: str = PASSWORD, listen_to: str | None = None) -> Sensor:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=f"{user}-{len(opened)}", reconnect_on_failure=False
        )
        sensor = Sensor(user, client)
        answers: list[Any] = []
        client.on_connect = lambda _c, _u, _f, code, _p: answers.append(code)
        client.on_subscribe = lambda _c, _u, _m, codes, _p: answers.extend(codes)
        client.on_message = lambda _c, _u, m: sensor.receipts.append(json.loads(m.payload))
        client.username_pw_set(user, password)
        client.max_inflight_messages_set(2000)
        client.connect(running.plan.host, running.plan.port)
        client.loop_start()
        opened.append(client)
        eventually(lambda: answers)
        if answers[0].is_failure:
            sensor.refused.append(str(answers[0]))
            return sensor
        client.subscribe(listen_to or topics.receipt(user), qos=1)
        eventually(lambda: len(answers) > 1)
        if answers[1].is_failure:
            sensor.refused.append(str(answers[1]))
        return sensor

    yield open_one
    for client in opened:
        client.disconnect()
        client.loop_stop()
