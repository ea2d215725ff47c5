"""A local stand-in for the carriers: speaks the forms of DHL, FedEx and UPS, and follows a script in demo time."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path


class CarrierServer:
    """Serves on 127.0.0.1:`port` (0: any free one); what it shows follows `clock` and the files in `state_dir`."""

    def __init__(self, port: int, clock: Callable[[], datetime], state_dir: Path) -> None:
        raise NotImplementedError
