"""`wayproof verify` on files and folders: what it prints and how it ends."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands.verifying import verify
from contracts import claims
from contracts.registry import Registry, demo_chain
from ledger import merkle
from ledger.trust import pin_of
from tests.vectors import forge, told, trusted

PIN = pin_of(forge.ADA.vkey)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(verify, [*map(str, arguments)])


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    file = tmp_path / "item.wayproof.json"
    file.write_bytes(told.samples()[0].file())
    return file


def test_each_result_has_its_line_and_the_signer_a_name(proof: Path) -> None:
    done = run(proof, "--pin", PIN)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[:4] == [
        "unchanged: valid",
        "included: valid",
        "signed: valid",
        "said: valid (Ben Brokers (partner ben) signed this event, 1 of 1)",
    ]
    assert "seen: unknown (no witness is asked for)" in lines
    assert "anchored: unknown (no anchor covers this entry yet)" in lines
    assert "how old: recorded at 2026-03-02T09:30:00.000000Z, as the log itself says" in lines
    assert lines[-1].startswith("pinned: ")


def test_without_a_pin_nothing_is_more_than_unknown(proof: Path) -> None:
    done = run(proof)
    assert done.exit_code == 0
    assert f"not pinned: the key came with the file (its pin is {PIN})" in done.output
    assert run(proof, "--strict").exit_code == 2
    assert run(proof, "--strict", "--pin", PIN).exit_code == 0
    as_printed = " ".join(PIN[at : at + 5] for at in range(0, 20, 5))
    assert run(proof, "--strict", "--pin", as_printed).exit_code == 0


def test_a_wrong_pin_is_a_wrong_key(proof: Path) -> None:
    done = run(proof, "--pin", pin_of(forge.CLEO.vkey))
    assert done.exit_code == 1
    assert "signed: invalid (step 8: the pin of the file's key is" in done.output


@pytest.mark.parametrize("wrong", [["--pin", "x"], ["--key", "x"]])
def test_what_the_reader_brings_must_be_right(proof: Path, wrong: list[str]) -> None:
    done = run(proof, *wrong)
    assert done.exit_code == 2
    assert "step 1" in done.output


def test_an_erased_value_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(told.samples()[1].file())
    done = run(tmp_path / "a.json", "--pin", PIN)
    assert "erased, commitment intact: note/text" in done.output


def test_a_folder_is_a_table_with_a_line_for_each_file(tmp_path: Path, proof: Path) -> None:
    inner = tmp_path / "more"
    inner.mkdir()
    (inner / "bad.json").write_bytes(forge.in_tree(2, 5).file().replace(b"index 2", b"index 3"))
    (inner / "list.json").write_text(json.dumps({"proofs": [forge.in_tree(i, 5).value() for i in (1, 2)]}))
    (inner / "none.json").write_text("<html>")
    (inner / "note.txt").write_text("not looked at")
    done = run(tmp_path, "--pin", PIN)
    assert done.exit_code == 1
    lines = done.output.splitlines()
    states = {Path(line.split()[1]).name: line.split()[0] for line in lines[:4]}
    assert states == {
        "item.wayproof.json": "valid",
        "bad.json": "invalid",
        "list.json": "valid",
        "none.json": "invalid",
    }
    assert "Ben Brokers (partner ben) signed this event" in done.output
    assert "step 15: the inclusion path leads to another root" in done.output
    assert "4 files: 2 valid, 0 unknown, 2 invalid" in lines


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.exit_code == 1
    assert "holds no proof file" in done.output


def test_a_file_with_a_key_twice_is_refused(tmp_path: Path, proof: Path) -> None:
    (tmp_path / "twice.json").write_text('{"proofs": [], ' + json.dumps({"proofs": [1]})[1:])
    assert "a key occurs twice" in run(tmp_path / "twice.json").output


def test_a_policy_says_who_else_saw_it(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_bytes(trusted.seen_by(trusted.W1, trusted.W2).file())
    (tmp_path / "policy").write_text(trusted.TRIO)
    done = run(tmp_path / "p.json", "--policy", tmp_path / "policy")
    assert done.exit_code == 0, done.output
    assert "seen: valid (W1, W2)" in done.output
    assert "W1 saw it at 2023-11-14 22:13:20Z" in done.output
    (tmp_path / "p.json").write_bytes(trusted.seen_by(trusted.W1).file())
    done = run(tmp_path / "p.json", "--policy", tmp_path / "policy")
    assert done.exit_code == 1
    assert "seen: invalid (step 12: 1 of 3 witnesses cosigned" in done.output
    assert "signed: valid\n" in done.output


def test_a_second_story_is_found_by_what_was_remembered(tmp_path: Path) -> None:
    memory, file = tmp_path / "seen", tmp_path / "p.json"
    file.write_bytes(forge.in_tree(2, 5).file())
    assert run(file, "--pin", PIN, "--last-seen", memory).exit_code == 0
    again = run(file, "--pin", PIN, "--last-seen", memory)
    assert "remembered: valid" in again.output
    file.write_bytes(forge.in_tree(2, 4).file())
    assert (
        "remembered: unknown (step 16: size 5 was seen before"
        in run(file, "--pin", PIN, "--last-seen", memory).output
    )
    file.write_bytes(forge.in_tree(2, 5, forge.envelope(2, {"another": "story"})).file())
    forked = run(file, "--pin", PIN, "--last-seen", memory)
    assert forked.exit_code == 1
    assert "remembered: invalid (step 16: at size 5 the log once had another root" in forked.output


@pytest.fixture(scope="module")
def registry() -> Registry:
    return demo_chain()


Anchored = Callable[..., Path]


@pytest.fixture
def anchored(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Anchored:
    """Writes a proof whose anchor is on a chain in memory, which --chain then asks."""
    monkeypatch.setattr(claims, "reading_chain", lambda url: registry._chain)
    leaves = [merkle.leaf_hash(forge.envelope(number)) for number in range(9)]

    def write(**changed: Any) -> Path:
        log = (registry.next_nonce()).to_bytes(32, "big")
        tx = registry.publish(log, 6, merkle.root(leaves[:6]), registry.next_nonce(), 0)
        registry.tick()
        outcome, chain = registry.outcome(tx, log, 6, merkle.root(leaves[:6])), registry.chain()
        block = {"block_hash": outcome.block_hash, "block_number": outcome.block_number}
        names = {"chain_id": str(chain.chain_id), "genesis": chain.genesis, "tx": tx}
        anchor = {**forge.anchor(leaves, 6), **block, **names, **changed}
        file = tmp_path / "anchored.json"
        file.write_bytes(replace(forge.in_tree(2, 9), anchor=anchor).file())
        return file

    return write


def test_the_chain_is_asked_only_when_the_reader_says_so(anchored: Anchored) -> None:
    file = anchored()
    assert "anchored: unknown (block" in run(file, "--pin", PIN).output
    done = run(file, "--pin", PIN, "--chain", "http://node.invalid")
    assert done.exit_code == 0, done.output
    assert "anchored: valid (block " in done.output


def test_a_chain_that_holds_another_root_or_block_makes_it_invalid(anchored: Anchored) -> None:
    for changed in ({"tx": "0x" + "22" * 32}, {"block_number": 1}, {"block_hash": "0x" + "33" * 32}):
        done = run(anchored(**changed), "--pin", PIN, "--chain", "http://node.invalid")
        assert done.exit_code == 1
        assert "anchored: invalid (step 16: the " in done.output


def test_another_chain_and_a_silent_one_leave_it_unknown(
    anchored: Anchored, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(anchored(genesis="0x" + "11" * 32), "--pin", PIN, "--chain", "http://node.invalid")
    assert done.exit_code == 0
    assert "anchored: unknown (step 16: the node is of chain" in done.output
    monkeypatch.undo()
    done = run(anchored(), "--pin", PIN, "--chain", "http://127.0.0.1:1")
    assert "anchored: unknown (step 16: the chain did not answer" in done.output
