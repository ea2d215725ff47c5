"""The mail server of the demo: takes every message for anybody and keeps it as a file; sends nothing on."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller

LARGEST = 5_000_000


class Keeper:
    """Writes each message to `folder` before it is acknowledged; the same message again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Called by aiosmtpd with one whole message."""
        content: bytes = envelope.content
        known = next(self._folder.glob(f"*-{_digest(content)}.eml"), None)
        if known is None:
            self._keep(content, self._folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{_digest(content)}.eml")
        return "250 kept"

    def _keep(self, content: bytes, path: Path) -> None:
        draft = path.with_suffix(".part")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def run(folder: Path, port: int, stop: Event) -> None:
    """Take mail on loopback until `stop` is set."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Controller(Keeper(folder), hostname="127.0.0.1", port=port, data_size_limit=LARGEST)
    server.start()
    try:
        stop.wait()
    finally:
        server.stop()
