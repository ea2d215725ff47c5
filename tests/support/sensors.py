"""Ada's cold room for the tests: registered devices and readings as they would come over MQTT."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.brands.tenants import brand_of
from app.db import Db
from app.telemetry.register import place_device, register_device, set_rule
from app.telemetry.take import take_batch
from iot.devices import Registered
from iot.reading import Message, Outcome

PALLET = "/00/095210000000000017"


def cold_room(db: Db, brand_id: str, now: datetime, *, name: str = "cold-1", interval_s: int = 60) -> Registered:
    """A device on the pallet, with 2 to 8 °C, half a degree of margin and ten minutes of delay."""
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        metrics = {"temperature": "CEL"}
        device, _ = register_device(session, brand, name, metrics=metrics, expected_interval_s=interval_s, now=now)
        place_device(session, brand, name, PALLET, from_at=now, now=now)
        limits = {"low": "2", "high": "8", "clear_margin": "0.5", "delay_s": 600}
        set_rule(session, brand, name, "temperature", **limits, now=now)  # type: ignore[arg-type]
    return device


def message(sender: Registered, at: datetime, seq: int, value: float, **more: object) -> Message:
    """One reading as the device publishes it."""
    body = {"ts": at.isoformat(), "seq": seq, "boot": "b1", "values": {"temperature": value}, **more}
    return Message(sender.topic, json.dumps(body).encode())


def send(
    db: Db,
    device: Registered,
    start: datetime,
    values: Sequence[tuple[int, float]],
    *,
    now: datetime | None = None,
) -> list[Outcome]:
    """Readings at (minute, value) from `start` on; the minute is the counter too. They arrive at `now`."""
    found = [message(device, start + timedelta(minutes=n), n, value) for n, value in values]
    return take_batch(db, found, now or start + timedelta(minutes=max(n for n, _ in values)))
