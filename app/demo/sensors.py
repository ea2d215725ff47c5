"""The demo's sensors: a logger that came with the pallet, one that rides in the first box, one for the reader."""

import json
import math
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.demo.catalogue import BOXES, PALLET, SPARE_BOX
from app.models.brands import Brand
from app.telemetry.register import end_placement, place_device, register_device, set_rule
from app.telemetry.take import take_readings
from iot import topics
from iot.devices import retire
from iot.reading import Message

Json = dict[str, Any]

PALLET_LOGGER, BOX_LOGGER, SPARE_LOGGER = "pallet-07", "box-01", "probe-9"
METRICS = {"temperature": "CEL", "humidity": "P1"}
LIVE_EVERY_S, EXPECTED_EVERY_S, LOGGED_EVERY_S = 5, 10, 900
ALARM_AFTER_S = 15
IN_THE_SUN = 18.0
LOW, HIGH = "2", "8"


def install(session: Session, brand: Brand, now: datetime) -> tuple[list[Json], Json]:
    """Register, place and limit the sensors, and give the pallet's past its readings.

    Gives what the simulated fleet needs of its devices, and how the reader may publish as the spare one.
    """
    loaded_at, opened_at = now - timedelta(days=25), now - timedelta(days=21.4)
    _register(session, brand, PALLET_LOGGER, LOGGED_EVERY_S, now, limits_from=loaded_at)
    place_device(session, brand, PALLET_LOGGER, f"/00/{PALLET}", from_at=loaded_at, now=now)
    _bring_log(session, brand, loaded_at, opened_at, now)
    end_placement(session, brand, PALLET_LOGGER, to_at=opened_at, now=now)
    retire(session, brand.id, PALLET_LOGGER, now)  # it sleeps until the next pallet; its silence is no alarm
    password = _register(session, brand, BOX_LOGGER, EXPECTED_EVERY_S, now)
    place_device(session, brand, BOX_LOGGER, f"/00/{BOXES[0]}", from_at=now, now=now)
    spare_password = _register(session, brand, SPARE_LOGGER, EXPECTED_EVERY_S, now)
    place_device(session, brand, SPARE_LOGGER, f"/00/{SPARE_BOX}", from_at=now, now=now)
    user, spare = topics.username(brand.slug, BOX_LOGGER), topics.username(brand.slug, SPARE_LOGGER)
    fleet = [{"username": user, "password": password, "interval_s": LIVE_EVERY_S, "warm": IN_THE_SUN}]
    return fleet, {"user": spare, "password": spare_password, "topic": topics.readings(spare)}


def _register(
    session: Session,
    brand: Brand,
    name: str,
    every_s: int,
    now: datetime,
    limits_from: datetime | None = None,
) -> str:
    """A device with the product's band as its limits."""
    _, password = register_device(session, brand, name, metrics=METRICS, expected_interval_s=every_s, now=now)
    set_rule(
        session,
        brand,
        name,
        "temperature",
        low=LOW,
        high=HIGH,
        clear_margin="0.5",
        delay_s=ALARM_AFTER_S,
        from_at=limits_from,
        now=now,
    )
    return password


def _bring_log(session: Session, brand: Brand, from_at: datetime, to_at: datetime, now: datetime) -> None:
    """What the pallet's logger had kept, as it was read out on arrival."""
    count = int((to_at - from_at) / timedelta(seconds=LOGGED_EVERY_S))
    maps = [_logged(from_at + n * timedelta(seconds=LOGGED_EVERY_S), n + 1) for n in range(count)]
    topic = topics.readings(topics.username(brand.slug, PALLET_LOGGER))
    batches = (maps[start : start + 100] for start in range(0, count, 100))
    take_readings(session, [Message(topic, json.dumps(batch).encode()) for batch in batches], now)


def _logged(at: datetime, seq: int) -> Json:
    """A quiet journey: a slow wave around 4.6 °C."""
    temperature = 4.6 + 0.7 * math.sin(seq / 9) + 0.2 * math.sin(seq / 2.3)
    values = {"temperature": round(temperature, 2), "humidity": round(58 + 3 * math.sin(seq / 14), 1)}
    return {"ts": round(at.timestamp() * 1000), "seq": seq, "boot": "log", "values": values}
