"""The web process as it really runs: gunicorn on a socket, and nothing heavy inside."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from html import escape
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.brands.keys import issue_key
from app.brands.roles import SCOPES
from app.brands.tenants import brand_of, create_brand
from app.db import make_db, make_engine
from tests.support.ports import free_port

HEAVY = (
    "web3", "numpy", "openpyxl", "reportlab", "eth_tester", "eth", "paho", "amqtt", "aiosmtpd", "flask_login",
    "apprise", "pywebpush", "py_vapid", "holidays",
)  # fmt: skip
PATIENCE_S = 120


def test_the_web_process_imports_nothing_heavy() -> None:
    program = (
        "import sys, pathlib, tempfile\n"
        "from app.house import open_house\n"
        "from app.settings import Settings\n"
        "from app.web import serve\n"
        "serve.create_app(open_house(Settings(home=pathlib.Path(tempfile.mkdtemp()))))\n"
        f"print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


@pytest.fixture
def port(sqlite_url: str, tmp_path: Path) -> Iterator[int]:
    """A served house of this test alone."""
    port = free_port()
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from app.settings import Settings\n"
        "from app.web.serve import serve\n"
        "serve(Settings(home=Path(sys.argv[1]), database_url=sys.argv[2], port=int(sys.argv[3])))"
    )
    argv = [sys.executable, "-c", program, str(tmp_path), sqlite_url, str(port)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port, process)
        yield port
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


def wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the web process ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("not ready in time")


def ask(
    port: int, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> tuple[int, bytes]:
    """One request with its target sent byte for byte as given."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_it_answers_and_stops_politely(port: int) -> None:
    assert ask(port, "GET", "/healthz") == (200, b"ok\n")
    assert ask(port, "GET", "/nowhere")[0] == 404


def test_a_hundred_megabytes_are_refused_before_they_are_read(port: int) -> None:
    status, body = ask(
        port, "POST", "/api/v1/devices", {"Content-Length": "100000000", "Content-Type": "application/json"}
    )
    assert status in (401, 413)
    assert b"problems" in body
    assert ask(port, "GET", "/healthz")[0] == 200


@pytest.fixture
def key(sqlite_url: str, tmp_path: Path, now: datetime) -> str:
    """A key of a brand in the database that is served."""
    db = make_db(make_engine(sqlite_url))
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    brand_id = create_brand(db, keys, name="Ada", slug="ada", now=now)
    with db.begin() as session:
        return issue_key(session, brand_of(session, brand_id), name="test", scopes=SCOPES, now=now).text


def test_a_serial_with_a_slash_and_a_percent_sign_opens_its_own_passport(port: int, key: str) -> None:
    """WSGI's PATH_INFO has lost the difference between / and %2F; gunicorn's RAW_URI has not."""
    serials = {"A%2FB%251": "A/B%1", "A": "A", "%2FA": "/A", "A%252FB": "A%2FB"}
    for written in serials:
        event = {
            "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            "type": "ObjectEvent",
            "eventTime": "2026-03-01T08:00:00Z",
            "eventTimeZoneOffset": "+01:00",
            "action": "ADD",
            "bizStep": "commissioning",
            "epcList": [f"https://id.gs1.org/01/09521234543213/21/{written}"],
        }
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        assert ask(port, "POST", "/epcis/events", headers, json.dumps(event).encode())[0] == 201
    for written, serial in serials.items():
        status, page = ask(port, "GET", f"/01/09521234543213/21/{written}")
        assert status == 200, written
        assert f">{escape(serial)}</bdi>" in page.decode(), written
    for other in ("A/B%251", "A%2FB%2525", "%2F%2FA", "B"):
        assert ask(port, "GET", f"/01/09521234543213/21/{other}")[0] in (400, 404), other


def test_the_resolver_keeps_slashes_and_percent_signs_too(port: int, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    thing = "/01/09521234543213/21/A%2FB%251"
    link = {"key": thing, "link_type": "faqs", "href": "https://ada.example/faq?of=%2F", "title": "Questions"}
    assert ask(port, "POST", "/api/v1/links", headers, json.dumps(link).encode())[0] == 201
    status, body = ask(port, "GET", f"{thing}?linkType=linkset")
    assert status == 200
    levels = [each["anchor"].partition("/01/")[2] for each in json.loads(body)["linkset"]]
    assert levels == [thing.removeprefix("/01/"), "09521234543213"]  # the item, and its product above it
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("HEAD", f"{thing}?linkType=gs1:faqs&%2F=%25")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (307, b"")
    assert answer.headers["Location"] == "https://ada.example/faq?of=%2F&linkType=gs1:faqs&%2F=%25"
    connection.close()
