"""The embedded broker: amqtt (MQTT 3.1.1) in a process of its own, for the demo and one small site.

`python -m iot.embedded FOLDER BIND PORT`; the folder holds the password file that iot/broker writes. amqtt keeps its
queues in memory: what it lost, a gateway brings again, because our receipt never came.
"""

import asyncio
import logging
import signal
import sys
from pathlib import Path

from amqtt.broker import Broker

from iot.broker import PASSWORD_FILE


def _config(folder: Path, bind: str, port: int) -> dict[str, object]:
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"{bind}:{port}"}},
        "session_expiry_interval": 7 * 24 * 3600,
        "plugins": {
            "iot.gatekeeper.Passwords": {"path": str(folder / PASSWORD_FILE)},
            "iot.gatekeeper.OwnTopics": {},
        },
    }


async def _serve(folder: Path, bind: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    broker = Broker(_config(folder, bind, port))
    await broker.start()
    await stop.wait()
    await broker.shutdown()


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM or SIGINT."""
    folder, bind, port = arguments
    logging.basicConfig(level=logging.ERROR, format="amqtt: %(message)s")
    asyncio.run(_serve(Path(folder), bind, int(port)))


if __name__ == "__main__":
    main(sys.argv[1:])
