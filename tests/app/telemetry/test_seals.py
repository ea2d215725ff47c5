"""Seals: the root in the log is the root of the readings, and what comes late gets a supplement."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.db import Db, reading
from app.telemetry.conditions import conditions
from app.telemetry.judge import judge_due
from app.telemetry.seals import seal_due
from app.telemetry.take import take_batch
from iot import seal
from iot.devices import Registered
from iot.tables import Reading, Seal
from ledger import entry
from ledger.tables import Submission
from tests.support.sensors import PALLET, cold_room, message, send


def minutes(start: datetime, n: float) -> datetime:
    return start + timedelta(minutes=n)


def entries(db: Db) -> list[dict[str, Any]]:
    with reading(db) as session:
        found = [
            entry.read(bytes(row)) for row in session.scalars(select(Submission.envelope).order_by(Submission.id))
        ]
    return [dict(each.body) for each in found if each.type == "telemetry:window:sealed"]


def test_a_window_is_sealed_once_its_lateness_is_over(db: Db, device: Registered, now: datetime) -> None:
    send(db, device, now, [(n, 4.0 + n / 10) for n in range(20)])
    assert seal_due(db, minutes(now, 44)) == 0
    assert seal_due(db, minutes(now, 46)) == 1
    assert seal_due(db, minutes(now, 46)) == 0
    (body,) = entries(db)
    assert (body["device"], body["count"], body["previous"], body["supplement_to"]) == ("cold-1", 15, None, None)
    assert body["values"] == {"temperature": {"min": "4.0", "max": "5.4", "unit": "CEL"}}
    assert (body["first_at"], body["last_at"]) == ("2026-03-02T09:30:00.000000Z", "2026-03-02T09:44:00.000000Z")


def test_seals_form_a_chain_and_name_the_gaps(db: Db, device: Registered, now: datetime) -> None:
    send(db, device, now, [(n, 4.0) for n in (*range(10), *range(25, 30))])
    assert seal_due(db, minutes(now, 120)) == 2
    first, second = entries(db)
    assert second["previous"] == first["root"]
    assert first["gaps"] == []
    assert second["gaps"] == [["2026-03-02T09:39:00.000000Z", "2026-03-02T09:55:00.000000Z"]]


def test_late_readings_get_a_supplement_that_names_the_sealed_root(
    db: Db, device: Registered, now: datetime
) -> None:
    send(db, device, now, [(n, 4.0) for n in range(5)])
    seal_due(db, minutes(now, 60))
    send(db, device, now, [(7, 6.0)], now=minutes(now, 61))
    assert seal_due(db, minutes(now, 61)) == 1
    first, supplement = entries(db)
    assert supplement["supplement_to"] == first["root"]
    assert supplement["count"] == 1


def test_the_root_is_that_of_the_stored_readings_and_an_edited_one_shows(
    db: Db, device: Registered, now: datetime
) -> None:
    send(db, device, now, [(n, 4.0) for n in range(15)])
    seal_due(db, minutes(now, 60))
    with reading(db) as session:
        row = session.scalars(select(Seal)).one()
        assert seal.root(device.username, seal.members(session, device, row.id)).hex() == row.root
    with db.begin() as session:
        session.execute(update(Reading).where(Reading.seq == 7).values(value_text="3.9"))
    with reading(db) as session:
        assert seal.root(device.username, seal.members(session, device, row.id)).hex() != row.root


def test_a_full_window_is_sealed_in_parts(db: Db, brand_id: str, now: datetime) -> None:
    device = cold_room(db, brand_id, now, name="quick", interval_s=1)
    batch = [message(device, now + timedelta(seconds=n / 2), n, 4.0) for n in range(1700)]
    take_batch(db, batch, now)
    assert seal_due(db, minutes(now, 120)) == 2
    assert [body["count"] for body in entries(db)] == [1000, 700]


def test_a_passport_names_the_seals_of_its_time(db: Db, device: Registered, brand_id: str, now: datetime) -> None:
    send(db, device, now, [(n, 4.0) for n in range(45)])
    judge_due(db, minutes(now, 45))
    seal_due(db, minutes(now, 120))
    with reading(db) as session:
        found = conditions(session, brand_id, PALLET, minutes(now, 20))
        ids = list(session.scalars(select(Seal.submission_id).order_by(Seal.id)))
    assert found is not None
    assert found.seal_count == 2
    assert found.seal_submission_ids == [ids[1], ids[0]]
