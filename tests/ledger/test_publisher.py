"""Signing: after the commit, again after a crash, and never two histories with one key."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import event, text

from app.db import make_db, make_engine
from ledger.checkpoint import open_checkpoint
from ledger.errors import RolledBack, UnknownLog
from ledger.integrator import integrate_due, publish_due
from ledger.log import accept, open_log
from ledger.mark import mark_path, read_mark
from ledger.note import Signer
from ledger.publisher import publish_due as publish
from ledger.publisher import why_not
from tests.support.logs import OpenLog


def checkpoints(log: OpenLog) -> list[tuple[int, str]]:
    return [
        tuple(row)
        for row in log.rows("SELECT size, note FROM ledger_checkpoint WHERE log_id = :log ORDER BY size")
    ]


def test_a_head_is_signed_once_and_again_when_it_grew(ada: OpenLog) -> None:
    assert not ada.publish()
    ada.fill(3)
    assert not ada.publish()
    ada.fill(2, first=3)
    assert [size for size, _ in checkpoints(ada)] == [3, 5]
    opened = open_checkpoint(checkpoints(ada)[1][1].encode(), [ada.signer.verifier])
    assert (opened.origin, opened.size) == ("wayproof/ada1", 5)


def test_what_is_not_integrated_is_not_signed(ada: OpenLog) -> None:
    ada.accept(1)
    assert not ada.publish()


def test_the_mark_beside_the_key_holds_the_last_signed_checkpoint(ada: OpenLog) -> None:
    ada.fill(3)
    assert read_mark(ada.signer.path) == checkpoints(ada)[0][1].encode()
    ada.fill(1, first=3)
    assert read_mark(ada.signer.path) == checkpoints(ada)[1][1].encode()
    assert [each.name for each in ada.signer.path.parent.glob("*.mark*")] == ["ada1.mark"]


def test_a_crash_after_signing_and_before_storing_is_made_good(ada: OpenLog) -> None:
    ada.accept(1)
    ada.integrate()
    engine = ada.db.kw["bind"]

    def crash(connection, cursor, statement, *_):
        if statement.startswith("INSERT INTO ledger_checkpoint"):
            raise RuntimeError("the power is gone")

    event.listen(engine, "before_cursor_execute", crash)
    with pytest.raises(RuntimeError):
        ada.publish()
    event.remove(engine, "before_cursor_execute", crash)
    signed = read_mark(ada.signer.path)
    assert checkpoints(ada) == []
    assert ada.publish()
    assert checkpoints(ada) == [(1, signed.decode())]


def test_a_database_restored_from_a_backup_is_not_signed(sqlite_url: str, tmp_path: Path, now) -> None:
    """The journey of an operator: back up, go on, restore, start. On one engine, since the copy is of a file."""

    def work(url: str, number: int) -> bool:
        engine = make_engine(url)
        db = make_db(engine)
        with db.begin() as session:
            log_id = open_log(session, "wayproof/ada", "ada", now)
            accept(session, log_id, "epcis:event:captured", {"number": number}, now=now)
        integrate_due(db, log_id, owner="first", clock=lambda: now)
        try:
            return publish_due(db, log_id, signer, now)
        finally:
            engine.dispose()

    signer = Signer.create(tmp_path / "ada.key", "wayproof/ada")
    backup = tmp_path / "backup.db"
    assert work(sqlite_url, 1)
    shutil.copy(tmp_path / "wayproof.db", backup)
    assert work(sqlite_url, 2)
    shutil.copy(backup, tmp_path / "restored.db")
    restored = f"sqlite:///{tmp_path / 'restored.db'}"
    signed = read_mark(signer.path)
    with pytest.raises(RolledBack, match="another root"):
        work(restored, 3)
    with pytest.raises(RolledBack, match="did not grow"):
        work(restored, 4)
    assert read_mark(signer.path) == signed
    assert "did not grow" in (reason(restored, signer) or "")
    assert reason(sqlite_url, signer) is None  # the newer database has what was signed
    assert work(sqlite_url, 5)
    engine = make_engine(restored)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM ledger_checkpoint")).scalar() == 1
    engine.dispose()


def reason(url: str, signer: Signer) -> str | None:
    engine = make_engine(url)
    try:
        return why_not(make_db(engine), 1, signer)
    finally:
        engine.dispose()


@pytest.mark.parametrize("of_directory", [False, True])
def test_a_log_that_is_behind_its_anchor_is_not_signed_until_it_has_caught_up(
    ada: OpenLog, cleo: OpenLog, of_directory: bool
) -> None:
    """The mark may be as old as the database, when both come from one backup; a chain remembers more."""
    ada.accept(1)
    ada.integrate()
    if of_directory:
        ada.sql(
            "INSERT INTO ledger_directory_head (log_id, size, directory_id, submission_id, root, recorded_at)"
            " VALUES (:log, 1, :directory, 1, :root, :at)",
            directory=cleo.id,
            root=bytes(32),
            at=str(ada.now),
        )
    checked = cleo.id if of_directory else ada.id
    ada.sql(
        "INSERT INTO ledger_anchor_check (log_id, due_at, size, finding) VALUES (:checked, :at, 0, :finding)",
        finding="It is behind.",
        checked=checked,
        at=str(ada.now),
    )
    assert why_not(ada.db, ada.id, ada.signer) == "wayproof/ada1 is not what was anchored: It is behind."
    with pytest.raises(RolledBack, match="It is behind"):
        ada.publish()
    assert read_mark(ada.signer.path) is None
    ada.sql("UPDATE ledger_anchor_check SET finding = NULL")
    assert ada.publish()


def test_a_log_cut_off_with_its_checkpoints_is_not_signed(ada: OpenLog) -> None:
    ada.fill(3)
    for table in ("entry", "opening", "tile", "checkpoint"):
        ada.sql(f"DELETE FROM ledger_{table} WHERE log_id = :log")
    ada.sql("UPDATE ledger_head SET size = 0, frontier = :none WHERE log_id = :log", none=b"")
    with pytest.raises(RolledBack, match="signed at size 3, the database holds 0"):
        ada.publish()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_head SET root = :zero WHERE log_id = :log",
        "UPDATE ledger_tile SET hashes = :zero WHERE log_id = :log",
        "DELETE FROM ledger_tile WHERE log_id = :log",
        "UPDATE ledger_checkpoint SET root = :zero WHERE log_id = :log",
    ],
)
def test_a_head_that_does_not_follow_from_what_was_signed_is_not_signed(ada: OpenLog, change: str) -> None:
    ada.fill(3)
    ada.accept(4)
    ada.integrate()
    ada.sql(change, zero=bytes(32))
    with pytest.raises(RolledBack):
        ada.publish()
    assert [size for size, _ in checkpoints(ada)] == [3]


def test_a_damaged_mark_is_not_passed_over(ada: OpenLog) -> None:
    ada.fill(3)
    mark_path(ada.signer.path).write_bytes(b"wayproof/ada1\n0\n")
    ada.accept(4)
    ada.integrate()
    with pytest.raises(RolledBack, match="mark"):
        ada.publish()


def test_the_key_of_another_log_cannot_sign(ada: OpenLog, cleo: OpenLog) -> None:
    ada.fill(1)
    ada.accept(2)
    ada.integrate()
    with pytest.raises(ValueError, match="cannot sign"):
        publish(ada.db, ada.id, cleo.signer, ada.now)
    with pytest.raises(UnknownLog):
        publish(ada.db, 999, ada.signer, ada.now)


def test_a_key_in_memory_signs_without_a_mark(ada: OpenLog) -> None:
    ada.accept(1)
    ada.integrate()
    assert publish(ada.db, ada.id, Signer("wayproof/ada1", bytes(32)), ada.now)
