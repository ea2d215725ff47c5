"""The outside world of the demo in one process: sensors, a partner, carriers and a mail server.

`python -m app.demo.world`; everything reaches the service as it would from outside, over MQTT, HTTP and SMTP.
No database is opened here.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import structlog

from app.demo import postbox
from app.demo.carrier_server import CarrierServer
from app.demo.clocks import Clock, file_clock
from app.demo.partner import Partner
from app.demo.places import Places
from app.logs import log_as_json
from app.process import read_json
from iot.simulate import Fleet, SimulatedDevice
from ledger.note import Signer

log = structlog.get_logger()

Part = Callable[[Event], None]


def parts(places: Places, world: dict[str, Any], clock: Clock) -> dict[str, Part]:
    """Who there is outside, by name; each runs until its event is set."""
    devices = [SimulatedDevice(**device) for device in world["devices"]]
    fleet = Fleet(world["broker_url"], devices, places.fleet, clock)
    signer = (
        Signer.load(places.signing) if places.signing.exists() else None
    )  # a home of an older release has none
    partner = Partner(world["base_url"], world["partner_key"], clock, signer, world["log"])
    return {
        "sensors": fleet.run,
        "partner": partner.run,
        "carriers": CarrierServer(world["carrier_port"], clock, places.carriers).run,
        "mail": lambda stop: postbox.run(places.mailbox, world["smtp_port"], stop),
    }


def run(places: Places, stop: Event) -> int:
    """Everybody at once until `stop` is set; 1 when one of them broke, so that the supervisor starts all anew."""
    broken = Event()
    world = read_json(places.world)

    def guarded(name: str, part: Part) -> None:
        try:
            part(stop)
        except Exception:
            log.exception("world.broken", part=name)
            broken.set()
            stop.set()

    everybody = parts(places, world, file_clock(places.clock))
    threads = [Thread(target=guarded, args=each, name=each[0], daemon=True) for each in everybody.items()]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(1)
    return int(broken.is_set())


def main() -> int:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log_as_json(os.environ.get("WAYPROOF_LOG_LEVEL", "INFO"))
    return run(Places(Path(os.environ["WAYPROOF_HOME"])), stop)


if __name__ == "__main__":
    sys.exit(main())
