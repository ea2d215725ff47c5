"""The stand-alone verifier as a stranger runs it: no service, no network, only Python and `cryptography`."""

import ast
import json
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import cryptography
import pytest

from ledger.lastseen import LastSeen
from ledger.trust import pin_of
from tests.vectors import forge, told, trusted
from tests.vectors.judges import ALONE

PIN = pin_of(forge.ADA.vkey)
ASK = """import sys, runpy
sys.path.append({libraries!r})
sys.argv = {arguments!r}
runpy.run_path({file!r}, run_name="__main__")"""


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `cryptography` and what it needs, and nothing else."""
    folder, installed = tmp_path_factory.mktemp("libraries"), Path(cryptography.__file__).parents[1]
    for name in ("cryptography", "cffi", "_cffi_backend*", "pycparser"):
        for path in installed.glob(name):
            (folder / path.name).symlink_to(path)
    return folder


def run(libraries: Path, *arguments: object, file: Path = ALONE) -> subprocess.CompletedProcess[str]:
    """What the file prints, run by an isolated interpreter (-I) without any site-packages (-S)."""
    command = ASK.format(libraries=str(libraries), arguments=[str(file), *map(str, arguments)], file=str(file))
    interpreter = getattr(sys, "_base_executable", sys.executable)
    return subprocess.run(
        [interpreter, "-I", "-S", "-c", command], cwd="/", capture_output=True, text=True, timeout=60, env={}
    )


def test_a_proof_verifies_where_only_cryptography_can_be_imported(libraries: Path, tmp_path: Path) -> None:
    alone = tmp_path / "copied.py"
    alone.write_bytes(ALONE.read_bytes())
    good = tmp_path / "good.wayproof.json"
    good.write_bytes(told.samples()[0].file())
    done = run(libraries, good, "--pin", PIN, file=alone)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert f"{good}: valid" in said
    assert "unchanged: valid\n" in said
    assert "said: valid (by Ben Brokers, partner ben)" in said
    assert "pinned: valid" in said
    assert "anchored: unknown" in said


def test_a_damaged_proof_ends_with_status_one_and_the_step(libraries: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(forge.in_tree(2, 5).file().replace(b"index 2", b"index 3"))
    done = run(libraries, bad)
    assert done.returncode == 1
    assert f"{bad}: invalid" in done.stdout
    assert "step 15 ROOT_MISMATCH" in done.stdout


def test_a_list_of_proofs_is_judged_one_by_one(libraries: Path, tmp_path: Path) -> None:
    both = tmp_path / "passport.proofs.json"
    values = [forge.in_tree(2, 5).value(), {**forge.in_tree(3, 5).value(), "entry": ""}]
    both.write_text(json.dumps({"proofs": values, "anchor": None}))
    lines = [json.loads(line) for line in run(libraries, both, "--json").stdout.splitlines()]
    assert [(each["state"], each["error"]) for each in lines] == [
        ("unknown", "TRUST_ANCHOR_UNPINNED"),
        ("invalid", "ENTRY_MISMATCH"),
    ]


def test_a_policy_and_a_memory_are_files_of_the_reader(libraries: Path, tmp_path: Path) -> None:
    proof, policy, memory = (tmp_path / name for name in ("proof.json", "policy.txt", "seen.json"))
    proof.write_bytes(trusted.seen_by(trusted.W1, trusted.W2).file())
    policy.write_text(trusted.TRIO)
    for _ in range(2):
        done = run(libraries, proof, "--policy", policy, "--last-seen", memory)
        assert done.returncode == 0, done.stderr
        assert "seen: valid (W1 at 2023-11-14 22:13:20 UTC, W2" in done.stdout
    assert LastSeen.load(memory).of(forge.ORIGIN).keys() == {5}  # the service's own command reads it, too
    other = json.loads(memory.read_text())
    other["logs"][forge.ORIGIN]["5"] = forge.b64(bytes(32))
    memory.write_text(json.dumps(other))
    assert "step 16 EQUIVOCATION" in run(libraries, proof, "--policy", policy, "--last-seen", memory).stdout


@pytest.mark.parametrize("wrong", [["--pin", "short"], ["--key", "x"], ["--policy", "/nowhere"], []])
def test_a_wrong_call_is_refused_with_status_two(libraries: Path, wrong: list[str]) -> None:
    file = [] if not wrong else [str(ALONE)]
    done = run(libraries, *file, *wrong)
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_it_stands_alone_and_runs_on_python_3_9() -> None:
    text = ALONE.read_text()
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", text, re.MULTILINE))
    assert imported <= {*sys.stdlib_module_names, "cryptography"}
    ast.parse(text, feature_version=(3, 9))
    assert not re.search(r"strict=|\.bit_count\(|datetime", text)  # what came after 3.9


def test_the_docs_tell_its_hash() -> None:
    docs = (ALONE.parents[3] / "docs/verify.md").read_text()
    assert sha256(ALONE.read_bytes()).hexdigest() in docs
