"""The embedded broker: amqtt (MQTT 3.1.1) in a process of its own, for the demo and one small site.

`python -m iot.embedded FOLDER BIND PORT`; the folder holds the password file that iot/broker writes. amqtt keeps
its queues in memory: what it lost, a gateway brings again, because our receipt never came.
"""

import asyncio
import logging
import signal
import sys
from pathlib import Path

from amqtt.broker import Broker
from amqtt.session import Session

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


class _Broker(Broker):  # type: ignore[misc]  # amqtt has no types
    async def _publish_session_retained_messages(self, session: Session) -> None:
        """Bring a client what was kept for it; amqtt would mark it as retained, which [MQTT-3.3.1-9] forbids."""
        handler = self._get_handler(session)
        waiting = []
        while handler and not session.retained_messages.empty():
            waiting.append(await session.retained_messages.get())
        await asyncio.gather(*(handler.mqtt_publish(m.topic, m.data, m.qos, retain=False) for m in waiting))


async def _serve(folder: Path, bind: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    broker = _Broker(_config(folder, bind, port))
    await broker.start()
    await stop.wait()
    await broker.shutdown()


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM or SIGINT."""
    folder, bind, port = arguments
    # Every connection that breaks would be an error with a traceback; the other side says it in a sentence.
    logging.basicConfig(level=logging.CRITICAL)
    asyncio.run(_serve(Path(folder), bind, int(port)))


if __name__ == "__main__":
    main(sys.argv[1:])
