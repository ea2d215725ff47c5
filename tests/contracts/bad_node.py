"""A node that answers badly, as a local HTTP server: it hangs, trickles, lags, lies, or is a page for people."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

Change = Callable[[str, Any], Any]

_JSON = {"Content-Type": "application/json"}


@dataclass
class BadNode:
    """Stands before a real node, or before none. `mode`: pass, html, hang, trickle, flood, empty, nonsense, busy.

    change(method, result) may alter what the real node answers.
    """

    real: str = ""
    mode: str = "pass"
    change: Change | None = None
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, asked: bytes) -> bytes:
        """What the real node says, changed."""
        given = json.loads(requests.post(self.real, data=asked, headers=_JSON, timeout=60).content)
        if self.change and "result" in given:
            given["result"] = self.change(json.loads(asked)["method"], given["result"])
        return json.dumps(given).encode()


@contextmanager
def bad_node(real: str = "", mode: str = "pass") -> Iterator[BadNode]:
    """The node, served until the end."""
    node = BadNode(real, mode)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            _SAY[node.mode](self, node, asked)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    node.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield node
    finally:
        node.over.set()
        server.shutdown()
        server.server_close()
        thread.join(60)


def _whole(handler: BaseHTTPRequestHandler, status: int, content: bytes, kind: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def _pass(handler: BaseHTTPRequestHandler, node: BadNode, asked: bytes) -> None:
    _whole(handler, 200, node.answer(asked), "application/json")


def _html(handler: BaseHTTPRequestHandler, node: BadNode, asked: bytes) -> None:
    _whole(handler, 200, b"<!doctype html><h1>Sign in to the network</h1>", "text/html")


def _busy(handler: BaseHTTPRequestHandler, node: BadNode, asked: bytes) -> None:
    _whole(handler, 429, b"Too many requests", "text/plain")


def _empty(handler: BaseHTTPRequestHandler, node: BadNode, asked: bytes) -> None:
    _whole(handler, 200, b"", "application/json")


def _nonsense(handler: BaseHTTPRequestHandler, node: BadNode, asked: bytes) -> None:
    _whole(handler, 200, b'{"jsonrpc": "2.0", "id": 1, "result": {"moon": true}}', "application/json")


def _hang(handler: BaseHTTPRequestHandler, node: BadNode, asked: bytes) -> None:
    node.over.wait(60)


def _trickle(handler: BaseHTTPRequestHandler, node: BadNode, asked: bytes) -> None:
    """A byte again and again, each in time: a timeout between two bytes never comes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    try:
        while not node.over.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()
    except OSError:
        pass  # the other side has had enough, as it should


def _flood(handler: BaseHTTPRequestHandler, node: BadNode, asked: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while not node.over.is_set():
            handler.wfile.write(b" " * 1_000_000)
    except OSError:
        pass


_SAY = {
    "pass": _pass,
    "html": _html,
    "busy": _busy,
    "empty": _empty,
    "nonsense": _nonsense,
    "hang": _hang,
    "trickle": _trickle,
    "flood": _flood,
}
