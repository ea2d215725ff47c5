"""The record of a route beside its plain average, and what predictions with a known outcome teach."""

from datetime import date, timedelta

import pytest

from app.db import reading
from app.house import House
from app.ids import new_id
from app.models.eta import Prediction, Way
from app.models.shipments import Shipment
from app.shipping.learning import drift_of, layer_of
from app.shipping.scores import cover_of, lane_scores
from tests.app.shipping.conftest import Ship

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
    assert not drift_of(calm, TODAY)
    assert drift_of(wild, TODAY)
    assert not drift_of(wild, TODAY + timedelta(days=200))
