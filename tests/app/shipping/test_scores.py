"""The record of a route beside its plain average, and what predictions with a known outcome teach."""

from datetime import date, timedelta

import pytest

from app.brands.tenants import create_brand
from app.db import reading
from app.house import House
from app.ids import new_id
from app.models.eta import Prediction, Way
from app.models.shipments import Case, Shipment
from app.shipping.calibrating import fit_due, horizon_scores, tables
from app.shipping.learning import drifts_of, layer_of
from app.shipping.predicting import learn_due, predict_due
from app.shipping.scores import cover_of, lane_scores
from app.support.cases import open_of_kind
from tests.app.shipping.conftest import Ship, TestClock
from tests.app.shipping.test_predictions import entries, history, made

TODAY = date(2026, 3, 2)


def told(number: int, *, risk: float, late: bool, silent: float = 0.0) -> Prediction:
    """A first prediction whose outcome is known; its window of three days held unless the parcel was late."""
    came = TODAY - timedelta(days=1 + number % 60)
    return Prediction(
        id=new_id(),
        ordinal=1,
        lane="DE-IE",
        model="legs-1",
        inputs_sha256="0" * 64,
        basis="lane",
        deliveries=40,
        p10=came - timedelta(days=2),
        p50=came - timedelta(days=1),
        p90=came - timedelta(days=1 if late else 0),
        risk=risk,
        plain_risk=0.25,
        plain_on=came + timedelta(days=3),
        promised_to=came,
        numbers={"before": -1.0, "told": [silent, 0.0, 0.0, 0.0, 0.0]},
        submission_id=1,
        came_on=came,
        late=late,
    )


@pytest.fixture
def scored(house: House, ship: Ship, brand_id: str) -> None:
    """Forty shipments that came, every fourth of them late, and told so."""
    first = ship("ups")
    with house.db.begin() as session:
        for number in range(40):
            late = number % 4 == 0
            row = told(number, risk=0.8 if late else 0.05, late=late)
            shipment = Shipment(id=new_id(), brand_id=brand_id, order_id=first.order_id, created_at=house.clock())
            session.add(shipment)
            session.flush()
            row.brand_id, row.shipment_id, row.made_at = brand_id, shipment.id, house.clock()
            session.add(row)
            session.add(
                Way(
                    shipment_id=shipment.id,
                    brand_id=brand_id,
                    version=1,
                    carrier="ups",
                    origin="DE",
                    destination="IE",
                    outcome="delivered",
                    damaged=False,
                    started_at=house.clock(),
                    ended_on=row.came_on,
                    legs=[1, 1, 0, 1],
                    promised_to=row.promised_to,
                    days_late=2 if late else 0,
                )
            )


def test_a_route_is_scored_beside_its_plain_average(house: House, brand_id: str, scored: None) -> None:
    with reading(house.db) as session:
        (row,) = lane_scores(session, brand_id)
        assert lane_scores(session, new_id()) == []
        assert cover_of(session, brand_id, "DE-IE") == row.window
        assert cover_of(session, brand_id, "DE-FR").held is None
    assert (row.lane, row.deliveries, row.promises_kept) == ("DE-IE", 40, 0.75)
    assert (row.window.tried, row.window.held) == (40, 0.75)
    assert (row.error, row.error_plain, row.error_promise) == (1.0, 3.0, 0.5)
    assert row.brier is not None
    assert row.brier_plain is not None
    assert row.brier < row.brier_plain
    assert [line.n for line in row.reliability] == [8, 8, 8, 8, 8]
    assert row.reliability[-1].true == 1.0


def test_the_layer_waits_for_two_hundred_and_then_learns_from_silence() -> None:
    rows = [told(n, risk=0.3, late=n % 2 == 0, silent=9.0 if n % 2 == 0 else 1.0) for n in range(240)]
    assert layer_of(rows[:199], TODAY) is None
    layer = layer_of(rows, TODAY)
    assert layer
    long, short = (layer.add_to(-1.0, [days, 0.0, 0.0, 0.0, 0.0]) for days in (9.0, 1.0))
    assert long > short


def test_the_alarm_of_drift_hears_the_last_ninety_days_only() -> None:
    calm = [told(n, risk=0.25, late=n % 4 == 0) for n in range(80)]
    wild = [told(n, risk=0.05, late=n % 2 == 0) for n in range(80)]
    assert drifts_of(calm, TODAY) == []
    assert [each.lane for each in drifts_of(wild, TODAY)] == ["", "DE-IE"]
    assert drifts_of(wild, TODAY + timedelta(days=200)) == []


def many(house: House, shipment: Shipment, count: int, *, risk: float, late_every: int) -> None:
    """Predictions of shipments that have come, each told the same risk, every so-many-th late."""
    with house.db.begin() as session:
        for number in range(count):
            row = told(number, risk=risk, late=number % late_every == 0)
            other = Shipment(id=new_id(), brand_id=shipment.brand_id, order_id=shipment.order_id)
            other.created_at, other.status = house.clock(), "cancelled"  # it is over, and no longer predicted
            session.add(other)
            session.flush()
            row.brand_id, row.shipment_id = shipment.brand_id, other.id
            row.made_at = house.clock() - timedelta(days=100)
            row.came_on = (row.promised_to or TODAY) + timedelta(days=int(bool(row.late)))
            session.add(row)


def test_a_table_is_fitted_once_a_month_from_what_came_true_and_used_at_once(
    house: House, ship: Ship, brand_id: str
) -> None:
    first = ship("ups", window=(date(2026, 3, 8), date(2026, 3, 20)))
    history(house, brand_id, 60)
    many(house, first, 200, risk=0.6, late_every=3)
    many(house, first, 40, risk=0.01, late_every=40)
    now, other = house.clock(), new_brand(house)
    with house.db.begin() as session:
        assert fit_due(session, brand_id, now) == 3
        assert fit_due(session, brand_id, now) == 0
        assert fit_due(session, brand_id, now + timedelta(days=31)) == 3
        assert fit_due(session, other, now) == 0
        table = tables(session, brand_id)["promise"]
    assert table.of(0.6) == pytest.approx(1 / 3, abs=0.03)
    assert table.of(0.0) == 0.0
    assert table.of(1.0) == 1.0
    assert table.of(0.01) < 0.1
    assert len(entries(house, "shipping:calibration:fitted")) == 6
    with reading(house.db) as session:
        promise, week, day = horizon_scores(session, brand_id, TODAY)
    assert (promise.told, sum(line.n for line in promise.reliability)) == (240, 240)
    assert promise.gap is not None
    assert promise.gap > 0.2  # what was told before there was a table
    assert (week.told, day.told) == (240, 240)
    second = ship("ups", number="A-2", window=(date(2026, 3, 4), date(2026, 3, 6)))
    predict_due(house.db, now)
    (row,) = made(house, second)
    assert row.risk is not None
    assert row.risk < row.numbers["raw"]


def new_brand(house: House) -> str:
    return create_brand(house.db, house.keys, name="Cleo", slug="cleo", now=house.clock())


def test_predictions_that_no_longer_come_true_open_one_case_and_plain_averages_are_told(
    house: House, ship: Ship, brand_id: str, clock: TestClock
) -> None:
    shipment = ship("ups", window=(date(2026, 3, 4), date(2026, 3, 6)))
    history(house, brand_id, 60)
    many(house, shipment, 60, risk=0.05, late_every=2)
    for _ in range(2):
        learn_due(house.db, house.clock())
    assert [case.subject for case in open_drifts(house, brand_id)] == ["lane:DE-IE", "lane:all"]
    predict_due(house.db, house.clock())
    (row,) = made(house, shipment)
    assert (row.basis, row.risk) == ("averages", 0.25)
    clock.forward(days=200)
    learn_due(house.db, house.clock())
    assert open_drifts(house, brand_id) == []


def open_drifts(house: House, brand_id: str) -> list[Case]:
    with reading(house.db) as session:
        return sorted(open_of_kind(session, brand_id, "drift"), key=lambda case: case.subject)
