"""Taking readings: nothing lost, nothing twice, and everything else in quarantine with a reason."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.brands.tenants import create_brand
from app.db import Db, reading
from app.telemetry.take import take_batch
from iot import devices, quarantine, readings
from iot.devices import Registered
from iot.reading import Message, Reason
from iot.tables import Frame, Quarantine, Reading
from tests.support.sensors import cold_room, message, send


def stored(db: Db) -> list[tuple[int, str, str]]:
    with reading(db) as session:
        found = select(Reading.seq, Reading.boot, Reading.value_text).order_by(
            Reading.ts, Reading.boot, Reading.seq
        )
        return [tuple(row) for row in session.execute(found)]


def reasons(db: Db) -> list[str]:
    with reading(db) as session:
        return list(session.scalars(select(Quarantine.reason).order_by(Quarantine.id)))


def test_a_repeated_delivery_is_one_reading_and_the_same_receipt(
    db: Db, device: Registered, now: datetime
) -> None:
    first = send(db, device, now, [(0, 4.5), (1, 4.6)])
    again = send(db, device, now, [(0, 4.5), (1, 4.6)])
    assert stored(db) == [(0, "b1", "4.5"), (1, "b1", "4.6")]
    assert [outcome.stored for outcome in first] == [outcome.stored for outcome in again]


def test_the_same_moment_with_another_counter_is_another_reading(
    db: Db, device: Registered, now: datetime
) -> None:
    take_batch(db, [message(device, now, 1, 4.5), message(device, now, 2, 4.5)], now)
    assert len(stored(db)) == 2


def test_a_restarted_counter_is_told_apart_by_its_boot(db: Db, device: Registered, now: datetime) -> None:
    take_batch(db, [message(device, now, 1, 4.5), message(device, now, 1, 4.5, boot="b2")], now)
    assert [boot for _, boot, _ in stored(db)] == ["b1", "b2"]


def test_without_a_counter_the_value_tells_readings_apart(db: Db, device: Registered, now: datetime) -> None:
    bodies = [{"ts": now.isoformat(), "temperature": value} for value in (4.5, 4.5, 4.6)]
    take_batch(db, [Message(device.topic, json.dumps(body).encode()) for body in bodies], now)
    assert sorted(text for _, _, text in stored(db)) == ["4.5", "4.6"]


def test_the_newest_is_the_last_measured_not_the_last_to_come(db: Db, device: Registered, now: datetime) -> None:
    send(db, device, now, [(5, 5.5)])
    send(db, device, now, [(3, 3.5)], now=now + timedelta(minutes=6))
    with reading(db) as session:
        (newest,) = readings.latest(session, [device.id])
    assert newest.value_text == "5.5"


def test_what_is_no_reading_lies_in_quarantine_with_its_reason(
    db: Db, device: Registered, brand_id: str, now: datetime
) -> None:
    def at(moment: datetime) -> bytes:
        return json.dumps({"ts": moment.isoformat(), "seq": 9, "t": 1}).encode()

    batch = {
        Message(device.topic, b"{"): Reason.NOT_JSON,
        Message(device.topic, at(datetime.fromisoformat("1970-01-01T00:00:00Z"))): Reason.CLOCK_OUT_OF_RANGE,
        Message(device.topic, at(now + timedelta(days=1, seconds=1))): Reason.CLOCK_OUT_OF_RANGE,
        Message("wayproof/ada/unknown/readings", at(now)): Reason.UNKNOWN_DEVICE,
        Message("wayproof/cleo/cold-1/readings", at(now)): Reason.UNKNOWN_DEVICE,
        Message("wayproof/ada/cold-1/other", at(now)): Reason.WRONG_TOPIC,
        Message("wayproof/ada/a\x00b/readings", at(now)): Reason.WRONG_TOPIC,
        message(device, now, 1, 4.5, device="cold-2"): Reason.OTHER_DEVICE,
        Message(device.topic, b" " * 70_000): Reason.TOO_LARGE,
    }
    outcomes = take_batch(db, list(batch), now)
    assert reasons(db) == [reason.value for reason in batch.values()]
    assert stored(db) == []
    assert [outcome.refused[0].reason for outcome in outcomes] == list(batch.values())
    with reading(db) as session:
        assert quarantine.newest(session, "ada")[0].payload == b" " * 70_000


def test_good_readings_beside_a_bad_message_are_kept(db: Db, device: Registered, now: datetime) -> None:
    take_batch(db, [message(device, now, 1, 4.5), Message(device.topic, b"?"), message(device, now, 2, 4.6)], now)
    assert [seq for seq, _, _ in stored(db)] == [1, 2]
    assert reasons(db) == ["not_json"]


def test_a_device_out_of_use_is_not_listened_to(db: Db, device: Registered, brand_id: str, now: datetime) -> None:
    with db.begin() as session:
        devices.retire(session, brand_id, device.name, now)
    send(db, device, now, [(0, 4.5)])
    assert reasons(db) == ["device_retired"]


def test_ada_does_not_see_what_lies_in_cleos_quarantine(
    db: Db, device: Registered, now: datetime, tmp_path: Path
) -> None:
    cleo = create_brand(db, tmp_path / "keys", name="Cleo Ltd", slug="cleo", now=now)
    hers = cold_room(db, cleo, now)
    take_batch(db, [Message(hers.topic, b"?")], now)
    with reading(db) as session:
        assert quarantine.newest(session, "ada") == []
        assert len(quarantine.newest(session, "cleo")) == 1


def test_every_reading_names_the_message_it_came_in(db: Db, device: Registered, now: datetime) -> None:
    body = [{"ts": now.isoformat(), "seq": n, "temperature": n} for n in range(3)]
    payload = json.dumps(body).encode()
    take_batch(db, [Message(device.topic, payload)], now)
    with reading(db) as session:
        (frame,) = session.scalars(select(Frame)).all()
        assert frame.payload == payload
        assert session.scalar(select(func.count()).where(Reading.frame_id == frame.id)) == 3


def test_a_name_can_be_registered_once(db: Db, device: Registered, brand_id: str, now: datetime) -> None:
    with pytest.raises(devices.DeviceRefused, match="taken"):
        cold_room(db, brand_id, now)


@pytest.mark.parametrize("name", ["", "Cold", "a/b", "a+", "#", "a" * 41, ".a"])
def test_a_name_that_no_topic_can_hold_is_refused(db: Db, brand_id: str, now: datetime, name: str) -> None:
    with pytest.raises(devices.DeviceRefused, match="cannot be a device's name"):
        cold_room(db, brand_id, now, name=name)
