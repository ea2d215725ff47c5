"""A local stand-in for the carriers: answers over HTTP in the form of each vendor, in the demo's time.

It knows the parcels of its folder (see carrier_script) and takes in, at the first question, every number that fits
its carrier. Where each vendor's API is and what it wants stands in carrier_doors, how it answers in the forms.
`trouble` makes a carrier misbehave, for the demo and for tests.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from app.demo import carrier_doors as doors
from app.demo.carrier_doors import Question, Vendor
from app.demo.carrier_forms_xml import dpd_login
from app.demo.carrier_script import announce, expected_on, happened, script_of
from app.demo.carrier_told import Said, Told
from app.process import read_json, write_private
from carriers.adapter import adapter
from carriers.numbers import detect

CARRIERS = ("dhl_universal", "fedex", "ups")
"""The carriers of the demo's own parcels; the forms of all others are spoken too."""

MODES = ("hang", "html", "error", "limit", "unauthorised", "redirect", "huge", "deep", "wrong", "other")
ALREADY = timedelta(hours=18)  # how long a parcel has been on its way when it is first asked about
TOKEN_LIFE_S = 3600
_HANG_S = 120.0
_BODIES = {
    "html": ("text/html", b"<!doctype html><title>Maintenance</title><script>alert(1)</script>"),
    "huge": ("application/json", b'{"shipments": [' + b" " * 3_000_000 + b"]}"),
    "deep": ("application/json", b"[" * 100_000),
    "wrong": ("application/json", b'{"shipments": 7, "data": [[]], "output": null, "parcels": {"a": true}}'),
}

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
        """One address for all carriers; their paths are their own."""
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

    def parcel(self, carrier: str, number: str) -> Told:
        """A parcel, what has happened to it, and when it is expected."""
        now = self.clock()
        script = script_of(self.folder, number)
        if script is None and _fits(carrier, number):
            script = announce(self.folder, number, carrier, now - ALREADY)
        if script is None or script.carrier != carrier:
            return Told(number, None, [], None)
        return Told(number, script, happened(script, now), expected_on(script, now))

    def mode_of(self, carrier: str) -> tuple[str | None, int | None]:
        """How this carrier misbehaves now, and what it says to wait."""
        facts = read_json(self.folder / "trouble.json").get(carrier) or {}
        return facts.get("mode"), facts.get("retry_after_s")

    def note(self, line: str) -> None:
        with self._lock:
            self.asked.append(line)


def _fits(carrier: str, number: str) -> bool:
    return number == adapter(carrier).TRIAL or any(each.adapter == carrier for each in detect(number))


def _of_another(told: Told) -> Told:
    """The same history, told as that of a number that nobody asked about."""
    number = told.number[::-1]
    return replace(told, number=number, script=told.script and replace(told.script, number=number))


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
        self._take("GET")

    def do_POST(self) -> None:
        self._take("POST")

    def _take(self, method: str) -> None:
        body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 1_000_000))
        url = urlsplit(self.path)
        found = doors.vendor_of(method, url.path)
        if found is None:
            self._say(404, {"title": "No such address"})
            return
        vendor, wants_token = found
        heads = {name.lower(): value for name, value in self.headers.items()}
        question = Question(method, url.path, url.query, heads, body.decode("utf-8", "replace"))
        answer = self._token if wants_token else self._tell
        self._meet(vendor.carrier, lambda: answer(vendor, question))

    def _meet(self, carrier: str, answer: Callable[[], None]) -> None:
        """The carrier's answer, or its misbehaviour."""
        self.server.carriers.note(f"{carrier} {self.path}")
        mode, wait = self.server.carriers.mode_of(carrier)
        if mode in (None, "other"):
            answer()
        elif mode == "hang":
            self.server.carriers.stopping.wait(_HANG_S)
        elif mode in _BODIES:
            self._send(200, *_BODIES[mode])
        elif mode == "redirect":
            self._send(302, "text/plain", b"", {"Location": "http://127.0.0.1:1/elsewhere"})
        else:
            status = {"error": 500, "limit": 429, "unauthorised": 401}[mode or ""]
            self._say(status, {"title": "Trouble"}, {"Retry-After": str(wait)} if wait is not None else {})

    def _tell(self, vendor: Vendor, question: Question) -> None:
        carriers = self.server.carriers
        asked = vendor.asked(question)
        if not vendor.lets_in(question, carriers.tokens):
            self._answer(vendor.refusal())
        elif not asked:
            self._say(400, {"title": "A tracking number is needed"})
        elif carriers.mode_of(vendor.carrier)[0] == "other":
            self._answer(vendor.tell([_of_another(carriers.parcel(vendor.carrier, number)) for number in asked]))
        else:
            self._answer(vendor.tell([carriers.parcel(vendor.carrier, number) for number in asked]))

    def _token(self, vendor: Vendor, question: Question) -> None:
        if not doors.named_themselves(vendor, question):
            self._answer(vendor.refusal())
            return
        token = secrets.token_urlsafe(24)
        self.server.carriers.tokens.add(token)
        if vendor.carrier == "dpd":
            self._answer(Said(200, dpd_login(token)))
        else:
            self._say(200, {vendor.token_name: token, "token_type": "bearer", "expires_in": TOKEN_LIFE_S})

    def _answer(self, said: Said) -> None:
        if isinstance(said.answer, str):
            self._send(said.status, "text/xml;charset=utf-8", said.answer.encode())
        else:
            self._say(said.status, said.answer)

    def _say(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(answer).encode(), headers)

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
