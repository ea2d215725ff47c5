"""Who writes while processes die: a partner over HTTP, a sensor over MQTT. They believe acknowledgements only."""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.support.demo import Demo, request

GTIN = "09521234000013"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def event(serial: str) -> dict[str, Any]:
    """One item that comes into being."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {
        "@context": CONTEXT,
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid4()}",
        "eventTime": now,
        "eventTimeZoneOffset": "+00:00",
        "epcList": [f"https://id.gs1.org/01/{GTIN}/21/{serial}"],
        "action": "ADD",
        "bizStep": "commissioning",
    }


def document(*events: dict[str, Any]) -> dict[str, Any]:
    """A capture document of these events."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": datetime.now(UTC).isoformat(),
        "epcisBody": {"eventList": [{k: v for k, v in e.items() if k != "@context"} for e in events]},
    }


@dataclass
class Partner:
    """Posts event after event, singly and as jobs by turns; each again, under its key, until it is answered."""

    demo: Demo
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    tries: int = 0

    def run(self, stop: Event) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            self.deliver(event(f"K{number:05d}"), as_job=number % 3 == 0, stop=stop)

    def deliver(self, told: dict[str, Any], *, as_job: bool, stop: Event) -> None:
        path, body = ("/epcis/capture", document(told)) if as_job else ("/epcis/events", told)
        headers = {
            "Authorization": f"Bearer {self.demo.facts['api_key']}",
            "Content-Type": "application/json",
            "Idempotency-Key": told["eventID"],
        }
        content = json.dumps(body).encode()
        while not stop.is_set():
            self.tries += 1
            status, answer = request("POST", self.demo.facts["base_url"] + path, content, headers)
            if status in (200, 201, 202):
                self.acknowledged.append(told)
                return
            assert status in (0, 409, 429, 500, 502, 503), f"{status}: {answer[:500]!r}"
            stop.wait(0.1)


class Sensor:
    """Publishes reading after reading and keeps each until its receipt comes, as a gateway does."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._lock = Lock()
        self._waiting: dict[int, tuple[float, bytes]] = {}
        self.boot = uuid4().hex[:8]
        self.receipted: set[int] = set()
        self.published = 0

    def run(self, stop: Event) -> None:
        broker = self._demo.facts["mqtt"]
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"faults-{self.boot}")
        client.username_pw_set(broker["user"], broker["password"])
        client.reconnect_delay_set(1, 2)
        client.on_connect = lambda *_: client.subscribe(broker["topic"].replace("/readings", "/receipt"), qos=1)
        client.on_message = self._receive
        client.connect_async(broker["host"], broker["port"], keepalive=10)
        client.loop_start()
        seq = 0
        while not stop.wait(0.05):
            seq += 1
            self._measure(seq)
            self._send(client, broker["topic"])
        self._drain(client, broker["topic"])
        client.disconnect()
        client.loop_stop()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def _measure(self, seq: int) -> None:
        at = round(time.time() * 1000)
        reading = {"ts": at, "seq": seq, "boot": self.boot, "values": {"temperature": 4.5}}
        with self._lock:
            self._waiting[seq] = (0.0, json.dumps(reading).encode())

    def _send(self, client: mqtt.Client, topic: str) -> None:
        """Everything that was not sent in the last three seconds."""
        if not client.is_connected():
            return
        now = time.monotonic()
        with self._lock:
            due = [(seq, body) for seq, (sent_at, body) in self._waiting.items() if now - sent_at > 3][:200]
            self._waiting.update((seq, (now, body)) for seq, body in due)
        for _, body in due:
            client.publish(topic, body, qos=1)
            self.published += 1

    def _receive(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        receipt = json.loads(message.payload)
        if receipt.get("boot") != self.boot:
            return
        with self._lock:
            for seq in receipt["seq"]:
                self._waiting.pop(seq, None)
                self.receipted.add(seq)

    def _drain(self, client: mqtt.Client, topic: str) -> None:
        """Go on until everything has its receipt, as a gateway would for as long as it takes."""
        deadline = time.monotonic() + 60
        while self._waiting and time.monotonic() < deadline:
            self._send(client, topic)
            time.sleep(0.2)
