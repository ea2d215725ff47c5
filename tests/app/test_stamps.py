"""A stamp: the file stays here, a salted hash goes into the log, and the certificate checks offline, years on."""

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import wayproof
from app.migrations.steps import upgrade
from contracts.registry import demo_chain
from ledger import stamp as stamps
from ledger.errors import Tampered
from tests.journeys.conftest import HandClock
from tests.support.anchors import anchor_house
from tests.support.door import Door, open_door


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def door(tmp_path: Path, clock: HandClock) -> Iterator[Door]:
    (tmp_path / "house").mkdir()
    url = f"sqlite:///{tmp_path / 'house' / 'wayproof.db'}"
    upgrade(url)  # the commands want to see that it was migrated
    with open_door(tmp_path / "house", clock=clock, database_url=url) as door:
        yield door


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "design.svg"
    path.write_bytes(b"<svg>a bottle with two handles</svg>")
    return path


@pytest.fixture
def here(door: Door, monkeypatch: pytest.MonkeyPatch) -> Door:
    """The commands find Ada's house on this machine, where no worker runs."""
    monkeypatch.setenv("WAYPROOF_HOME", str(door.house.settings.home))
    monkeypatch.setattr("app.commands.stamping.ALONE_AFTER_S", 0.0)
    return door


def run(*words: object) -> Result:
    return CliRunner().invoke(wayproof, ["stamp", *map(str, words)])


def stamped(design: Path) -> Path:
    done = run(design)
    assert done.exit_code == 0, done.output
    return design.with_name("design.svg.wayproof.json")


def test_a_design_is_stamped_and_the_certificate_checks_offline(here: Door, design: Path) -> None:
    certificate = stamped(design)
    done = run("--verify", design, certificate, "--vkey", here.vkey)
    assert done.exit_code == 0, done.output
    for line in ("file: valid", "unchanged: valid", "included: valid", "signed: valid"):
        assert line in done.output
    assert "by the log's own word" in done.output
    plain = CliRunner().invoke(wayproof, ["verify", str(certificate), "--vkey", here.vkey])
    assert plain.exit_code == 0, plain.output  # it is a proof like any other


def test_neither_the_file_nor_its_hash_is_in_the_house(here: Door, design: Path) -> None:
    certificate = stamped(design)
    opening = json.loads(certificate.read_text())["openings"][0]
    said = base64.b64decode(opening["value"])
    digest = json.loads(said)["sha256"]
    kept = b"".join(path.read_bytes() for path in here.house.settings.home.rglob("*") if path.is_file())
    for secret in (digest.encode(), bytes.fromhex(digest), base64.b64decode(opening["salt"]), b"two handles"):
        assert secret not in kept


def test_another_file_a_changed_certificate_and_a_strange_one_prove_nothing(
    here: Door, design: Path, tmp_path: Path
) -> None:
    certificate = stamped(design)
    other = tmp_path / "other.svg"
    other.write_bytes(b"<svg>a bottle with three handles</svg>")
    refused = run("--verify", other, certificate)
    assert (refused.exit_code, "not the file that was stamped" in refused.output) == (1, True)
    good = json.loads(certificate.read_text())

    def changed(**parts: Any) -> Result:
        path = tmp_path / "changed.json"
        path.write_text(json.dumps({**good, **parts}))
        return run("--verify", design, path)

    opening = good["openings"][0]
    salt = base64.b64encode(bytes(32)).decode()
    assert "unchanged: invalid" in changed(openings=[{**opening, "salt": salt}]).output
    assert changed(openings=[{**opening, "salt": salt}]).exit_code == 1
    assert "no certificate of a stamp" in changed(openings=[]).output
    assert "no certificate of a stamp" in changed(openings=[opening, opening]).output
    assert changed(format="other").exit_code == 1


def test_the_anchor_is_fetched_later_and_bounds_the_time(here: Door, design: Path, clock: HandClock) -> None:
    certificate = stamped(design)
    chain = demo_chain()
    for _ in range(3):
        clock.forward(minutes=11)
        anchor_house(here.house, chain)
    done = run("--upgrade", certificate)
    assert done.exit_code == 0, done.output
    assert "demo's own chain" in done.output
    anchor = json.loads(certificate.read_text())["anchor"]
    assert (anchor["target"], anchor["finality"]) == ("evm", "demo")
    assert anchor["directory"] is not None
    again = run("--verify", design, certificate, "--vkey", here.vkey)
    assert (again.exit_code, "file: valid" in again.output) == (0, True)


def test_a_server_takes_the_stamp_over_the_api(door: Door, design: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.commands.stamping.WAIT_S", 0.0)
    to = design.with_name("kept.json")
    server = ("--server", door.base, "--key", door.key)
    early = run(design, "--to", to, *server)
    assert (early.exit_code, "--upgrade" in early.output) == (1, True)  # it is taken, and waits for its proof
    assert json.loads(to.read_text())["format"] == stamps.PENDING
    door.work()
    late = run("--upgrade", to, *server)
    assert late.exit_code == 0, late.output
    assert run("--verify", design, to, "--vkey", door.vkey).exit_code == 0
    assert run("--upgrade", to, *server).exit_code == 0  # an anchor that is not there yet is no failure


def test_a_crash_before_the_server_answered_costs_nothing(
    door: Door, design: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = design.with_name("kept.json")
    waiting = stamps.make(f"wayproof/{door.brand.log_key}", stamps.fingerprint(design))
    to.write_text(json.dumps(waiting.as_json()))
    first = door.post("/api/v1/stamps", json={"hash": waiting.commitment.hex()}).json()
    door.work()
    done = run("--upgrade", to, "--server", door.base, "--key", door.key)
    assert done.exit_code == 0, done.output
    again = door.post("/api/v1/stamps", json={"hash": waiting.commitment.hex()}).json()
    assert again["submission"] == first["submission"]  # the same hash is the same stamp


def test_what_the_server_refuses_is_said_in_one_line(door: Door, design: Path, tmp_path: Path) -> None:
    no_key = run(design, "--server", door.base)
    assert (no_key.exit_code, "stamps:write" in no_key.output) == (1, True)
    wrong = run(design, "--server", door.base, "--key", "wp_wrong")
    assert (wrong.exit_code, "refuses" in wrong.output) == (1, True)
    away = run(design, "--server", "http://127.0.0.1:1", "--key", "k")
    assert (away.exit_code, "does not answer" in away.output) == (1, True)
    (tmp_path / "design.svg.wayproof.json").write_text("{}")
    there = run(design, "--server", door.base, "--key", door.key)
    assert (there.exit_code, "is there already" in there.output) == (1, True)
    nonsense = run("--upgrade", tmp_path / "design.svg.wayproof.json", "--server", door.base, "--key", door.key)
    assert (nonsense.exit_code, "is no certificate" in nonsense.output) == (1, True)


def test_only_stamps_are_shown_at_the_door_for_stamps(door: Door) -> None:
    door.work()
    assert door.ask("/api/v1/stamps/proof?index=0").status_code == 404  # the opening of the log
    assert door.ask("/api/v1/stamps/proof?index=99").status_code == 404
    assert door.ask("/api/v1/stamps/proof").status_code == 422
    assert door.ask("/api/v1/stamps/proof?index=0&submission=1").status_code == 422
    for bad in ({"hash": "ab"}, {"hash": "AB" * 32}, {}, {"hash": "ab" * 32, "file": "x"}):
        assert door.post("/api/v1/stamps", json=bad).status_code == 422


def test_a_stamp_is_the_first_thing_that_its_first_anchor_covers(
    here: Door, design: Path, clock: HandClock
) -> None:
    """A later anchor would say less: the closest bound of the time is the first one."""
    certificate, chain = stamped(design), demo_chain()
    for number in range(3):
        clock.forward(minutes=11)
        here.post("/api/v1/stamps", json={"hash": f"{number:064x}"})
        here.work()
        for _ in range(2):
            anchor_house(here.house, chain)
    run("--upgrade", certificate)
    first = json.loads(certificate.read_text())["anchor"]
    assert first["block_hash"]
    clock.forward(minutes=11)
    anchor_house(here.house, chain)
    run("--upgrade", certificate)
    assert json.loads(certificate.read_text())["anchor"]["block_hash"] == first["block_hash"]


def test_a_fingerprint_says_no_more_than_hash_and_size(design: Path) -> None:
    assert json.loads(stamps.fingerprint(design)) == {
        "sha256": hashlib.sha256(design.read_bytes()).hexdigest(),
        "size": design.stat().st_size,
    }
    other = stamps.make("wayproof/a", b"x"), stamps.make("wayproof/a", b"x"), stamps.make("wayproof/b", b"x")
    assert len({each.commitment for each in other}) == 3
    with pytest.raises(Tampered, match="malformed"):
        stamps.check_file(stamps.Opening(stamps.PATH, bytes(32), b"{}"), design)
