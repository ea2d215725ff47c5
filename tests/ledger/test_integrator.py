"""The one that gives an index: in order, once, and safe when there are two of it."""

import itertools
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from ledger import chain, failpoints, integrator, merkle
from ledger.audit import audit
from ledger.errors import Tampered, UnknownLog
from ledger.integrator import integrate_due
from ledger.mark import read_mark
from tests.support.logs import OpenLog


def assert_whole(log: OpenLog) -> None:
    assert audit(log.db, log.id, [log.signer.vkey], high_water=read_mark(log.signer.path)) == []


def test_submissions_get_contiguous_indexes_in_the_order_of_their_ids(ada: OpenLog, cleo: OpenLog) -> None:
    order = []
    for number in range(6):
        (cleo if number % 2 else ada).accept(number)
    assert ada.integrate(limit=2) == 2
    assert ada.integrate(limit=2) == 1
    assert ada.integrate() == 0
    order = ada.rows('SELECT "index", submission_id FROM ledger_entry WHERE log_id = :log ORDER BY "index"')
    assert [index for index, _ in order] == [0, 1, 2]
    assert [submission for _, submission in order] == sorted(submission for _, submission in order)
    assert len(ada.rows("SELECT id FROM ledger_inbox WHERE log_id = :log")) == 0
    assert len(ada.rows("SELECT id FROM ledger_inbox")) == 3


def test_the_tree_and_the_chain_are_those_of_the_entries(ada: OpenLog) -> None:
    ada.fill(520)
    rows = ada.rows('SELECT envelope, leaf_hash, chain FROM ledger_entry WHERE log_id = :log ORDER BY "index"')
    link = chain.start("wayproof/ada1")
    for envelope, leaf, stored in rows:
        assert leaf == merkle.leaf_hash(envelope)
        link = chain.link("wayproof/ada1", link, leaf)
        assert stored == link
    ((size, root, last),) = ada.rows("SELECT size, root, chain FROM ledger_head WHERE log_id = :log")
    assert (size, root, last) == (520, merkle.root([leaf for _, leaf, _ in rows]), link)
    widths = ada.rows("SELECT level, number, length(hashes) FROM ledger_tile WHERE log_id = :log ORDER BY 1, 2")
    assert widths == [(0, 0, 8192), (0, 1, 8192), (0, 2, 256), (1, 0, 64)]
    assert_whole(ada)


def test_an_id_that_becomes_visible_late_still_gets_its_place(ada: OpenLog) -> None:
    """On PostgreSQL a lower id may be committed after a higher one was integrated."""
    late = ada.accept(1).submission_id
    kept = ada.rows("SELECT id, log_id, envelope, leaf_hash, openings FROM ledger_inbox")[0]
    ada.sql("DELETE FROM ledger_inbox WHERE id = :id", id=late)
    ada.accept(2)
    assert ada.integrate() == 1
    ada.sql(
        "INSERT INTO ledger_inbox (id, log_id, envelope, leaf_hash, openings) VALUES (:a, :b, :c, :d, :e)",
        **dict(zip("abcde", kept, strict=True)),
    )
    assert ada.integrate() == 1
    ada.publish()
    assert ada.evidence(late).items[late].index == 1
    assert_whole(ada)


def test_many_writers_and_two_integrators_lose_and_double_nothing(ada: OpenLog) -> None:
    writing = threading.Event()
    writing.set()
    receipts: list[int] = []

    def write(writer: int) -> None:
        for number in range(25):
            receipts.append(ada.accept(number, key=f"{writer}/{number}").submission_id)

    def integrate(owner: str) -> None:
        hours = itertools.count()

        def hasty_clock() -> datetime:
            """An hour passes between two looks, so that the lease changes hands all the time."""
            return ada.now + next(hours) * timedelta(hours=1)

        while writing.is_set() or ada.rows("SELECT 1 FROM ledger_inbox LIMIT 1"):
            integrate_due(ada.db, ada.id, owner=owner, clock=hasty_clock, limit=7)

    writers = [threading.Thread(target=write, args=(each,)) for each in range(4)]
    integrators = [threading.Thread(target=integrate, args=(each,)) for each in ("first", "second")]
    for each in writers + integrators:
        each.start()
    for each in writers:
        each.join(timeout=300)
    writing.clear()
    for each in integrators:
        each.join(timeout=300)
    ada.publish()
    indexes = [ada.evidence(each).items[each].index for each in receipts]
    assert sorted(indexes) == list(range(100))
    assert_whole(ada)


def test_an_integrator_that_lost_its_lease_writes_nothing(ada: OpenLog) -> None:
    ids = [ada.accept(number).submission_id for number in range(3)]
    engine = ada.db.kw["bind"]
    stolen = []

    def steal(connection, cursor, statement, *_):
        """In the moment between reading and writing another one takes over, its clock being ahead."""
        if statement.startswith("SELECT ledger_tile") and not stolen:
            return
        if "FROM ledger_inbox" in statement and "envelope" in statement and not stolen:
            stolen.append(True)
            integrate_due(ada.db, ada.id, owner="second", clock=lambda: ada.now + timedelta(hours=1))

    event.listen(engine, "after_cursor_execute", steal)
    assert ada.integrate(owner="first") == 0
    event.remove(engine, "after_cursor_execute", steal)
    assert stolen
    ada.publish()
    assert [ada.evidence(each).items[each].index for each in ids] == [0, 1, 2]
    assert_whole(ada)


def test_a_lease_of_a_clock_that_ran_ahead_holds_nobody_up(ada: OpenLog) -> None:
    ada.accept(1)
    tomorrow = ada.now + timedelta(days=1)
    assert integrate_due(ada.db, ada.id, owner="first", clock=lambda: tomorrow) == 1
    ada.accept(2)
    assert ada.integrate(owner="second") == 1
    assert_whole(ada)


def test_a_lease_that_is_held_is_respected_and_one_that_ran_out_is_taken(ada: OpenLog) -> None:
    ada.accept(1)
    assert ada.integrate(owner="first") == 1
    ada.accept(2)
    assert ada.integrate(owner="second") == 0
    later = ada.now + integrator.LEASE
    assert integrate_due(ada.db, ada.id, owner="second", clock=lambda: later) == 1
    ((epoch,),) = ada.rows("SELECT epoch FROM ledger_head WHERE log_id = :log")
    assert epoch == 2


def test_a_batch_that_breaks_off_before_its_commit_stays_in_the_inbox(
    ada: OpenLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.accept(1)

    def cut(point: str) -> None:
        if point == "integrate.written":
            raise RuntimeError("the power is gone")

    monkeypatch.setattr(failpoints, "reach", cut)
    with pytest.raises(RuntimeError):
        ada.integrate()
    monkeypatch.undo()
    assert ada.rows("SELECT count(*) FROM ledger_entry") == [(0,)]
    assert ada.integrate() == 1
    ada.publish()
    assert_whole(ada)


def test_a_submission_changed_before_its_turn_is_passed_over_and_named(ada: OpenLog) -> None:
    changed, good = ada.accept(1).submission_id, ada.accept(2).submission_id
    ada.sql("UPDATE ledger_inbox SET envelope = :new WHERE id = :id", new=b"{}", id=changed)
    assert ada.integrate() == 1
    ada.publish()
    assert ada.evidence(good).items[good].index == 0
    assert ada.evidence(changed).items[changed].status == "pending"
    assert ada.integrate() == 0
    findings = audit(ada.db, ada.id, [ada.signer.vkey])
    assert [(each.what, f"Submission {changed}" in each.sentence) for each in findings] == [("inbox", True)]


def test_a_batch_is_bounded_by_bytes_too(ada: OpenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrator, "MAX_BATCH_BYTES", 5_000)
    for number in range(4):
        ada.accept(number, openings={"public:document": b"x" * 4_000})
    assert [ada.integrate() for _ in range(5)] == [1, 1, 1, 1, 0]


def test_a_log_whose_last_tile_was_changed_stops_with_a_clear_word(ada: OpenLog) -> None:
    ada.fill(3)
    ada.sql("UPDATE ledger_tile SET hashes = :new WHERE log_id = :log", new=bytes(32))
    ada.accept(4)
    with pytest.raises(Tampered, match="tile 0/0"):
        ada.integrate()


def test_an_unknown_log_has_nothing_due(ada: OpenLog) -> None:
    assert integrate_due(ada.db, 999, owner="first", clock=lambda: ada.now) == 0
    ada.sql("DELETE FROM ledger_head WHERE log_id = :log")
    ada.accept(1)
    with pytest.raises(UnknownLog):
        ada.integrate()
