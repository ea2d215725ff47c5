"""How we speak: short patience, limits on everything, tokens kept and renewed. The other end is a real socket."""

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

import pytest
import requests

from carriers import http
from carriers.answer import CarrierError, ErrorKind
from carriers.http import Account, Http

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
Say = Callable[[BaseHTTPRequestHandler], None]


class Memory:
    """Tokens of one test."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, datetime]] = {}

    def get(self, account_id: str, now: datetime) -> str | None:
        token, refresh_at = self.kept.get(account_id, ("", now))
        return token if refresh_at > now else None

    def put(self, account_id: str, token: str, refresh_at: datetime) -> None:
        self.kept[account_id] = (token, refresh_at)


class Carrier:
    """A carrier that says one thing after another, and remembers what it was asked."""

    def __init__(self) -> None:
        self.says: list[Say] = []
        self.asked: list[tuple[str, str | None]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self.server.daemon_threads = True
        self.account = Account("a", "ups", f"http://127.0.0.1:{self.server.server_address[1]}", "id", "hidden")
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def _door(self) -> type[BaseHTTPRequestHandler]:
        carrier = self

        class Door(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                carrier.asked.append((self.path, self.headers.get("authorization")))
                carrier.says.pop(0)(self)

            do_GET = do_POST = answer

            def log_message(self, format: str, *args: object) -> None: ...

        return Door


def say(status: int, body: bytes = b"{}", **headers: str) -> Say:
    def speak(door: BaseHTTPRequestHandler) -> None:
        door.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            door.send_header(name.replace("_", "-"), value)
        door.end_headers()
        door.wfile.write(body)

    return speak


def drip(door: BaseHTTPRequestHandler) -> None:
    door.send_response(200)
    door.end_headers()
    try:
        while True:
            door.wfile.write(b" ")
            threading.Event().wait(0.05)
    except OSError:
        pass


def token(text: str, life: int = 3600) -> Say:
    return say(200, f'{{"access_token": "{text}", "expires_in": {life}}}'.encode())


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    carrier = Carrier()
    yield carrier
    carrier.server.shutdown()
    carrier.server.server_close()


@pytest.fixture
def speak() -> Http:
    return Http(requests.Session(), Memory(), lambda: NOW)


def refusal(speak: Http, carrier: Carrier) -> CarrierError:
    with pytest.raises(CarrierError) as caught:
        speak.request(carrier.account, "GET", "/x")
    return caught.value


def test_a_passing_failure_is_asked_again(speak: Http, carrier: Carrier) -> None:
    carrier.says = [say(503), say(200, b'{"a": 1}')]
    assert speak.request(carrier.account, "GET", "/x").body == b'{"a": 1}'


def test_a_short_wish_to_wait_is_kept_and_a_long_one_is_handed_on(speak: Http, carrier: Carrier) -> None:
    carrier.says = [say(503, retry_after="1"), say(200)]
    began = monotonic()
    speak.request(carrier.account, "GET", "/x")
    assert monotonic() - began >= 1
    carrier.says = [say(503, retry_after="900")] * 3
    began = monotonic()
    assert refusal(speak, carrier).retry_after == timedelta(minutes=15)
    assert monotonic() - began < 3


@pytest.mark.parametrize(
    ("header", "wait"),
    [("120", timedelta(seconds=120)), ("99999999", timedelta(days=1)), ("soon", None), ("-5", None)],
)
def test_a_limit_is_told_with_its_wish_and_not_asked_again(
    speak: Http, carrier: Carrier, header: str, wait: timedelta | None
) -> None:
    carrier.says = [say(429, retry_after=header)]
    error = refusal(speak, carrier)
    assert (error.kind, error.retry_after) == (ErrorKind.TOO_MANY, wait)


def test_a_wish_given_as_a_date_is_understood(speak: Http, carrier: Carrier) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    carrier.says = [say(429, retry_after=later)]
    wait = refusal(speak, carrier).retry_after
    assert wait
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_followed_to_another_address(speak: Http, carrier: Carrier, status: int) -> None:
    carrier.says = [say(status, location="http://127.0.0.1:1/")]
    assert refusal(speak, carrier).permanent
    assert len(carrier.asked) == 1


def test_a_body_that_is_too_large_is_not_read_to_its_end(speak: Http, carrier: Carrier) -> None:
    carrier.says = [say(200, b" " * (http.LARGEST + 1))]
    assert "larger" in str(refusal(speak, carrier))


def test_a_body_that_drips_is_given_up(speak: Http, carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WHOLE_S", 0.5)
    carrier.says = [drip]
    began = monotonic()
    refusal(speak, carrier)
    assert monotonic() - began < 10


def test_a_silent_carrier_is_asked_once(speak: Http, carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_S", 0.3)
    carrier.says = [lambda _: threading.Event().wait(2) and None]  # type: ignore[func-returns-value]
    assert "did not answer" in str(refusal(speak, carrier))
    assert len(carrier.asked) == 1


def authorised(speak: Http, carrier: Carrier) -> Any:
    return speak.authorised(carrier.account, "GET", "/x", token_path="/token")


def test_a_token_is_fetched_once_and_reused(speak: Http, carrier: Carrier) -> None:
    carrier.says = [token("t1"), say(200), say(200)]
    authorised(speak, carrier)
    authorised(speak, carrier)
    assert [path for path, _ in carrier.asked] == ["/token", "/x", "/x"]
    assert carrier.asked[-1][1] == "Bearer t1"


def test_a_token_is_refreshed_before_its_end(carrier: Carrier) -> None:
    memory, now = Memory(), NOW
    speak = Http(requests.Session(), memory, lambda: now)
    carrier.says = [token("t1"), say(200), token("t2"), say(200)]
    authorised(speak, carrier)
    now = NOW + timedelta(minutes=55)
    authorised(speak, carrier)
    assert carrier.asked[-1][1] == "Bearer t2"


def test_a_refused_token_is_renewed_once_only(speak: Http, carrier: Carrier) -> None:
    carrier.says = [token("t1"), say(200), say(401), token("t2"), say(401)]
    authorised(speak, carrier)
    with pytest.raises(CarrierError) as caught:
        authorised(speak, carrier)
    assert caught.value.kind is ErrorKind.AUTH_FAILED
    assert not carrier.says


@pytest.mark.parametrize("body", [b"", b"[]", b'{"access_token": 7}', b'{"expires_in": 1}', b"<html>"])
def test_what_is_no_token_is_refused(speak: Http, carrier: Carrier, body: bytes) -> None:
    carrier.says = [say(200, body)]
    with pytest.raises(CarrierError):
        authorised(speak, carrier)


def test_credentials_are_never_printed(carrier: Carrier) -> None:
    assert "hidden" not in repr(carrier.account)


def test_a_compressed_body_in_chunks_is_read_whole(speak: Http, carrier: Carrier) -> None:
    packed = gzip.compress(b'{"a": "' + b"x" * 100_000 + b'"}')

    def in_chunks(door: BaseHTTPRequestHandler) -> None:
        door.protocol_version = "HTTP/1.1"
        door.send_response(200)
        door.send_header("Content-Encoding", "gzip")
        door.send_header("Transfer-Encoding", "chunked")
        door.end_headers()
        for begin in range(0, len(packed), 50):
            part = packed[begin : begin + 50]
            door.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        door.wfile.write(b"0\r\n\r\n")

    carrier.says = [in_chunks]
    assert len(speak.request(carrier.account, "GET", "/x").body) == 100_009


def test_a_small_body_that_unpacks_without_end_is_stopped(speak: Http, carrier: Carrier) -> None:
    carrier.says = [say(200, gzip.compress(b" " * 50_000_000), content_encoding="gzip")]
    assert "larger" in str(refusal(speak, carrier))
