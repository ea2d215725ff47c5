"""The judge of foreign logs: right files pass, each wrong one fails its own checkpoints, and is named."""

from pathlib import Path

import pytest

from ledger.checkpoint import Checkpoint
from ledger.merkle import leaf_hash, root
from ledger.note import Signer
from ledger.static import tiles_of
from ledger.tiles import grow
from tests.conformance import manifest
from tests.conformance.score import Score
from tests.conformance.suites import tlog

LOG = Signer("example.com/demo", bytes(range(32)))
FOUR = (
    "example.com/demo\n4\nMzdqO9Y+mZNwioTd/mworli4NQXdH+1xG9kk7FpiOfA=\n\n— example.com/demo "
    "Cj6JlprNCXHva7yK2K+lzvPY/CoX3K7htASlWjY4m3zyHfpwV+R0UIGR7tIsGICkN03qdFzK/c+S9u3S+rhhhrLemgY=\n"
)


def write(corpus: Path, entries: list[bytes], *sizes: int) -> Path:
    """A log of the documented layout with the checkpoints of these sizes; its tiles are those of the last."""
    log = corpus / "tlog" / "log"
    log.mkdir(parents=True)
    (corpus / "tlog" / "verifier.txt").write_text(LOG.vkey + "\n")
    leaves = [leaf_hash(each) for each in entries]
    rows = grow(0, leaves, lambda tile: b"")
    for path in tiles_of(len(entries)):
        file = log / "tile" / str(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        first = path.number * 256
        bundle = b"".join(len(e).to_bytes(2, "big") + e for e in entries[first : first + path.width])
        file.write_bytes(bundle if path.level is None else rows[path.level, path.number])
    for size in sizes:
        text = Checkpoint(LOG.name, size, root(leaves[:size])).text
        (log / f"checkpoint.{size}").write_text(LOG.sign(text), "utf-8")
    (log / "checkpoint").write_bytes((log / f"checkpoint.{sizes[-1]}").read_bytes())
    return log


def judged(corpus: Path) -> Score:
    (suite,) = manifest.find(corpus)
    assert suite.key == "tlog"
    return tlog.judge(suite)


def test_the_worked_log_of_four_letters_passes(tmp_path: Path) -> None:
    log = write(tmp_path, [b"a", b"b", b"c", b"d"], 4)
    assert (log / "checkpoint.4").read_text("utf-8") == FOUR
    assert judged(tmp_path).as_json()["passed"] == 1


def test_every_checkpoint_of_a_log_that_grew_passes(tmp_path: Path) -> None:
    write(tmp_path, [b"entry %d" % number for number in range(600)], 1, 255, 256, 300, 512, 600)
    score = judged(tmp_path)
    assert (score.total, score.wrong) == (6, 0)


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        ("tile/entries/000", ["checkpoint.100", "checkpoint.300"]),
        ("tile/0/001.p/44", ["checkpoint.300"]),
        ("checkpoint.100", ["checkpoint.100"]),
    ],
)
def test_a_changed_file_fails_the_checkpoints_that_need_it(tmp_path: Path, file: str, wrong: list[str]) -> None:
    log = write(tmp_path, [b"entry %d" % number for number in range(300)], 100, 300)
    data = (log / file).read_bytes()
    (log / file).write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    score = judged(tmp_path)
    assert [each.partition(":")[0] for each in score.failures] == wrong
    assert (score.total, score.false_rejects) == (2, len(wrong))


def test_a_checkpoint_under_the_name_of_another_size_is_wrong(tmp_path: Path) -> None:
    log = write(tmp_path, [b"a", b"b"], 1, 2)
    (log / "checkpoint.1").write_bytes((log / "checkpoint.2").read_bytes())
    assert judged(tmp_path).wrong == 1
