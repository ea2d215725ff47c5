"""How an audit is run: interrupted and taken up again, by several processes, over checkpoints of two histories."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from ledger import audit as auditing
from ledger import audit_jobs
from ledger.audit import Finding, audit
from ledger.audit_scan import Scan, Scanned
from ledger.checkpoint import Checkpoint
from ledger.mark import read_mark
from tests.support.logs import OpenLog

ENTRIES = 1500


@pytest.fixture
def filled(ada: OpenLog, cleo: OpenLog) -> OpenLog:
    """Six tiles with checkpoints in the middle of some, and another log in the same tables."""
    cleo.fill(300)
    for first, count in [(0, 700), (700, 68), (768, 732)]:
        ada.fill(count, first=first)
    return ada


def run(log: OpenLog, **given: object) -> list[Finding]:
    return audit(log.db, log.id, [log.signer.vkey], high_water=read_mark(log.signer.path), **given)  # type: ignore[arg-type]


class _PulledOut(Exception):
    """The plug."""


def interrupted_at(log: OpenLog, state: Path, index: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit that is cut off after the tile that ends at `index`, having kept its place all the time."""
    monkeypatch.setattr(auditing, "SAVED_EVERY_S", 0.0)

    def stop(done: int, _total: int) -> None:
        if done > index:
            raise _PulledOut

    with pytest.raises(_PulledOut):
        run(log, state=state, progress=stop)


def edit(log: OpenLog, index: int) -> None:
    log.sql('UPDATE ledger_entry SET envelope = :new WHERE log_id = :log AND "index" = :at', at=index, new=b"{}")


@pytest.mark.parametrize("at", [256, 1024])
def test_an_interrupted_audit_goes_on_where_it_stopped(
    filled: OpenLog, tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.json"
    interrupted_at(filled, state, at, monkeypatch)
    seen: list[int] = []
    assert run(filled, state=state, progress=lambda done, _: seen.append(done)) == []
    assert seen[0] == at + 256
    assert not state.exists()


def test_an_audit_that_goes_on_remembers_what_it_had_found_and_finds_the_rest(
    filled: OpenLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.sql(
        "DELETE FROM ledger_opening WHERE submission_id = (SELECT submission_id FROM ledger_entry"
        ' WHERE log_id = :log AND "index" = 20)'
    )
    filled.sql('DELETE FROM ledger_entry WHERE log_id = :log AND "index" BETWEEN 510 AND 515')
    edit(filled, 10)
    edit(filled, 1400)
    at_once = run(filled)
    state = tmp_path / "state.json"
    interrupted_at(filled, state, 512, monkeypatch)  # in the middle of the stretch that is missing
    assert run(filled, state=state) == at_once
    assert [each.index for each in at_once if each.index is not None] == sorted(
        each.index for each in at_once if each.index is not None
    )
    assert at_once[0].index == 10


def test_the_place_of_another_log_or_of_another_history_is_not_taken_up(
    filled: OpenLog, cleo: OpenLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.json"
    interrupted_at(filled, state, 1024, monkeypatch)
    kept = json.loads(state.read_text())
    seen: list[int] = []
    run(cleo, state=tmp_path / "copy.json", progress=lambda done, _: seen.append(done))
    assert seen[0] == 256
    kept["growth"]["hashes"] = "00" * (len(kept["growth"]["hashes"]) // 2)
    state.write_text(json.dumps(kept))
    seen.clear()
    assert run(filled, state=state, progress=lambda done, _: seen.append(done)) == []
    assert seen[0] == 256
    state.write_text("not JSON")
    assert run(filled, state=state) == []


def test_several_processes_find_the_same_as_one(filled: OpenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_jobs, "STRETCH", 512)
    assert run(filled, jobs=2) == []
    edit(filled, 300)
    filled.sql('DELETE FROM ledger_entry WHERE log_id = :log AND "index" = 1023')
    filled.sql('UPDATE ledger_entry SET chain = :new WHERE log_id = :log AND "index" = 511', new=bytes(32))
    found = run(filled, jobs=2)
    assert found == run(filled)
    assert [(each.index, each.what) for each in found][:3] == [
        (300, "envelope"),
        (511, "chain"),
        (1023, "missing"),
    ]


def test_the_asking_process_does_its_share_and_all_comes_in_order(
    filled: OpenLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_jobs, "STRETCH", 256)
    here: list[int] = []
    tiles = Scan.tiles

    def noted(scan: Scan, connection: Connection, first: int, end: int) -> Iterator[Scanned]:
        here.append(first)
        return tiles(scan, connection, first, end)

    monkeypatch.setattr(Scan, "tiles", noted)
    seen: list[int] = []
    assert run(filled, jobs=2, progress=lambda done, _: seen.append(done)) == []
    assert seen == sorted(set(seen))
    assert seen[-1] == ENTRIES
    assert here  # the other process takes longer to start than this one to look


def test_small_logs_are_looked_at_by_one_process_and_large_ones_by_two_unless_more_are_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit_jobs, "_cores", lambda: 16)
    assert audit_jobs.jobs_for(10, None) == 1
    assert audit_jobs.jobs_for(10**9, None) == 2
    assert audit_jobs.jobs_for(10, 3) == 3
    monkeypatch.setattr(audit_jobs, "_cores", lambda: 1)
    assert audit_jobs.jobs_for(10**9, None) == 1


@pytest.mark.parametrize("size", [700, 768])
def test_a_checkpoint_of_another_history_is_found_though_all_others_fit(filled: OpenLog, size: int) -> None:
    """The key signed two trees: what an operator does who shows two readers different logs."""
    fork = Checkpoint(filled.signer.name, size, bytes(range(32)))
    filled.sql(
        "UPDATE ledger_checkpoint SET root = :root, note = :note WHERE log_id = :log AND size = :size",
        root=fork.root,
        note=filled.signer.sign(fork.text),
        size=size,
    )
    found = run(filled)
    assert [each.what for each in found] == ["checkpoint", "checkpoint"]
    assert found[0].sentence.endswith(f"do not give the root that was signed at size {size}.")
    later = 768 if size == 700 else 1500
    assert found[1].sentence == (
        f"What was signed at size {size} is of another history than what was signed at size {later}."
    )


def test_a_database_rolled_back_to_an_older_copy_is_found_by_the_mark(filled: OpenLog) -> None:
    """All rows are as they were, checkpoints too; only the mark beside the key remembers the newer ones."""
    mark = read_mark(filled.signer.path)
    with filled.db.begin() as session:
        connection = session.connection()
        raw = connection.exec_driver_sql
        kept = {name: [tuple(r) for r in raw(f"SELECT * FROM {name}")] for name in TABLES}
    filled.fill(40, first=1500)
    newer = read_mark(filled.signer.path)
    assert newer != mark
    put_back(filled, kept)
    found = audit(filled.db, filled.id, [filled.signer.vkey], high_water=newer)
    assert (1500, "high-water") in [(each.index, each.what) for each in found]
    assert found[0] == Finding(1500, "missing", "Entries 1500 to 1539 are missing.")


TABLES = ("ledger_head", "ledger_entry", "ledger_opening", "ledger_tile", "ledger_checkpoint")


def put_back(log: OpenLog, kept: dict[str, list[tuple[object, ...]]]) -> None:
    """Restore tables from a copy, as somebody with an old backup does."""
    with log.db.begin() as session:
        connection = session.connection()
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        for name, rows in kept.items():
            connection.exec_driver_sql(f"DELETE FROM {name}")  # names of our own
            marks = ", ".join([mark] * len(rows[0]))
            connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", rows)


def test_a_log_in_which_everything_is_wrong_does_not_fill_the_memory(
    filled: OpenLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "MOST_FINDINGS", 300)
    filled.sql("UPDATE ledger_entry SET leaf_hash = :new WHERE log_id = :log", new=bytes(32))
    found = run(filled)
    assert found[0].index == 0
    assert found[-1].what == "audit"
    assert len(found) < 700


@pytest.mark.parametrize(
    "envelope",
    [b'{"a":1.5}', b'{"a":[1,2e3]}', b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":2}', b"[1]", b"", b"\xff"],
)
def test_the_quick_look_reads_entries_as_strictly_as_the_slow_one(filled: OpenLog, envelope: bytes) -> None:
    """An entry that was put in with all its hashes, but is not of the form that every verifier asks for."""
    from datetime import UTC, datetime

    from ledger import entry, merkle
    from ledger.audit_scan import Scan
    from ledger.errors import Tampered

    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    good = entry.write("wayproof/ada1", "a:b:c", {"x": 0}, at, {})
    odd = good.replace(b'{"x":0}', envelope) if envelope[:1] == b"{" else envelope
    scan = Scan(filled.id, "wayproof/ada1")
    assert scan._read([good])[0]["type"] == "a:b:c"
    assert merkle.leaf_hash(odd)
    with pytest.raises((Tampered, ValueError)):
        scan._read([good, odd])
