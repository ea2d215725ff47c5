"""The command line: every command is named, nothing ends in a traceback, and help comes at once."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from app import cli

NAMES = ["run", "web", "work", "listen", "demo", "import", "verify", "ledger", "carriers", "simulate", "doctor"]
HEAVY = ("sqlalchemy", "flask", "pydantic", "web3", "paho", "cryptography", "requests", "alembic", "rich")


def wayproof(*words: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    given = {"PATH": "/usr/bin:/bin", "WAYPROOF_HOME": str(home), **env}
    command = [sys.executable, "-c", "from app.cli import main; main()", *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=given, timeout=180, cwd=Path(__file__).parents[2]
    )


@pytest.mark.parametrize("name", NAMES)
def test_help_names_every_command_with_one_whole_sentence(name: str) -> None:
    said = " ".join(CliRunner().invoke(cli.wayproof, ["--help"]).output.split())
    sentence = cli.wayproof.commands[name].get_short_help_str(limit=200)
    assert f" {name} {sentence}" in said
    assert sentence.endswith(".")
    assert not sentence.endswith("..")


@pytest.mark.parametrize("command", sorted(cli.wayproof.commands))
def test_each_command_explains_itself(command: str) -> None:
    answer = CliRunner().invoke(cli.wayproof, [command, "--help"])
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


@pytest.mark.parametrize(
    "name", [name for name, each in cli.wayproof.commands.items() if isinstance(each, click.Group)]
)
def test_the_commands_under_a_command_are_named_with_whole_sentences(name: str) -> None:
    answer = CliRunner().invoke(cli.wayproof, [name, "--help"])
    assert not [line for line in answer.output.splitlines()[1:] if line.endswith("...")]


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys, app.cli; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_command_is_a_sentence_and_status_2(tmp_path: Path) -> None:
    done = wayproof("fly", home=tmp_path)
    assert done.returncode == 2
    assert "No such command 'fly'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    done = wayproof("doctor", home=tmp_path, WAYPROOF_PORT="high")
    assert done.returncode == 1
    assert done.stderr.startswith("wayproof: WAYPROOF_PORT: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = wayproof("migrate", home=tmp_path / "file" / "var")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_commands_on_an_empty_home_say_what_to_run_first(tmp_path: Path) -> None:
    done = wayproof("ledger", "audit", home=tmp_path)
    assert done.returncode == 1
    assert "wayproof migrate" in done.stderr


def test_no_demo_here_is_a_sentence(tmp_path: Path) -> None:
    done = wayproof("demo", "advance-clock", home=tmp_path)
    assert done.returncode == 1
    assert "`wayproof run` starts one" in done.stderr


def test_demo_lists_its_steps(tmp_path: Path) -> None:
    said = wayproof("demo", home=tmp_path).stdout
    for step in (
        "advance-clock",
        "warm-container",
        "customs-hold",
        "silence-72h",
        "edit-ledger-row",
        "kill-process",
    ):
        assert step in said


def test_a_file_that_is_no_proof_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    done = wayproof("verify", str(tmp_path / "x.json"), home=tmp_path)
    assert done.returncode == 1
    assert "unchanged: invalid" in done.stdout
    (tmp_path / "x.json").write_text("<html>")
    done = wayproof("verify", str(tmp_path / "x.json"), home=tmp_path)
    assert done.returncode == 1
    assert "is not JSON" in done.stderr
