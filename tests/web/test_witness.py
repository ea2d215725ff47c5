"""The door of a witness: what travels over HTTP, and one that is started as its operator does it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

import pytest
import requests
from flask.testing import FlaskClient

from app.web.witness import create_witness
from ledger import merkle
from ledger.checkpoint import Checkpoint
from ledger.cosignature import KINDS, Cosigner, verify_cosignature
from ledger.note import Signer, Verifier, split_note
from ledger.witness import MAX_REQUEST, Witness, write_request
from tests.support.ports import free_port

AT = datetime.fromtimestamp(1700000000, UTC)
LOG = Signer("example.com/demo", bytes(range(32)))
WIT = Cosigner("example.com/wit", bytes(range(0x20, 0x40)))
ONE = Checkpoint(LOG.name, 1, merkle.leaf_hash(b"a"))
BODY = write_request(0, [], LOG.sign(ONE.text).encode())
HASH = sha256(LOG.name.encode()).hexdigest()


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return create_witness(Witness([WIT], [LOG.verifier], tmp_path), lambda: AT).test_client()


def test_a_checkpoint_is_cosigned_and_shown_to_everybody(client: FlaskClient) -> None:
    assert client.get(f"/{HASH}/checkpoint").status_code == 404
    answer = client.post("/add-checkpoint", data=BODY)
    assert (answer.status_code, answer.text) == (200, WIT.line(ONE.text, AT))
    shown = client.get(f"/{HASH}/checkpoint")
    assert shown.text == LOG.sign(ONE.text) + WIT.line(ONE.text, AT)
    assert shown.headers["Access-Control-Allow-Origin"] == "*"
    assert WIT.vkey in client.get("/").text


def test_another_size_is_said_in_the_form_of_the_specification(client: FlaskClient) -> None:
    client.post("/add-checkpoint", data=BODY)
    answer = client.post("/add-checkpoint", data=BODY)
    assert (answer.status_code, answer.data) == (409, b"1\n")
    assert answer.headers["Content-Type"] == "text/x.tlog.size"


def test_what_is_wrong_is_refused_in_plain_text(client: FlaskClient) -> None:
    assert client.post("/add-checkpoint", data=b"old 0").status_code == 400
    assert client.post("/add-checkpoint", data=b"x" * (MAX_REQUEST + 1)).status_code == 413
    assert client.get("/add-checkpoint").status_code == 405
    answer = client.get("/nothing")
    assert (answer.status_code, answer.text) == (404, "Not Found\n")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[str]:
    """The address of a witness in a process of its own."""
    listen = f"127.0.0.1:{free_port()}"
    words = ["witness", "--name", "example.com/wit", "--log", LOG.vkey, "--listen", listen, "--ml-dsa"]
    command = [sys.executable, "-c", "from app.cli import main; main()", *words, "--folder", str(tmp_path / "wit")]
    with open(tmp_path / "said", "w") as said:
        running = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
    try:
        yield listen
    finally:
        running.terminate()
        running.wait(60)


def test_a_witness_is_started_by_one_command(started: str, tmp_path: Path) -> None:
    deadline = monotonic() + 60
    while True:
        try:
            answer = requests.post(f"http://{started}/add-checkpoint", data=BODY, timeout=60)
            break
        except requests.ConnectionError:
            assert monotonic() < deadline, (tmp_path / "said").read_text()
            sleep(0.1)
    assert answer.status_code == 200
    said = (tmp_path / "said").read_text()
    keys = [Verifier.parse(vkey, KINDS) for vkey in re.findall(r"^witness wit (\S+) http://", said, re.MULTILINE)]
    lines = split_note(f"{ONE.text}\n{answer.text}".encode())[1]
    assert len(keys) == len(lines) == 2
    for key, (name, blob) in zip(keys, lines, strict=True):
        assert (name, blob[:4]) == (key.name, key.key_id)
        assert verify_cosignature(key, ONE.text.encode(), ONE, blob[4:]) > 1_700_000_000
