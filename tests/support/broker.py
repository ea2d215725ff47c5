"""A real broker of the product's choice, and a gateway that keeps each reading until its receipt comes."""

import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import paho.mqtt.client as mqtt

from app.house import House
from app.telemetry.listen import broker_folder
from iot import broker

_BATCH = 100


@contextmanager
def running_broker(house: House) -> Iterator[tuple[str, int]]:
    """The broker that `wayproof run` would start for this house; its host and port."""
    plan = broker.plan(broker_folder(house), configured_url="", bind="127.0.0.1", port=0)
    assert plan.command is not None
    process = subprocess.Popen(plan.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        broker.wait_until_up(plan.host, plan.port)
        yield plan.host, plan.port
    finally:
        process.terminate()
        process.wait(60)


class Gateway:
    """Speaks for one device over MQTT 3.1.1, as a user's own gateway would."""

    def __init__(self, host: str, port: int, brand: str, device: str, password: str) -> None:
        self._topic = f"wayproof/{brand}/{device}"
        self._confirmed: set[int] = set()
        self._news = threading.Condition()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"{brand}/{device}")
        self._client.username_pw_set(f"{brand}/{device}", password)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{self._topic}/receipt", 1)
        self._client.on_message = self._receipt
        self._client.reconnect_delay_set(1, 1)
        self._where = (host, port)

    def __enter__(self) -> "Gateway":
        self._client.connect_async(*self._where)
        self._client.loop_start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def deliver(self, maps: Sequence[dict[str, Any]], timeout_s: float = 120) -> None:
        """Send the maps until each has its receipt. Raises TimeoutError."""
        for at in range(0, len(maps), _BATCH):
            self._deliver_some(list(maps[at : at + _BATCH]), timeout_s)

    def _deliver_some(self, maps: list[dict[str, Any]], timeout_s: float) -> None:
        wanted, waited = {each["seq"] for each in maps}, 0.0
        while waited < timeout_s:
            self._client.publish(f"{self._topic}/readings", json.dumps(maps), qos=1)
            with self._news:
                if self._news.wait_for(lambda: wanted <= self._confirmed, 5):
                    return
            waited += 5
        raise TimeoutError(f"{len(wanted - self._confirmed)} readings have no receipt after {timeout_s:.0f} s")

    def _receipt(self, _client: mqtt.Client, _user: object, message: mqtt.MQTTMessage) -> None:
        told = json.loads(message.payload)
        with self._news:
            self._confirmed.update(told["seq"])
            self._confirmed.update(told.get("refused", ()))
            self._news.notify_all()
