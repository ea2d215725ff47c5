"""Devices and their credentials. Who may register one is the house's business."""

from dataclasses import dataclass


class DeviceRefused(ValueError):
    """The device cannot be what was asked; the text says why and how to mend it."""


@dataclass(frozen=True)
class Registered:
    """A device as others may hold it. It publishes on `topic` as MQTT user `username`."""

    id: int
    brand_id: str
    name: str
    username: str
    topic: str
    expected_interval_s: int
