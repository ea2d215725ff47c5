"""A crash at each named place is repaired by the ordinary path, and what was acknowledged is still there."""

import subprocess
import sys
from pathlib import Path

import pytest

from ledger import failpoints
from ledger.audit import audit
from ledger.mark import mark_path, read_mark
from ledger.note import Signer
from tests.support.logs import OpenLog

ROOT = Path(__file__).parents[2]
_LIFE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from app.db import make_db, make_engine
from ledger import failpoints
from ledger.group import submissions
from ledger.note import Signer
from tests.support.logs import OpenLog

url, log_id, key, folder, told = sys.argv[1:6]
failpoints.arm(Path(folder))
now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
log = OpenLog(make_db(make_engine(url)), int(log_id), Signer.load(Path(key)), now)
group = submissions(log.db) if "group" in "".join(each.name for each in Path(folder).iterdir()) else None
with open(told, "a") as acknowledged:
    for number in range(100):
        wish = log.wish(number, key=f"scan-{number}")
        receipt = group.submit(wish) if group else log.accept(number, key=f"scan-{number}")
        print(number, receipt.submission_id, receipt.leaf_hash.hex(), file=acknowledged, flush=True)
        if number % 4 == 3:
            log.integrate(owner="killed")
            log.publish()
"""


def live_until_killed(url: str, log: OpenLog, points: Path, told: Path) -> int:
    """Accept, integrate and publish in a process of its own; its exit status."""
    command = [sys.executable, "-c", _LIFE, url, str(log.id), str(log.signer.path), str(points), str(told)]
    return subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, timeout=120).returncode


@pytest.mark.parametrize("point", failpoints.POINTS)
def test_a_process_killed_at_any_point_loses_nothing_and_the_next_one_goes_on(
    ada: OpenLog, database_url: str, tmp_path: Path, point: str
) -> None:
    points, told = tmp_path / "points", tmp_path / "told"
    points.mkdir()
    (points / point).write_text("2")
    assert live_until_killed(database_url, ada, points, told) == -9
    assert [each.name.rpartition(".")[0] for each in points.iterdir()] == [f"{point}.hit"]

    acknowledged = [line.split() for line in told.read_text().splitlines()]
    for number, submission, leaf in acknowledged:  # the same request again, as a client does after a crash
        receipt = ada.accept(int(number), key=f"scan-{number}")
        assert (receipt.submission_id, receipt.leaf_hash.hex()) == (int(submission), leaf)
    ada.accept(len(acknowledged), key=f"scan-{len(acknowledged)}")  # the one that was cut off
    ada.integrate(owner="killed")
    ada.publish()
    rows = ada.rows('SELECT "index", submission_id FROM ledger_entry WHERE log_id = :log ORDER BY "index"')
    assert [index for index, _ in rows] == list(range(len(acknowledged) + 1))
    assert {int(submission) for _, submission, _ in acknowledged} < {submission for _, submission in rows}
    assert audit(ada.db, ada.id, [ada.signer.vkey], high_water=read_mark(mark_key(ada.signer))) == []


def mark_key(signer: Signer) -> Path:
    assert signer.path is not None
    assert mark_path(signer.path).exists()
    return signer.path


def test_points_are_off_until_a_folder_is_named_and_a_wrong_folder_is_refused(tmp_path: Path) -> None:
    for name in failpoints.POINTS:
        failpoints.reach(name)
    with pytest.raises(ValueError, match="WAYPROOF_FAIL_POINTS"):
        failpoints.arm(tmp_path / "nowhere")


def test_a_point_may_wait_for_one_program_only(ada: OpenLog, database_url: str, tmp_path: Path) -> None:
    points = tmp_path / "points"
    points.mkdir()
    (points / "accept.written").write_text("1 listen")
    assert live_until_killed(database_url, ada, points, tmp_path / "told") == 0


def test_every_name_in_the_list_is_reached_somewhere_and_no_other() -> None:
    source = "".join(path.read_text() for path in (ROOT / "ledger").glob("*.py"))
    for name in failpoints.POINTS:
        assert source.count(f'"{name}"') >= 2, f"{name} is in the list and nowhere else"
