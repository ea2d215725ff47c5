"""Accepting entries and reading them back with their proofs."""

import threading

import pytest

from app.db import reading
from ledger import entry, merkle
from ledger.errors import EntryRefused, KeyReused, NotCanonical, NotPublished, UnknownLog, UnknownSubmission
from ledger.log import accept, bundle, evidence, head, head_size, indexes, open_log
from tests.support.logs import OpenLog
from tests.support.statements import heard


def test_an_accepted_entry_is_pending_then_integrated_then_published(ada: OpenLog) -> None:
    receipt = ada.accept(7)
    pending = ada.evidence(receipt.submission_id).items[receipt.submission_id]
    assert (pending.status, pending.index, pending.path) == ("pending", None, None)
    assert [each.value for each in pending.openings] == [b'{"event":7}']
    assert merkle.leaf_hash(pending.envelope or b"") == receipt.leaf_hash

    assert ada.integrate() == 1
    assert ada.evidence(receipt.submission_id).items[receipt.submission_id].status == "integrated"

    assert ada.publish()
    found = ada.evidence(receipt.submission_id)
    item = found.items[receipt.submission_id]
    assert (item.status, item.index, item.path, found.size) == ("published", 0, (), 1)
    assert item.envelope == pending.envelope
    assert item.openings == pending.openings


def test_the_envelope_holds_facts_and_a_commitment_but_not_the_value(ada: OpenLog) -> None:
    receipt = ada.accept(7, openings={"personal:name": b'"Ben"'})
    stored = ada.evidence(receipt.submission_id).items[receipt.submission_id].envelope or b""
    read = entry.read(stored)
    assert (read.log, read.type, read.body) == ("wayproof/ada1", "epcis:event:captured", {"number": 7})
    assert read.recorded_at == "2026-03-02T09:30:00.000000Z"
    assert read.commitments.keys() == {"personal:name"}
    assert b"Ben" not in stored


def test_what_the_caller_rolls_back_was_never_accepted(ada: OpenLog) -> None:
    session = ada.db()
    accept(session, ada.id, "epcis:event:captured", {"number": 1}, now=ada.now)
    session.rollback()
    session.close()
    assert ada.integrate() == 0


def test_a_log_that_was_rolled_back_leaves_no_origin_behind(ada: OpenLog) -> None:
    """Ids are given again after a rollback; the origin of the first must not get into an entry of the second."""
    session = ada.db()
    first = open_log(session, "wayproof/gone", "gone", ada.now)
    accept(session, first, "epcis:event:captured", {}, now=ada.now)
    session.rollback()
    session.close()
    with ada.db.begin() as session:
        second = open_log(session, "wayproof/kept", "kept", ada.now)
    with ada.db.begin() as session:
        receipt = accept(session, second, "epcis:event:captured", {}, now=ada.now)
    with reading(ada.db) as session:
        stored = evidence(session, second, [receipt.submission_id]).items[receipt.submission_id].envelope
    assert entry.read(stored or b"").log == "wayproof/kept"


def test_the_same_key_with_the_same_content_gives_the_earlier_receipt_for_ever(ada: OpenLog) -> None:
    first = ada.accept(7, key="scan-1")
    assert ada.accept(7, key="scan-1") == first
    ada.integrate()
    assert ada.accept(7, key="scan-1") == first
    ada.publish()
    assert ada.accept(7, key="scan-1") == first
    assert ada.integrate() == 0
    assert ada.accept(7) != first  # two genuine identical scans stay two


@pytest.mark.parametrize("integrated", [False, True])
def test_the_same_key_with_another_content_is_refused(ada: OpenLog, integrated: bool) -> None:
    ada.accept(7, key="scan-1")
    if integrated:
        ada.integrate()
    others = [
        (8, {"public:document": b'{"event":8}'}),
        (7, {"public:document": b"other"}),
        (7, {}),
        (7, {"public:a": b""}),
    ]
    for number, openings in others:
        with pytest.raises(KeyReused):
            ada.accept(number, key="scan-1", openings=openings)
    assert ada.integrate() == (0 if integrated else 1)


def test_a_key_belongs_to_one_log_only(ada: OpenLog, cleo: OpenLog) -> None:
    assert ada.accept(7, key="scan-1") != cleo.accept(8, key="scan-1")


def test_the_same_key_from_many_threads_at_once_gives_one_entry(ada: OpenLog) -> None:
    receipts = []
    threads = [threading.Thread(target=lambda: receipts.append(ada.accept(7, key="k"))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=300)
    assert len(receipts) == 8
    assert len(set(receipts)) == 1
    assert ada.integrate() == 1


def test_an_id_is_not_used_again_after_its_row_moved_on(ada: OpenLog) -> None:
    first = ada.accept(1)
    ada.integrate()
    assert ada.accept(2).submission_id > first.submission_id


@pytest.mark.parametrize(
    ("entry_type", "given", "error"),
    [
        ("epcis:event", {}, EntryRefused),
        ("Epcis:event:captured", {}, EntryRefused),
        ("epcis:event:captured\n", {}, EntryRefused),
        ("epcis:event:captured", {"body": {"t": 4.2}}, NotCanonical),
        ("epcis:event:captured", {"body": {"text": "x" * 70_000}}, EntryRefused),
        ("epcis:event:captured", {"key": ""}, EntryRefused),
        ("epcis:event:captured", {"key": "k" * 201}, EntryRefused),
        ("epcis:event:captured", {"key": "\0"}, EntryRefused),
        ("epcis:event:captured", {"openings": {"": b"x"}}, EntryRefused),
        ("epcis:event:captured", {"openings": {"ä": b"x"}}, EntryRefused),
        ("epcis:event:captured", {"openings": {"a\0": b"x"}}, EntryRefused),
        ("epcis:event:captured", {"openings": {"public:a": "text"}}, EntryRefused),
        ("epcis:event:captured", {"openings": {"document": b"x"}}, EntryRefused),
        ("epcis:event:captured", {"openings": {"secret:document": b"x"}}, EntryRefused),
        ("epcis:event:captured", {"openings": {"personal:": b"x"}}, EntryRefused),
        ("epcis:event:captured", {"openings": {"personal": b"x"}}, EntryRefused),
    ],
)
def test_an_unusable_entry_is_refused_and_nothing_is_written(
    ada: OpenLog, entry_type: str, given: dict, error: type[Exception]
) -> None:
    with pytest.raises(error), ada.db.begin() as session:
        accept(session, ada.id, entry_type, **{"body": {}, "now": ada.now} | given)
    assert ada.rows("SELECT count(*) FROM ledger_inbox") == [(0,)]
    assert ada.rows("SELECT count(*) FROM ledger_key") == [(0,)]


def test_an_unknown_log_is_refused_everywhere(ada: OpenLog) -> None:
    for call in (
        lambda session: accept(session, 999, "epcis:event:captured", {}, now=ada.now),
        lambda session: evidence(session, 999, []),
        lambda session: head(session, 999),
        lambda session: head_size(session, 999),
    ):
        with pytest.raises(UnknownLog), ada.db.begin() as session:
            call(session)


def test_opening_a_log_twice_gives_the_same_log(ada: OpenLog) -> None:
    with ada.db.begin() as session:
        assert open_log(session, "wayproof/ada1", "ada1", ada.now) == ada.id


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_every_proof_from_the_stored_tiles_verifies(ada: OpenLog, size: int) -> None:
    ids = ada.fill(size)
    found = ada.evidence(*ids)
    for index, submission in enumerate(ids):
        item = found.items[submission]
        assert (item.index, item.status) == (index, "published")
        leaf = merkle.leaf_hash(item.envelope or b"")
        merkle.verify_inclusion(leaf, index, size, item.path or (), found.root or b"")


def test_evidence_of_forty_submissions_takes_at_most_four_statements(ada: OpenLog) -> None:
    ids = ada.fill(600)
    with reading(ada.db) as session, heard(session) as statements:
        found = evidence(session, ada.id, ids[::15])
    assert len(found.items) == 40
    assert 3 <= len(statements) <= 4


def test_a_submission_of_another_log_or_of_none_is_missing(ada: OpenLog, cleo: OpenLog) -> None:
    hers = cleo.accept(1).submission_id
    assert {each.status for each in ada.evidence(hers, 12345).items.values()} == {"missing"}
    cleo.integrate()
    assert ada.evidence(hers).items[hers].status == "missing"
    assert ada.evidence().checkpoint is None


def test_a_deleted_row_is_missing_and_not_taken_for_pending(ada: OpenLog) -> None:
    first, second, third = ada.fill(3)
    ada.sql('DELETE FROM ledger_entry WHERE log_id = :log AND "index" = 1')
    ada.sql("DELETE FROM ledger_tile WHERE log_id = :log")
    waiting = ada.accept(4).submission_id
    statuses = {name: item.status for name, item in ada.evidence(first, second, third, waiting).items.items()}
    assert statuses[second] == "missing"
    assert statuses[waiting] == "pending"


def test_a_proof_is_refused_with_its_reason_while_there_is_none(ada: OpenLog) -> None:
    waiting = ada.accept(1).submission_id
    for submission, error in [(waiting, NotPublished), (999, UnknownSubmission)]:
        with pytest.raises(error), reading(ada.db) as session:
            bundle(session, ada.id, submission)


def test_the_head_moves_with_integration_and_names_the_newest_checkpoint(ada: OpenLog) -> None:
    ids = ada.fill(3)
    ada.accept(9)
    ada.integrate()
    with reading(ada.db) as session:
        found = head(session, ada.id)
        assert head_size(session, ada.id) == found.size == 4
        assert found.origin == "wayproof/ada1"
        assert (found.checkpoint or "").split("\n")[1] == "3"
        assert indexes(session, [*ids, 999]) == {ids[0]: 0, ids[1]: 1, ids[2]: 2}
