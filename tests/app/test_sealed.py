"""Secrets that rest in the database open only with the key file beside it."""

import stat
from pathlib import Path

import pytest

from app.sealed import SealBroken, open_box


def test_a_sealed_value_comes_back_and_does_not_show(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    sealed = box.seal(b"password of the carrier")
    assert b"password" not in sealed
    assert box.open(sealed) == b"password of the carrier"


def test_the_key_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    open_box(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["box.key"]
    assert stat.S_IMODE((tmp_path / "box.key").stat().st_mode) == 0o600


def test_a_second_process_finds_the_same_key(tmp_path: Path) -> None:
    sealed = open_box(tmp_path).seal(b"word")
    open_box.cache_clear()
    assert open_box(tmp_path).open(sealed) == b"word"


def test_a_changed_value_is_refused(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    sealed = bytearray(box.seal(b"word"))
    sealed[20] ^= 1
    with pytest.raises(SealBroken):
        box.open(bytes(sealed))
