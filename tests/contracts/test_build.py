"""The committed artifact is what the source says, and the compiler gives the same bytes every time."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from contracts import build
from contracts.artifact import artifact


def test_the_artifact_names_the_source_and_the_compiler_it_came_from():
    committed = json.loads((build.ARTIFACTS / "AnchorRegistry.json").read_bytes())
    assert committed["source_sha256"] == sha256((build.HERE / "AnchorRegistry.sol").read_bytes()).hexdigest()
    assert committed["compiler"].startswith("0.8.37+commit.")
    assert committed["evm_version"] == "paris"


def test_no_lock_names_an_address():
    assert "http" not in (build.NODE / "package-lock.json").read_text()


def test_importing_the_room_stays_cheap():
    asked = "import sys, contracts.registry, contracts.chain; print('web3' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=build.HERE.parent
    )
    assert answer.stdout.strip() == "False"


@pytest.mark.solc
def test_compiling_again_gives_the_committed_bytes(npm_packages: None):
    assert build.main(["--check"]) == 0


@pytest.mark.solc
def test_a_changed_artifact_is_named(npm_packages: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    changed = json.loads((build.ARTIFACTS / "AnchorRegistry.json").read_bytes())
    changed["bytecode"] = changed["bytecode"][:-1] + "0"
    (tmp_path / "AnchorRegistry.json").write_bytes(build.as_file(changed))
    monkeypatch.setattr(build, "ARTIFACTS", tmp_path)
    assert build.main(["--check"]) == 1
    assert "AnchorRegistry.json" in capsys.readouterr().err


def test_an_artifact_is_read_without_a_compiler():
    assert artifact("AnchorRegistry").bytecode.startswith("0x60")
