"""`wayproof sign` on a machine that has nothing of the brand: no home, no database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import wayproof
from app.epcis.document import parse_event
from tests.app.provenance.conftest import bare

ME = {"partner": "01ben", "name": "Ben Brokers", "log": "wayproof/ada1", "must_sign": False, "keys": []}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAYPROOF_HOME", str(tmp_path / "none"))
    (tmp_path / "me.json").write_text(json.dumps(ME))
    (tmp_path / "event.json").write_bytes(bare("object_shipping"))
    return tmp_path


def sign(*words: str) -> Result:
    return CliRunner().invoke(wayproof, ["sign", *words])


def test_a_key_a_registration_a_rotation_and_a_signed_event(folder: Path) -> None:
    vkey = sign("new-key", "a.key", "--name", "ben.example").output.strip()
    assert (folder / "a.key").stat().st_mode & 0o777 == 0o600
    assert json.loads(sign("registration", "--key", "a.key", "--me", "me.json").output)["vkey"] == vkey
    sign("new-key", "b.key", "--name", "ben.example")
    handed = json.loads(sign("rotation", "--key", "a.key", "--new", "b.key", "--me", "me.json").output)
    assert handed.keys() == {"vkey", "proof", "signature"}
    sign("document", "event.json", "--key", "a.key", "--me", "me.json", "-o", "signed.json")
    signed = parse_event((folder / "signed.json").read_bytes()).signature
    assert signed is not None
    assert signed.key == vkey.split("+")[1]
    assert not (folder / "none").exists()


def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path) -> None:
    sign("new-key", "a.key", "--name", "ben.example")
    again = sign("new-key", "a.key", "--name", "ben.example")
    assert "never written over" in again.output
    (folder / "event.json").write_text('{"type": "ObjectEvent"}')
    wrong = sign("document", "event.json", "--key", "a.key", "--me", "me.json")
    assert "event.json#/@context" in wrong.output
    (folder / "event.json").write_bytes(bare("object_shipping", **{"urn:x:large": 2**53 + 1}))
    large = sign("document", "event.json", "--key", "a.key", "--me", "me.json")
    assert "no signature can be over this" in large.output
    (folder / "a.key").chmod(0o644)
    assert "open to others" in sign("registration", "--key", "a.key", "--me", "me.json").output
    (folder / "me.json").write_text("{}")
    assert "GET /api/v1/partner" in sign("registration", "--key", "a.key", "--me", "me.json").output
