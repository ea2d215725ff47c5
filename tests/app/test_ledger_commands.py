"""`wayproof ledger …` as an operator types it: export, files, a new key, a policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from app import cli
from app.commands.opening import house_here
from app.db import reading
from app.work import grow_logs


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with Ada's brand, its log grown and signed."""
    monkeypatch.setenv("WAYPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WAYPROOF_BASE_URL", "https://proof.example.com")
    typed("migrate")
    typed("brand", "add", "ada", "--name", "Ada")
    grow()
    return tmp_path


def typed(*words: str, status: int = 0) -> Result:
    done = CliRunner().invoke(cli.wayproof, list(words))
    assert done.exit_code == status, done.output
    return done


def grow() -> None:
    house = house_here()
    while grow_logs(house, "test"):
        pass


def vkey() -> str:
    return typed("brand", "list").output.split("\t")[2].strip()


def test_an_exported_log_verifies_offline_and_a_touched_one_does_not(home: Path) -> None:
    file = home / "ada.wayproof-log"
    assert "1 entries of proof.example.com/log/" in typed("ledger", "export", str(file)).output
    said = typed("verify", str(file), "--vkey", vkey()).output
    assert "included: valid (all 1 entries of proof.example.com/log/" in said
    assert "not pinned" not in said
    assert "not pinned" in typed("verify", str(file)).output
    stranger = "example.com/demo+0a3e8996+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert "ORIGIN_UNKNOWN" in typed("verify", str(file), "--vkey", stranger, status=1).output
    data = file.read_bytes()
    file.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:])
    assert "invalid: step 2" in typed("verify", str(file), status=1).output


def test_a_log_is_written_as_files(home: Path) -> None:
    assert "at size 1" in typed("ledger", "files", str(home / "files")).output
    assert typed("ledger", "checkpoint").output == (home / "files/checkpoint").read_text()
    assert (home / "files/tile/0/000.p/1").stat().st_size == 32


def test_a_key_is_changed_in_two_steps(home: Path) -> None:
    old = vkey()
    assert "no rotation has begun" in typed("ledger", "rotate-key", "--finish", status=1).output
    said = typed("ledger", "rotate-key").output
    new = said.split("\n")[1]
    assert typed("ledger", "rotate-key").output == said
    assert "does not hold the new key" in typed("ledger", "rotate-key", "--finish", status=1).output
    grow()
    assert typed("ledger", "checkpoint").output.count("\n— proof.example.com/log/") == 2
    assert f"up to 2:\n{old}" in typed("ledger", "rotate-key", "--finish").output
    assert vkey() == new
    grow()
    assert typed("ledger", "checkpoint").output.count("\n— proof.example.com/log/") == 1
    assert "what was recorded" in typed("ledger", "audit").output
    typed("ledger", "rotate-key", "--finish")  # again, as after a crash: nothing new
    grow()
    with reading(house_here().db) as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM ledger_entry").scalar() == 3


def test_a_log_is_watched_from_outside_by_its_policy(home: Path) -> None:
    folder = home / "files"
    (home / "policy").write_text(typed("ledger", "policy").output)
    words = ("--policy", str(home / "policy"), "--folder", str(home / "watched"), "--once", "--private")
    with serving(folder) as address:
        assert "nothing is known" in typed("ledger", "watch", address, *words, status=1).output
        typed("ledger", "files", str(folder))
        assert typed("ledger", "watch", address, *words).output.startswith("first: proof.example.com/log/")
        typed("ledger", "rotate-key")
        grow()
        typed("ledger", "files", str(folder))
        assert "at size 2\n" in typed("ledger", "watch", address, *words).output
        (home / "watched/last.json").write_text("{}")
        assert "damaged" in typed("ledger", "watch", address, *words, status=1).output
    assert "no witness is set" in typed("ledger", "witnesses").output


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A plain web server over a folder, as a bucket or a CDN is one."""
    folder.mkdir(exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
