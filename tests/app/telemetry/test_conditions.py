"""The condition of a thing: true shares, true gaps, and never a reading of somebody else's time."""

from datetime import datetime, timedelta

import pytest

from app.brands.tenants import brand_of
from app.db import Db, reading
from app.models.products import Containment
from app.telemetry.conditions import Condition, conditions
from app.telemetry.judge import judge_due
from app.telemetry.live import live
from app.telemetry.register import end_placement, place_device, register_device, set_rule
from iot.devices import DeviceRefused, Registered
from tests.support.sensors import PALLET, cold_room, send

TIN = "/01/09521000000011/21/T1"
BOX = "/00/095210000000000024"
OTHER = "/00/095210000000000031"


def minutes(start: datetime, n: float) -> datetime:
    return start + timedelta(minutes=n)


def ask(db: Db, brand_id: str, key: str, until: datetime | None) -> Condition:
    with reading(db) as session:
        found = conditions(session, brand_id, key, until)
    assert found is not None
    return found


def shares(condition: Condition) -> tuple[int, int, int]:
    return condition.inside_s // 60, condition.outside_s // 60, condition.unknown_s // 60


def gaps(condition: Condition, start: datetime) -> list[tuple[int, int]]:
    return [
        (int((begin - start).total_seconds() // 60), int((end - start).total_seconds() // 60))
        for begin, end in condition.gaps
    ]


@pytest.mark.parametrize("judged", [True, False])
def test_shares_add_up_and_a_gap_is_unknown(
    db: Db, device: Registered, brand_id: str, now: datetime, judged: bool
) -> None:
    send(db, device, now, [(n, 4.0) for n in range(11)] + [(n, 9.0) for n in range(11, 21)])
    send(db, device, now, [(n, 4.0) for n in range(31, 41)])
    if judged:
        judge_due(db, minutes(now, 40))
    found = ask(db, brand_id, PALLET, minutes(now, 41))
    assert shares(found) == (11 + 10, 9, 11)
    assert gaps(found, now) == [(20, 31)]
    assert (found.low, found.high, found.unit, found.symbol) == ("2", "8", "CEL", "°C")
    assert found.latest is not None
    assert found.latest.value == "4.0"
    assert found.watched == [(now, minutes(now, 41))]


def test_three_intervals_are_no_gap_and_a_second_more_is_one(
    db: Db, device: Registered, brand_id: str, now: datetime
) -> None:
    send(db, device, now, [(0, 4.0), (3, 4.0), (6, 4.0)])
    judge_due(db, minutes(now, 6))
    assert ask(db, brand_id, PALLET, minutes(now, 9)).gaps == []
    assert gaps(ask(db, brand_id, PALLET, minutes(now, 9.02)), now) == [(6, 9)]


def test_nothing_measured_is_all_unknown(db: Db, device: Registered, brand_id: str, now: datetime) -> None:
    found = ask(db, brand_id, PALLET, minutes(now, 60))
    assert shares(found) == (0, 0, 60)
    assert found.latest is None
    assert found.series == []


def test_without_a_limit_nothing_is_called_inside(db: Db, brand_id: str, now: datetime) -> None:
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        device, _ = register_device(
            session, brand, "bare", metrics={"temperature": "CEL"}, expected_interval_s=60, now=now
        )
        place_device(session, brand, "bare", PALLET, from_at=now, now=now)
    send(db, device, now, [(n, 4.0) for n in range(11)])
    judge_due(db, minutes(now, 10))
    found = ask(db, brand_id, PALLET, minutes(now, 10))
    assert shares(found) == (0, 0, 10)
    assert found.gaps == []
    assert found.low is None


def test_late_readings_fill_the_gap(db: Db, device: Registered, brand_id: str, now: datetime) -> None:
    send(db, device, now, [(0, 4.0), (60, 4.0)])
    judge_due(db, minutes(now, 60))
    assert gaps(ask(db, brand_id, PALLET, minutes(now, 60)), now) == [(0, 60)]
    send(db, device, now, [(n, 4.0) for n in range(1, 60)], now=minutes(now, 61))
    judge_due(db, minutes(now, 61))
    found = ask(db, brand_id, PALLET, minutes(now, 60))
    assert (shares(found), found.gaps) == ((60, 0, 0), [])


def test_a_device_that_moves_on_tells_nothing_of_the_next_units_time(
    db: Db, device: Registered, brand_id: str, now: datetime
) -> None:
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        place_device(session, brand, device.name, OTHER, from_at=minutes(now, 30), now=minutes(now, 30))
    send(db, device, now, [(n, 4.0) for n in range(30)] + [(n, 15.0) for n in range(30, 60)])
    judge_due(db, minutes(now, 60))
    first, second = (ask(db, brand_id, key, minutes(now, 60)) for key in (PALLET, OTHER))
    assert shares(first) == (30, 0, 0)
    assert max(point.high for point in first.series) == 4.0
    assert first.excursions == []
    assert shares(second) == (0, 30, 0)
    assert [each.peak for each in second.excursions] == ["15.0"]


def test_a_tin_shares_the_condition_of_the_pallet_while_it_is_on_it(
    db: Db, device: Registered, brand_id: str, now: datetime
) -> None:
    with db.begin() as session:
        for parent, child, begin, end in ((PALLET, BOX, 0, None), (BOX, TIN, 10, 20)):
            until = None if end is None else minutes(now, end)
            session.add(
                Containment(
                    brand_id=brand_id,
                    parent_key=parent,
                    child_key=child,
                    from_at=minutes(now, begin),
                    until_at=until,
                )
            )
    send(db, device, now, [(n, 4.0) for n in range(60)])
    judge_due(db, minutes(now, 60))
    assert shares(ask(db, brand_id, TIN, minutes(now, 60))) == (10, 0, 0)
    assert shares(ask(db, brand_id, BOX, minutes(now, 60))) == (60, 0, 0)


def test_what_nobody_watched_has_no_condition_and_cleo_sees_nothing_of_adas(
    db: Db, device: Registered, brand_id: str, now: datetime
) -> None:
    send(db, device, now, [(0, 4.0)])
    with reading(db) as session:
        assert conditions(session, brand_id, TIN, now) is None
        assert conditions(session, "cleo", PALLET, now) is None
        assert live(session, "cleo", now) == []


def test_the_nearer_device_counts_where_two_watch(db: Db, brand_id: str, now: datetime) -> None:
    far, near = cold_room(db, brand_id, now), cold_room(db, brand_id, now, name="in-the-box")
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        session.add(Containment(brand_id=brand_id, parent_key=PALLET, child_key=BOX, from_at=now))
        end_placement(session, brand, near.name, to_at=now, now=now)
        place_device(session, brand, near.name, BOX, from_at=now, now=now)
    send(db, far, now, [(n, 4.0) for n in range(31)])
    send(db, near, now, [(n, 9.0) for n in range(31)])
    judge_due(db, minutes(now, 30))
    found = ask(db, brand_id, BOX, minutes(now, 30))
    assert shares(found) == (0, 30, 0)
    assert found.devices == ["in-the-box"]


def test_weeks_are_drawn_with_two_hundred_points_and_keep_their_extremes(
    db: Db, device: Registered, brand_id: str, now: datetime
) -> None:
    values = [(n, 4.0 + (20 if n == 7777 else 0)) for n in range(0, 20_000, 1)]
    for begin in range(0, len(values), 2000):
        send(db, device, now, values[begin : begin + 2000])
    while judge_due(db, minutes(now, 20_000)):
        pass
    found = ask(db, brand_id, PALLET, minutes(now, 20_000))
    assert 100 < len(found.series) <= 200
    assert max(point.high for point in found.series) == 24.0
    assert min(point.low for point in found.series) == 4.0
    assert sum(shares(found)) == 20_000


def test_a_limit_in_celsius_shows_a_fahrenheit_sensor_in_celsius(db: Db, brand_id: str, now: datetime) -> None:
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        device, _ = register_device(
            session, brand, "yard", metrics={"temperature": "FAH"}, expected_interval_s=60, now=now
        )
        place_device(session, brand, "yard", PALLET, from_at=now, now=now)
        set_rule(session, brand, "yard", "temperature", high="8", unit="CEL", now=now)
    send(db, device, now, [(0, 46.4), (1, 46.4), (2, 50.0), (3, 50.0)])
    judge_due(db, minutes(now, 3))
    found = ask(db, brand_id, PALLET, minutes(now, 3))
    assert shares(found) == (2, 1, 0)
    assert (found.unit, found.symbol) == ("CEL", "°C")
    assert found.latest is not None
    assert found.latest.value == "10.00"
    assert max(point.high for point in found.series) == 10.0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "set a low limit"),
        ({"low": "warm"}, "no decimal"),
        ({"low": "8", "high": "2"}, "must be room"),
        ({"low": "2", "high": "3", "clear_margin": "1"}, "must be room"),
        ({"high": "NaN"}, "no limit within reach"),
        ({"high": "8", "clear_margin": "-1"}, "not negative"),
        ({"high": "8", "unit": "P1"}, "sends CEL"),
    ],
)
def test_limits_that_make_no_sense_are_refused(
    db: Db, device: Registered, brand_id: str, now: datetime, given: dict[str, str], said: str
) -> None:
    with db.begin() as session, pytest.raises(DeviceRefused, match=said):
        set_rule(session, brand_of(session, brand_id), device.name, "temperature", **given, now=now)  # type: ignore[arg-type]


def test_the_warehouse_sees_every_device_as_it_stands(
    db: Db, device: Registered, brand_id: str, now: datetime
) -> None:
    cold_room(db, brand_id, now, name="never-heard")
    send(db, device, now, [(n, 9.0) for n in range(15)])
    judge_due(db, minutes(now, 15))
    with reading(db) as session:
        ringing, waiting = live(session, brand_id, minutes(now, 15))
        (silent, _) = live(session, brand_id, minutes(now, 60))
    assert (ringing.name, ringing.status, ringing.unit_key) == ("cold-1", "alarm", PALLET)
    assert [(value.metric, value.value, value.symbol) for value in ringing.values] == [
        ("temperature", "9.0", "°C")
    ]
    assert [(alarm.kind, alarm.limit) for alarm in ringing.alarms] == [("band", "8")]
    assert (ringing.low, ringing.high) == ("2", "8")
    assert (waiting.name, waiting.status) == ("never-heard", "waiting")
    assert silent.status == "silent"
