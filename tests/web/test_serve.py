"""The web process as it really runs: gunicorn on a socket, and nothing heavy inside."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

HEAVY = ("web3", "numpy", "openpyxl", "reportlab", "eth_tester", "eth", "paho", "amqtt", "aiosmtpd", "flask_login")
PATIENCE_S = 20


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


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


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


def ask(port: int, method: str, target: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """One request with its target sent byte for byte as given."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
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
