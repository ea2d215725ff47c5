"""A fleet of simulated sensors behind a gateway, over real MQTT. It keeps every reading until our receipt comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event


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


class Fleet:
    """`steer.json` in `state_dir` steers it: {"warm": [device name], "unplugged": [device name]}, read every second.

    An unplugged sensor goes on measuring into its gateway's store and brings the readings late when plugged in again.
    """

    def __init__(
        self, broker_url: str, devices: Sequence[SimulatedDevice], state_dir: Path, clock: Callable[[], datetime]
    ) -> None:
        raise NotImplementedError

    def run(self, stop: Event) -> None:
        """Measure and publish until `stop` is set. State survives kill -9; a second run goes on where the first ended."""
        raise NotImplementedError


def steer(state_dir: Path, *, warm: Sequence[str] = (), unplugged: Sequence[str] = ()) -> None:
    """Write `steer.json` whole, atomically."""
    raise NotImplementedError
