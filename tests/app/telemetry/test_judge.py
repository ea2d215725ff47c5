"""From readings to alarms, cases and notices: once, with true times, also when readings come late."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.db import Db, reading
from app.ids import new_id
from app.models.products import Containment
from app.models.shipments import Case, Notice, Shipment, ShipmentItem
from app.shipping.orders import Buyer, place_order
from app.telemetry.judge import judge_due
from app.telemetry.register import set_rule
from iot.devices import Registered
from iot.reading import moment
from iot.tables import Alarm, Rule
from ledger import entry
from ledger.tables import Submission
from tests.support.sensors import PALLET, cold_room, send

WARM = [(n, 4.0) for n in range(10)] + [(n, 11.0) for n in range(10, 40)] + [(n, 4.0) for n in range(40, 50)]


def minutes(start: datetime, n: int) -> datetime:
    return start + timedelta(minutes=n)


def found(db: Db, start: datetime, *, kind: str = "band") -> list[tuple[int, int | None, str | None]]:
    """(begin, end, peak) of every alarm that was not taken back, in minutes."""
    with reading(db) as session:
        rows = session.scalars(select(Alarm).where(Alarm.kind == kind).order_by(Alarm.started_ts)).all()
    return [
        (
            int((moment(row.started_ts) - start).total_seconds() // 60),
            None if row.ended_ts is None else int((moment(row.ended_ts) - start).total_seconds() // 60),
            row.peak,
        )
        for row in rows
        if row.ended not in ("merged", "withdrawn")
    ]


def entries(db: Db) -> list[str]:
    with reading(db) as session:
        return [
            entry.read(bytes(row)).type
            for row in session.scalars(select(Submission.envelope).order_by(Submission.id))
        ]


def test_a_warm_half_hour_is_one_alarm_with_true_begin_end_and_peak(
    db: Db, device: Registered, now: datetime
) -> None:
    send(db, device, now, WARM)
    judge_due(db, minutes(now, 50))
    assert found(db, now) == [(10, 40, "11.0")]
    assert [kind for kind in entries(db) if "alarm" in kind] == [
        "telemetry:alarm:opened",
        "telemetry:alarm:closed",
    ]


def test_judging_a_stretch_twice_changes_nothing(db: Db, device: Registered, now: datetime) -> None:
    send(db, device, now, WARM)
    judge_due(db, minutes(now, 50))
    before = entries(db)
    assert judge_due(db, minutes(now, 50)) == 0
    send(db, device, now, WARM)
    judge_due(db, minutes(now, 51))
    assert found(db, now) == [(10, 40, "11.0")]
    assert entries(db) == before


def test_readings_one_by_one_give_what_readings_at_once_give(db: Db, device: Registered, now: datetime) -> None:
    for each in WARM:
        send(db, device, now, [each])
        judge_due(db, minutes(now, each[0]))
    assert found(db, now) == [(10, 40, "11.0")]
    assert [kind for kind in entries(db) if "alarm" in kind] == [
        "telemetry:alarm:opened",
        "telemetry:alarm:closed",
    ]


def test_an_alarm_is_open_as_long_as_nothing_proves_the_return(db: Db, device: Registered, now: datetime) -> None:
    send(db, device, now, WARM[:40])
    judge_due(db, minutes(now, 40))
    assert found(db, now) == [(10, None, "11.0")]
    send(db, device, now, [(60, 9.0), (61, 7.9)])
    judge_due(db, minutes(now, 61))
    assert found(db, now) == [(10, None, "11.0")]
    send(db, device, now, [(62, 7.5)])
    judge_due(db, minutes(now, 62))
    assert found(db, now) == [(10, 62, "11.0")]


def test_two_hours_brought_late_give_one_excursion_with_true_begin_end_and_peak(
    db: Db, device: Registered, now: datetime
) -> None:
    send(db, device, now, [(n, 4.0) for n in range(10)])
    judge_due(db, minutes(now, 10))
    live = [(n, 4.0) for n in range(130, 135)]
    send(db, device, now, live)
    judge_due(db, minutes(now, 135))
    assert found(db, now) == []
    late = [(n, 4.0) for n in range(10, 40)] + [(n, 9.0 + n % 7) for n in range(40, 100)]
    late += [(n, 4.0) for n in range(100, 130)]
    for begin in range(90, -1, -30):  # brought in four pieces, the newest first
        send(db, device, now, late[begin : begin + 30], now=minutes(now, 136))
        judge_due(db, minutes(now, 136))
    assert found(db, now) == [(40, 100, "15.0")]


ORDERS = st.permutations(range(6))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=ORDERS, shape=st.lists(st.sampled_from([4.0, 7.8, 9.0, 12.0]), min_size=60, max_size=60))
def test_whatever_the_order_of_arrival_the_alarms_are_those_of_the_order_of_measurement(
    db: Db, brand_id: str, now: datetime, order: list[int], shape: list[float]
) -> None:
    names = [f"d{new_id()}", f"d{new_id()}"]
    tidy, shuffled = (cold_room(db, brand_id, now, name=name) for name in names)
    values = list(enumerate(shape))
    send(db, tidy, now, values)
    for piece in order:
        send(db, shuffled, now, values[piece * 10 : piece * 10 + 10], now=minutes(now, 60))
        judge_due(db, minutes(now, 60))
    facts = {}
    with reading(db) as session:
        for one in (tidy, shuffled):
            rows = session.execute(
                select(Alarm.started_ts, Alarm.ended_ts, Alarm.peak, Alarm.limit)
                .where(Alarm.device_id == one.id, Alarm.kind == "band")
                .where(Alarm.ended.is_distinct_from("merged"), Alarm.ended.is_distinct_from("withdrawn"))
                .order_by(Alarm.started_ts)
            )
            facts[one.id] = [tuple(row) for row in rows]
    assert facts[tidy.id] == facts[shuffled.id]


def test_a_return_that_is_proved_late_is_not_forgotten_by_what_was_judged_before_it(
    db: Db, device: Registered, now: datetime
) -> None:
    send(db, device, now, [(n, 9.0) for n in range(20)])
    judge_due(db, minutes(now, 20))
    send(db, device, now, [(n, 7.8) for n in range(30, 40)])  # inside, but not by the margin: it proves nothing
    judge_due(db, minutes(now, 40))
    send(db, device, now, [(n, 4.0) for n in range(20, 30)], now=minutes(now, 41))
    judge_due(db, minutes(now, 41))
    send(db, device, now, [(n, 7.8) for n in range(40, 50)], now=minutes(now, 50))
    judge_due(db, minutes(now, 50))
    assert found(db, now) == [(0, 20, "9.0")]


def test_late_readings_that_prove_it_stayed_warm_make_two_alarms_one(
    db: Db, device: Registered, now: datetime
) -> None:
    send(db, device, now, [(0, 4.0)] + [(n, 9.0) for n in range(1, 20)] + [(20, 4.0)])
    send(db, device, now, [(n, 10.0) for n in range(40, 60)] + [(60, 4.0)])
    judge_due(db, minutes(now, 60))
    assert found(db, now) == [(1, 20, "9.0"), (40, 60, "10.0")]
    send(db, device, now, [(n, 5.0) for n in range(50, 55)], now=minutes(now, 61))
    judge_due(db, minutes(now, 61))
    assert all(end is not None for _, end, _ in found(db, now))


def test_a_silence_raises_one_alarm_and_ends_with_the_next_reading(
    db: Db, device: Registered, now: datetime
) -> None:
    send(db, device, now, [(0, 4.0)])
    judge_due(db, minutes(now, 3))
    judge_due(db, minutes(now, 4))
    judge_due(db, minutes(now, 4))
    assert found(db, now, kind="silence") == []  # noticed, and given one interval to come in
    judge_due(db, minutes(now, 5))
    judge_due(db, minutes(now, 30))
    assert found(db, now, kind="silence") == [(0, None, None)]
    send(db, device, now, [(31, 4.0)])
    judge_due(db, minutes(now, 31))
    assert found(db, now, kind="silence") == [(0, 31, None)]
    with reading(db) as session:
        (case,) = session.scalars(select(Case).where(Case.kind == "silence")).all()
    assert case.closed_at is not None


def test_a_device_that_was_never_heard_waits_and_does_not_alarm(db: Db, device: Registered, now: datetime) -> None:
    judge_due(db, minutes(now, 1000))
    judge_due(db, minutes(now, 1010))
    assert found(db, now, kind="silence") == []


def test_a_new_rule_ends_the_alarm_of_the_old_one(
    db: Db, device: Registered, brand_id: str, now: datetime
) -> None:
    send(db, device, now, WARM[:30])
    judge_due(db, minutes(now, 30))
    with db.begin() as session:
        set_rule(session, brand_of(session, brand_id), device.name, "temperature", high="20", now=minutes(now, 30))
    judge_due(db, minutes(now, 30))
    send(db, device, now, [(n, 11.0) for n in range(31, 60)])
    judge_due(db, minutes(now, 60))
    assert found(db, now) == [(10, 30, "11.0")]
    with reading(db) as session:
        (row,) = session.scalars(select(Alarm).where(Alarm.kind == "band")).all()
        assert row.ended == "replaced"
    assert found(db, now, kind="above") == []


@pytest.fixture
def shipment(db: Db, brand_id: str, now: datetime) -> str:
    """A shipment of Ben's with one tin in it, which travels on the pallet."""
    tin = "/01/09521000000011/21/T1"
    with db.begin() as session:
        ben = Buyer(
            name="Ben Carrow",
            email="ben@example.org",
            phone=None,
            address={"city": "Utrecht"},
            language="en",
            country="NL",
        )
        brand = brand_of(session, brand_id)
        order = place_order(session, brand, number="A-1", buyer=ben, placed_at=now, now=now)
        session.add(Shipment(id="s1", brand_id=brand_id, order_id=order.id, created_at=now))
        session.flush()
        session.add(ShipmentItem(shipment_id="s1", key=tin, brand_id=brand_id))
        box = "/00/095210000000000024"
        for parent, child in pairwise((PALLET, box, tin)):
            session.add(Containment(brand_id=brand_id, parent_key=parent, child_key=child, from_at=now))
    return "s1"


def test_an_alarm_opens_a_case_and_tells_the_customer_whose_goods_were_on_the_pallet(
    db: Db, device: Registered, shipment: str, now: datetime
) -> None:
    send(db, device, now, WARM)
    judge_due(db, minutes(now, 50))
    judge_due(db, minutes(now, 51))
    with reading(db) as session:
        (case,) = session.scalars(select(Case)).all()
        (notice,) = session.scalars(select(Notice)).all()
    assert (case.kind, case.shipment_id) == ("excursion", shipment)
    assert (notice.kind, notice.shipment_id) == ("excursion", shipment)


def test_what_was_unpacked_before_is_not_touched(db: Db, device: Registered, shipment: str, now: datetime) -> None:
    with db.begin() as session:
        for row in session.scalars(select(Containment)):
            row.until_at = minutes(now, 5)
    send(db, device, now, WARM)
    judge_due(db, minutes(now, 50))
    with reading(db) as session:
        assert session.scalars(select(Notice)).all() == []
        (case,) = session.scalars(select(Case)).all()
    assert case.subject == f"device:{device.id}"


def test_a_long_backlog_is_judged_in_parts_to_the_same_end(db: Db, device: Registered, now: datetime) -> None:
    start = now - timedelta(days=9)
    values = [(n, 11.0 if 3000 <= n < 7000 else 4.0) for n in range(12_000)]
    with db.begin() as session:
        for each in session.scalars(select(Rule)):
            each.from_at = start
    for begin in range(0, len(values), 500):
        send(db, device, start, values[begin : begin + 500], now=now)
    runs = 0
    while judge_due(db, now) and runs < 20:
        runs += 1
    assert 2 <= runs < 20
    assert found(db, start) == [(3000, 7000, "11.0")]
