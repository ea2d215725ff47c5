"""The process `wayproof listen`: readings from MQTT into the database, receipts back, credentials to the broker."""

from threading import Event

from app.house import House


def run(house: House, stop: Event) -> None:
    """Take readings until `stop` is set. Needs a broker: WAYPROOF_MQTT_URL, or one that `wayproof run` started."""
    raise NotImplementedError
