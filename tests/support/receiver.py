"""Somebody's server that gets our webhooks: it keeps what comes, checks the signature, and answers as it is told.

The check is written from the Standard Webhooks text alone, with no line of ours in it.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Message:
    """One call as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent in it."""
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def signed_with(self, secret: str) -> bool:
        """Whether one of its signatures is made with this secret (Standard Webhooks, "Verifying")."""
        key = base64.b64decode(secret.partition("_")[2])
        text = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        given = [each.partition(",") for each in self.headers["webhook-signature"].split(" ")]
        return any(version == "v1" and hmac.compare_digest(value, wanted) for version, _, value in given)


@dataclass
class Receiver:
    """What came, accepted and not, in order. It answers with `status`, and waits while `pause` is set."""

    url: str
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    came: list[Message] = field(default_factory=list)
    accepted: list[Message] = field(default_factory=list)
    pause: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on loopback, until the end."""

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            message = Message({name.lower(): value for name, value in self.headers.items()}, body)
            here.came.append(message)
            while here.pause.is_set():
                time.sleep(0.01)
            if 200 <= here.status < 300:
                here.accepted.append(message)
            self.send_response(here.status)
            for name, value in here.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    here = Receiver(f"http://127.0.0.1:{server.server_port}/hooks")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
