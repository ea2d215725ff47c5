"""A local stand-in for the carriers: answers over HTTP in the forms of DHL, FedEx and UPS, in the demo's time.

It knows the parcels of its folder (see carrier_script) and takes in, at the first question, every number that fits
its carrier. Any credentials pass, none do not. `trouble` makes a carrier misbehave, for the demo and for tests.
"""

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from app.demo import carrier_forms as forms
from app.demo.carrier_script import Line, Script, announce, expected_on, happened, script_of
from app.process import read_json, write_private
from carriers.numbers import detect

CARRIERS = ("dhl_universal", "fedex", "ups")
"""The carriers whose forms are spoken here."""

MODES = ("hang", "html", "error", "limit", "unauthorised", "redirect", "huge")
ALREADY = timedelta(hours=18)  # how long a parcel has been on its way when it is first asked about
TOKEN_LIFE_S = 3600
_HANG_S = 120.0

Clock = Callable[[], datetime]


def trouble(folder: Path, carrier: str, mode: str | None, retry_after_s: int | None = None) -> None:
    """Make a carrier misbehave in one of MODES from now on; None makes it well again."""
    if mode is not None and mode not in MODES:
        raise ValueError(f"a carrier can {', '.join(MODES)}, not {mode}")
    file = folder / "trouble.json"
    folder.mkdir(parents=True, exist_ok=True)
    facts = {**read_json(file), carrier: {"mode": mode, "retry_after_s": retry_after_s}}
    write_private(file, facts)


class CarrierServer:
    """Serves on 127.0.0.1:`port` (0: any free one); what it shows follows `clock` and the files in `state_dir`."""

    def __init__(self, port: int, clock: Clock, state_dir: Path) -> None:
        self.clock = clock
        self.folder = state_dir
        self.stopping = Event()
        self.tokens: set[str] = set()
        self.asked: list[str] = []  # "carrier path", for tests
        self._lock = Lock()
        self._http = _Server(("127.0.0.1", port), _Door)
        self._http.carriers = self
        self.port: int = self._http.server_address[1]
        self._thread: Thread | None = None

    @property
    def base_url(self) -> str:
        """One address for the three carriers; their paths are their own."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "CarrierServer":
        """Serve in a thread of its own."""
        self._thread = Thread(target=self._http.serve_forever, args=(0.1,), name="carriers", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving; a request that hangs is let go."""
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        if self._thread:
            self._thread.join(5)

    def run(self, stop: Event) -> None:
        """Serve until `stop` is set."""
        self.start()
        stop.wait()
        self.stop()

    def parcel(self, carrier: str, number: str) -> tuple[Script | None, list[Line], datetime | None]:
        """A parcel, what has happened to it, and when it is expected."""
        now = self.clock()
        script = script_of(self.folder, number)
        if script is None and any(each.adapter == carrier for each in detect(number)):
            script = announce(self.folder, number, carrier, now - ALREADY)
        if script is None or script.carrier != carrier:
            return None, [], None
        return script, happened(script, now), expected_on(script, now)

    def mode_of(self, carrier: str) -> tuple[str | None, int | None]:
        """How this carrier misbehaves now, and what it says to wait."""
        facts = read_json(self.folder / "trouble.json").get(carrier) or {}
        return facts.get("mode"), facts.get("retry_after_s")

    def note(self, line: str) -> None:
        with self._lock:
            self.asked.append(line)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    carriers: CarrierServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is its own affair."""


class _Door(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the demo's output is for people."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/track/shipments":
            self._meet("dhl_universal", lambda: self._dhl(parse_qs(url.query).get("trackingNumber", [""])[0]))
        elif url.path.startswith("/api/track/v1/details/"):
            self._meet("ups", lambda: self._ups(unquote(url.path.rsplit("/", 1)[1])))
        else:
            self._say(404, {"title": "No such address"})

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 1_000_000))
        if self.path == "/oauth/token":
            self._meet("fedex", lambda: self._token(bool(parse_qs(body.decode()).get("client_secret"))))
        elif self.path == "/security/v1/oauth/token":
            self._meet("ups", lambda: self._token(self.headers.get("authorization", "").startswith("Basic ")))
        elif self.path == "/track/v1/trackingnumbers":
            self._meet("fedex", lambda: self._fedex(body))
        else:
            self._say(404, {"title": "No such address"})

    def _meet(self, carrier: str, answer: Callable[[], None]) -> None:
        """The carrier's answer, or its misbehaviour."""
        self.server.carriers.note(f"{carrier} {self.path}")
        mode, wait = self.server.carriers.mode_of(carrier)
        if mode is None:
            answer()
        elif mode == "hang":
            self.server.carriers.stopping.wait(_HANG_S)
        elif mode == "html":
            self._send(200, "text/html", b"<!doctype html><title>Maintenance</title><script>alert(1)</script>")
        elif mode == "huge":
            self._send(200, "application/json", b'{"shipments": [' + b" " * 3_000_000 + b"]}")
        elif mode == "redirect":
            self._send(302, "text/plain", b"", {"Location": "http://127.0.0.1:1/elsewhere"})
        else:
            status = {"error": 500, "limit": 429, "unauthorised": 401}[mode]
            self._say(status, {"title": "Trouble"}, {"Retry-After": str(wait)} if wait is not None else {})

    def _dhl(self, number: str) -> None:
        if not self.headers.get("DHL-API-Key"):
            self._say(401, forms.dhl_problem(401, "Unauthorized", "An API key is needed."))
            return
        script, lines, expected = self.server.carriers.parcel("dhl_universal", number)
        if script:
            self._say(200, forms.dhl(script, lines, expected))
        else:
            self._say(404, forms.dhl_problem(404, "No result found", "This number is not known here.", number))

    def _ups(self, number: str) -> None:
        if not self._known_bearer():
            self._say(401, forms.ups_errors("250002", "Invalid authentication information."))
            return
        script, lines, expected = self.server.carriers.parcel("ups", number)
        if script:
            self._say(200, forms.ups(script, lines, expected))
        else:
            self._say(404, forms.ups_errors("151044", "No tracking information is available."))

    def _fedex(self, body: bytes) -> None:
        if not self._known_bearer():
            self._say(401, forms.fedex_errors("NOT.AUTHORIZED.ERROR", "Access token is not valid."))
            return
        numbers = _numbers_in(body)
        if not numbers:
            self._say(400, forms.fedex_errors("TRACKING.TRACKINGNUMBER.EMPTY", "A tracking number is needed."))
            return
        found = ((number, *self.server.carriers.parcel("fedex", number)) for number in numbers)
        self._say(200, forms.fedex(found))

    def _token(self, has_credentials: bool) -> None:
        if not has_credentials:
            self._say(401, {"title": "Credentials are needed"})
            return
        token = secrets.token_urlsafe(24)
        self.server.carriers.tokens.add(token)
        self._say(200, {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_LIFE_S})

    def _known_bearer(self) -> bool:
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return kind == "Bearer" and token in self.server.carriers.tokens

    def _say(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(answer).encode(), headers)

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _numbers_in(body: bytes) -> list[str]:
    try:
        asked = json.loads(body)["trackingInfo"]
        return [str(each["trackingNumberInfo"]["trackingNumber"]) for each in asked[:30]]
    except (ValueError, KeyError, TypeError):
        return []
