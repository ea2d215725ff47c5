"""The process `wayproof listen`: readings into the database, receipts back, credentials to the broker."""

from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import structlog

from app.db import reading
from app.house import House
from app.telemetry.take import take_batch
from iot import broker, devices
from iot.subscriber import Subscriber

_LOOK_S = 1.0

log = structlog.get_logger()


def broker_folder(house: House) -> Path:
    """Where the files of the generated broker are."""
    return house.settings.home / "broker"


def run(house: House, stop: Event) -> None:
    """Take readings until `stop` is set. Raises iot.broker.NoBroker without one to listen at.

    The broker is the one of WAYPROOF_MQTT_URL, or the one that `wayproof run` started.
    """
    folder = broker_folder(house)
    url = broker.ingest_url(folder, house.settings.mqtt_url)
    keeping = Thread(target=_keep_credentials, args=(house, stop), name="credentials")
    keeping.start()
    try:
        subscriber = Subscriber(
            url,
            broker.client_id(folder),
            lambda messages: take_batch(house.db, messages, house.clock()),
            house.clock,
        )
        subscriber.run(stop)
    finally:
        stop.set()
        keeping.join()


def _keep_credentials(house: House, stop: Event) -> None:
    """Give a generated broker every change of the devices' credentials within a second or two."""
    seen: tuple[int, datetime | None] | None = None
    while not stop.is_set():
        try:
            seen = refresh_credentials(house, seen)
        except Exception:
            log.exception("the broker's credentials are not refreshed; trying again")
        stop.wait(_LOOK_S)


def refresh_credentials(
    house: House, seen: tuple[int, datetime | None] | None = None
) -> tuple[int, datetime | None]:
    """Write the broker's password file when devices changed since `seen`; give back what is seen now."""
    with reading(house.db) as session:
        stamp = devices.credentials_stamp(session)
        if stamp == seen:
            return stamp
        credentials = devices.credentials(session)
    broker.write_credentials(broker_folder(house), credentials)
    return stamp
