"""The group door: many callers in one commit, each with its own result, and nothing half-written."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from ledger.audit import audit
from ledger.errors import EntryRefused, KeyReused
from ledger.group import Closed, Crowded, Group, submissions
from ledger.log import Receipt
from tests.support.logs import OpenLog

PUT = text("INSERT INTO ledger_key (log_id, key, submission_id) VALUES (1, :key, 1)")


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call gave or raised, all made at the same time."""
    results: list[Any] = [None] * len(calls)
    together = threading.Barrier(len(calls))

    def call(at: int) -> None:
        together.wait(60)
        try:
            results[at] = calls[at]()
        except Exception as error:
            results[at] = error

    threads = [threading.Thread(target=call, args=(at,)) for at in range(len(calls))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)
    return results


def count(log: OpenLog, table: str = "ledger_inbox") -> int:
    return int(log.rows(f"SELECT count(*) FROM {table}")[0][0])


def commits_of(log: OpenLog) -> list[object]:
    seen: list[object] = []
    event.listen(log.db.kw["bind"], "commit", seen.append)
    return seen


def test_many_callers_share_commits_and_each_gets_its_own_receipt(ada: OpenLog) -> None:
    commits = commits_of(ada)
    with submissions(ada.db) as door:
        receipts = at_once([lambda n=n: door.submit(ada.wish(n)) for n in range(64)])  # type: ignore[misc]
    assert all(isinstance(each, Receipt) for each in receipts)
    assert len({each.submission_id for each in receipts}) == 64
    assert len(commits) < 64
    assert ada.integrate() == 64
    ada.publish()
    assert audit(ada.db, ada.id, [ada.signer.vkey]) == []


def test_a_hundred_callers_with_one_key_have_one_effect(ada: OpenLog) -> None:
    with submissions(ada.db) as door:
        receipts = at_once([lambda: door.submit(ada.wish(7, key="scan-1"))] * 100)
    assert len(receipts) == 100
    assert len(set(receipts)) == 1
    assert isinstance(receipts[0], Receipt)
    assert (count(ada), count(ada, "ledger_key")) == (1, 1)


def test_a_failing_submission_fails_only_its_caller(ada: OpenLog) -> None:
    ada.accept(1, key="a")
    wishes = [ada.wish(2, key="a"), ada.wish(3, openings={"ä": b""}), *(ada.wish(n) for n in range(20))]
    with submissions(ada.db) as door:
        reused, refused, *good = at_once([lambda w=w: door.submit(w) for w in wishes])  # type: ignore[misc]
    assert isinstance(reused, KeyReused)
    assert isinstance(refused, EntryRefused)
    assert all(isinstance(each, Receipt) for each in good)
    assert count(ada) == 21


def test_a_failing_commit_fails_all_of_its_callers_with_nothing_half_written(ada: OpenLog) -> None:
    engine = ada.db.kw["bind"]

    def full(_connection: object) -> None:
        raise OperationalError(None, None, Exception("disk is full"))

    event.listen(engine, "commit", full)
    with submissions(ada.db) as door:
        failed = at_once([lambda n=n: door.submit(ada.wish(n, key=f"k{n}")) for n in range(10)])  # type: ignore[misc]
        event.remove(engine, "commit", full)
        assert all(isinstance(each, OperationalError) for each in failed)
        assert (count(ada), count(ada, "ledger_key")) == (0, 0)
        again = at_once([lambda n=n: door.submit(ada.wish(n, key=f"k{n}")) for n in range(10)])  # type: ignore[misc]
    assert all(isinstance(each, Receipt) for each in again)
    assert count(ada) == 10


def test_a_work_that_the_database_refuses_is_found_and_the_others_are_written(ada: OpenLog) -> None:
    def put(session: Session, keys: Sequence[str]) -> list[str]:
        for key in keys:
            session.execute(
                text("INSERT INTO ledger_key (log_id, key, submission_id) VALUES (1, :k, 1)"), {"k": key}
            )
        return [key.upper() for key in keys]

    with Group(ada.db, put) as door:
        results = at_once([lambda k=k: door.submit(k) for k in ("a", "b", "b", "c")])  # type: ignore[misc]
    assert {each for each in results if isinstance(each, str)} == {"A", "B", "C"}
    assert sum(isinstance(each, DBAPIError) for each in results) == 1
    assert count(ada, "ledger_key") == 3


def test_a_crowded_door_says_so_at_once_and_a_closed_one_writes_what_waits(ada: OpenLog) -> None:
    holding, entered = threading.Event(), threading.Event()

    def slow(session: Session, given: Sequence[int]) -> list[int]:
        entered.set()
        assert holding.wait(60)
        return list(given)

    door = Group(ada.db, slow, waiting=2)
    first = door.bring(1)
    assert entered.wait(60)
    waiting = [door.bring(2), door.bring(3)]
    with pytest.raises(Crowded, match="try again"):
        door.bring(4)
    closing = threading.Thread(target=door.close)
    closing.start()
    holding.set()
    closing.join(60)
    assert not closing.is_alive()
    assert [each.result(0) for each in (first, *waiting)] == [1, 2, 3]
    with pytest.raises(Closed):
        door.submit(5)
    door.close()


def test_a_door_that_nobody_used_closes_and_starts_no_thread(ada: OpenLog) -> None:
    before = threading.active_count()
    submissions(ada.db).close()
    assert threading.active_count() == before
