"""Cases open once per trouble, have an owner, and close; each opening and closing is an entry."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select

from app.db import Db
from app.models.shipments import Case
from app.support import cases
from ledger.tables import Submission

ABOUT: dict[str, Any] = {"kind": "no_movement", "subject": "shipment:s1"}


def open_one(db: Db, brand_id: str, now: datetime, **more: Any) -> Case:
    facts = {"priority": 2, "facts": {"days": 3}, "due_at": now + timedelta(hours=8), "shipment_id": None}
    with db.begin() as session:
        return cases.open_case(session, brand_id=brand_id, now=now, **{**ABOUT, **facts, **more})


def entries(db: Db, kind: bytes) -> int:
    with db() as session:
        return sum(kind in envelope for envelope in session.scalars(select(Submission.envelope)))


def test_one_trouble_opens_one_case(db: Db, brand_id: str, now: datetime) -> None:
    first = open_one(db, brand_id, now)
    again = open_one(db, brand_id, now + timedelta(hours=1))
    assert again.id == first.id
    assert entries(db, b"support:case:opened") == 1


def test_two_workers_open_one_case(db: Db, brand_id: str, now: datetime) -> None:
    start, found = Barrier(2), list[str]()

    def work() -> None:
        start.wait(60)
        found.append(open_one(db, brand_id, now).id)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(found) == 2
    assert len(set(found)) == 1
    assert entries(db, b"support:case:opened") == 1


def test_a_closed_trouble_may_come_back(db: Db, brand_id: str, now: datetime) -> None:
    first = open_one(db, brand_id, now)
    with db.begin() as session:
        assert cases.close_case(session, brand_id=brand_id, now=now, **ABOUT)
        assert cases.close_case(session, brand_id=brand_id, now=now, **ABOUT) is None
    assert open_one(db, brand_id, now).id != first.id
    assert entries(db, b"support:case:closed") == 1


def test_the_queue_is_in_order_of_priority_and_due_time(db: Db, brand_id: str, now: datetime) -> None:
    late = open_one(db, brand_id, now, subject="shipment:a", due_at=now + timedelta(hours=9))
    soon = open_one(db, brand_id, now, subject="shipment:b", due_at=now + timedelta(hours=1))
    urgent = open_one(db, brand_id, now, subject="shipment:c", priority=1)
    with db() as session:
        assert [case.id for case in cases.queue(session, brand_id)] == [urgent.id, soon.id, late.id]


def test_another_brand_can_neither_see_nor_close_it(db: Db, brand_id: str, now: datetime) -> None:
    case = open_one(db, brand_id, now)
    with db.begin() as session:
        assert cases.queue(session, "cleo") == []
        assert cases.get(session, "cleo", case.id) is None
        assert cases.close(session, brand_id="cleo", case_id=case.id, person_id="cleo", now=now) is None


def test_closing_by_hand_names_who_did_it(db: Db, brand_id: str, now: datetime) -> None:
    case = open_one(db, brand_id, now)
    with db.begin() as session:
        cases.take(session, brand_id=brand_id, case_id=case.id, person_id="ada")
        closed = cases.close(session, brand_id=brand_id, case_id=case.id, person_id="ada", now=now)
        again = cases.close(session, brand_id=brand_id, case_id=case.id, person_id="ada", now=now)
    assert closed
    assert closed.owner_id == "ada"
    assert again
    assert entries(db, b'"person":"ada"') == 1
