"""Predictions of shipments under way: what is said when, kept as entries, and scored when they have come."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.brands import switches
from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.ids import new_id
from app.models.eta import Prediction as Row
from app.models.eta import Way
from app.models.shipments import Shipment
from app.shipping import predictions
from app.shipping.disruptions import Declared, declare, withdraw
from app.shipping.predicting import predict_due
from app.shipping.ways import lanes
from ledger.tables import Submission
from tests.app.shipping.conftest import Ship, TestClock
from tests.app.shipping.test_timeline import BEGIN, take, told

_TODAY = date(2026, 3, 2)


def history(
    house: House, brand_id: str, count: int, late_every: int = 4, service: str = "", on_the_way: int = 2
) -> None:
    """Parcels of the last months from Germany to Ireland: 1 day of handling, 2 on the way, 0 to 4 at the door."""
    with house.db.begin() as session:
        for number in range(count):
            ended = _TODAY - timedelta(days=1 + number % 90)
            late = 2 if number % late_every == 0 else -1
            session.add(
                Way(
                    shipment_id=new_id(),
                    brand_id=brand_id,
                    version=1,
                    carrier="ups",
                    service=service,
                    origin="DE",
                    destination="IE",
                    outcome="delivered",
                    damaged=False,
                    started_at=BEGIN - timedelta(days=30),
                    ended_on=ended,
                    legs=[1, on_the_way, 0, number % 5],
                    promised_to=ended - timedelta(days=late),
                    days_late=late,
                )
            )


def made(house: House, shipment: Shipment) -> list[Row]:
    with reading(house.db) as session:
        mine = select(Row).where(Row.shipment_id == shipment.id).order_by(Row.ordinal)
        return list(session.scalars(mine))


def newest(house: House, shipment: Shipment) -> predictions.Prediction:
    with reading(house.db) as session:
        found = predictions.latest(session, shipment.id)
    assert found
    return found


def entries(house: House, kind: str) -> list[dict]:
    with reading(house.db) as session:
        rows = session.scalars(select(Submission).order_by(Submission.id)).all()
    read = [json.loads(row.envelope) for row in rows]
    return [each["body"] for each in read if each["type"] == kind]


def test_a_lane_without_a_past_gets_a_wide_window_and_no_chance(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    predict_due(house.db, house.clock())
    said = newest(house, shipment)
    assert (said.basis, said.risk, said.deliveries) == ("band", None, 0)
    assert (said.p10, said.p90) == (_TODAY + timedelta(days=7), _TODAY + timedelta(days=30))


def test_a_lane_with_a_past_gets_its_window_and_a_chance(house: House, ship: Ship, brand_id: str) -> None:
    history(house, brand_id, 60)
    shipment = ship("ups", window=(date(2026, 3, 4), date(2026, 3, 6)))
    predict_due(house.db, house.clock())
    said = newest(house, shipment)
    assert (said.basis, said.deliveries) == ("lane", 60)
    assert (said.p10, said.p50, said.p90) == (date(2026, 3, 5), date(2026, 3, 7), date(2026, 3, 9))
    assert said.risk == pytest.approx(0.6, abs=0.01)
    assert said.level == "heads_up"


def test_an_express_parcel_is_told_by_the_express_ones(house: House, ship: Ship, brand_id: str) -> None:
    history(house, brand_id, 60, service="Express", on_the_way=1)
    history(house, brand_id, 60, service="Economy", on_the_way=12)
    said = {
        service: newest_of(house, ship("ups", number=f"A-{service}", service=service))
        for service in ("express", "Economy", "Overnight", None)
    }
    assert said["express"].p50 < _TODAY + timedelta(days=6) < _TODAY + timedelta(days=14) < said["Economy"].p50
    assert said["Overnight"].p10 == said[None].p10  # never seen: what the carrier does on this lane
    assert said["Overnight"].p90 == said[None].p90
    assert {each.deliveries for each in said.values()} == {120}


def newest_of(house: House, shipment: Shipment) -> predictions.Prediction:
    predict_due(house.db, house.clock())
    return newest(house, shipment)


def test_what_is_said_twice_alike_is_kept_once(house: House, ship: Ship, brand_id: str, clock: TestClock) -> None:
    history(house, brand_id, 60)
    shipment = ship("ups")
    for _ in range(3):
        predict_due(house.db, house.clock())
    assert len(made(house, shipment)) == 1
    clock.forward(days=3)
    predict_due(house.db, house.clock())
    rows = made(house, shipment)
    assert [row.ordinal for row in rows] == [1, 2]
    assert rows[1].p50 > rows[0].p50  # three days and not even handed over
    assert [each["ordinal"] for each in entries(house, "shipping:prediction:made")] == [1, 2]


def test_time_spent_moves_what_is_left(house: House, ship: Ship, brand_id: str, clock: TestClock) -> None:
    history(house, brand_id, 60)
    shipment = ship("ups", window=None)
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin")))
    clock.at = BEGIN + timedelta(days=5)
    predict_due(house.db, house.clock())
    assert newest(house, shipment).basis in ("lane", "longer_than_seen")
    assert newest(house, shipment).p10 >= clock.at.date()
    assert newest(house, shipment).risk is None  # nothing was promised


def test_a_delivery_scores_what_was_said(house: House, ship: Ship, brand_id: str, clock: TestClock) -> None:
    history(house, brand_id, 60)
    shipment = ship("ups", window=(date(2026, 3, 3), date(2026, 3, 4)))
    predict_due(house.db, house.clock())
    clock.at = BEGIN + timedelta(days=6)
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin"), (140, "Delivered", "Galway")))
    predict_due(house.db, house.clock())
    (row,) = made(house, shipment)
    assert row.late is True
    assert row.came_on is not None
    (scored,) = entries(house, "shipping:prediction:scored")
    assert scored["came_on"] == row.came_on.isoformat()
    assert scored["predictions"][0]["late"] is True
    with reading(house.db) as session:
        assert predictions.latest(session, shipment.id) is None  # it has come; there is nothing to predict
        way = session.get_one(Way, shipment.id)
    assert (way.origin, way.destination, way.carrier, way.outcome) == ("DE", "IE", "ups", "delivered")
    assert sum(way.legs) == 5
    assert predict_due(house.db, house.clock()) == 0


def test_the_switch_stops_making_and_showing(house: House, ship: Ship, brand_id: str, clock: TestClock) -> None:
    shipment = ship("ups")
    predict_due(house.db, house.clock())
    newest(house, shipment)
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        switches.turn(session, brand, "predictions", on=False, reason="other", person_id=None, now=house.clock())
    clock.forward(days=2)
    predict_due(house.db, house.clock())
    assert len(made(house, shipment)) == 1
    with reading(house.db) as session:
        assert predictions.latest(session, shipment.id) is None


def test_a_disruption_widens_the_window_and_its_end_narrows_it(house: House, ship: Ship, brand_id: str) -> None:
    history(house, brand_id, 60)
    shipment, now = ship("ups", window=None), house.clock()
    predict_due(house.db, now)
    before = newest(house, shipment)
    strike = Declared("strike", "Dock strike", now, now + timedelta(days=9), 6, destinations=("IE",))
    with house.db.begin() as session:
        row = declare(session, brand_of(session, brand_id), strike, person_id=None, now=now)
    assert row
    predict_due(house.db, now)
    after = newest(house, shipment)
    assert (after.p90 - before.p90).days == 6
    assert (after.p50 - before.p50).days == 3
    assert (after.rule, after.level) == ("disruption", "heads_up")
    with house.db.begin() as session:
        brand, again = brand_of(session, brand_id), session.merge(row)
        assert withdraw(session, brand, again, person_id=None, now=now)
        assert not withdraw(session, brand, again, person_id=None, now=now)
    predict_due(house.db, now)
    assert newest(house, shipment).p90 == before.p90
    assert len(entries(house, "shipping:disruption:withdrawn")) == 1


def test_no_scan_for_72_hours_is_a_rule_above_the_model(
    house: House, ship: Ship, brand_id: str, clock: TestClock
) -> None:
    history(house, brand_id, 60)
    shipment = ship("ups", window=None)
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin")))
    clock.at = BEGIN + timedelta(hours=93)
    predict_due(house.db, house.clock())
    assert newest(house, shipment).rule == "no_movement"


def test_another_brand_learns_nothing_from_it(house: House, brand_id: str) -> None:
    history(house, brand_id, 60)
    with reading(house.db) as session:
        assert lanes(session, new_id(), _TODAY).deliveries("DE", "IE") == 0
        assert lanes(session, brand_id, _TODAY).deliveries("DE", "IE") == 60
