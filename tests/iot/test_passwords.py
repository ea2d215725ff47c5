"""Passwords in mosquitto's form."""

import subprocess
from pathlib import Path

import pytest

from iot.passwords import hashed, matches


def test_a_password_matches_its_own_hash_only() -> None:
    stored = hashed("sesame")
    assert stored.startswith("$7$101$")
    assert matches("sesame", stored)
    assert not matches("Sesame", stored)
    assert stored != hashed("sesame")


@pytest.mark.parametrize("stored", ["", "$6$abc$def", "$7$x$y$z", "$7$101$!!$!!", "sesame"])
def test_another_form_matches_nothing(stored: str) -> None:
    assert not matches("sesame", stored)


@pytest.mark.mosquitto
def test_what_mosquitto_writes_is_what_we_read(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-c", "-b", str(path), "ada", "sesame"], check=True, capture_output=True)
    user, _, stored = path.read_text().strip().partition(":")
    assert user == "ada"
    assert matches("sesame", stored)
