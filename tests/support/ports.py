"""A port for a server that a test starts in another process, or that must come back where it was."""

import random
import socket

# Below the ports that systems give to outgoing connections: such a one would take the port before the server does.
_RANGE = range(20_000, 32_000)
_given: set[int] = set()


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens, another one at each call of this process."""
    chosen = random.SystemRandom()
    while True:
        port = chosen.choice(_RANGE)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as held:
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
