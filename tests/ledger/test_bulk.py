"""Many submissions in few statements: the rules are those of one."""

import threading

import pytest

from ledger import entry
from ledger.audit import audit
from ledger.bulk import accept_each, accept_many
from ledger.errors import EntryRefused, KeyReused, UnknownLog
from ledger.log import Receipt
from tests.support.logs import OpenLog


def inbox(log: OpenLog) -> list[int]:
    return [number for (number,) in log.rows("SELECT id FROM ledger_inbox ORDER BY id")]


def test_many_are_accepted_in_their_order_and_integrated_like_any_other(ada: OpenLog, cleo: OpenLog) -> None:
    before = ada.accept(0).submission_id
    with ada.db.begin() as session:
        receipts = accept_many(session, [(cleo if n % 3 == 0 else ada).wish(n) for n in range(1, 500)])
    after = ada.accept(500).submission_id
    ids = [each.submission_id for each in receipts]
    assert ids == sorted(set(ids))
    assert before < ids[0]
    assert ids[-1] < after
    for log in (ada, cleo):
        log.integrate()
        log.publish()
        assert audit(log.db, log.id, [log.signer.vkey]) == []
    found = ada.evidence(*[each.submission_id for n, each in enumerate(receipts, 1) if n % 3])
    assert [entry.read(each.envelope or b"").body["number"] for each in found.items.values()] == [
        number for number in range(1, 500) if number % 3
    ]


def test_a_key_gives_its_earlier_receipt_from_before_and_from_the_same_batch(ada: OpenLog) -> None:
    first = ada.accept(1, key="a")
    wishes = [ada.wish(1, key="a"), ada.wish(2, key="b"), ada.wish(2, key="b"), ada.wish(2)]
    with ada.db.begin() as session:
        again, second, twin, other = accept_many(session, wishes)
    assert again == first
    assert twin == second
    assert len({first, second, other}) == 3
    assert inbox(ada) == sorted(each.submission_id for each in (first, second, other))


def test_a_refused_one_leaves_the_others_and_nothing_of_itself(ada: OpenLog) -> None:
    ada.accept(1, key="a")
    wishes = [
        ada.wish(2, key="a"),
        ada.wish(3, openings={"": b"x"}),
        ada.wish(4, key="b"),
        ada.wish(5, key="b"),
    ]
    with ada.db.begin() as session:
        reused, refused, good, beside = accept_each(session, wishes)
    assert isinstance(reused, KeyReused)
    assert isinstance(refused, EntryRefused)
    assert isinstance(good, Receipt)
    assert isinstance(beside, KeyReused)
    assert len(inbox(ada)) == 2
    with pytest.raises(KeyReused), ada.db.begin() as session:
        accept_many(session, [ada.wish(6), ada.wish(7, key="a")])
    assert len(inbox(ada)) == 2


def test_nothing_is_written_for_nothing_or_for_an_unknown_log(ada: OpenLog) -> None:
    with ada.db.begin() as session:
        assert accept_many(session, []) == []
    nowhere = OpenLog(ada.db, 999, ada.signer, ada.now)
    with pytest.raises(UnknownLog), ada.db.begin() as session:
        accept_many(session, [nowhere.wish(1)])


def test_batches_with_the_same_keys_from_many_threads_give_one_entry_a_key(ada: OpenLog) -> None:
    keys = list(range(40))
    found: list[list[Receipt]] = []

    def write(turn: int) -> None:
        order = keys[turn * 5 :] + keys[: turn * 5]
        with ada.db.begin() as session:
            receipts = accept_many(session, [ada.wish(number, key=f"k{number}") for number in order])
        found.append([each for _, each in sorted(zip(order, receipts, strict=True), key=lambda pair: pair[0])])

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)
    assert len(found) == 6
    assert all(each == found[0] for each in found)
    assert len(inbox(ada)) == 40
